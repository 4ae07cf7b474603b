#ifndef JITRUN_SEMA_LOWERING_H
#define JITRUN_SEMA_LOWERING_H

#include "TypedAST/TypedAST.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <string_view>

namespace jitrun::sema {

using tast::SiteId;
using tast::SlotId;
using StmtVector = std::vector<const tast::Stmt *>;

/// A place while it is being put together; see tast::Place.
struct PlaceRef {
  /// Why a place cannot be assigned, if it cannot.
  enum class Access : uint8_t {
    Writable,
    Let,
    Parameter,
    LoopVariable,
    Constant,
    Captured,
    Value, ///< A temporary: the result of something.
    Text,  ///< A byte of a text.
  };

  tast::PlaceBase Base = tast::PlaceBase::Local;
  bool Unchecked = false;
  bool Linear = false;
  SlotId Slot = tast::NoSlot;
  tast::ConstantId Constant{};
  uint32_t Capture = 0;
  const tast::Expr *Array = nullptr;
  llvm::SmallVector<const tast::Expr *, 2> Indices;
  SiteId Site = tast::NoSite;
  const Type *BaseTy = nullptr;
  llvm::SmallVector<tast::Projection, 2> Projections;
  const Type *Ty = nullptr;

  Access Allowed = Access::Writable;
  std::string_view Name;   ///< Of the variable that it begins with, if any.
  SourceRange Declaration; ///< Where that was declared.
};

/// Builds the statements of one function in A-normal form.
///
/// Statements go to the current list, which capture() exchanges. Slots of
/// counted types belong to the innermost scope and are released at its end.
class Lowering {
public:
  explicit Lowering(tast::Module &M) : M(M) {}
  Lowering(const Lowering &) = delete;
  Lowering &operator=(const Lowering &) = delete;

  void start(tast::Function &Function, bool Fused);
  /// Gives the function its body.
  void finish();
  tast::Function &function() { return *F; }

  /// What is kept while another function, which stands in this one, is built.
  struct Suspended;
  Suspended suspend();
  void resume(Suspended S);
  /// Inside an `@fused` function.
  bool fused() const { return Fused; }
  TypeContext &types() { return M.Types; }
  tast::Module &module() { return M; }

  SiteId site(SourceRange Range);
  tast::LoopId loop() { return tast::LoopId(F->LoopCount++); }

  // Slots.
  /// A variable of the innermost block; of none (a parameter) when there is
  /// no block yet.
  SlotId addVariable(std::string_view Name, const Type *T);
  /// A hidden slot of the innermost scope, assigned once where it is made (or
  /// on each way to where it is read).
  SlotId addTemp(const Type *T);
  const Type *slotType(SlotId S) const { return F->Locals[size_t(S)].Ty; }
  /// Whether it has a name.
  bool isVariable(SlotId S) const { return !F->Locals[size_t(S)].Name.empty(); }
  /// For a slot whose type is known only after what fills it was checked.
  void setSlotType(SlotId S, const Type *T) {
    setSlotType(S, T, Scopes.size());
  }
  /// \p Depth: how many scopes were open where it was added.
  void setSlotType(SlotId S, const Type *T, size_t Depth);
  size_t scopeDepth() const { return Scopes.size(); }

  // Scopes.
  void openScope(bool IsBlock) { Scopes.push_back({{}, IsBlock}); }
  /// Wraps what the current list has from \p Mark on into a Block, if that
  /// scope has something to release.
  void closeScope(size_t Mark, SourceRange Range);
  /// Closes without releasing: control never reaches the end.
  void dropScope() { Scopes.pop_back(); }
  /// Closes the scope for now; what it owns is given to another later.
  llvm::SmallVector<SlotId, 2> takeScope() {
    auto Counted = std::move(Scopes.back().Counted);
    Scopes.pop_back();
    return Counted;
  }
  void giveScope(llvm::ArrayRef<SlotId> Counted) {
    Scopes.back().Counted.append(Counted.begin(), Counted.end());
  }
  bool scopeHasCounted() const { return !Scopes.back().Counted.empty(); }

  // Lists.
  size_t mark() const { return List->size(); }
  void emit(const tast::Stmt *S) { List->push_back(S); }
  void append(const StmtVector &From) {
    List->insert(List->end(), From.begin(), From.end());
  }
  /// Makes \p To the current list; gives the one before.
  StmtVector *capture(StmtVector *To) { return std::exchange(List, To); }
  tast::StmtList keep(const StmtVector &From) { return M.copy(From); }

