#include "Sema/Checker.h"

namespace jitrun::sema {

using tast::SlotId;

void Checker::checkBody(const syntax::BlockExpr &E) { sink(&E, Sink::Drop); }

Value Checker::checkWhile(const syntax::WhileExpr &E) {
  tast::LoopId Id = L.loop();
  StmtVector Prelude, Body;
  StmtVector *Before = L.capture(&Prelude);
  Value Condition = checkCondition(E.Condition);
  L.capture(&Body);
  Loops.push_back({Id, /*IsLoop=*/false});
  checkBody(*E.Body);
  Loops.pop_back();
  L.capture(Before);
  if (failed(Condition))
    return errorValue();
  if (never(Condition)) {
    L.append(Prelude);
    return neverValue();
  }
  L.emit(M.make<tast::WhileStmt>(E.Range, Id, L.keep(Prelude), Condition,
                                 L.keep(Body)));
  return L.unit();
}

Value Checker::checkLoop(const syntax::LoopExpr &E, const Type *Hint) {
  tast::LoopId Id = L.loop();
  LoopFrame Frame{Id, /*IsLoop=*/true};
  Frame.Hint = Hint;
  // The result belongs to the scope around the loop; its type comes later.
  Frame.Result = L.addTemp(Types.unit());
  Loops.push_back(Frame);
  StmtVector Body;
  StmtVector *Before = L.capture(&Body);
  checkBody(*E.Body);
  L.capture(Before);
  Frame = Loops.back();
  Loops.pop_back();
  L.emit(M.make<tast::LoopStmt>(E.Range, Id, L.keep(Body)));
  if (!Frame.Broken)
    return neverValue();
  if (!Frame.Ty || Frame.Ty->isUnit())
    return L.unit();
  if (Frame.Ty->kind() == TypeKind::Error)
    return errorValue();
  L.setSlotType(Frame.Result, Frame.Ty);
  return L.load(Frame.Result);
}

Value Checker::checkBreak(const syntax::BreakExpr &E) {
  if (Loops.empty() || Loops.back().IsInlined) {
    Diags.report(E.Range, diag::OutsideLoop) << "break";
    return errorValue();
  }
  size_t At = Loops.size() - 1;
  if (E.Value && !Loops[At].IsLoop) {
    Diags.report(E.Value->Range, diag::BreakValue)
        .fix("only 'loop' gives a value");
    check(E.Value);
    return neverValue();
  }
  const Type *Wanted = Loops[At].Ty ? Loops[At].Ty : Loops[At].Hint;
  Value V = E.Value ? check(E.Value, Wanted) : L.unit();
  LoopFrame &Loop = Loops[At];
  if (never(V))
    return V;
  Loop.Broken = true;
  if (!Loop.Ty)
    Loop.Ty = V->Ty;
  if (Loop.Ty != V->Ty || failed(V)) {
    if (!failed(V) && Loop.Ty->kind() != TypeKind::Error)
      Diags.report(E.Range, diag::BreakTypesDiffer) << Loop.Ty << V->Ty;
    Loop.Ty = P.errorType();
    return neverValue();
  }
  if (V->Ty->isUnit()) {
    drop(V, E.Range);
  } else {
    PlaceRef To = L.local(Loop.Result);
    To.BaseTy = To.Ty = V->Ty;
    L.assign(To, V, E.Range);
  }
  L.emit(M.make<tast::BreakStmt>(E.Range, Loop.Id));
  return neverValue();
}

Value Checker::checkContinue(const syntax::ContinueExpr &E) {
  if (Loops.empty() || Loops.back().IsInlined) {
    Diags.report(E.Range, diag::OutsideLoop) << "continue";
    return errorValue();
  }
  L.emit(M.make<tast::ContinueStmt>(E.Range, Loops.back().Id));
  return neverValue();
}

//===----------------------------------------------------------------------===//
// Ranges

static TypeKind signedCounterpart(TypeKind K) {
  switch (K) {
  case TypeKind::U8:
    return TypeKind::I8;
  case TypeKind::U16:
    return TypeKind::I16;
  case TypeKind::U32:
    return TypeKind::I32;
  case TypeKind::U64:
    return TypeKind::I64;
  default:
    return K;
  }
}

bool Checker::checkRange(const syntax::Iteration &I, Range &R, bool Hold) {
  R.Syntax = &I;
  R.Where = I.Range;
  if (I.Array) {
    // A place that cannot change needs no copy, nor does its reference.
    Value V = check(I.Array);
    R.Never = never(V);
    if (failed(V) || never(V))
      return false;
    const Type *T = V->Ty;
    if (T->isArray()) {
      const auto &A = static_cast<const ArrayType &>(*T);
      R.Element = A.rank() == 1
                      ? A.element()
                      : P.arrayType(A.element(), A.rank() - 1, I.Array->Range);
    } else if (T->isStr()) {
      R.Element = Types.get(TypeKind::U8);
    } else if (T->kind() == TypeKind::FixedArray) {
      R.Element = static_cast<const FixedArrayType *>(T)->element();
    } else {
      std::string Fix;
      if (T->isInteger())
        Fix = "write '0.." + std::string(P.Sources.text(I.Array->Range)) + "'";
      else
        Fix = castFix(T);
      Diags.report(I.Array->Range, diag::NotIterable).fix(Fix) << T;
      return false;
    }
    R.Over = immutablePlace(V, I.Array->Range);
    Value Count;
    if (T->isArray())
      Count = L.dim(L.load(*R.Over), 0);
    else if (T->isStr())
      Count =
          L.intrinsic(Types.i64(), tast::Intrinsic::StrLen, {L.load(*R.Over)});
    else
      Count = L.i64(int64_t(static_cast<const FixedArrayType *>(T)->count()));
    R.Lo = L.i64(0);
    R.Hi = Hold ? L.hold(Count, I.Range) : Count;
    return true;
  }

  OperandList Bounds(L, I.Range);
  checkSiblings({I.Lo, I.Hi}, nullptr, Bounds);
  if (anyFailed(Bounds.values())) {
    if (I.Step)
      check(I.Step);
    return false;
  }
  const Type *T = never(Bounds[0]) ? Bounds[1]->Ty : Bounds[0]->Ty;
  R.Never = T->isNever();
  if (R.Never)
    return false;
  Value Lo = coerce(Bounds[0], T, I.Lo);
  Value Hi = Bounds[1];
  if (Hi->Ty != T && !never(Hi)) {
    Diags.report(I.Lo->Range.through(I.Hi->Range), diag::RangeTypesDiffer)
            .fix(T->isInteger() && Hi->Ty->isInteger()
                     ? T->bits() < Hi->Ty->bits()
                           ? conversionFix(Hi->Ty, I.Lo->Range)
                           : conversionFix(T, I.Hi->Range)
                     : std::string())
        << T << Hi->Ty;
    return false;
  }
  Hi = coerce(Hi, T, I.Hi);
  if (!T->isInteger()) {
    Diags.report(I.Lo->Range.through(I.Hi->Range), diag::RangeNotInteger) << T;
    return false;
  }
  if (I.Step) {
    const Type *StepTy = Types.get(signedCounterpart(T->kind()));
    Value Step = checkAs(I.Step, StepTy);
    if (failed(Step))
      return false;
    Bounds.add(Step);
    Lo = Bounds[0]->Ty->isNever() ? Lo : Bounds[0];
    Hi = Bounds[1]->Ty->isNever() ? Hi : Bounds[1];
    R.Step = Hold ? L.hold(Step, I.Range) : Step;
    R.Site = L.site(I.Step->Range);
  }
  R.Lo = Hold ? L.hold(Lo, I.Range) : Lo;
  R.Hi = Hold ? L.hold(Hi, I.Range) : Hi;
  R.Inclusive = I.Inclusive;
  R.Element = T;
  return true;
}

SlotId Checker::enterRange(const Range &R, StmtVector &Body) {
  const syntax::Identifier &Name = R.Syntax->Binding;
  std::string_view Shown = Name.isWildcard() ? std::string_view() : Name.Text;
  if (!R.Over) {
    SlotId Variable = L.addVariable(Shown, R.Element);
    declare(Name.Text, Variable, PlaceRef::Access::LoopVariable, Name.Range);
    return Variable;
  }
  SlotId Counter = L.addTemp(Types.i64());
  if (Name.isWildcard())
    return Counter;
  StmtVector *Before = L.capture(&Body);
  Value At = L.load(Counter);
  Value Element;
  const Type *T = R.Over->Ty;
  SlotId Variable = L.addVariable(Shown, R.Element);
  declare(Name.Text, Variable, PlaceRef::Access::LoopVariable, Name.Range);
  if (T->isStr()) {
    Element = L.intrinsic(R.Element, tast::Intrinsic::StrIndex,
                          {L.load(*R.Over), At}, L.site(R.Where));
    L.init(Variable, Element, R.Where);
  } else if (T->kind() == TypeKind::FixedArray) {
    L.init(Variable, L.load(L.indexed(*R.Over, At, tast::NoSite, true)),
           R.Where);
  } else if (static_cast<const ArrayType *>(T)->rank() == 1) {
    L.init(Variable, L.load(L.elementUnchecked(L.load(*R.Over), At)), R.Where);
  } else {
    // A row is a view.
    auto *S = L.operation(Variable, tast::Operation::Slice,
                          {L.load(*R.Over), At}, R.Where);
    std::vector<tast::SliceDimension> Dims(
        static_cast<const ArrayType *>(T)->rank());
    Dims[0].IsIndex = true;
    S->Slice = M.copy(Dims);
  }
  L.capture(Before);
  return Counter;
}

void Checker::emitRange(const Range &R, SlotId Variable, const StmtVector &Body,
                        SourceRange Where, tast::LoopId Id) {
  L.emit(M.make<tast::ForRangeStmt>(Where, Id, Variable, R.Inclusive, R.Site,
                                    R.Lo, R.Hi, R.Step, L.keep(Body)));
}

Value Checker::checkFor(const syntax::ForExpr &E) {
  if (E.IsParallel)
    unsupported(E.Range, "'parallel for'");
  Range R;
  bool Ok = checkRange(E.Over, R, /*Hold=*/false);
  tast::LoopId Id = L.loop();
  StmtVector Body;
  NameScope Names(*this);
  SlotId Variable;
  StmtVector *Before = L.capture(&Body);
  L.openScope(/*IsBlock=*/true);
  if (Ok) {
    StmtVector Entry;
    Variable = enterRange(R, Entry);
    L.append(Entry);
  } else {
    Variable = L.addVariable(E.Over.Binding.Text, P.errorType());
    declare(E.Over.Binding.Text, Variable, PlaceRef::Access::LoopVariable,
            E.Over.Binding.Range);
  }
  Loops.push_back({Id, /*IsLoop=*/false});
  checkBody(*E.Body);
  Loops.pop_back();
  L.closeScope(0, E.Body->Range);
  L.capture(Before);
  if (!Ok)
    return R.Never ? neverValue() : errorValue();
  emitRange(R, Variable, Body, E.Range, Id);
  return L.unit();
}

} // namespace jitrun::sema
