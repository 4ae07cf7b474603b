#ifndef JITRUN_SEMA_CHECKER_H
#define JITRUN_SEMA_CHECKER_H

#include "Sema/Exhaustiveness.h"
#include "Sema/Lowering.h"
#include "Sema/Program.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <deque>
#include <functional>
#include <optional>

namespace jitrun::sema {

struct LibraryFunction;

/// An expression that has been checked and lowered: what is left to evaluate
/// after the statements emitted for it. Never null. Its type is Error when
/// something was reported, Never when control does not come back from it.
using Value = const tast::Expr *;

/// The arguments of a call, a receiver first.
struct CallSite {
  SourceRange Range;
  syntax::Identifier Callee;
  llvm::SmallVector<syntax::Argument, 4> Args;
};

/// A name that is visible in a function, and what it stands for.
struct Binding {
  llvm::StringRef Name;
  SlotId Slot;
  const Type *Ty; ///< Error when it is not known.
  PlaceRef::Access Allowed;
  SourceRange Range;
  int Previous = -1; ///< What it hides; -1 for nothing.
  /// A variable of an outer clause while inner bounds are checked.
  bool IsOuterClause = false;
  int Capture = -1; ///< Its number, if this lambda has captured it.
};

struct LoopFrame {
  tast::LoopId Id;
  bool IsLoop; ///< `loop`, which may give a value.
  bool Broken = false;
  const Type *Hint = nullptr;
  const Type *Ty = nullptr; ///< Of the first break.
  SlotId Result = tast::NoSlot;
  /// Not a loop but a lambda, which `return` leaves; Id is set when it does.
  bool IsInlined = false;
};

/// What the checker knows of the function that it is in. Set aside while a
/// lambda in it is checked.
struct FunctionState {
  std::vector<Binding> Bindings;
  llvm::DenseMap<llvm::StringRef, int> Visible;
  llvm::DenseMap<const syntax::Expr *, LiteralClass> Classes;
  /// Names that blocks which are being classified declare.
  llvm::DenseMap<llvm::StringRef, unsigned> Shadowed;
  std::vector<LoopFrame> Loops;
  std::string_view FunctionName;
  /// Null in the main program.
  const FunctionInfo *Current = nullptr;
  /// Null while a formula's, or lambda's, is open.
  const Type *Result = nullptr;
  bool IsMain = false;
  bool IsFormula = false;
  bool InConstant = false;
  /// Slots of function values of which it is known what they call.
  llvm::DenseMap<uint32_t, tast::FunctionId> Targets;
  /// Bindings before this one are outside of a lambda that is being inlined.
  size_t CaptureBarrier = 0;

  // Of a lambda.
  FunctionState *Outer = nullptr;        ///< Of the function that it stands in.
  std::vector<llvm::StringRef> Captures; ///< By number.
  llvm::DenseMap<llvm::StringRef, std::unique_ptr<Binding>> Captured;
};

/// Checks the body of one function after another, and lowers it on the way.
///
/// Types flow down as hints, which only literals, array literals and the like
/// heed, and up as results; what a place requires is checked by coerce().
/// Usable for constants too: then no statement may have been emitted.
class Checker : private FunctionState {
public:
  explicit Checker(Program &P);
  ~Checker();

  void checkFunction(FunctionInfo &F);
  /// The main program, or a formula when \p Formula.
  void checkMain(const syntax::Module &Module, tast::Function &F);
  /// Of a constant, or the count of a fixed array: in no function, folded.
  /// Hint may be null. The result's type is Error after a report.
  Value checkConstant(const syntax::Expr *E, const Type *Type);
  LiteralClass classifyConstant(const syntax::Expr *E);
  /// The value of a literal expression of a constant.
  Value constantLiteral(const syntax::Expr *E, const Type *T, SourceRange Use);
  std::optional<uint64_t> constantCount(const syntax::Expr *E);

private:
  //===--- Names (Names.cpp)
  /// Names declared since are forgotten at the end.
  class NameScope {
  public:
    explicit NameScope(Checker &C) : C(C), Start(C.Bindings.size()) {}
    ~NameScope() { C.forget(Start); }

