#ifndef JITRUN_SYNTAX_AST_H
#define JITRUN_SYNTAX_AST_H

#include "Support/Arena.h"
#include "Support/SourceManager.h"

#include "llvm/Support/Casting.h"

#include <cstdint>
#include <span>
#include <string_view>

/// The tree as it was written, names unresolved. Nodes are immutable once the
/// parser is done and live in their Module's arena; names and texts are views
/// of that arena or of the SourceManager's text. Use isa, cast and dyn_cast.
namespace jitrun::syntax {

using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

template <class T> using List = std::span<const T>;

enum class ExprKind : uint8_t {
#define JITRUN_EXPR(Kind) Kind,
#include "Syntax/NodeKinds.def"
};
enum class TypeExprKind : uint8_t {
#define JITRUN_TYPE_EXPR(Kind) Kind,
#include "Syntax/NodeKinds.def"
};
enum class PatternKind : uint8_t {
#define JITRUN_PATTERN(Kind) Kind,
#include "Syntax/NodeKinds.def"
};
enum class StmtKind : uint8_t {
#define JITRUN_STMT(Kind) Kind,
#include "Syntax/NodeKinds.def"
};
enum class DeclKind : uint8_t {
#define JITRUN_DECL(Kind) Kind,
#include "Syntax/NodeKinds.def"
};

enum class BinaryOp : uint8_t {
#define JITRUN_BINARY_OP(Name, Token, Spelling, Precedence) Name,
#include "Syntax/Operators.def"
};
enum class UnaryOp : uint8_t {
#define JITRUN_UNARY_OP(Name, Token, Spelling) Name,
#include "Syntax/Operators.def"
};
std::string_view spelling(BinaryOp Op);
std::string_view spelling(UnaryOp Op);
inline bool isComparison(BinaryOp Op) {
  return Op >= BinaryOp::Equal && Op <= BinaryOp::GreaterEqual;
}

/// The type that a literal's suffix names, as in `1u8`.
enum class LiteralSuffix : uint8_t {
  None,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F32,
  F64
};
/// "u8"; empty for None.
std::string_view spelling(LiteralSuffix Suffix);

/// No tree is deeper than this, so a walker may recurse.
inline constexpr unsigned MaxTreeDepth = 1000;

/// A name where it is declared or used. `_` in a binding is a name too.
struct Identifier {
  std::string_view Text;
  SourceRange Range;

