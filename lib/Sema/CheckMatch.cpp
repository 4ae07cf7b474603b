#include "Sema/Arm.h"
#include "Sema/Fold.h"

namespace jitrun::sema {

using Kind = MatchPattern::KindType;

/// Arms in one chain of nested ifs; longer matches are several chains, so
/// that the depth of the tree does not grow with the number of arms.
static constexpr size_t MaxChain = 32;

//===----------------------------------------------------------------------===//
// Subject and patterns

static bool canMatch(const Type *T) {
  return T->isInteger() || T->isBool() || T->isStr() || T->isEnum() ||
         T->isAny() || RecordType::classof(T);
}

void Checker::bindSubject(Value V, Matching &To, SourceRange R) {
  const Type *T = V->Ty;
  if (!T->isAggregate() || T->isAny()) {
    To.Subject = L.local(L.bindOnce(V, R));
    return;
  }
  bool HasTag =
      T->isEnum() && static_cast<const EnumType *>(T)->variants().size() > 1;
  bool InMemory = V->Kind == tast::ExprKind::Load && !L.isStable(V, L.clock());
  if (!InMemory) {
    To.Subject = placeOf(V, R);
  } else {
    // Not copied, as reading the tag and what is bound is enough. Operands are
    // evaluated and checked once.
    To.Subject = placeOfLoad(V);
    if (To.Subject.Array && !L.isStable(To.Subject.Array, L.clock()))
      To.Subject.Array = L.hold(To.Subject.Array, R);
    for (Value &Index : To.Subject.Indices)
      Index = L.hold(Index, R);
    for (tast::Projection &Step : To.Subject.Projections)
      if (Step.Index)
        Step.Index = L.hold(Step.Index, R);
    if (!HasTag)
      L.emit(M.make<tast::EvalStmt>(R, L.load(To.Subject)));
  }
  if (HasTag)
    To.Tag = L.bind(L.tag(To.Subject), R);
  if (InMemory) {
    To.Subject.Unchecked = true;
    for (tast::Projection &Step : To.Subject.Projections)
      Step.Unchecked |= Step.Index != nullptr;
  }
}

void Checker::checkArms(const syntax::MatchExpr &E, Matching &To) {
  Value V = check(E.Subject);
  To.Never = never(V);
  To.Ok = !failed(V) && !To.Never;
  if (To.Ok && !canMatch(V->Ty)) {
    Diags.report(E.Subject->Range, diag::MatchType) << V->Ty;
    To.Ok = false;
  }
  bool Known = To.Ok;
  if (Known)
    bindSubject(V, To, E.Subject->Range);
  if (Known && V->Ty->isAny())
    return checkAnyArms(E, To);
  for (const syntax::MatchArm &A : E.Arms) {
    Arm &New = To.Arms.emplace_back();
    New.Syntax = &A;
    // After an error the bodies are checked all the same.
    if (Known)
      New.Pattern = checkPattern(A.Match, V->Ty, To.Pool);
    if (New.Pattern && !checkBound(*New.Pattern))
      New.Pattern = nullptr;
    To.Ok &= New.Pattern != nullptr;
  }
  if (To.Ok)
    checkExhaustive(E, To);
}

void Checker::checkExhaustive(const syntax::MatchExpr &E, Matching &Of) {
  const Type *T = Of.Subject.Ty;
  Exhaustiveness Covered(M, T);
  for (Arm &A : Of.Arms) {
    // Alternatives of an arm are told apart, those inside a pattern are not.
    A.IsReached = false;
    if (A.Pattern->Kind != Kind::Or) {
      A.IsReached = Covered.add(*A.Pattern);
    } else {
      std::vector<const MatchPattern *> Idle;
      for (const MatchPattern *Each : A.Pattern->Parts) {
        bool Reached = Covered.add(*Each);
        A.IsReached |= Reached;
        if (!Reached)
          Idle.push_back(Each);
      }
      if (A.IsReached && !Covered.isTooComplex())
        for (const MatchPattern *Each : Idle)
          Diags.report(Each->Where, diag::AlternativeUnreachable);
    }
    if (!A.IsReached && !Covered.isTooComplex())
      Diags.report(A.Syntax->Match->Range, diag::MatchUnreachable);
  }
  std::optional<std::string> Missing = Covered.missing();
  if (Covered.isTooComplex()) {
    Diags.report(E.Range, diag::MatchTooComplex)
        .fix("match a part of it at a time");
    Of.Ok = false;
    return;
  }
  if (!Missing)
    return;
  if (T->isStr())
    Missing = "every text";
  else if (*Missing == "_")
    Missing = "anything";
  else if (T->isInteger())
    Missing = "the value " + *Missing;
  else
    Missing = "'" + *Missing + "'";
  Diags.report(E.Range, diag::MatchNotExhaustive)
          .fix("add '_ => ...' for all the rest")
      << *Missing;
  Of.Ok = false;
}

//===----------------------------------------------------------------------===//
// Tests

Value Checker::patternTest(const MatchPattern &Of, const PlaceRef &At,
                           Value Tag) {
  const Type *T = Of.Ty;
  auto Compare = [&](tast::BinaryOp Op, Value With) {
    return L.binary(Op, L.load(At), With);
  };
  std::vector<Value> Tests;
  switch (Of.Kind) {
  case Kind::Any:
    return nullptr;
  case Kind::Text:
    return Compare(tast::BinaryOp::Eq, L.text(M.Texts[size_t(Of.Literal)]));
  case Kind::Range:
    if (T->isBool())
      return Of.Lo ? L.load(At) : L.unary(tast::UnaryOp::Not, L.load(At));
    if (Of.Lo == Of.Hi)
      return Compare(tast::BinaryOp::Eq, L.integer(T, uint64_t(Of.Lo)));
    if (Of.Lo != lowest(T))
      Tests.push_back(
          Compare(tast::BinaryOp::Ge, L.integer(T, uint64_t(Of.Lo))));
    if (Of.Hi != highest(T))
      Tests.push_back(
          Compare(tast::BinaryOp::Le, L.integer(T, uint64_t(Of.Hi))));
    break;
  case Kind::Constructor: {
    if (T->isEnum() && static_cast<const EnumType *>(T)->variants().size() > 1)
      Tests.push_back(L.binary(tast::BinaryOp::Eq, Tag ? Tag : L.tag(At),
                               L.integer(Types.get(TypeKind::U32), Of.Number)));
    for (uint32_t I = 0; I < Of.Parts.size(); ++I) {
      if (Of.Parts[I]->Kind == Kind::Any)
        continue;
      PlaceRef Part =
          T->isEnum() ? L.payload(At, Of.Number, I) : L.field(At, I);
      if (Value Test = patternTest(*Of.Parts[I], Part))
        Tests.push_back(Test);
    }
    break;
  }
  case Kind::Or:
    for (const MatchPattern *Each : Of.Parts) {
      Tests.push_back(patternTest(*Each, At, Tag));
      if (!Tests.back())
        return nullptr;
    }
    return allOf(std::move(Tests), /*IsAnd=*/false);
  }
  return Tests.empty() ? nullptr : allOf(std::move(Tests));
}

Value Checker::armTest(const Arm &A, const Matching &Of) {
  if (A.Pattern)
    return patternTest(*A.Pattern, Of.Subject,
                       Of.Tag == tast::NoSlot ? nullptr : L.load(Of.Tag));
  if (A.Held->isAny())
    return nullptr;
  return M.make<tast::AnyIsExpr>(Types.boolean(), L.load(Of.Subject), A.Held);
}

/// Puts the arms' bodies behind their tests. Leave: control never reaches the
/// end of any.
void Checker::emitArms(Matching &Of, bool Leave, SourceRange R) {
  llvm::SmallVector<Arm *, 8> Arms;
  for (Arm &A : Of.Arms)
    if (A.IsReached)
      Arms.push_back(&A);
  // The last arm that can be reached takes all that is left.
  size_t Count = Arms.size();

  SlotId Done = tast::NoSlot;
  // What leaves its chain by itself need not say that it is done.
  bool Chunked = Count > MaxChain && !Leave;
  if (Chunked) {
    Done = L.addTemp(Types.boolean());
    L.init(Done, L.boolean(false), R);
  }
  StmtVector *Outer = nullptr;
  for (size_t Start = 0; Start < Count; Start += MaxChain) {
    size_t End = std::min(Start + MaxChain, Count);
    StmtVector Chain;
    for (size_t I = End; I-- > Start;) {
      const Arm &A = *Arms[I];
      StmtVector Body;
      if (Chunked && End < Count) {
        Outer = L.capture(&Body);
        L.assign(L.local(Done), L.boolean(true), R);
        L.capture(Outer);
      }
      Body.insert(Body.end(), A.Body.begin(), A.Body.end());
      if (I + 1 == Count) {
        Chain = std::move(Body);
        continue;
      }
      StmtVector Link;
      Outer = L.capture(&Link);
      Value Test = armTest(A, Of);
      L.ifThen(Test ? Test : L.boolean(true), Body, Chain,
               A.Syntax->Body->Range);
      L.capture(Outer);
      Chain = std::move(Link);
    }
    if (Start && Chunked)
      L.ifThen(L.unary(tast::UnaryOp::Not, L.load(Done)), Chain, {}, R);
    else
      L.append(Chain);
  }
}

//===----------------------------------------------------------------------===//
// Names

/// Fills the slots of the names that \p Of binds.
void Checker::bindParts(const MatchPattern &Of, const PlaceRef &At,
                        const BoundSlots &Slots) {
  if (!Of.Bound.empty()) {
    L.init(Slots.lookup(Of.Bound), L.load(At), Of.Where);
    return;
  }
  llvm::SmallVector<const MatchPattern *, 4> Bound;
  Of.appendBound(Bound);
  if (Bound.empty())
    return;
  if (Of.Kind == Kind::Constructor) {
    for (uint32_t I = 0; I < Of.Parts.size(); ++I)
      bindParts(*Of.Parts[I],
                Of.Ty->isEnum() ? L.payload(At, Of.Number, I) : L.field(At, I),
                Slots);
    return;
  }
  // The first alternative that suits; the last needs no test.
  StmtVector Chain;
  for (size_t I = Of.Parts.size(); I-- > 0;) {
    StmtVector Then, Link;
    StmtVector *Before = L.capture(&Then);
    bindParts(*Of.Parts[I], At, Slots);
    Value Test =
        I + 1 == Of.Parts.size() ? nullptr : patternTest(*Of.Parts[I], At);
    L.capture(&Link);
    if (Test)
      L.ifThen(Test, Then, Chain, Of.Where);
    L.capture(Before);
    Chain = Test ? std::move(Link) : std::move(Then);
  }
  L.append(Chain);
}

void Checker::declareBound(const Arm &A, const Matching &Of) {
  if (Of.Subject.Ty && Of.Subject.Ty->isAny())
    return declareHeld(A, Of);
  if (!A.Pattern)
    return declareErroneous(A.Syntax->Match);
  const MatchPattern &P = *A.Pattern;
  bool Whole = Of.Subject.Base == tast::PlaceBase::Local &&
               Of.Subject.Projections.empty();
  if (!P.Bound.empty() && Whole && L.isImmutable(Of.Subject.Slot))
    return declare(P.Bound, Of.Subject.Slot, PlaceRef::Access::Let, P.Where);
  llvm::SmallVector<const MatchPattern *, 4> Bound;
  P.appendBound(Bound);
  BoundSlots Slots;
  for (const MatchPattern *Each : Bound) {
    SlotId Slot = L.addVariable(Each->Bound, Each->Ty);
    Slots[Each->Bound] = Slot;
    declare(Each->Bound, Slot, PlaceRef::Access::Let, Each->Where);
  }
  bindParts(P, Of.Subject, Slots);
}

//===----------------------------------------------------------------------===//
// The whole

bool Checker::sinkMatch(const syntax::MatchExpr &E, Sink To) {
  size_t Mark = L.mark();
  L.openScope(/*IsBlock=*/false);
  Matching Of;
  checkArms(E, Of);
  bool Diverges = true;
  for (Arm &A : Of.Arms) {
    NameScope Names(*this);
    StmtVector *Before = L.capture(&A.Body);
    L.openScope(/*IsBlock=*/true);
    declareBound(A, Of);
    bool Leaves = sink(A.Syntax->Body, To);
    if (Leaves)
      L.dropScope();
    else
      L.closeScope(0, A.Syntax->Body->Range);
    Diverges &= Leaves;
    L.capture(Before);
  }
  if (Of.Ok)
    emitArms(Of, Diverges, E.Range);
  // Without arms there is nothing to match, so control does not get here.
  Diverges |= Of.Never;
  if (Diverges)
    L.dropScope();
  else
    L.closeScope(Mark, E.Range);
  return Diverges;
}

Value Checker::checkMatch(const syntax::MatchExpr &E, const Type *Hint) {
  Matching Of;
  checkArms(E, Of);
  std::vector<Branch> Branches(Of.Arms.size());
  llvm::SmallVector<const syntax::Expr *, 8> Bodies;
  for (Arm &A : Of.Arms)
    Bodies.push_back(A.Syntax->Body);
  checkBranches(Bodies, Hint, Branches,
                [&](size_t I) { declareBound(Of.Arms[I], Of); });
  const Type *T = unify(Branches, "match");
  if (!Of.Ok || T->kind() == TypeKind::Error)
    return Of.Never ? neverValue() : errorValue();
  SlotId Slot = tast::NoSlot;
  if (!T->isUnit() && !T->isNever())
    Slot = L.addTemp(T);
  for (size_t I = 0; I < Of.Arms.size(); ++I) {
    finishBranch(Branches[I], Slot);
    Of.Arms[I].Body = std::move(Branches[I].List);
  }
  emitArms(Of, T->isNever(), E.Range);
  return T->isNever() ? neverValue() : T->isUnit() ? L.unit() : L.load(Slot);
}

} // namespace jitrun::sema