  private:
    Checker &C;
    size_t Start;
  };
  void declare(llvm::StringRef Name, SlotId Slot, PlaceRef::Access Allowed,
               SourceRange Range);
  void forget(size_t Start);
  /// The variable of that name, captured if it is one of a function around
  /// this lambda.
  const Binding *findLocal(llvm::StringRef Name) {
    return findLocal(*this, Name);
  }
  const Binding *findLocal(FunctionState &In, llvm::StringRef Name);
  bool isLocal(llvm::StringRef Name) const;
  PlaceRef place(const Binding &B);
  /// Declared outside of a lambda that is being inlined.
  bool isBehindBarrier(const Binding &B) const {
    return B.Capture < 0 && &B < Bindings.data() + CaptureBarrier;
  }
  Value checkName(const syntax::NameExpr &E, const Type *Hint = nullptr);
  Value reportUnknown(llvm::StringRef Name, SourceRange Range);
  std::string suggest(llvm::StringRef Name, bool Functions) const;

  /// A function that a library function is given. Lambdas and declared
  /// functions are applied in place; V is null for those.
  struct Applied {
    const syntax::Expr *Syntax = nullptr;
    std::string_view Who;
    Value V = nullptr;
  };
  /// One `map` or `filter`.
  struct Stage {
    bool IsFilter = false;
    Applied F;
    SourceRange Range;
  };
  /// What gives elements one by one, without being stored: a comprehension or
  /// an array, and what maps and filters make of its elements.
  struct Sequence {
    const syntax::ComprehensionExpr *Comprehension = nullptr;
    std::optional<PlaceRef> Over; ///< Else: the array.
    bool SkipFirst = false;       ///< Of an array of rank 1.
    llvm::SmallVector<Stage, 2> Stages;
    SourceRange Where, Body;
    bool hasFilter() const {
      return llvm::any_of(Stages, [](const Stage &S) { return S.IsFilter; });
    }
  };

  //===--- Expressions (CheckExpr.cpp)
  Value check(const syntax::Expr *E, const Type *Hint = nullptr);
  Value checkAs(const syntax::Expr *E, const Type *T);
  /// \p V if it has type \p T; reports otherwise. What never comes gives a
  /// value of that type too.
  Value coerce(Value V, const Type *T, const syntax::Expr *E);
  Value checkInner(const syntax::Expr *E, const Type *Hint);
  /// Whether its type may depend on its place, so that others say it first.
  bool waits(const syntax::Expr *E);
  /// Operands that adapt to each other, in order.
  void checkSiblings(llvm::ArrayRef<const syntax::Expr *> Es, const Type *Hint,
                     OperandList &To);
  Value checkUnary(const syntax::UnaryExpr &E, const Type *Hint);
  Value checkBinary(const syntax::BinaryExpr &E, const Type *Hint);
  Value checkLogical(const syntax::BinaryExpr &E);
  /// The operator on two checked operands.
  Value combine(syntax::BinaryOp Op, Value L, Value R,
                const syntax::BinaryExpr &E);
  /// Whether the operator takes this type; reports if not.
  bool takes(syntax::BinaryOp Op, const Type *T, SourceRange Range);
  Value arithmetic(tast::BinaryOp Op, Value L, Value R, SourceRange Range,
                   bool LeftIsProduct, bool RightIsProduct);
  Value checkCast(const syntax::Expr *Operand, const Type *To,
                  SourceRange Range);
  Value checkTuple(const syntax::TupleExpr &E, const Type *Hint);
  Value unsupported(SourceRange Range, const char *What);
  void reportMismatch(const Type *Wanted, const Type *Found,
                      const syntax::Expr *E);
  std::string conversionFix(const Type *To, SourceRange Range);
  /// Only after something was reported.
  Value errorValue() {
    assert(Diags.hasErrors() && "an error that nobody was told of");
    return Erroneous;
  }
  Value neverValue() { return Unreachable; }
  static bool failed(Value V) { return V->Ty->kind() == TypeKind::Error; }
  bool anyFailed(llvm::ArrayRef<Value> Vs) const;
  static bool never(Value V) { return V->Ty->isNever(); }
  /// A value with no use: evaluated where that can be seen.
  void drop(Value V, SourceRange Range);

