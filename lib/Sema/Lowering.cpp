#include "Sema/Lowering.h"

namespace jitrun::sema {

using namespace tast;

void Lowering::start(Function &Function, bool IsFused) {
  F = &Function;
  Fused = IsFused;
  Body.clear();
  List = &Body;
  Scopes.clear();
  Assigned.clear();
  Clock = 0;
}

void Lowering::finish() { F->Body = keep(Body); }

Lowering::Suspended Lowering::suspend() {
  return {F,
          Fused,
          std::move(Body),
          List,
          std::move(Scopes),
          std::move(Assigned),
          Clock};
}

void Lowering::resume(Suspended S) {
  F = S.F;
  Fused = S.Fused;
  Body = std::move(S.Body);
  List = S.List;
  Scopes = std::move(S.Scopes);
  Assigned = std::move(S.Assigned);
  Clock = S.Clock;
}

SiteId Lowering::site(SourceRange Range) {
  F->Sites.push_back(Range);
  return SiteId(F->Sites.size() - 1);
}

SlotId Lowering::addVariable(std::string_view Name, const Type *T) {
  SlotId S = SlotId(F->Locals.size());
  F->Locals.push_back({std::string(Name), T});
  Assigned.push_back(++Clock);
  if (T->isCounted())
    for (Scope &Each : llvm::reverse(Scopes))
      if (Each.IsBlock) {
        Each.Counted.push_back(S);
        break;
      }
  return S;
}

SlotId Lowering::addTemp(const Type *T) {
  SlotId S = SlotId(F->Locals.size());
  F->Locals.push_back({{}, T});
  Assigned.push_back(0);
  if (T->isCounted() && !Scopes.empty())
    Scopes.back().Counted.push_back(S);
  return S;
}

void Lowering::setSlotType(SlotId S, const Type *T, size_t Depth) {
  assert(!F->Locals[size_t(S)].Ty->isCounted() && "already in a scope");
  F->Locals[size_t(S)].Ty = T;
  if (T->isCounted() && Depth)
    Scopes[Depth - 1].Counted.push_back(S);
}

void Lowering::closeScope(size_t Mark, SourceRange Range) {
  Scope S = std::move(Scopes.back());
  Scopes.pop_back();
  if (S.Counted.empty())
    return;
  std::span<const Stmt *const> Inside(List->data() + Mark, List->size() - Mark);
  auto *Block = M.make<BlockStmt>(
      Range, M.copy(Inside),
      M.copy(std::span<const SlotId>(S.Counted.data(), S.Counted.size())));
  List->resize(Mark);
  List->push_back(Block);
}

//===----------------------------------------------------------------------===//
// Expressions

const Expr *Lowering::integer(const Type *T, uint64_t Value) {
  unsigned Bits = T->bits();
  if (Bits < 64) {
    uint64_t Low = Value & ((uint64_t(1) << Bits) - 1);
    if (T->isSigned() && Low >> (Bits - 1))
      Low |= ~uint64_t(0) << Bits;
    Value = Low;
  }
  return M.make<IntConstant>(T, Value);
}

const Expr *Lowering::binary(BinaryOp Op, const Expr *L, const Expr *R,
                             SiteId Site) {
  const Type *T = isComparison(Op) ? types().boolean() : L->Ty;
  return M.make<BinaryExpr>(T, Op, L, R, Site);
}

const Expr *Lowering::convert(const Type *T, const Expr *E) {
  return T == E->Ty ? E : M.make<ConvertExpr>(T, E);
}

const Expr *Lowering::intrinsic(const Type *T, Intrinsic Which,
                                std::initializer_list<const Expr *> Of,
                                SiteId Site) {
  return M.make<IntrinsicExpr>(
      T, Which, M.copy(std::span<const Expr *const>(Of.begin(), Of.size())),
      Site);
}

const Expr *Lowering::dim(const Expr *Array, unsigned Dimension) {
  return intrinsic(types().i64(), Intrinsic::Dim, {Array, i64(Dimension)});
}

const Expr *Lowering::load(const PlaceRef &P) {
  return M.make<LoadExpr>(P.Ty, place(P));
}

//===----------------------------------------------------------------------===//
// Places

PlaceRef Lowering::local(SlotId S) {
  PlaceRef P;
  P.Slot = S;
  P.BaseTy = P.Ty = slotType(S);
  return P;
}

PlaceRef Lowering::capture(uint32_t Number, const Type *T) {
  PlaceRef P;
  P.Base = PlaceBase::Capture;
  P.Capture = Number;
  P.BaseTy = P.Ty = T;
  return P;
}

PlaceRef Lowering::element(const Expr *Array,
                           llvm::ArrayRef<const Expr *> Indices, SiteId Site) {
  PlaceRef P;
  P.Base = PlaceBase::Element;
  P.Array = Array;
  P.Indices.assign(Indices.begin(), Indices.end());
  P.Site = Site;
  P.BaseTy = P.Ty = static_cast<const ArrayType *>(Array->Ty)->element();
  return P;
}

PlaceRef Lowering::elementUnchecked(const Expr *Array,
                                    llvm::ArrayRef<const Expr *> Indices) {
  PlaceRef P = element(Array, Indices, NoSite);
  P.Unchecked = true;
  return P;
}

PlaceRef Lowering::elementLinear(const Expr *Array, const Expr *Position) {
  PlaceRef P = elementUnchecked(Array, Position);
  P.Linear = true;
  return P;
}

PlaceRef Lowering::field(PlaceRef P, uint32_t Index) {
  Projection Step;
  Step.Ty = static_cast<const RecordType *>(P.Ty)->field(Index).Ty;
  Step.Field = Index;
  P.Projections.push_back(Step);
  P.Ty = Step.Ty;
  return P;
}

PlaceRef Lowering::payload(PlaceRef P, uint32_t Variant, uint32_t Index) {
  Projection Step;
  Step.Field = Index;
  Step.Variant = Variant;
  Step.Ty = fieldOf(P.Ty, Step).Ty;
  P.Projections.push_back(Step);
  P.Ty = Step.Ty;
  return P;
}

PlaceRef Lowering::indexed(PlaceRef P, const Expr *Index, SiteId Site,
                           bool Unchecked) {
  Projection Step;
  Step.Ty = static_cast<const FixedArrayType *>(P.Ty)->element();
  Step.Index = Index;
  Step.Site = Unchecked ? NoSite : Site;
  Step.Unchecked = Unchecked;
  P.Projections.push_back(Step);
  P.Ty = Step.Ty;
  return P;
}

const Place *Lowering::place(const PlaceRef &P) {
  Place *To = M.make<Place>();
  To->Base = P.Base;
  To->Unchecked = P.Unchecked;
  To->Linear = P.Linear;
  To->Slot = P.Slot;
  To->Constant = P.Constant;
  To->Capture = P.Capture;
  To->Array = P.Array;
  To->Indices =
      M.copy(std::span<const Expr *const>(P.Indices.data(), P.Indices.size()));
  To->Site = P.Site;
  To->BaseTy = P.BaseTy;
  To->Projections = M.copy(
      std::span<const Projection>(P.Projections.data(), P.Projections.size()));
  To->Ty = P.Ty;
  return To;
}

//===----------------------------------------------------------------------===//
// Statements

void Lowering::assign(const PlaceRef &To, const Expr *Value, SourceRange R,
                      bool IsInit) {
  if (To.Base == PlaceBase::Local && Assigned[size_t(To.Slot)])
    noteAssigned(To.Slot);
  emit(M.make<AssignStmt>(R, place(To), Value, IsInit));
}

void Lowering::opAssign(const PlaceRef &To, BinaryOp Op, const Expr *Value,
                        SourceRange R, SiteId Site, bool Fused) {
  if (To.Base == PlaceBase::Local && Assigned[size_t(To.Slot)])
    noteAssigned(To.Slot);
  auto *S = M.make<OpAssignStmt>(R, Op, Site, place(To), Value);
  S->Fused = Fused;
  emit(S);
}

SlotId Lowering::bind(const Expr *Value, SourceRange R) {
  SlotId S = addTemp(Value->Ty);
  init(S, Value, R);
  return S;
}

SlotId Lowering::wholeSlot(const Expr *V) {
  if (V->Kind != ExprKind::Load)
    return NoSlot;
  const Place &P = *as<LoadExpr>(*V).From;
  return P.Base == PlaceBase::Local && P.Projections.empty() ? P.Slot : NoSlot;
}

SlotId Lowering::bindOnce(const Expr *Value, SourceRange R) {
  SlotId S = wholeSlot(Value);
  return S != NoSlot && isImmutable(S) ? S : bind(Value, R);
}

SlotId Lowering::adopt(const Expr *V, size_t Start, std::string_view Name) {
  SlotId S = wholeSlot(V);
  if (S == NoSlot || size_t(S) < Start || !F->Locals[size_t(S)].Name.empty() ||
      Scopes.size() < 2 || Scopes.back().IsBlock)
    return NoSlot;
  if (V->Ty->isCounted()) {
    auto &Counted = Scopes.back().Counted;
    auto At = llvm::find(Counted, S);
    if (At == Counted.end())
      return NoSlot;
    Counted.erase(At);
    for (Scope &Each : llvm::reverse(Scopes))
      if (Each.IsBlock) {
        Each.Counted.push_back(S);
        break;
      }
  }
  F->Locals[size_t(S)].Name = Name;
  Assigned[size_t(S)] = ++Clock;
  return S;
}

bool Lowering::retarget(const Expr *V, SlotId To) {
  SlotId S = wholeSlot(V);
  if (S == NoSlot || List->empty() || !F->Locals[size_t(S)].Name.empty())
    return false;
  auto Redirect = [&](auto *Made) {
    if (Made->Dest != S)
      return false;
    Made->Dest = To;
    return true;
  };
  // Still being built, so it may change.
  auto *Last = const_cast<Stmt *>(List->back());
  bool Done = false;
  if (Last->Kind == StmtKind::Call)
    Done = Redirect(static_cast<CallStmt *>(Last));
  else if (Last->Kind == StmtKind::ExternCall)
    Done = Redirect(static_cast<ExternCallStmt *>(Last));
  else if (Last->Kind == StmtKind::Operation)
    Done = Redirect(static_cast<OperationStmt *>(Last));
  if (!Done)
    return false;
  if (Assigned[size_t(To)])
    noteAssigned(To);
  if (!Scopes.empty())
    llvm::erase(Scopes.back().Counted, S);
  return true;
}

const Expr *Lowering::hold(const Expr *Value, SourceRange R) {
  switch (Value->Kind) {
  case ExprKind::IntConstant:
  case ExprKind::FloatConstant:
  case ExprKind::TextConstant:
  case ExprKind::UnitConstant:
  case ExprKind::Zero:
  case ExprKind::FunctionConstant:
    return Value;
  case ExprKind::Load:
    if (SlotId S = wholeSlot(Value); S != NoSlot && isImmutable(S))
      return Value;
    if (const Place &P = *as<LoadExpr>(*Value).From;
        P.Base == PlaceBase::Capture && P.Projections.empty())
      return Value;
    break;
  default:
    break;
  }
  return load(bind(Value, R));
}

OperationStmt *Lowering::operation(SlotId Dest, Operation Which,
                                   llvm::ArrayRef<const Expr *> Operands,
                                   SourceRange R) {
  auto *S = M.make<OperationStmt>(
      R, Dest, Which, site(R),
      M.copy(std::span<const Expr *const>(Operands.data(), Operands.size())));
  if (Dest != NoSlot && Assigned[size_t(Dest)])
    noteAssigned(Dest);
  emit(S);
  return S;
}

//===----------------------------------------------------------------------===//
// Order of evaluation

static bool mayTrap(const BinaryExpr &E) { return E.Site != NoSite; }

/// Whether reading it later gives the same, and cannot trap.
bool Lowering::isStable(const Place &P, uint32_t Since, unsigned Budget) const {
  if (P.Base == PlaceBase::Element)
    return false;
  if (P.Base == PlaceBase::Local && Assigned[size_t(P.Slot)] > Since)
    return false;
  for (const Projection &Step : P.Projections)
    if (Step.Index && (!Step.Unchecked || !isStable(Step.Index, Since, Budget)))
      return false;
  return true;
}

bool Lowering::isStable(const Expr *E, uint32_t Since, unsigned Budget) const {
  if (!Budget)
    return false;
  --Budget;
  switch (E->Kind) {
  case ExprKind::IntConstant:
  case ExprKind::FloatConstant:
  case ExprKind::TextConstant:
  case ExprKind::UnitConstant:
  case ExprKind::Zero:
  case ExprKind::FunctionConstant:
    return true;
  case ExprKind::Load:
    return isStable(*as<LoadExpr>(*E).From, Since, Budget);
  case ExprKind::Tag:
    return isStable(*as<TagExpr>(*E).Of, Since, Budget);
  case ExprKind::Unary:
    return isStable(as<UnaryExpr>(*E).Operand, Since, Budget);
  case ExprKind::Convert:
    return isStable(as<ConvertExpr>(*E).Operand, Since, Budget);
  case ExprKind::Binary: {
    const auto &B = as<BinaryExpr>(*E);
    return !mayTrap(B) && isStable(B.Left, Since, Budget) &&
           isStable(B.Right, Since, Budget);
  }
  case ExprKind::Logical: {
    const auto &B = as<LogicalExpr>(*E);
    return isStable(B.Left, Since, Budget) && isStable(B.Right, Since, Budget);
  }
  case ExprKind::IntrinsicCall: {
    const auto &I = as<IntrinsicExpr>(*E);
    // Scalar functions, lengths: what no write can change.
    if (I.Which > Intrinsic::StrLen || I.Site != NoSite)
      return false;
    for (const Expr *Operand : I.Operands)
      if (!isStable(Operand, Since, Budget))
        return false;
    return true;
  }
  case ExprKind::Aggregate:
    for (const Expr *Part : as<AggregateExpr>(*E).Parts)
      if (!isStable(Part, Since, Budget))
        return false;
    return true;
  case ExprKind::Variant:
    for (const Expr *Part : as<VariantExpr>(*E).Parts)
      if (!isStable(Part, Since, Budget))
        return false;
    return true;
  case ExprKind::FixedFill:
    return isStable(as<FixedFillExpr>(*E).Value, Since, Budget);
  case ExprKind::ToAny:
    return isStable(as<ToAnyExpr>(*E).Operand, Since, Budget);
  case ExprKind::AnyCast:
    return E->Site == NoSite &&
           isStable(as<AnyCastExpr>(*E).Operand, Since, Budget);
  case ExprKind::AnyIs:
    return isStable(as<AnyIsExpr>(*E).Operand, Since, Budget);
  }
  return false;
}

void Lowering::spill(const Expr *&E, size_t &Mark, uint32_t Since,
                     SourceRange R) {
  if (isStable(E, Since))
    return;
  // A product may become part of a fused multiply-add, so it stays one.
  if (Fused && E->Kind == ExprKind::Binary && E->Ty->isFloat() &&
      as<BinaryExpr>(*E).Op == BinaryOp::Mul) {
    const Expr *Left = as<BinaryExpr>(*E).Left;
    const Expr *Right = as<BinaryExpr>(*E).Right;
    spill(Left, Mark, Since, R);
    spill(Right, Mark, Since, R);
    E = binary(BinaryOp::Mul, Left, Right);
    return;
  }
  SlotId Temp = addTemp(E->Ty);
  auto *S = M.make<AssignStmt>(R, place(local(Temp)), E, /*IsInit=*/true);
  List->insert(List->begin() + ptrdiff_t(Mark), S);
  ++Mark;
  E = load(Temp);
}

void Lowering::spill(PlaceRef &P, size_t &Mark, uint32_t Since, SourceRange R) {
  if (P.Array)
    spill(P.Array, Mark, Since, R);
  for (const Expr *&Index : P.Indices)
    spill(Index, Mark, Since, R);
  for (Projection &Step : P.Projections)
    if (Step.Index)
      spill(Step.Index, Mark, Since, R);
}

} // namespace jitrun::sema
