#include "Sema/Checker.h"
#include "Sema/Fold.h"

#include <limits>

namespace jitrun::sema {

using tast::BinaryOp;
using tast::Intrinsic;
using tast::Operation;

/// A float sum or product keeps this many partial results (see the language
/// reference on reductions).
static constexpr int64_t Partials = 32;

//===----------------------------------------------------------------------===//
// Numbers of iterations

static Value folded(tast::Module &M, Value V) {
  Value Known = fold(M, V);
  return Known ? Known : V;
}

/// `d + 1`, but a negative d, which stands for a count that is too large,
/// stays negative.
static Value plusOne(Lowering &L, Value D) {
  Value One = L.convert(L.types().i64(), L.binary(BinaryOp::Ge, D, L.i64(0)));
  return L.binary(BinaryOp::Add, D, One);
}

Value Checker::rangeCount(const Range &R) {
  if (R.Over)
    return R.Hi;
  if (R.Step)
    return stepCount(R);
  const Type *Wide =
      R.Element->kind() == TypeKind::U64 ? R.Element : Types.i64();
  Value Lo = folded(M, L.convert(Wide, R.Lo));
  Value Hi = folded(M, L.convert(Wide, R.Hi));
  bool FromZero = R.Lo->Kind == tast::ExprKind::IntConstant &&
                  !tast::as<tast::IntConstant>(*R.Lo).Value;
  if (FromZero)
    Lo = L.integer(Wide, 0);
  Value Distance = FromZero && R.Element->isUnsigned()
                       ? Hi
                       : L.intrinsic(Wide, Intrinsic::Max2, {Hi, Lo});
  if (!FromZero)
    Distance = L.binary(BinaryOp::Sub, Distance, Lo);
  Distance = folded(M, L.convert(Types.i64(), Distance));
  if (!R.Inclusive)
    return L.hold(Distance, R.Where);
  SlotId Count = L.bind(Distance, R.Where);
  StmtVector Then;
  StmtVector *Before = L.capture(&Then);
  L.assign(L.local(Count), plusOne(L, L.load(Count)), R.Where);
  L.capture(Before);
  L.ifThen(L.binary(BinaryOp::Ge, R.Hi, R.Lo), Then, {}, R.Where);
  return L.load(Count);
}

Value Checker::stepCount(const Range &R) {
  const Type *U64 = Types.get(TypeKind::U64);
  SlotId Count = L.bind(L.i64(0), R.Where);
  Value Lo = L.convert(U64, R.Lo), Hi = L.convert(U64, R.Hi);
  Value Step = folded(M, L.convert(U64, R.Step));

  // Into the current list: the count for one direction.
  auto Emit = [&](bool Up) {
    Value From = Up ? Lo : Hi, To = Up ? Hi : Lo;
    Value Size = Up ? Step : L.binary(BinaryOp::Sub, L.integer(U64, 0), Step);
    Value Distance = L.binary(BinaryOp::Sub, To, From);
    if (!R.Inclusive)
      Distance = L.binary(BinaryOp::Sub, Distance, L.integer(U64, 1));
    Distance = folded(M, Distance);
    Size = folded(M, Size);
    BinaryOp Op = Up ? (R.Inclusive ? BinaryOp::Ge : BinaryOp::Gt)
                     : (R.Inclusive ? BinaryOp::Le : BinaryOp::Lt);
    StmtVector Then;
    StmtVector *Before = L.capture(&Then);
    L.assign(
        L.local(Count),
        L.convert(Types.i64(), L.binary(BinaryOp::Div, Distance, Size, R.Site)),
        R.Where);
    L.assign(L.local(Count), plusOne(L, L.load(Count)), R.Where);
    L.capture(Before);
    L.ifThen(L.binary(Op, R.Hi, R.Lo), Then, {}, R.Where);
  };
  if (R.Step->Kind == tast::ExprKind::IntConstant) {
    int64_t By = int64_t(tast::as<tast::IntConstant>(*R.Step).Value);
    if (By)
      Emit(By > 0);
    // Step 0: the loop traps before it runs.
    return L.load(Count);
  }
  // A loop over nothing traps when the step is 0.
  Value Zero = L.integer(R.Step->Ty, 0);
  StmtVector Trap, Up, Down;
  StmtVector *Before = L.capture(&Trap);
  L.emit(M.make<tast::ForRangeStmt>(R.Where, L.loop(), L.addTemp(R.Element),
                                    false, R.Site, R.Lo, R.Lo, R.Step,
                                    L.keep({})));
  L.capture(&Up);
  Emit(true);
  L.capture(&Down);
  Emit(false);
  L.capture(Before);
  L.ifThen(L.binary(BinaryOp::Eq, R.Step, Zero), Trap, {}, R.Where);
  L.ifThen(L.binary(BinaryOp::Gt, R.Step, Zero), Up, Down, R.Where);
  return L.load(Count);
}

//===----------------------------------------------------------------------===//
// The loops

bool Checker::iterate(const Sequence &S, const Type *Hint,
                      llvm::function_ref<void(const Iterated &)> Setup,
                      llvm::function_ref<void(const Iterated &)> Each) {
  Iterated It;
  bool Ok = true, Never = false;
  if (S.Comprehension) {
    NameScope Outer(*this);
    const auto &Clauses = S.Comprehension->Clauses;
    It.Ranges.resize(Clauses.size());
    for (size_t I = 0; I < Clauses.size(); ++I) {
      Ok &= checkRange(Clauses[I], It.Ranges[I], /*Hold=*/true);
      Never |= It.Ranges[I].Never;
      const syntax::Identifier &Name = Clauses[I].Binding;
      declare(Name.Text, tast::NoSlot, PlaceRef::Access::LoopVariable,
              Name.Range);
      if (!Name.isWildcard())
        Bindings.back().IsOuterClause = true;
    }
  } else {
    rangesOver(S, It);
  }

  size_t Count = It.Ranges.size();
  std::vector<StmtVector> Levels(Count);
  std::vector<SlotId> Variables(Count);
  std::vector<tast::LoopId> Ids;
  StmtVector *Before = nullptr;
  NameScope Names(*this);
  for (size_t I = 0; I < Count; ++I) {
    StmtVector *Previous = L.capture(&Levels[I]);
    if (!I)
      Before = Previous;
    L.openScope(/*IsBlock=*/true);
    Ids.push_back(L.loop());
    if (Ok) {
      StmtVector Entry;
      Variables[I] = enterRange(It.Ranges[I], Entry);
      L.append(Entry);
    } else {
      const syntax::Identifier &Name = S.Comprehension->Clauses[I].Binding;
      Variables[I] = L.addVariable(Name.Text, P.errorType());
      declare(Name.Text, Variables[I], PlaceRef::Access::LoopVariable,
              Name.Range);
    }
  }
  It.Variables = Variables;
  if (S.Comprehension) {
    It.V = check(S.Comprehension->Body, S.Stages.empty() ? Hint : nullptr);
    if (never(It.V) || It.V->Ty->isUnit()) {
      Diags.report(S.Comprehension->Body->Range, diag::UnitElement);
      Ok = false;
    }
  } else {
    llvm::SmallVector<Value, 4> Indices;
    for (SlotId Variable : Variables)
      Indices.push_back(L.load(Variable));
    It.V = elementAt(S, Indices);
  }
  Ok = Ok && !failed(It.V) && !Never;
  if (Ok)
    Ok = applyStages(It.V, S.Stages, Hint, [&](Value V) {
      It.V = V;
      StmtVector *Innermost = L.capture(Before);
      Setup(It);
      L.capture(Innermost);
      Each(It);
    });
  for (size_t I = Count; I-- > 0;) {
    L.closeScope(0, S.Body);
    L.capture(I ? &Levels[I - 1] : Before);
    if (Ok)
      emitRange(It.Ranges[I], Variables[I], Levels[I], S.Where, Ids[I]);
  }
  Diverged = Never;
  return Ok;
}

Value Checker::checkComprehension(const syntax::ComprehensionExpr &E,
                                  const Type *Hint) {
  Sequence S;
  makeSequence(&E, {}, S);
  return buildArray(S, Hint, E.Range);
}

Value Checker::buildArray(const Sequence &S, const Type *Hint, SourceRange R,
                          const ArrayStep *Step) {
  bool Filters = S.hasFilter();
  unsigned Rank = 1;
  if (S.Comprehension && !Filters)
    Rank = unsigned(S.Comprehension->Clauses.size());
  else if (S.Over && S.Over->Ty->isArray() && !Filters)
    Rank = static_cast<const ArrayType *>(S.Over->Ty)->rank();
  const Type *Element = nullptr;
  if (Hint && Hint->isArray() &&
      static_cast<const ArrayType *>(Hint)->rank() == Rank)
    Element = static_cast<const ArrayType *>(Hint)->element();
  else if (Hint && Hint->kind() == TypeKind::FixedArray)
    Element = static_cast<const FixedArrayType *>(Hint)->element();

  // Of the scope around; its type is known when the body has been checked.
  SlotId Array = L.addTemp(Types.unit());
  size_t Depth = L.scopeDepth();
  const Type *T = nullptr;
  Value Loaded = nullptr, Most = nullptr;
  SlotId Counter = tast::NoSlot;
  auto Setup = [&](const Iterated &It) {
    const Type *Of = Step ? Step->Setup(It) : It.V->Ty;
    T = Of ? P.arrayType(Of, Rank, R) : P.errorType();
    if (T->kind() == TypeKind::Error)
      return;
    L.setSlotType(Array, T, Depth);
    Loaded = L.load(Array);
    llvm::SmallVector<Value, 4> Counts;
    for (const Range &Each : It.Ranges)
      Counts.push_back(rangeCount(Each));
    if (Filters) {
      // As if all were kept.
      Most = Counts[0];
      for (size_t I = 1; I < Counts.size(); ++I)
        Most = L.binary(BinaryOp::Mul, Most, Counts[I]);
      Counts = {Most = L.hold(Most, R)};
    }
    L.operation(Array, Operation::NewArray, Counts, R)->Uninitialized = true;
    bool Direct = !Filters && llvm::all_of(It.Ranges, [](const Range &Each) {
      return Each.Lo->Ty->kind() == TypeKind::I64 && !Each.Step &&
             Each.Lo->Kind == tast::ExprKind::IntConstant &&
             !tast::as<tast::IntConstant>(*Each.Lo).Value;
    });
    if (!Direct)
      Counter = L.bind(L.i64(0), R);
  };
  auto Each = [&](const Iterated &It) {
    Value V = Loaded ? (Step ? Step->Each(It) : It.V) : nullptr;
    if (!V)
      return;
    if (Counter != tast::NoSlot) {
      L.assign(L.elementLinear(Loaded, L.load(Counter)), V, S.Body);
      L.opAssign(L.local(Counter), BinaryOp::Add, L.i64(1), S.Body);
      return;
    }
    // All count from 0 by 1: they are the indices.
    llvm::SmallVector<Value, 4> Indices;
    for (SlotId Variable : It.Variables)
      Indices.push_back(L.load(Variable));
    L.assign(L.elementUnchecked(Loaded, Indices), V, S.Body);
  };
  if (!iterate(S, Element, Setup, Each))
    return Diverged ? neverValue() : errorValue();
  if (!Loaded)
    return errorValue();
  if (Filters) {
    StmtVector Then;
    StmtVector *Before = L.capture(&Then);
    L.openScope(/*IsBlock=*/true);
    SlotId View = L.addTemp(T);
    auto *Slice =
        L.operation(View, Operation::Slice, {Loaded, L.load(Counter)}, R);
    std::vector<tast::SliceDimension> Dims(1);
    Dims[0].HasHi = true;
    Slice->Slice = M.copy(Dims);
    L.operation(Array, Operation::Copy, L.load(View), R);
    L.closeScope(0, R);
    L.capture(Before);
    L.ifThen(L.binary(BinaryOp::Lt, L.load(Counter), Most), Then, {}, R);
  }
  return L.load(Array);
}

//===----------------------------------------------------------------------===//
// Reductions

void Checker::trapWhenEmpty(Value Count, Intrinsic Which, const Type *Element,
                            SourceRange R) {
  const Type *T =
      Which == Intrinsic::Mean && !Element->isFloat() ? Types.f64() : Element;
  StmtVector Then;
  StmtVector *Before = L.capture(&Then);
  L.emit(M.make<tast::EvalStmt>(
      R, L.intrinsic(T, Which, {L.zero(Types.array(Element, 1))}, L.site(R))));
  L.capture(Before);
  L.ifThen(L.binary(BinaryOp::Eq, Count, L.i64(0)), Then, {}, R);
}

const Type *Checker::reductionType(Intrinsic Which, const Type *Element,
                                   CallSite &Call) {
  const char *Wanted = nullptr;
  const Type *T = nullptr;
  switch (Which) {
  case Intrinsic::Sum:
  case Intrinsic::Prod:
    if (!Element->isScalar())
      Wanted = "scalars";
    T = Element->isFloat()      ? Element
        : Element->isUnsigned() ? Types.get(TypeKind::U64)
                                : Types.i64();
    break;
  case Intrinsic::Mean:
    if (!Element->isScalar())
      Wanted = "scalars";
    T = Element->isFloat() ? Element : Types.f64();
    break;
  case Intrinsic::AnyOf:
  case Intrinsic::AllOf:
    if (!Element->isBool())
      Wanted = "'bool'";
    T = Types.boolean();
    break;
  case Intrinsic::ArgMin:
  case Intrinsic::ArgMax:
    T = Types.i64();
    [[fallthrough]];
  default:
    if (!Element->isNumeric())
      Wanted = "numbers";
    if (!T)
      T = Element;
  }
  if (!Wanted)
    return T;
  Diags.report(Call.Args[0].Value->Range, diag::ReductionElements)
      << Call.Callee.Text << Wanted << Element;
  return nullptr;
}

Value Checker::callReduction(CallSite &Call, Intrinsic Which) {
  const syntax::Expr *Of = Call.Args[0].Value;
  if (Which != Intrinsic::ArgMin && Which != Intrinsic::ArgMax &&
      isSequence(Of)) {
    Diverged = false;
    Sequence S;
    if (!makeSequence(Of, Call.Callee.Text, S))
      return Diverged ? neverValue() : errorValue();
    if (S.Comprehension || !S.Stages.empty())
      return reduceSequence(Call, Which, S);
    Call.Args[0].Value = Of;
  }
  Value V = check(Of);
  if (failed(V) || never(V))
    return V;
  if ((Which == Intrinsic::MinOf || Which == Intrinsic::MaxOf) &&
      V->Ty->isNumeric())
    return V;
  if (!isArray(Call, 0, V))
    return errorValue();
  const Type *T = reductionType(
      Which, static_cast<const ArrayType *>(V->Ty)->element(), Call);
  if (!T)
    return errorValue();
  bool Traps = Which != Intrinsic::Sum && Which != Intrinsic::Prod &&
               Which != Intrinsic::AnyOf && Which != Intrinsic::AllOf;
  return L.intrinsic(T, Which, {V}, Traps ? L.site(Call.Range) : tast::NoSite);
}

/// `p[k] += p[k + n]` for n = 16, 8 .. 1.
void Checker::foldPartials(SlotId Parts, BinaryOp Op, SourceRange R) {
  SlotId Half = L.bind(L.i64(Partials / 2), R);
  SlotId K = L.addTemp(Types.i64());
  tast::LoopId Outer = L.loop(), Inner = L.loop();
  StmtVector Add, Body;
  StmtVector *Before = L.capture(&Add);
  Value Other = L.binary(BinaryOp::Add, L.load(K), L.load(Half));
  L.opAssign(L.indexed(L.local(Parts), L.load(K), tast::NoSite, true), Op,
             L.load(L.indexed(L.local(Parts), Other, tast::NoSite, true)), R);
  L.capture(&Body);
  L.emit(M.make<tast::ForRangeStmt>(R, Inner, K, false, tast::NoSite, L.i64(0),
                                    L.load(Half), nullptr, L.keep(Add)));
  L.opAssign(L.local(Half), BinaryOp::Shr, L.i64(1), R);
  L.capture(Before);
  L.emit(M.make<tast::WhileStmt>(R, Outer, L.keep({}),
                                 L.binary(BinaryOp::Gt, L.load(Half), L.i64(0)),
                                 L.keep(Body)));
}

Value Checker::reduceSequence(CallSite &Call, Intrinsic Which,
                              const Sequence &S) {
  SourceRange R = Call.Range;
  SlotId Acc = tast::NoSlot, Counter = tast::NoSlot;
  const Type *Element = nullptr, *T = nullptr;
  bool InPartials = false;
  bool IsSum = Which == Intrinsic::Sum || Which == Intrinsic::Mean;
  BinaryOp Op = Which == Intrinsic::Prod    ? BinaryOp::Mul
                : Which == Intrinsic::AnyOf ? BinaryOp::Or
                : Which == Intrinsic::AllOf ? BinaryOp::And
                                            : BinaryOp::Add;
  bool IsMinMax = Which == Intrinsic::MinOf || Which == Intrinsic::MaxOf;

  auto Setup = [&](const Iterated &It) {
    Element = It.V->Ty;
    T = reductionType(Which, Element, Call);
    if (!T)
      return;
    if (IsMinMax) {
      bool IsMin = Which == Intrinsic::MinOf;
      double Infinity = std::numeric_limits<double>::infinity();
      Value Start;
      if (T->isFloat())
        Start = L.floating(T, IsMin ? Infinity : -Infinity);
      else if (T->isSigned())
        Start = L.integer(T, IsMin ? ~uint64_t(0) >> (65 - T->bits())
                                   : uint64_t(1) << (T->bits() - 1));
      else
        Start = L.integer(T, IsMin ? ~uint64_t(0) : 0);
      Acc = L.bind(Start, R);
    } else if (Element->isFloat()) {
      InPartials = true;
      Value Start = L.floating(T, IsSum ? 0 : 1);
      Acc = L.bind(M.make<tast::FixedFillExpr>(
                       Types.fixedArray(T, uint64_t(Partials)), Start),
                   R);
    } else if (Element->isBool() && !IsSum && Which != Intrinsic::Prod) {
      Acc = L.bind(L.boolean(Which == Intrinsic::AllOf), R);
    } else {
      const Type *Sum = Which == Intrinsic::Mean ? Types.i64() : T;
      Acc = L.bind(L.integer(Sum, !IsSum), R);
    }
    if (InPartials || IsMinMax || Which == Intrinsic::Mean)
      Counter = L.bind(L.i64(0), R);
  };
  auto Each = [&](const Iterated &It) {
    if (!T)
      return;
    if (IsMinMax) {
      Intrinsic Pick =
          Which == Intrinsic::MinOf ? Intrinsic::Min2 : Intrinsic::Max2;
      L.assign(L.local(Acc), L.intrinsic(T, Pick, {L.load(Acc), It.V}), S.Body);
    } else if (InPartials) {
      Value At = L.binary(BinaryOp::And, L.load(Counter), L.i64(Partials - 1));
      L.opAssign(L.indexed(L.local(Acc), At, tast::NoSite, true), Op, It.V,
                 S.Body);
    } else {
      L.opAssign(L.local(Acc), Op, L.convert(L.slotType(Acc), It.V), S.Body);
    }
    if (Counter != tast::NoSlot)
      L.opAssign(L.local(Counter), BinaryOp::Add, L.i64(1), S.Body);
  };
  if (!iterate(S, nullptr, Setup, Each))
    return Diverged ? neverValue() : errorValue();
  if (!T)
    return errorValue();
  if (IsMinMax || Which == Intrinsic::Mean)
    trapWhenEmpty(L.load(Counter), Which, Element, R);
  Value Result = L.load(Acc);
  if (InPartials) {
    foldPartials(Acc, Op, R);
    Result = L.load(L.indexed(L.local(Acc), L.i64(0), tast::NoSite, true));
  }
  if (Which == Intrinsic::Mean)
    Result = L.binary(BinaryOp::Div, L.convert(T, Result),
                      L.convert(T, L.load(Counter)));
  return Result;
}

} // namespace jitrun::sema