  // Expressions.
  const tast::Expr *integer(const Type *T, uint64_t Value);
  const tast::Expr *boolean(bool Value) {
    return integer(types().boolean(), Value);
  }
  const tast::Expr *i64(int64_t Value) {
    return integer(types().i64(), uint64_t(Value));
  }
  const tast::Expr *floating(const Type *T, double Value) {
    return M.make<tast::FloatConstant>(T, Value);
  }
  const tast::Expr *text(std::string_view Text) {
    return M.make<tast::TextConstant>(types().str(), M.internText(Text));
  }
  const tast::Expr *unit() {
    return M.make<tast::UnitConstant>(types().unit());
  }
  const tast::Expr *zero(const Type *T) { return M.make<tast::ZeroExpr>(T); }
  const tast::Expr *unary(tast::UnaryOp Op, const tast::Expr *E) {
    return M.make<tast::UnaryExpr>(E->Ty, Op, E);
  }
  /// Of one type, or a comparison.
  const tast::Expr *binary(tast::BinaryOp Op, const tast::Expr *L,
                           const tast::Expr *R, SiteId Site = tast::NoSite);
  const tast::Expr *logical(bool IsAnd, const tast::Expr *L,
                            const tast::Expr *R) {
    return M.make<tast::LogicalExpr>(types().boolean(), IsAnd, L, R);
  }
  /// \p E itself when it has that type.
  const tast::Expr *convert(const Type *T, const tast::Expr *E);
  const tast::Expr *intrinsic(const Type *T, tast::Intrinsic Which,
                              std::initializer_list<const tast::Expr *> Of,
                              SiteId Site = tast::NoSite);
  const tast::Expr *dim(const tast::Expr *Array, unsigned Dimension);
  const tast::Expr *aggregate(const Type *T,
                              llvm::ArrayRef<const tast::Expr *> Parts) {
    return M.make<tast::AggregateExpr>(T, copy(Parts));
  }
  const tast::Expr *variant(const Type *T, uint32_t Number,
                            llvm::ArrayRef<const tast::Expr *> Parts) {
    return M.make<tast::VariantExpr>(T, Number, copy(Parts));
  }
  /// Number of the variant that is at \p P.
  const tast::Expr *tag(const PlaceRef &P) {
    return M.make<tast::TagExpr>(types().get(TypeKind::U32), place(P));
  }
  const tast::Expr *load(SlotId S) { return load(local(S)); }
  const tast::Expr *load(const PlaceRef &P);

  // Places.
  PlaceRef local(SlotId S);
  /// What a lambda has captured, by number.
  PlaceRef capture(uint32_t Number, const Type *T);
  PlaceRef element(const tast::Expr *Array,
                   llvm::ArrayRef<const tast::Expr *> Indices, SiteId Site);
  /// An element that is known to be there.
  PlaceRef elementUnchecked(const tast::Expr *Array,
                            llvm::ArrayRef<const tast::Expr *> Indices);
  /// The element at a row-major position of a fresh array.
  PlaceRef elementLinear(const tast::Expr *Array, const tast::Expr *Position);
  PlaceRef field(PlaceRef P, uint32_t Index);
  /// Of the payload that \p P has when it is that variant.
  PlaceRef payload(PlaceRef P, uint32_t Variant, uint32_t Index);
  /// Of a fixed array.
  PlaceRef indexed(PlaceRef P, const tast::Expr *Index, SiteId Site,
                   bool Unchecked);
  const tast::Place *place(const PlaceRef &P);