  bool isWildcard() const { return Text == "_"; }
};

/// What all nodes have: where they stand and how deep the tree below is.
struct Node {
  SourceRange Range;
  uint16_t Depth = 1;

protected:
  explicit Node(SourceRange Range) : Range(Range) {}
  /// Counts a child, which may be null.
  void above(const Node *Child) {
    if (Child && Child->Depth >= Depth)
      Depth = Child->Depth + 1;
  }
  template <class T> void above(List<const T *> Children) {
    for (const T *Child : Children)
      above(Child);
  }
};

struct Expr : Node {
  ExprKind Kind;
  /// Written in parentheses, which Range then includes.
  bool Parenthesized = false;

protected:
  Expr(ExprKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};
struct TypeExpr : Node {
  TypeExprKind Kind;

protected:
  TypeExpr(TypeExprKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};
struct Pattern : Node {
  PatternKind Kind;

protected:
  Pattern(PatternKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};
struct Stmt : Node {
  StmtKind Kind;

protected:
  Stmt(StmtKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};
struct Decl : Node {
  DeclKind Kind;

protected:
  Decl(DeclKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};

/// Fixes the kind of a node class and teaches isa and cast about it.
template <class Base, auto K> struct NodeOf : Base {
  static bool classof(const Base *N) { return N->Kind == K; }

protected:
  explicit NodeOf(SourceRange Range) : Base(K, Range) {}
};

struct BlockExpr;

//===----------------------------------------------------------------------===//
// Types

/// Stands where an error was reported.
struct ErrorTypeExpr : NodeOf<TypeExpr, TypeExprKind::Error> {
  explicit ErrorTypeExpr(SourceRange R) : NodeOf(R) {}
};

/// `f64`, `Body`, `any`, a type parameter.
struct NamedTypeExpr : NodeOf<TypeExpr, TypeExprKind::Named> {
  std::string_view Name;
  NamedTypeExpr(SourceRange R, std::string_view Name) : NodeOf(R), Name(Name) {}
};

/// `(A, B)`; without elements it is `()`, never with one.
struct TupleTypeExpr : NodeOf<TypeExpr, TypeExprKind::Tuple> {
  List<const TypeExpr *> Elements;
  TupleTypeExpr(SourceRange R, List<const TypeExpr *> Elements)
      : NodeOf(R), Elements(Elements) {
    above(Elements);
  }
};

/// `f64[]` (rank 1), `f64[,]` (rank 2).
struct ArrayTypeExpr : NodeOf<TypeExpr, TypeExprKind::Array> {
  const TypeExpr *Element;
  unsigned Rank;
  ArrayTypeExpr(SourceRange R, const TypeExpr *Element, unsigned Rank)
      : NodeOf(R), Element(Element), Rank(Rank) {
    above(Element);
  }
};

/// `[f64; 4]`.
struct FixedArrayTypeExpr : NodeOf<TypeExpr, TypeExprKind::FixedArray> {
  const TypeExpr *Element;
  const Expr *Count;
  FixedArrayTypeExpr(SourceRange R, const TypeExpr *Element, const Expr *Count)
      : NodeOf(R), Element(Element), Count(Count) {
    above(Element);
    above(Count);
  }
};

/// `fn(f64, i64) -> f64`; Result is null for `()`.
struct FunctionTypeExpr : NodeOf<TypeExpr, TypeExprKind::Function> {
  List<const TypeExpr *> Params;
  const TypeExpr *Result;
  FunctionTypeExpr(SourceRange R, List<const TypeExpr *> Params,
                   const TypeExpr *Result)
      : NodeOf(R), Params(Params), Result(Result) {
    above(Params);
    above(Result);
  }
};

//===----------------------------------------------------------------------===//
// Patterns

struct ErrorPattern : NodeOf<Pattern, PatternKind::Error> {
  explicit ErrorPattern(SourceRange R) : NodeOf(R) {}
};

/// `_`.
struct WildcardPattern : NodeOf<Pattern, PatternKind::Wildcard> {
  explicit WildcardPattern(SourceRange R) : NodeOf(R) {}
};

/// A name: binds, or in `match` names an enum's variant without payload.
struct BindingPattern : NodeOf<Pattern, PatternKind::Binding> {
  std::string_view Name;
  BindingPattern(SourceRange R, std::string_view Name)
      : NodeOf(R), Name(Name) {}
};

/// A literal, possibly under a unary minus.
struct LiteralPattern : NodeOf<Pattern, PatternKind::Literal> {
  const Expr *Value;
  LiteralPattern(SourceRange R, const Expr *Value) : NodeOf(R), Value(Value) {
    above(Value);
  }
};

/// `lo..hi`, `lo..=hi`, `lo..`, `..hi`, `..=hi`; a missing bound is null. The
/// bounds are literals (possibly under a minus) or names of constants.
struct RangePattern : NodeOf<Pattern, PatternKind::Range> {
  const Expr *Lo;
  const Expr *Hi;
  bool Inclusive;
  RangePattern(SourceRange R, const Expr *Lo, const Expr *Hi, bool Inclusive)
      : NodeOf(R), Lo(Lo), Hi(Hi), Inclusive(Inclusive) {
    above(Lo);
    above(Hi);
  }
};

/// `(p, q)`; two elements or more, or none for `()`.
struct TuplePattern : NodeOf<Pattern, PatternKind::Tuple> {
  List<const Pattern *> Elements;
  TuplePattern(SourceRange R, List<const Pattern *> Elements)
      : NodeOf(R), Elements(Elements) {
    above(Elements);
  }
};

/// `Circle(r)`, `Shape.Circle(r)`, `Shape.Empty`. Enum's text is empty when
/// it is not named; only then there are parentheses for sure.
struct VariantPattern : NodeOf<Pattern, PatternKind::Variant> {
  Identifier Enum;
  Identifier Variant;
  List<const Pattern *> Elements;
  VariantPattern(SourceRange R, Identifier Enum, Identifier Variant,
                 List<const Pattern *> Elements)
      : NodeOf(R), Enum(Enum), Variant(Variant), Elements(Elements) {
    above(Elements);
  }
};

//===----------------------------------------------------------------------===//
// Expressions: literals and names

/// Stands where an error was reported.
struct ErrorExpr : NodeOf<Expr, ExprKind::Error> {
  explicit ErrorExpr(SourceRange R) : NodeOf(R) {}
};

/// `1_000`, `0xff`, `1u8`, also `2f32`. The parser has reported values of more
/// than 128 bits; those that do not fit their type are left to the checker.
struct IntegerLiteralExpr : NodeOf<Expr, ExprKind::IntegerLiteral> {
  unsigned __int128 Value;
  LiteralSuffix Suffix;
  IntegerLiteralExpr(SourceRange R, unsigned __int128 Value,
                     LiteralSuffix Suffix)
      : NodeOf(R), Value(Value), Suffix(Suffix) {}
};

/// Digits holds the decimal digits, point and exponent without underscores
/// and suffix ("6.674e-11"): to be rounded once, to the type it gets. Suffix
/// is None, F32 or F64.
struct FloatLiteralExpr : NodeOf<Expr, ExprKind::FloatLiteral> {
  std::string_view Digits;
  LiteralSuffix Suffix;
  FloatLiteralExpr(SourceRange R, std::string_view Digits, LiteralSuffix Suffix)
      : NodeOf(R), Digits(Digits), Suffix(Suffix) {}
};

struct BoolLiteralExpr : NodeOf<Expr, ExprKind::BoolLiteral> {
  bool Value;
  BoolLiteralExpr(SourceRange R, bool Value) : NodeOf(R), Value(Value) {}
};

/// `'a'`, a u8.
struct CharLiteralExpr : NodeOf<Expr, ExprKind::CharLiteral> {
  uint8_t Value;
  CharLiteralExpr(SourceRange R, uint8_t Value) : NodeOf(R), Value(Value) {}
};

/// Value has its escapes replaced; it is UTF-8 and may hold NULs.
struct StringLiteralExpr : NodeOf<Expr, ExprKind::StringLiteral> {
  std::string_view Value;
  StringLiteralExpr(SourceRange R, std::string_view Value)
      : NodeOf(R), Value(Value) {}
};

/// A name of anything, a type (`f64(x)`, `Body[n]`) included.
struct NameExpr : NodeOf<Expr, ExprKind::Name> {
  std::string_view Name;
  NameExpr(SourceRange R, std::string_view Name) : NodeOf(R), Name(Name) {}
};

//===----------------------------------------------------------------------===//
// Expressions: aggregates

/// `(a, b)`; without elements it is `()`, never with one.
struct TupleExpr : NodeOf<Expr, ExprKind::Tuple> {
  List<const Expr *> Elements;
  TupleExpr(SourceRange R, List<const Expr *> Elements)
      : NodeOf(R), Elements(Elements) {
    above(Elements);
  }
};

/// `[a, b]`; may be empty.
struct ArrayLiteralExpr : NodeOf<Expr, ExprKind::ArrayLiteral> {
  List<const Expr *> Elements;
  ArrayLiteralExpr(SourceRange R, List<const Expr *> Elements)
      : NodeOf(R), Elements(Elements) {
    above(Elements);
  }
};

/// `[x; 4]`. See asTypeExpr for `[f64; 4][n]`.
struct RepeatExpr : NodeOf<Expr, ExprKind::Repeat> {
  const Expr *Value;
  const Expr *Count;
  RepeatExpr(SourceRange R, const Expr *Value, const Expr *Count)
      : NodeOf(R), Value(Value), Count(Count) {
    above(Value);
    above(Count);
  }
};

/// `f64[n, m]`, `f32[,][n]`: a new array of zeros, where the syntax tells. If
/// Body is a struct, `Body[n]` means the same but comes as an IndexExpr over
/// a NameExpr (see asTypeExpr).
struct ZeroArrayExpr : NodeOf<Expr, ExprKind::ZeroArray> {
  const TypeExpr *Element;
  List<const Expr *> Dims;
  ZeroArrayExpr(SourceRange R, const TypeExpr *Element, List<const Expr *> Dims)
      : NodeOf(R), Element(Element), Dims(Dims) {
    above(Element);
    above(Dims);
  }
};

/// `i in lo..hi by step` or `x in array`: either Array is set, or Lo and Hi
/// are and perhaps Step.
struct Iteration {
  Identifier Binding; ///< May be `_`.
  const Expr *Lo = nullptr;
  const Expr *Hi = nullptr;
  const Expr *Step = nullptr;
  const Expr *Array = nullptr;
  bool Inclusive = false;
  SourceRange Range; ///< From the binding on.