  //===--- any (CheckAny.cpp)
  struct Arm;      ///< Of a match.
  struct Matching; ///< A match while it is lowered.
  /// \p V as an `any`, whatever its type.
  Value toAny(Value V, SourceRange R);
  /// An expression where an `any` is wanted.
  Value checkAny(const syntax::Expr *E);
  Value castAny(Value V, const Type *To, SourceRange R);
  /// What to do with an `any` where something else is needed.
  static std::string castFix(const Type *Found) {
    return Found->isAny() ? "cast it to the type that it holds" : "";
  }
  /// An operator of which at least one operand is an `any`.
  Value combineAny(tast::BinaryOp Op, Value Left, Value Right, SourceRange R);
  Value unaryAny(syntax::UnaryOp Op, Value V, SourceRange R);
  void checkAnyArms(const syntax::MatchExpr &E, Matching &To);
  /// declareBound() of such an arm.
  void declareHeld(const Arm &A, const Matching &Of);

  //===--- Equality of aggregates (CheckEqual.cpp)
  bool hasEquality(const Type *T, SourceRange Range);
  Value equal(Value L, Value R, SourceRange Range);
  Value equalPlaces(const PlaceRef &L, const PlaceRef &R, SourceRange Range);
  void equalInto(SlotId Result, const PlaceRef &L, const PlaceRef &R,
                 SourceRange Range);
  void equalFields(SlotId Result, size_t Count,
                   llvm::function_ref<PlaceRef(uint32_t)> L,
                   llvm::function_ref<PlaceRef(uint32_t)> R, SourceRange Range);
  /// Whether the enum there is of another variant.
  Value isNot(const PlaceRef &Place, uint32_t Variant);
  /// `&&` of all, or `||`; in a balanced tree.
  Value allOf(std::vector<Value> Parts, bool IsAnd = true);

  //===--- Enums (CheckEnum.cpp)
  /// A variant's name, called or not, that several enums have: its place tells
  /// which is meant.
  bool isAmbiguousVariant(const syntax::Expr *E) const;
  /// Nothing after an error.
  std::optional<VariantRef> chooseVariant(llvm::ArrayRef<VariantRef> Among,
                                          const syntax::Identifier &Name,
                                          const Type *Hint);
  /// The enum that \p E names, or null.
  EnumInfo *enumNamed(const syntax::Expr *E);
  /// `Enum.Name`; nothing after an error.
  std::optional<VariantRef> variantOf(EnumInfo &E,
                                      const syntax::Identifier &Name);
  Value constructVariant(CallSite &Call, VariantRef V);
  /// Named without parentheses.
  Value checkVariant(VariantRef V, const syntax::Identifier &Name,
                     SourceRange Range);
  /// Some value of type \p T, for where control does not get.
  Value placeholder(const Type *T);
  /// Reports if \p T has none.
  bool hasZero(const Type *T, SourceRange Range);
  /// Whether a value of type \p T may be written into an existing \p Array:
  /// not if it can hold that very array, since data never forms a cycle.
  bool canStore(const Type *T, const Type *Array, SourceRange Range);
  /// \p V is written into an existing \p Array. Whether it may be is seen once
  /// all lambdas are known.
  void noteStore(Value V, const Type *Array, SourceRange Range);
  /// What of \p V may hold references, as far as is known.
  void appendParts(Value V,
                   llvm::SmallVectorImpl<CycleCheck::Holder> &To) const;

  //===--- Literals (CheckLiteral.cpp)
  LiteralClass classify(const syntax::Expr *E);
  LiteralClass classifyUncached(const syntax::Expr *E);
  bool isHidden(llvm::StringRef Name) const;
  LiteralClass classifyCall(const syntax::CallExpr &E);
  static LiteralClass join(LiteralClass A, LiteralClass B);
  /// The type that it gets where \p Hint (or null) is asked for.
  const Type *literalType(LiteralClass C, const Type *Hint);
  /// Of a literal expression, in \p T.
  Value literal(const syntax::Expr *E, const Type *T);
  Value literalInteger(unsigned __int128 Magnitude, bool Negative,
                       const Type *T, SourceRange Range);
  Value literalFloat(std::string_view Digits, const Type *T, SourceRange Range);
  Value literalBinary(const syntax::BinaryExpr &E, const Type *T);
  Value literalCall(const syntax::CallExpr &E, const Type *T);
  /// Directly under a conversion; null when the usual rules apply.
  Value literalConversion(const syntax::Expr *E, const Type *To);
  SourceRange literalRange(SourceRange R) const {
    return LiteralUse.isValid() ? LiteralUse : R;
  }