  // Statements.
  void assign(const PlaceRef &To, const tast::Expr *Value, SourceRange R,
              bool IsInit = false);
  void init(SlotId To, const tast::Expr *Value, SourceRange R) {
    assign(local(To), Value, R, /*IsInit=*/true);
  }
  void opAssign(const PlaceRef &To, tast::BinaryOp Op, const tast::Expr *Value,
                SourceRange R, SiteId Site = tast::NoSite, bool Fused = false);
  /// Nothing assigns the slot but what fills it first.
  void setImmutable(SlotId S) { Assigned[size_t(S)] = 0; }
  bool isImmutable(SlotId S) const { return !Assigned[size_t(S)]; }
  /// Makes a temp into a variable, when \p V is the load of one that is not
  /// older than \p Start slots; else gives NoSlot.
  SlotId adopt(const tast::Expr *V, size_t Start, std::string_view Name);
  /// Makes the call or operation before this point, whose result \p V loads,
  /// put it straight into \p To; false when there is none.
  bool retarget(const tast::Expr *V, SlotId To);
  size_t slotCount() const { return F->Locals.size(); }
  /// The slot's value from here on is not what it was.
  void noteAssigned(SlotId S) { Assigned[size_t(S)] = ++Clock; }
  /// A temp that holds \p Value.
  SlotId bind(const tast::Expr *Value, SourceRange R);
  /// The same, or the slot that \p Value loads if nothing assigns that.
  SlotId bindOnce(const tast::Expr *Value, SourceRange R);
  /// \p Value itself when it is a constant or the load of a slot that is never
  /// assigned again, else a load of a temp.
  const tast::Expr *hold(const tast::Expr *Value, SourceRange R);
  tast::OperationStmt *operation(SlotId Dest, tast::Operation Which,
                                 llvm::ArrayRef<const tast::Expr *> Operands,
                                 SourceRange R);
  void ifThen(const tast::Expr *Condition, const StmtVector &Then,
              const StmtVector &Else, SourceRange R) {
    emit(M.make<tast::IfStmt>(R, Condition, keep(Then), keep(Else)));
  }

  // Order of evaluation.
  uint32_t clock() const { return Clock; }
  /// Whether evaluating \p E later than at \p Since, past the statements
  /// emitted meanwhile, makes no difference.
  bool isStable(const tast::Expr *E, uint32_t Since, unsigned Budget = 8) const;
  /// Puts \p E into a temp at position \p Mark of the list (which moves
  /// behind it) unless it is stable.
  void spill(const tast::Expr *&E, size_t &Mark, uint32_t Since, SourceRange R);
  void spill(PlaceRef &P, size_t &Mark, uint32_t Since, SourceRange R);

private:
  bool isStable(const tast::Place &P, uint32_t Since, unsigned Budget) const;
  std::span<const tast::Expr *const>
  copy(llvm::ArrayRef<const tast::Expr *> Parts) {
    return M.copy(
        std::span<const tast::Expr *const>(Parts.data(), Parts.size()));
  }

  struct Scope {
    llvm::SmallVector<SlotId, 2> Counted;
    bool IsBlock;
  };

  /// The slot that \p V loads as a whole, or NoSlot.
  static SlotId wholeSlot(const tast::Expr *V);

public:
  struct Suspended {
    tast::Function *F;
    bool Fused;
    StmtVector Body;
    StmtVector *List;
    llvm::SmallVector<Scope, 8> Scopes;
    std::vector<uint32_t> Assigned;
    uint32_t Clock;
  };

private:
  tast::Module &M;
  tast::Function *F = nullptr;
  bool Fused = false;
  StmtVector Body;
  StmtVector *List = nullptr;
  llvm::SmallVector<Scope, 8> Scopes;
  /// For each slot the time of its last assignment; 0 for temps.
  std::vector<uint32_t> Assigned;
  uint32_t Clock = 0;
};

/// Gathers operands that are evaluated left to right.
///
///   OperandList Operands(L, Range);
///   Operands.add(check(A));   // emits statements
///   Operands.add(check(B));   // if B emitted some, A is spilled before them
class OperandList {
public:
  OperandList(Lowering &L, SourceRange R)
      : L(L), R(R), Since(L.clock()), Mark(L.mark()) {}
  void add(const tast::Expr *E) {
    if (L.mark() > Mark)
      for (const tast::Expr *&V : Values)
        L.spill(V, Mark, Since, R);
    Values.push_back(E);
    Mark = L.mark();
  }
  const tast::Expr *operator[](size_t I) const { return Values[I]; }
  size_t size() const { return Values.size(); }
  llvm::ArrayRef<const tast::Expr *> values() const { return Values; }
  llvm::MutableArrayRef<const tast::Expr *> values() { return Values; }

private:
  Lowering &L;
  SourceRange R;
  uint32_t Since;
  size_t Mark;
  llvm::SmallVector<const tast::Expr *, 4> Values;
};

} // namespace jitrun::sema

#endif // JITRUN_SEMA_LOWERING_H