  unsigned depth() const {
    unsigned D = 0;
    for (const Expr *E : {Lo, Hi, Step, Array})
      if (E && E->Depth > D)
        D = E->Depth;
    return D;
  }
};

/// `[for i in 0..n for j in 0..m: body]`; one clause for each dimension.
struct ComprehensionExpr : NodeOf<Expr, ExprKind::Comprehension> {
  List<Iteration> Clauses;
  const Expr *Body;
  ComprehensionExpr(SourceRange R, List<Iteration> Clauses, const Expr *Body)
      : NodeOf(R), Clauses(Clauses), Body(Body) {
    above(Body);
    for (const Iteration &I : Clauses)
      if (I.depth() >= Depth)
        Depth = uint16_t(I.depth() + 1);
  }
};

//===----------------------------------------------------------------------===//
// Expressions: operations

struct UnaryExpr : NodeOf<Expr, ExprKind::Unary> {
  UnaryOp Op;
  const Expr *Operand;
  UnaryExpr(SourceRange R, UnaryOp Op, const Expr *Operand)
      : NodeOf(R), Op(Op), Operand(Operand) {
    above(Operand);
  }
};

/// Comparisons do not chain: the operand of one is never another, unless in
/// parentheses.
struct BinaryExpr : NodeOf<Expr, ExprKind::Binary> {
  BinaryOp Op;
  SourceRange OpRange;
  const Expr *Left;
  const Expr *Right;
  BinaryExpr(SourceRange R, BinaryOp Op, SourceRange OpRange, const Expr *Left,
             const Expr *Right)
      : NodeOf(R), Op(Op), OpRange(OpRange), Left(Left), Right(Right) {
    above(Left);
    above(Right);
  }
};

/// `x as f64`.
struct CastExpr : NodeOf<Expr, ExprKind::Cast> {
  const Expr *Operand;
  const TypeExpr *Target;
  CastExpr(SourceRange R, const Expr *Operand, const TypeExpr *Target)
      : NodeOf(R), Operand(Operand), Target(Target) {
    above(Operand);
    above(Target);
  }
};

/// An argument, perhaps named as in `Body(x: 1)`: then Name's text is not
/// empty. The parser has reported a positional one after a named one.
struct Argument {
  Identifier Name;
  const Expr *Value;