  //===--- Places (CheckPlace.cpp)
  bool isPlaceSyntax(const syntax::Expr *E) const;
  /// False after an error.
  bool checkPlace(const syntax::Expr *E, PlaceRef &P);
  bool checkNamePlace(const syntax::NameExpr &E, PlaceRef &P);
  bool checkFieldPlace(const syntax::Expr *E, PlaceRef &P);
  bool checkIndexPlace(const syntax::IndexExpr &E, PlaceRef &P);
  Value checkPlaceValue(const syntax::Expr *E);
  Value loadPlace(const PlaceRef &P);
  /// Of a load.
  static PlaceRef placeOfLoad(Value V);
  /// The same, and nothing can assign it.
  PlaceRef immutablePlace(Value V, SourceRange R);
  /// Where \p V can be read again and again; binds it if need be.
  PlaceRef placeOf(Value V, SourceRange R);
  Value checkIndexValue(const syntax::Expr *E);
  Value checkIndex(const syntax::IndexExpr &E);
  bool checkSubscripts(const syntax::IndexExpr &E, unsigned Rank,
                       const Type *Ty);
  Value sliceArray(const syntax::IndexExpr &E, Value Array);
  Value sliceText(const syntax::IndexExpr &E, Value Text);
  const Type *typeOfBase(const syntax::Expr *E);

  //===--- Assignment (CheckAssign.cpp)
  Value checkAssign(const syntax::AssignExpr &E);
  Value assignPlace(const syntax::AssignExpr &E);
  Value assignTuple(const syntax::AssignExpr &E, const syntax::TupleExpr &To);
  Value assignSlice(const syntax::AssignExpr &E, const syntax::IndexExpr &To);
  void writeElements(const syntax::AssignExpr &E, Value View, Value V,
                     bool Scalar);
  bool isAssignable(const PlaceRef &P, SourceRange Range);
  void opAssignPlace(const syntax::AssignExpr &E, const PlaceRef &P, Value V);

  //===--- Calls (CheckCall.cpp)
  Value checkCall(const syntax::CallExpr &E, const Type *Hint);
  Value checkMethodCall(const syntax::MethodCallExpr &E, const Type *Hint);
  Value dispatch(CallSite &Call, const Type *Hint);
  Value callFunction(CallSite &Call, FunctionInfo &F, const Type *Hint);
  Value emitCall(CallSite &Call, const FunctionInfo &F,
                 llvm::MutableArrayRef<Value> Values);
  Value construct(CallSite &Call, StructInfo &S);
  /// For each argument the parameter it is for.
  bool matchArguments(CallSite &Call, llvm::ArrayRef<syntax::Identifier> Names,
                      const char *Noun, SourceRange Declaration,
                      llvm::SmallVectorImpl<unsigned> &ParameterOf);
  /// Checked against \p Types and put in the parameters' order.
  bool checkArguments(CallSite &Call, llvm::ArrayRef<const Type *> Types,
                      llvm::ArrayRef<unsigned> ParameterOf,
                      llvm::SmallVectorImpl<Value> &Values);
  /// From the order in which they are written into that of the parameters.
  void orderArguments(const CallSite &Call,
                      llvm::ArrayRef<unsigned> ParameterOf,
                      llvm::ArrayRef<Value> Given,
                      llvm::MutableArrayRef<Value> Values);
  /// Slots own what only memory would.
  void ownArguments(llvm::MutableArrayRef<Value> Values, SourceRange R);
  void checkDropped(const CallSite &Call);

  //===--- Function values (CheckFunction.cpp)
  /// A function without a type of its own: a lambda that leaves out types, or
  /// the name of many functions.
  bool needsSignature(const syntax::Expr *E);
  /// \p E where a function of these parameters (null, or all left out: not
  /// known) and this result (null: not known) is asked for.
  Value checkFunctionValue(const syntax::Expr *E,
                           llvm::ArrayRef<const Type *> Params,
                           const Type *ResultType);
  Value checkFunctionName(const syntax::NameExpr &E, const Type *Hint);
  Value checkLambda(const syntax::LambdaExpr &E,
                    llvm::ArrayRef<const Type *> Params, const Type *ResultType,
                    bool IsHidden);
  /// `fn(a, b) = name(a, b)`.
  const syntax::LambdaExpr *forward(const syntax::NameExpr &Name, size_t Count);
  Value callValue(CallSite &Call, Value Callee);
  /// \p Values: the callee, then the arguments.
  Value emitValueCall(CallSite &Call, llvm::MutableArrayRef<Value> Values);
  /// What a call of \p V calls, if that is known.
  std::optional<tast::FunctionId> targetOf(Value V) const;
  /// Nothing else is ever assigned to \p S than \p V.
  void noteTarget(SlotId S, Value V);

