#ifndef JITRUN_TYPEDAST_TYPEDAST_H
#define JITRUN_TYPEDAST_TYPEDAST_H

#include "ABI/Heap.h"
#include "Support/SourceManager.h"
#include "Types/TypeContext.h"

#include <cassert>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// The typed tree that every tier and the evaluator compile from.
///
/// Statements are in A-normal form where it matters: an expression never
/// calls, allocates or writes. It reads locals and memory, computes, and may
/// trap; whatever has an effect is a statement of its own that puts its result
/// into a slot. So a statement has at most one effect, which comes last, and a
/// frame between two statements is fully described by its slots. Operands are
/// evaluated left to right, checks included.
///
/// Ownership. A slot of a counted type (Type::isCounted) owns its value,
/// parameters excepted, which are borrowed and never assigned. All other slots
/// start null (zero bytes) when the function is entered. Assigning a value read
/// from elsewhere retains it, then releases what the slot held; results of
/// calls and operations are moved in. A Block releases and nulls its Scope when
/// control leaves it at its end; a jump out of it (break, continue, return)
/// need not: the function's exit releases every slot that is left, and entering
/// the scope anew releases what a slot still holds when it is assigned.
/// Elements and fields own their values likewise.
/// A call's argument never is a value that only memory owns (onlyMemoryOwns):
/// the type checker binds such to a slot first.
namespace jitrun::tast {

enum class FunctionId : uint32_t {};
enum class ExternId : uint32_t {};
enum class ConstantId : uint32_t {};
enum class TextId : uint32_t {};
/// Index into Function::Locals.
enum class SlotId : uint32_t {};
inline constexpr SlotId NoSlot = SlotId(~0u);
/// Index into Function::Sites: a place in the source that can trap or call.
enum class SiteId : uint32_t {};
inline constexpr SiteId NoSite = SiteId(~0u);
/// Number of a loop in its function, in source order.
enum class LoopId : uint32_t {};

enum class BinaryOp : uint8_t {
#define JITRUN_BINARY(Name, Spelling) Name,
#include "TypedAST/Operators.def"
};
enum class UnaryOp : uint8_t { Negate, Not, BitNot };
enum class Intrinsic : uint8_t {
#define JITRUN_INTRINSIC(Name, Spelling) Name,
#include "TypedAST/Intrinsics.def"
};
enum class Operation : uint8_t {
#define JITRUN_OPERATION(Name) Name,
#include "TypedAST/Operations.def"
};

inline bool isComparison(BinaryOp Op) { return Op >= BinaryOp::Eq; }

//===----------------------------------------------------------------------===//
// Expressions

struct Expr;
struct Place;

enum class ExprKind : uint8_t {
  IntConstant,
  FloatConstant,
  TextConstant,
  UnitConstant,
  Load,
  Unary,
  Binary,
  Logical,
  Convert,
  IntrinsicCall,
  Aggregate,
  FixedFill,
  Zero,
  ToAny,
  AnyCast,
  AnyIs,
  Variant,
  Tag,
  FunctionConstant,
};

/// Immutable; lives in its module's arena.
struct Expr {
  ExprKind Kind;
  SiteId Site = NoSite; ///< Where a trap of this node itself is reported.
  const Type *Ty;

protected:
  Expr(ExprKind K, const Type *T, SiteId S) : Kind(K), Site(S), Ty(T) {}
};

/// An integer or bool. Value holds the low bits, sign- or zero-extended to 64
/// by the type's signedness.
struct IntConstant : Expr {
  uint64_t Value;
  IntConstant(const Type *T, uint64_t V)
      : Expr(ExprKind::IntConstant, T, NoSite), Value(V) {}
};

/// An f32's value is exact in the double.
struct FloatConstant : Expr {
  double Value;
  FloatConstant(const Type *T, double V)
      : Expr(ExprKind::FloatConstant, T, NoSite), Value(V) {}
};

struct TextConstant : Expr {
  TextId Text;
  TextConstant(const Type *T, TextId I)
      : Expr(ExprKind::TextConstant, T, NoSite), Text(I) {}
};

struct UnitConstant : Expr {
  explicit UnitConstant(const Type *T)
      : Expr(ExprKind::UnitConstant, T, NoSite) {}
};

/// The zero value of any type that has one.
struct ZeroExpr : Expr {
  explicit ZeroExpr(const Type *T) : Expr(ExprKind::Zero, T, NoSite) {}
};

/// Reads a place. A counted value is borrowed from it.
struct LoadExpr : Expr {
  const Place *From;
  LoadExpr(const Type *T, const Place *P)
      : Expr(ExprKind::Load, T, NoSite), From(P) {}
};

struct UnaryExpr : Expr {
  UnaryOp Op;
  const Expr *Operand;
  UnaryExpr(const Type *T, UnaryOp O, const Expr *E)
      : Expr(ExprKind::Unary, T, NoSite), Op(O), Operand(E) {}
};

/// Add .. Xor: both operands have type Ty, numeric (And, Or, Xor also bool);
/// str Add is an Operation instead. Shl, Shr: Left has type Ty, Right has the
/// same type. Pow: integers (T: NegativeExponent) or floats, both of type Ty.
/// Comparisons: operands of one scalar type or str; Ty is bool. Or both any,
/// whatever they hold (T: Cast).
struct BinaryExpr : Expr {
  BinaryOp Op;
  /// On floats in an `@fused` function: this Add or Sub with a Mul operand is
  /// one fused multiply-add. FusedLeft: the Mul is Left; else it is Right.
  bool Fused = false;
  bool FusedLeft = false;
  const Expr *Left;
  const Expr *Right;
  BinaryExpr(const Type *T, BinaryOp O, const Expr *L, const Expr *R, SiteId S)
      : Expr(ExprKind::Binary, T, S), Op(O), Left(L), Right(R) {}
};

/// `&&` and `||`: Right is evaluated only if it decides.
struct LogicalExpr : Expr {
  bool IsAnd;
  const Expr *Left;
  const Expr *Right;
  LogicalExpr(const Type *T, bool And, const Expr *L, const Expr *R)
      : Expr(ExprKind::Logical, T, NoSite), IsAnd(And), Left(L), Right(R) {}
};

/// Between scalar types, by the language's rules.
struct ConvertExpr : Expr {
  const Expr *Operand;
  ConvertExpr(const Type *T, const Expr *E)
      : Expr(ExprKind::Convert, T, NoSite), Operand(E) {}
};

struct IntrinsicExpr : Expr {
  Intrinsic Which;
  std::span<const Expr *const> Operands;
  IntrinsicExpr(const Type *T, Intrinsic W, std::span<const Expr *const> O,
                SiteId S)
      : Expr(ExprKind::IntrinsicCall, T, S), Which(W), Operands(O) {}
};

/// A struct, tuple or fixed array from all its parts, in order.
struct AggregateExpr : Expr {
  std::span<const Expr *const> Parts;
  AggregateExpr(const Type *T, std::span<const Expr *const> P)
      : Expr(ExprKind::Aggregate, T, NoSite), Parts(P) {}
};

/// A fixed array whose elements are all Value (evaluated once).
struct FixedFillExpr : Expr {
  const Expr *Value;
  FixedFillExpr(const Type *T, const Expr *V)
      : Expr(ExprKind::FixedFill, T, NoSite), Value(V) {}
};

/// An `any` of a scalar, `()`, text or array. A counted value is borrowed, as
/// by Load. (Values passed by memory take the operation BoxAny.)
struct ToAnyExpr : Expr {
  const Expr *Operand;
  ToAnyExpr(const Type *Any, const Expr *E)
      : Expr(ExprKind::ToAny, Any, NoSite), Operand(E) {}
};

/// What an `any` holds, which is of exactly the type Ty, else T: Cast. Without
/// a site it is known to be. Borrowed from the operand's place, aggregates
/// too.
struct AnyCastExpr : Expr {
  const Expr *Operand;
  AnyCastExpr(const Type *T, const Expr *E, SiteId S)
      : Expr(ExprKind::AnyCast, T, S), Operand(E) {}
};

/// Whether an `any` holds exactly Of.
struct AnyIsExpr : Expr {
  const Expr *Operand;
  const Type *Of;
  AnyIsExpr(const Type *Bool, const Expr *E, const Type *T)
      : Expr(ExprKind::AnyIs, Bool, NoSite), Operand(E), Of(T) {}
};

/// A value of an enum: variant number Number with all its payload, in order.
struct VariantExpr : Expr {
  uint32_t Number;
  std::span<const Expr *const> Parts;
  VariantExpr(const Type *T, uint32_t N, std::span<const Expr *const> P)
      : Expr(ExprKind::Variant, T, NoSite), Number(N), Parts(P) {}
};

/// The number of the variant, a u32, that the enum at a place is.
struct TagExpr : Expr {
  const Place *Of;
  TagExpr(const Type *U32, const Place *P)
      : Expr(ExprKind::Tag, U32, NoSite), Of(P) {}
};

/// A function value without captures: the immortal closure of \p Target.
struct FunctionConstant : Expr {
  FunctionId Target;
  FunctionConstant(const Type *T, FunctionId F)
      : Expr(ExprKind::FunctionConstant, T, NoSite), Target(F) {}
};

//===----------------------------------------------------------------------===//
// Places

enum class PlaceBase : uint8_t { Local, Element, Constant, Capture };

inline constexpr uint32_t NoVariant = ~0u;

/// One step into an aggregate: a field, a checked index into a fixed array, or
/// a part of an enum's payload. The last is not checked: the tag has been
/// tested, and nothing was written since.
struct Projection {
  const Type *Ty;              ///< Type after the step.
  uint32_t Field = 0;          ///< When Index is null.
  const Expr *Index = nullptr; ///< Any integer type.
  SiteId Site = NoSite;        ///< Of the index check.
  bool Unchecked = false;      ///< Known to be in range.
  /// Of an enum: the variant whose payload has Field.
  uint32_t Variant = NoVariant;
};

/// What a step without Index leads to, in a value of type \p Of.
const Field &fieldOf(const Type *Of, const Projection &Step);

/// A place in memory: a local, an array's element, a module constant, or what
/// the running function has captured (read only; the closure, parameter 0,
/// owns it), and the steps into it.
///
/// Evaluation: Array, Indices and projections' indices left to right; then the
/// checks in that order.
struct Place {
  PlaceBase Base = PlaceBase::Local;
  bool Unchecked = false; ///< Element: indices are known to be in range.
  /// Element: one index that counts the elements in row-major order of a fresh
  /// contiguous array of any rank (used to fill what is being built).
  bool Linear = false;
  SlotId Slot = NoSlot;                 ///< Local.
  ConstantId Constant{};                ///< Constant (read only).
  uint32_t Capture = 0;                 ///< Field of Function::Captures.
  const Expr *Array = nullptr;          ///< Element.
  std::span<const Expr *const> Indices; ///< Element; any integer types.
  SiteId Site = NoSite;                 ///< Element: of the bounds check.
  const Type *BaseTy = nullptr;         ///< Type before the projections.
  std::span<const Projection> Projections;
  const Type *Ty = nullptr; ///< Type of the place.
};

//===----------------------------------------------------------------------===//
// Statements

enum class StmtKind : uint8_t {
  Assign,
  MultiAssign,
  OpAssign,
  Eval,
  Call,
  ExternCall,
  Operation,
  If,
  While,
  ForRange,
  Loop,
  Break,
  Continue,
  Return,
  Block,
  CallValue,
};

struct Stmt {
  StmtKind Kind;
  SourceRange Range;

protected:
  Stmt(StmtKind K, SourceRange R) : Kind(K), Range(R) {}
};

using StmtList = std::span<const Stmt *const>;

/// Evaluates Value, then Target, then stores. IsInit: Target is a whole local
/// whose declaration this is (an aggregate may be built in place).
struct AssignStmt : Stmt {
  const Place *Target;
  const Expr *Value;
  bool IsInit;
  AssignStmt(SourceRange R, const Place *T, const Expr *V, bool Init)
      : Stmt(StmtKind::Assign, R), Target(T), Value(V), IsInit(Init) {}
};

/// `(a, b) = ...`: Values are loads of locals that nothing here assigns
/// (already bound). All targets' operands, then all checks, then the writes.
struct MultiAssignStmt : Stmt {
  std::span<const Place *const> Targets;
  std::span<const Expr *const> Values;
  MultiAssignStmt(SourceRange R, std::span<const Place *const> T,
                  std::span<const Expr *const> V)
      : Stmt(StmtKind::MultiAssign, R), Targets(T), Values(V) {}
};

/// `place op= value` on scalars: Value, Target's operands, its checks, the
/// read, the operation (which may trap at Site), the write.
struct OpAssignStmt : Stmt {
  BinaryOp Op;
  /// As in BinaryExpr, when Value is a Mul (`a += b * c` under `@fused`).
  bool Fused = false;
  SiteId Site;
  const Place *Target;
  const Expr *Value;
  OpAssignStmt(SourceRange R, BinaryOp O, SiteId S, const Place *T,
               const Expr *V)
      : Stmt(StmtKind::OpAssign, R), Op(O), Site(S), Target(T), Value(V) {}
};

/// Evaluates for its traps and drops the value.
struct EvalStmt : Stmt {
  const Expr *Value;
  EvalStmt(SourceRange R, const Expr *V) : Stmt(StmtKind::Eval, R), Value(V) {}
};

/// Calls a function of the module; the result moves into slot Dest (NoSlot:
/// unit or dropped; a dropped counted result is released).
struct CallStmt : Stmt {
  SlotId Dest;
  FunctionId Callee;
  SiteId Site;
  std::span<const Expr *const> Arguments;
  CallStmt(SourceRange R, SlotId D, FunctionId F, SiteId S,
           std::span<const Expr *const> A)
      : Stmt(StmtKind::Call, R), Dest(D), Callee(F), Site(S), Arguments(A) {}
};

/// Calls the function value Callee, which gets itself as the first argument
/// and Arguments as the others. Like an argument, Callee is owned by a slot, or
/// is a constant.
struct CallValueStmt : Stmt {
  SlotId Dest;
  SiteId Site;
  const Expr *Callee;
  std::span<const Expr *const> Arguments;
  CallValueStmt(SourceRange R, SlotId D, const Expr *C, SiteId S,
                std::span<const Expr *const> A)
      : Stmt(StmtKind::CallValue, R), Dest(D), Site(S), Callee(C),
        Arguments(A) {}
};

/// Calls a host function; scalars only.
struct ExternCallStmt : Stmt {
  SlotId Dest;
  ExternId Callee;
  SiteId Site;
  std::span<const Expr *const> Arguments;
  ExternCallStmt(SourceRange R, SlotId D, ExternId F, SiteId S,
                 std::span<const Expr *const> A)
      : Stmt(StmtKind::ExternCall, R), Dest(D), Callee(F), Site(S),
        Arguments(A) {}
};

/// One dimension of a Slice. The operands that it says it has stand in this
/// order: Index, or Lo, Hi, Step.
struct SliceDimension {
  bool IsIndex = false; ///< A single index, which drops the dimension.
  bool HasLo = false;
  bool HasHi = false;
  bool HiInclusive = false;
  bool HasStep = false;
};

/// How one operand of Format, Print or Println is written.
struct FormatSpec {
  std::string Before; ///< Text that stands before the operand.
  char Fill = ' ';
  char Align = 0; ///< '<', '>', '^' or 0 (default of the type).
  char Sign = 0;  ///< '+', ' ' or 0.
  bool Alternate = false;
  bool ZeroPad = false;
  int Width = 0;
  int Precision = -1;
  char Presentation = 0; ///< One of "bcdoxXeEfFgGs" or 0.
};

struct OperationStmt : Stmt {
  SlotId Dest;
  Operation Which;
  bool Uninitialized = false;  ///< NewArray.
  abi::AnyOperator Operator{}; ///< AnyBinary, AnyUnary.
  SiteId Site;
  std::span<const Expr *const> Operands;
  std::span<const SliceDimension> Slice; ///< Slice.
  std::span<const FormatSpec> Formats;   ///< Format: one for each operand.
  const std::string *Trailing = nullptr; ///< Format: text after the last.
  FunctionId Target{};                   ///< MakeClosure.
  OperationStmt(SourceRange R, SlotId D, Operation W, SiteId S,
                std::span<const Expr *const> O)
      : Stmt(StmtKind::Operation, R), Dest(D), Which(W), Site(S), Operands(O) {}
};

struct IfStmt : Stmt {
  const Expr *Condition;
  StmtList Then;
  StmtList Else;
  IfStmt(SourceRange R, const Expr *C, StmtList T, StmtList E)
      : Stmt(StmtKind::If, R), Condition(C), Then(T), Else(E) {}
};

/// Before each iteration: Prelude, then Condition. `continue` goes there.
struct WhileStmt : Stmt {
  LoopId Loop;
  StmtList Prelude;
  const Expr *Condition;
  StmtList Body;
  WhileStmt(SourceRange R, LoopId L, StmtList P, const Expr *C, StmtList B)
      : Stmt(StmtKind::While, R), Loop(L), Prelude(P), Condition(C), Body(B) {}
};

/// `for Variable in Lo..Hi by Step`. Lo, Hi (of Variable's type) and Step (its
/// signed counterpart; null: 1) are evaluated once, in this order, and the
/// number of iterations is fixed there without wrapping. Step 0 traps at Site.
/// With a negative step it runs while above (or at, if inclusive) Hi.
struct ForRangeStmt : Stmt {
  LoopId Loop;
  SlotId Variable;
  bool Inclusive;
  SiteId Site;
  const Expr *Lo;
  const Expr *Hi;
  const Expr *Step;
  StmtList Body;
  ForRangeStmt(SourceRange R, LoopId L, SlotId V, bool Incl, SiteId S,
               const Expr *Low, const Expr *High, const Expr *St, StmtList B)
      : Stmt(StmtKind::ForRange, R), Loop(L), Variable(V), Inclusive(Incl),
        Site(S), Lo(Low), Hi(High), Step(St), Body(B) {}
};

/// Left only by break or return.
struct LoopStmt : Stmt {
  LoopId Loop;
  StmtList Body;
  LoopStmt(SourceRange R, LoopId L, StmtList B)
      : Stmt(StmtKind::Loop, R), Loop(L), Body(B) {}
};

struct BreakStmt : Stmt {
  LoopId Loop;
  BreakStmt(SourceRange R, LoopId L) : Stmt(StmtKind::Break, R), Loop(L) {}
};

struct ContinueStmt : Stmt {
  LoopId Loop;
  ContinueStmt(SourceRange R, LoopId L)
      : Stmt(StmtKind::Continue, R), Loop(L) {}
};

/// Value is null in functions that return `()`. A counted value is retained
/// (a local's may be moved) and owned by the caller.
struct ReturnStmt : Stmt {
  const Expr *Value;
  ReturnStmt(SourceRange R, const Expr *V)
      : Stmt(StmtKind::Return, R), Value(V) {}
};

/// Scope: the counted slots declared inside, released and nulled at its end.
struct BlockStmt : Stmt {
  StmtList Body;
  std::span<const SlotId> Scope;
  BlockStmt(SourceRange R, StmtList B, std::span<const SlotId> S)
      : Stmt(StmtKind::Block, R), Body(B), Scope(S) {}
};

/// Whether \p E is, or holds, a counted value that only an array's element
/// owns: who writes that element may free it.
bool onlyMemoryOwns(const Expr &E);

template <class T, class N> const T &as(const N &Node) {
  return static_cast<const T &>(Node);
}

//===----------------------------------------------------------------------===//
// Functions and modules

struct Local {
  std::string Name; ///< Empty for temporaries.
  const Type *Ty;
};

/// The first Parameters locals are the parameters, in order.
struct Function {
  std::string Name; ///< As in the source; `main` of a file is "main".
  FunctionId Id;
  SourceRange Range;
  const Type *Result;
  uint32_t Parameters = 0;
  bool IsMain = false; ///< The top-level program; or a formula.
  /// Called through function values: the first parameter is the closure.
  bool IsClosure = false;
  /// No frame of call stacks that people see: nobody wrote it.
  bool IsHidden = false;
  /// Of a closure that has captured something: their types, a tuple.
  const RecordType *Captures = nullptr;
  std::vector<Local> Locals;
  /// Functions that it makes values of: what planners may expect it to call,
  /// itself or through what it calls.
  std::vector<FunctionId> Closures;
  /// For each parameter: whether the function may write an array that the
  /// argument is or holds, itself or through what it calls. False for all
  /// that holds no array.
  std::vector<bool> WritesParameter;
  std::vector<SourceRange> Sites;
  uint32_t LoopCount = 0;
  StmtList Body; ///< Ends in Return on every path, unless it never ends.
};

struct ExternFunction {
  std::string Name; ///< Symbol to find in the process or the host registry.
  SourceRange Range;
  std::vector<const Type *> Parameters; ///< Scalars.
  const Type *Result;                   ///< Scalar or unit.
};

/// A `const` too large to substitute: an aggregate. Value is a tree of
/// constants, Aggregate, Variant, FixedFill and Zero nodes.
struct Constant {
  std::string Name;
  const Type *Ty;
  const Expr *Value;
};

/// A checked module with all it imports. Immutable after checking; shared by
/// any number of threads.
class Module {
public:
  Module();
  ~Module();
  Module(const Module &) = delete;
  Module &operator=(const Module &) = delete;