  bool isNamed() const { return !Name.Text.empty(); }
};

/// `f(a)`, `f64(x)`, `Body(x: 1, y: 2)`, `Circle(r)`.
struct CallExpr : NodeOf<Expr, ExprKind::Call> {
  const Expr *Callee;
  List<Argument> Args;
  CallExpr(SourceRange R, const Expr *Callee, List<Argument> Args)
      : NodeOf(R), Callee(Callee), Args(Args) {
    above(Callee);
    for (const Argument &A : Args)
      above(A.Value);
  }
};

/// `xs.map(square)`, which is `map(xs, square)`; also `Shape.Circle(r)`.
struct MethodCallExpr : NodeOf<Expr, ExprKind::MethodCall> {
  const Expr *Receiver;
  Identifier Method;
  List<Argument> Args;
  MethodCallExpr(SourceRange R, const Expr *Receiver, Identifier Method,
                 List<Argument> Args)
      : NodeOf(R), Receiver(Receiver), Method(Method), Args(Args) {
    above(Receiver);
    for (const Argument &A : Args)
      above(A.Value);
  }
};

/// One index of `a[i, lo..hi by step]`. An element index is in Lo; of a slice
/// any of Lo, Hi and Step may be null.
struct Subscript {
  bool IsSlice = false;
  bool Inclusive = false;
  const Expr *Lo = nullptr;
  const Expr *Hi = nullptr;
  const Expr *Step = nullptr;
  SourceRange Range;
};

struct IndexExpr : NodeOf<Expr, ExprKind::Index> {
  const Expr *Base;
  List<Subscript> Subscripts; ///< At least one.
  IndexExpr(SourceRange R, const Expr *Base, List<Subscript> Subscripts)
      : NodeOf(R), Base(Base), Subscripts(Subscripts) {
    above(Base);
    for (const Subscript &S : Subscripts) {
      above(S.Lo);
      above(S.Hi);
      above(S.Step);
    }
  }
};

/// `b.mass`, `Shape.Empty`.
struct FieldExpr : NodeOf<Expr, ExprKind::Field> {
  const Expr *Base;
  Identifier Name;
  FieldExpr(SourceRange R, const Expr *Base, Identifier Name)
      : NodeOf(R), Base(Base), Name(Name) {
    above(Base);
  }
};

/// `t.0`.
struct TupleFieldExpr : NodeOf<Expr, ExprKind::TupleField> {
  const Expr *Base;
  uint32_t Index;
  SourceRange IndexRange;
  TupleFieldExpr(SourceRange R, const Expr *Base, uint32_t Index,
                 SourceRange IndexRange)
      : NodeOf(R), Base(Base), Index(Index), IndexRange(IndexRange) {
    above(Base);
  }
};

/// `a = e`, `a += e`, `(p, q) = (q, p)`. Never an operand: it is a statement,
/// a block's last expression, a match arm, or the body of a function.
struct AssignExpr : NodeOf<Expr, ExprKind::Assign> {
  bool IsCompound; ///< `op=`; then Op is the operator.
  BinaryOp Op;
  SourceRange OpRange;
  const Expr *Target;
  const Expr *Value;
  AssignExpr(SourceRange R, bool IsCompound, BinaryOp Op, SourceRange OpRange,
             const Expr *Target, const Expr *Value)
      : NodeOf(R), IsCompound(IsCompound), Op(Op), OpRange(OpRange),
        Target(Target), Value(Value) {
    above(Target);
    above(Value);
  }
};

//===----------------------------------------------------------------------===//
// Expressions: control

/// `{ s; t; e }`. Result is the last expression if no `;` follows it.
struct BlockExpr : NodeOf<Expr, ExprKind::Block> {
  List<const Stmt *> Stmts;
  const Expr *Result;
  BlockExpr(SourceRange R, List<const Stmt *> Stmts, const Expr *Result)
      : NodeOf(R), Stmts(Stmts), Result(Result) {
    above(Stmts);
    above(Result);
  }
};

/// Else is null, a BlockExpr or another IfExpr.
struct IfExpr : NodeOf<Expr, ExprKind::If> {
  const Expr *Condition;
  const BlockExpr *Then;
  const Expr *Else;
  IfExpr(SourceRange R, const Expr *Condition, const BlockExpr *Then,
         const Expr *Else)
      : NodeOf(R), Condition(Condition), Then(Then), Else(Else) {
    above(Condition);
    above(Then);
    above(Else);
  }
};

struct MatchArm {
  const Pattern *Match;
  const Expr *Body;
};

struct MatchExpr : NodeOf<Expr, ExprKind::Match> {
  const Expr *Subject;
  List<MatchArm> Arms;
  MatchExpr(SourceRange R, const Expr *Subject, List<MatchArm> Arms)
      : NodeOf(R), Subject(Subject), Arms(Arms) {
    above(Subject);
    for (const MatchArm &A : Arms) {
      above(A.Match);
      above(A.Body);
    }
  }
};

struct WhileExpr : NodeOf<Expr, ExprKind::While> {
  const Expr *Condition;
  const BlockExpr *Body;
  WhileExpr(SourceRange R, const Expr *Condition, const BlockExpr *Body)
      : NodeOf(R), Condition(Condition), Body(Body) {
    above(Condition);
    above(Body);
  }
};

struct ForExpr : NodeOf<Expr, ExprKind::For> {
  bool IsParallel;
  Iteration Over;
  const BlockExpr *Body;
  ForExpr(SourceRange R, bool IsParallel, const Iteration &Over,
          const BlockExpr *Body)
      : NodeOf(R), IsParallel(IsParallel), Over(Over), Body(Body) {
    above(Body);
    if (Over.depth() >= Depth)
      Depth = uint16_t(Over.depth() + 1);
  }
};

struct LoopExpr : NodeOf<Expr, ExprKind::Loop> {
  const BlockExpr *Body;
  LoopExpr(SourceRange R, const BlockExpr *Body) : NodeOf(R), Body(Body) {
    above(Body);
  }
};

struct Param {
  Identifier Name;
  const TypeExpr *Type;
};

/// `fn(x: f64) = x * x`, `fn(x: f64) -> f64 { ... }`. Result may be null: in
/// the short form it is then inferred, else it is `()`.
struct LambdaExpr : NodeOf<Expr, ExprKind::Lambda> {
  List<Param> Params;
  const TypeExpr *Result;
  const Expr *Body;
  bool IsShort; ///< Written with `=`.
  LambdaExpr(SourceRange R, List<Param> Params, const TypeExpr *Result,
             const Expr *Body, bool IsShort)
      : NodeOf(R), Params(Params), Result(Result), Body(Body),
        IsShort(IsShort) {
    for (const Param &P : Params)
      above(P.Type);
    above(Result);
    above(Body);
  }
};

/// Value may be null.
struct ReturnExpr : NodeOf<Expr, ExprKind::Return> {
  const Expr *Value;
  ReturnExpr(SourceRange R, const Expr *Value) : NodeOf(R), Value(Value) {
    above(Value);
  }
};

/// Value may be null.
struct BreakExpr : NodeOf<Expr, ExprKind::Break> {
  const Expr *Value;
  BreakExpr(SourceRange R, const Expr *Value) : NodeOf(R), Value(Value) {
    above(Value);
  }
};

struct ContinueExpr : NodeOf<Expr, ExprKind::Continue> {
  explicit ContinueExpr(SourceRange R) : NodeOf(R) {}
};

//===----------------------------------------------------------------------===//
// Statements

/// `let x: T = e;`, `var x = e;`, `let (q, _) = e;`. Target is a Binding,
/// Wildcard, Tuple or Error pattern; Type may be null.
struct LetStmt : NodeOf<Stmt, StmtKind::Let> {
  bool IsVar;
  const Pattern *Target;
  const TypeExpr *Type;
  const Expr *Init;
  LetStmt(SourceRange R, bool IsVar, const Pattern *Target,
          const TypeExpr *Type, const Expr *Init)
      : NodeOf(R), IsVar(IsVar), Target(Target), Type(Type), Init(Init) {
    above(Target);
    above(Type);
    above(Init);
  }
};

/// An expression whose value is dropped.
struct ExprStmt : NodeOf<Stmt, StmtKind::Expr> {
  const Expr *Value;
  ExprStmt(SourceRange R, const Expr *Value) : NodeOf(R), Value(Value) {
    above(Value);
  }
};

//===----------------------------------------------------------------------===//
// Declarations

/// `const G: f64 = 6.674e-11;` Type may be null.
struct ConstDecl : NodeOf<Decl, DeclKind::Const> {
  Identifier Name;
  const TypeExpr *Type;
  const Expr *Init;
  ConstDecl(SourceRange R, Identifier Name, const TypeExpr *Type,
            const Expr *Init)
      : NodeOf(R), Name(Name), Type(Type), Init(Init) {
    above(Type);
    above(Init);
  }
};

/// `import "vec.jit";`
struct ImportDecl : NodeOf<Decl, DeclKind::Import> {
  std::string_view Path;
  SourceRange PathRange;
  ImportDecl(SourceRange R, std::string_view Path, SourceRange PathRange)
      : NodeOf(R), Path(Path), PathRange(PathRange) {}
};

struct FieldDecl {
  Identifier Name;
  const TypeExpr *Type;
};

struct StructDecl : NodeOf<Decl, DeclKind::Struct> {
  Identifier Name;
  List<FieldDecl> Fields;
  StructDecl(SourceRange R, Identifier Name, List<FieldDecl> Fields)
      : NodeOf(R), Name(Name), Fields(Fields) {
    for (const FieldDecl &F : Fields)
      above(F.Type);
  }
};

struct VariantDecl {
  Identifier Name;
  List<const TypeExpr *> Payload;
};

struct EnumDecl : NodeOf<Decl, DeclKind::Enum> {
  Identifier Name;
  List<VariantDecl> Variants;
  EnumDecl(SourceRange R, Identifier Name, List<VariantDecl> Variants)
      : NodeOf(R), Name(Name), Variants(Variants) {
    for (const VariantDecl &V : Variants)
      above(V.Payload);
  }
};

/// `fn f(x: f64) -> f64 { ... }`, `fn f<T>(x: T) -> T = e;`, `@fused fn ...`,
/// `extern fn f(x: f64) -> f64;`.
struct FunctionDecl : NodeOf<Decl, DeclKind::Function> {
  Identifier Name;
  List<Identifier> TypeParams;
  List<Param> Params;
  const TypeExpr *Result; ///< Null when left out, which means `()`.
  const Expr *Body;       ///< Null exactly when IsExtern; else a BlockExpr
                          ///< unless IsShort.
  bool IsExtern;
  bool IsFused;
  bool IsShort; ///< Written with `=`.
  FunctionDecl(SourceRange R, Identifier Name, List<Identifier> TypeParams,
               List<Param> Params, const TypeExpr *Result, const Expr *Body,
               bool IsExtern, bool IsFused, bool IsShort)
      : NodeOf(R), Name(Name), TypeParams(TypeParams), Params(Params),
        Result(Result), Body(Body), IsExtern(IsExtern), IsFused(IsFused),
        IsShort(IsShort) {
    for (const Param &P : Params)
      above(P.Type);
    above(Result);
    above(Body);
  }
};

/// One parsed text. Owns its nodes; outlives nothing that points into it.
struct Module {
  FileId File = FileId::Invalid;
  /// In order of the text.
  List<const Decl *> Decls;
  /// The top-level statements in order; its Result is the module's, or the
  /// formula's, last expression. Never null.
  const BlockExpr *Main = nullptr;
  Arena Memory;
};

/// \p E read as a type, if it can be: a name, a tuple of such, `[T; n]`; else
/// null. For `Body[n]`, whose base only the checker knows to be a type. The
/// new nodes go into \p Memory.
const TypeExpr *asTypeExpr(Arena &Memory, const Expr *E);

/// Whether \p Name is a built-in type's, which is reserved.
bool isBuiltinTypeName(std::string_view Name);

} // namespace jitrun::syntax

#endif