  //===--- Generic functions (CheckGeneric.cpp)
  Value callGeneric(CallSite &Call, FunctionInfo &G,
                    llvm::ArrayRef<unsigned> ParameterOf, const Type *Hint);

  //===--- Library (CheckLibrary.cpp)
  Value callLibrary(CallSite &Call, const LibraryFunction &F, const Type *Hint);
  bool checkCount(const CallSite &Call, const LibraryFunction &F);
  Value callMaths(CallSite &Call, const LibraryFunction &F, const Type *Hint);
  Value callMinMax(CallSite &Call, const LibraryFunction &F, const Type *Hint);
  Value callBits(CallSite &Call, const LibraryFunction &F);
  Value callArray(CallSite &Call, const LibraryFunction &F, const Type *Hint);
  Value callNewArray(CallSite &Call, const LibraryFunction &F,
                     const Type *Hint);
  Value callText(CallSite &Call, const LibraryFunction &F, const Type *Hint);
  Value callPrint(CallSite &Call, bool Line);
  Value wrongArgument(CallSite &Call, size_t I, const Type *Found,
                      const char *Wanted);
  bool isArray(CallSite &Call, size_t I, Value V, unsigned Rank = 0);
  Value arraySize(const syntax::Expr *E);
  Value operation(tast::Operation Which, const Type *Result,
                  llvm::ArrayRef<Value> Operands, SourceRange R);

  //===--- Reductions (CheckComprehension.cpp)
  Value callReduction(CallSite &Call, tast::Intrinsic Which);
  const Type *reductionType(tast::Intrinsic Which, const Type *Element,
                            CallSite &Call);
  Value reduceSequence(CallSite &Call, tast::Intrinsic Which,
                       const Sequence &S);
  void foldPartials(SlotId Parts, tast::BinaryOp Op, SourceRange R);
  void trapWhenEmpty(Value Count, tast::Intrinsic Which, const Type *Element,
                     SourceRange R);

  //===--- Format (CheckFormat.cpp)
  Value callFormat(CallSite &Call);

  //===--- Statements (CheckStmt.cpp)
  /// What becomes of a value.
  enum class Sink : uint8_t { Drop, Return };
  /// Gives the function its body, of type Result.
  void checkFunctionBody(const syntax::Expr *Body);
  /// True when control never reaches the end.
  bool sink(const syntax::Expr *E, Sink To);
  bool sinkBlock(const syntax::BlockExpr &E, Sink To);
  bool sinkIf(const syntax::IfExpr &E, Sink To);
  bool finish(Value V, Sink To, const syntax::Expr *E);
  void returnValue(Value V, const syntax::Expr *E, SourceRange R);
  /// The statements of a block but its result. True when they diverge.
  bool checkStatements(syntax::List<const syntax::Stmt *> Stmts);
  bool checkStmt(const syntax::Stmt *S);
  bool checkLet(const syntax::LetStmt &S);
  void bindPattern(const syntax::Pattern *Target, const PlaceRef &From,
                   bool IsVar);
  void declareErroneous(const syntax::Pattern *Target);
  Value checkReturn(const syntax::ReturnExpr &E);
  void reportMissingValue(const syntax::BlockExpr &E);

  /// One of several ways to a value, before it is known where that goes.
  struct Branch {
    StmtVector List;
    Value Result = nullptr;
    const syntax::Expr *Syntax = nullptr;
    llvm::SmallVector<SlotId, 2> Counted;
  };
  /// Enter is called first inside the branch.
  void checkBranch(const syntax::Expr *E, const Type *Hint, Branch &B,
                   llvm::function_ref<void()> Enter);
  Value checkBlock(const syntax::BlockExpr &E, const Type *Hint);
  Value checkIf(const syntax::IfExpr &E, const Type *Hint);
  /// The type of the whole; Error after a report.
  const Type *unify(llvm::ArrayRef<Branch> Branches, const char *What);
  /// Checks the branches' expressions, those that adapt last.
  void checkBranches(llvm::ArrayRef<const syntax::Expr *> Es, const Type *Hint,
                     llvm::MutableArrayRef<Branch> To,
                     llvm::function_ref<void(size_t)> Enter = nullptr);
  /// Ends a branch: its value goes to \p Slot, if that is one.
  void finishBranch(Branch &B, SlotId Slot);
  Value checkCondition(const syntax::Expr *E);