  TypeContext Types;
  std::vector<std::unique_ptr<Function>> Functions;
  std::vector<ExternFunction> Externs;
  std::vector<Constant> Constants;
  std::vector<std::string> Texts; ///< Uniqued literals, by TextId.
  /// The top-level program, or null in a module without statements.
  const Function *Main = nullptr;

  const Function &function(FunctionId Id) const {
    return *Functions[size_t(Id)];
  }
  const Function *findFunction(std::string_view Name) const;
  TextId internText(std::string_view Text);

  /// Memory that lives as long as the module; nothing allocated there is
  /// destroyed (nodes are trivially destructible, or owned below).
  void *allocate(size_t Bytes, size_t Align);
  template <class T, class... A> T *make(A &&...Args) {
    return new (allocate(sizeof(T), alignof(T))) T(std::forward<A>(Args)...);
  }
  template <class T> std::span<const T> copy(std::span<const T> Items) {
    static_assert(std::is_trivially_destructible_v<T>,
                  "arena memory is not destroyed");
    if (Items.empty())
      return {};
    T *To = static_cast<T *>(allocate(Items.size_bytes(), alignof(T)));
    std::uninitialized_copy(Items.begin(), Items.end(), To);
    return {To, Items.size()};
  }
  template <class T> std::span<const T> copy(const std::vector<T> &Items) {
    return copy(std::span<const T>(Items));
  }
  /// Keeps format specs and texts alive.
  std::span<const FormatSpec> keepFormats(std::vector<FormatSpec> Specs);
  const std::string *keepText(std::string Text);

private:
  struct Storage;
  std::unique_ptr<Storage> Store;
};

} // namespace jitrun::tast

#endif // JITRUN_TYPEDAST_TYPEDAST_H