  //===--- Loops (CheckLoop.cpp)
  Value checkWhile(const syntax::WhileExpr &E);
  Value checkFor(const syntax::ForExpr &E);
  Value checkLoop(const syntax::LoopExpr &E, const Type *Hint);
  Value checkBreak(const syntax::BreakExpr &E);
  Value checkContinue(const syntax::ContinueExpr &E);
  void checkBody(const syntax::BlockExpr &E);

  /// What an iteration runs over, bounds evaluated.
  struct Range {
    const syntax::Iteration *Syntax;
    Value Lo = nullptr, Hi = nullptr, Step = nullptr;
    bool Inclusive = false;
    bool Never = false; ///< Evaluating the bounds does not come back.
    SiteId Site = tast::NoSite;
    /// Of an array, text or fixed array: where it is, and its element type.
    std::optional<PlaceRef> Over;
    const Type *Element = nullptr;
    SourceRange Where;
  };
  /// Hold: the bounds will be read more than once.
  bool checkRange(const syntax::Iteration &I, Range &R, bool Hold);
  /// Declares the variable; gives the loop's, and adds what binds an element.
  SlotId enterRange(const Range &R, StmtVector &Body);
  void emitRange(const Range &R, SlotId Variable, const StmtVector &Body,
                 SourceRange Where, tast::LoopId Loop);
  /// Number of iterations as an i64, negative when too large for one.
  Value rangeCount(const Range &R);
  Value stepCount(const Range &R);

  //===--- Match (CheckMatch.cpp)
  Value checkMatch(const syntax::MatchExpr &E, const Type *Hint);
  bool sinkMatch(const syntax::MatchExpr &E, Sink To);
  /// The subject and what each arm tests.
  void checkArms(const syntax::MatchExpr &E, Matching &To);
  /// Evaluates the subject; from here on it can be read at To.Subject until
  /// something is written.
  void bindSubject(Value V, Matching &To, SourceRange R);
  void checkExhaustive(const syntax::MatchExpr &E, Matching &Of);
  /// Whether the value at \p At suits; null when every value does. Tag: that of
  /// the enum there, if it is known.
  Value patternTest(const MatchPattern &Of, const PlaceRef &At,
                    Value Tag = nullptr);
  /// Null when the arm takes everything.
  Value armTest(const Arm &A, const Matching &Of);
  /// Declares what the arm's pattern binds, and takes it from the subject.
  void declareBound(const Arm &A, const Matching &Of);
  using BoundSlots = llvm::DenseMap<llvm::StringRef, SlotId>;
  void bindParts(const MatchPattern &Of, const PlaceRef &At,
                 const BoundSlots &Slots);
  void emitArms(Matching &Of, bool Leave, SourceRange R);

  //===--- Patterns (CheckPattern.cpp)
  using PatternPool = std::deque<MatchPattern>;
  /// Null after an error.
  const MatchPattern *checkPattern(const syntax::Pattern *Of, const Type *T,
                                   PatternPool &Pool);
  const MatchPattern *namePattern(const syntax::BindingPattern &Of,
                                  const Type *T, PatternPool &Pool);
  const MatchPattern *valuePattern(const syntax::Expr *E, const Type *T,
                                   PatternPool &Pool);
  const MatchPattern *rangePattern(const syntax::RangePattern &Of,
                                   const Type *T, PatternPool &Pool);
  const MatchPattern *tuplePattern(const syntax::TuplePattern &Of,
                                   const Type *T, PatternPool &Pool);
  const MatchPattern *variantPattern(const syntax::VariantPattern &Of,
                                     const Type *T, PatternPool &Pool);
  const MatchPattern *structPattern(const syntax::VariantPattern &Of,
                                    const RecordType &T, PatternPool &Pool);
  const MatchPattern *orPattern(const syntax::OrPattern &Of, const Type *T,
                                PatternPool &Pool);
  /// With the patterns of its parts, null for those not given.
  const MatchPattern *
  constructorPattern(const syntax::Pattern *Of, const Type *T, uint32_t Number,
                     std::span<const Field> Fields,
                     llvm::ArrayRef<const syntax::Pattern *> Parts,
                     PatternPool &Pool);
  /// Reports names that are bound twice.
  bool checkBound(const MatchPattern &Of);
  /// A literal or the name of a constant.
  Value checkPatternValue(const syntax::Expr *E, const Type *T);

  //===--- Arrays (CheckArray.cpp, CheckComprehension.cpp)
  Value checkArrayLiteral(const syntax::ArrayLiteralExpr &E, const Type *Hint);
  Value checkFixedLiteral(const syntax::ArrayLiteralExpr &E,
                          const FixedArrayType &T);
  Value checkNestedLiteral(const syntax::ArrayLiteralExpr &E,
                           const ArrayType &T);
  Value storeElements(llvm::ArrayRef<const syntax::Expr *> Leaves,
                      llvm::ArrayRef<uint64_t> Dims, const Type *Hint,
                      SourceRange R);
  Value checkRepeat(const syntax::RepeatExpr &E, const Type *Hint);
  Value checkZeroArray(const Type *Element,
                       llvm::ArrayRef<const syntax::Expr *> Dims,
                       SourceRange R);
  Value checkComprehension(const syntax::ComprehensionExpr &E,
                           const Type *Hint);
  /// The loops of a sequence, and an element inside them.
  struct Iterated {
    std::vector<Range> Ranges;
    std::vector<SlotId> Variables;
    Value V = nullptr;
  };
  /// Emits the loops: Setup emits in front of them, once the elements' type is
  /// known; Each at the end of the body. False after an error, or when control
  /// does not come back (then Diverged is set).
  bool iterate(const Sequence &S, const Type *Hint,
               llvm::function_ref<void(const Iterated &)> Setup,
               llvm::function_ref<void(const Iterated &)> Each);
  /// What an array is made of, if not of the elements themselves.
  struct ArrayStep {
    /// As of iterate; gives the type, or null after an error.
    std::function<const Type *(const Iterated &)> Setup;
    /// Gives the value, or null after an error.
    std::function<Value(const Iterated &)> Each;
  };
  Value buildArray(const Sequence &S, const Type *Hint, SourceRange R,
                   const ArrayStep *Step = nullptr);

  //===--- Functions of functions (CheckHigherOrder.cpp)
  Value callHigherOrder(CallSite &Call, const LibraryFunction &F,
                        const Type *Hint);
  Value callFold(CallSite &Call, const LibraryFunction &F, const Type *Hint);
  Value callSortBy(CallSite &Call);
  bool isSequence(const syntax::Expr *E) const;
  const LibraryFunction *stageCall(const syntax::Expr *E,
                                   const syntax::Expr *&Of,
                                   const syntax::Expr *&F) const;
  /// These evaluate what is evaluated once: false after an error, or when that
  /// does not come back (then Diverged is set). \p Who is the library function
  /// that wants it.
  bool makeSequence(const syntax::Expr *E, std::string_view Who, Sequence &S);
  bool makeSource(const syntax::Expr *E, std::string_view Who, Sequence &S);
  bool addStage(const syntax::Expr *Of, const syntax::Expr *F,
                const LibraryFunction &Which, SourceRange R, Sequence &S);
  bool makeApplied(const syntax::Expr *E, std::string_view Who, Applied &To);
  void rangesOver(const Sequence &S, Iterated &It);
  Value elementAt(const Sequence &S, llvm::ArrayRef<Value> Indices);
  /// Emits what the stages make of \p V, and Then where an element comes out.
  bool applyStages(Value V, llvm::ArrayRef<Stage> Stages, const Type *Hint,
                   llvm::function_ref<void(Value)> Then);
  /// The result of the function for these arguments.
  Value apply(const Applied &F, llvm::ArrayRef<Value> Args, const Type *Hint);
  Value applyTest(const Applied &F, llvm::ArrayRef<Value> Args);
  Value applyLambda(const syntax::LambdaExpr &E, const Applied &F,
                    llvm::ArrayRef<Value> Args, const Type *Hint);
  Value returnInlined(size_t At, const syntax::ReturnExpr &E);
  const Type *firstParameter(const Applied &F);

  Program &P;
  DiagnosticEngine &Diags;
  tast::Module &M;
  TypeContext &Types;
  Lowering L;
  Value Erroneous;
  Value Unreachable;

  bool Diverged = false; ///< See iterate.
  /// What stands here is not what is written: no fix repeats it.
  SourceRange WithoutFix;
  /// Errors of a constant's literal are reported here.
  SourceRange LiteralUse;

  void begin(tast::Function &F, bool Fused);
};

} // namespace jitrun::sema

#endif // JITRUN_SEMA_CHECKER_H
