#include "Sema/Checker.h"

#include <cstdlib>

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

static tast::BinaryOp lowered(syntax::BinaryOp Op) {
  using S = syntax::BinaryOp;
  using T = tast::BinaryOp;
  switch (Op) {
  case S::Add:
    return T::Add;
  case S::Subtract:
    return T::Sub;
  case S::Multiply:
    return T::Mul;
  case S::Divide:
    return T::Div;
  case S::Remainder:
    return T::Rem;
  case S::Power:
    return T::Pow;
  case S::BitAnd:
    return T::And;
  case S::BitOr:
    return T::Or;
  case S::BitXor:
    return T::Xor;
  case S::ShiftLeft:
    return T::Shl;
  case S::ShiftRight:
    return T::Shr;
  case S::LogicalOr:
  case S::LogicalAnd:
  case S::Equal:
  case S::NotEqual:
  case S::Less:
  case S::LessEqual:
  case S::Greater:
  case S::GreaterEqual:
  case S::MatrixMultiply:
    break;
  }
  assert(false && "an operator that does not assign");
  std::abort();
}

static bool isProduct(const syntax::Expr *E) {
  const auto *B = dyn_cast<syntax::BinaryExpr>(E);
  return B && B->Op == syntax::BinaryOp::Multiply;
}

Value Checker::checkAssign(const syntax::AssignExpr &E) {
  if (E.IsCompound && E.Op == syntax::BinaryOp::MatrixMultiply) {
    unsupported(E.OpRange, "operator '@'");
    return errorValue();
  }
  if (const auto *Tuple = dyn_cast<syntax::TupleExpr>(E.Target)) {
    if (E.IsCompound) {
      Diags.report(E.OpRange, diag::CompoundTupleAssign);
      check(E.Value);
      return errorValue();
    }
    return assignTuple(E, *Tuple);
  }
  if (const auto *Index = dyn_cast<syntax::IndexExpr>(E.Target))
    for (const syntax::Subscript &S : Index->Subscripts)
      if (S.IsSlice)
        return assignSlice(E, *Index);
  return assignPlace(E);
}

bool Checker::isAssignable(const PlaceRef &Place, SourceRange Range) {
  using Access = PlaceRef::Access;
  if (Place.Base == tast::PlaceBase::Element)
    return canStore(Place.Ty, Place.Array->Ty, Range);
  if (Place.Allowed == Access::Writable)
    return true;
  std::string Name(Place.Name);
  auto Report = [&](diag::Id Id, std::string Fix) {
    auto &&D = Diags.report(Range, Id);
    D << Name;
    if (Place.Declaration.isValid())
      D.note(Place.Declaration, "'" + Name + "' is declared here");
    D.fix(std::move(Fix));
    return false;
  };
  switch (Place.Allowed) {
  case Access::Writable:
    return true;
  case Access::Let:
    return Report(diag::AssignToLet, "declare it with 'var'");
  case Access::Parameter:
    return Report(diag::AssignToParameter,
                  "copy it first: 'var " + Name + " = " + Name + ";'");
  case Access::LoopVariable:
    return Report(diag::AssignToLoopVariable, "");
  case Access::Constant:
    return Report(diag::AssignToConst, "");
  case Access::Captured:
    return Report(diag::AssignToCaptured,
                  "copy it first: 'var " + Name + " = " + Name + ";'");
  case Access::Value:
    Diags.report(Range, diag::NotAPlace);
    return false;
  case Access::Text:
    Diags.report(Range, diag::TextIsImmutable);
    return false;
  }
  return false;
}

Value Checker::assignPlace(const syntax::AssignExpr &E) {
  // The value comes first, but what it adapts to is the target's type.
  uint32_t Since = L.clock();
  StmtVector TargetList;
  PlaceRef To;
  StmtVector *Before = L.capture(&TargetList);
  bool Ok = checkPlace(E.Target, To);
  L.capture(Before);
  Ok = Ok && !To.Ty->isNever() && isAssignable(To, E.Target->Range);
  if (!Ok) {
    check(E.Value);
    return errorValue();
  }
  if (To.Ty->isArray() && E.IsCompound) {
    check(E.Value);
    return unsupported(E.Range, "arithmetic on whole arrays");
  }

  Value V = E.IsCompound ? check(E.Value, To.Ty) : checkAs(E.Value, To.Ty);
  if (failed(V))
    return V;
  if (never(V))
    return V;
  if (E.IsCompound) {
    if (V->Ty->isArray())
      return unsupported(E.Range, "arithmetic on whole arrays");
    if (V->Ty != To.Ty) {
      Diags.report(E.Range, diag::OperandTypesDiffer)
              .fix(To.Ty->isNumeric() && (V->Ty->isScalar() || V->Ty->isAny())
                       ? conversionFix(To.Ty, E.Value->Range)
                       : std::string())
          << std::string(syntax::spelling(E.Op)) + "=" << To.Ty << V->Ty;
      return errorValue();
    }
    if (!To.Ty->isAny() && !takes(E.Op, To.Ty, E.Range))
      return errorValue();
  }
  // What an operator gives holds nothing.
  if (To.Base == tast::PlaceBase::Element && !E.IsCompound)
    noteStore(V, To.Array->Ty, E.Target->Range);
  if (!TargetList.empty()) {
    size_t Mark = L.mark();
    L.spill(V, Mark, Since, E.Range);
    L.append(TargetList);
  }
  bool Whole = To.Base == tast::PlaceBase::Local && To.Projections.empty();
  if (E.IsCompound)
    opAssignPlace(E, To, V);
  else if (!Whole || !L.retarget(V, To.Slot))
    L.assign(To, V, E.Range);
  return L.unit();
}

void Checker::opAssignPlace(const syntax::AssignExpr &E, const PlaceRef &To,
                            Value V) {
  tast::BinaryOp Op = lowered(E.Op);
  const Type *T = To.Ty;
  if (T->isStr()) {
    bool Whole = To.Base == tast::PlaceBase::Local && To.Projections.empty();
    SlotId Dest = Whole ? To.Slot : L.addTemp(T);
    L.operation(Dest, tast::Operation::StrConcat, {L.load(To), V}, E.Range);
    if (!Whole)
      L.assign(To, L.load(Dest), E.Range);
    return;
  }
  if (T->isAny()) {
    bool Whole = To.Base == tast::PlaceBase::Local && To.Projections.empty();
    SlotId Dest = Whole ? To.Slot : L.addTemp(T);
    L.operation(Dest, tast::Operation::AnyBinary, {L.load(To), V}, E.Range)
        ->Operator = abi::AnyOperator(uint32_t(Op));
    if (!Whole)
      L.assign(To, L.load(Dest), E.Range);
    return;
  }
  bool Traps = T->isInteger() &&
               (Op == tast::BinaryOp::Div || Op == tast::BinaryOp::Rem ||
                (Op == tast::BinaryOp::Pow && T->isSigned()));
  bool Fused = L.fused() && T->isFloat() && isProduct(E.Value) &&
               (Op == tast::BinaryOp::Add || Op == tast::BinaryOp::Sub) &&
               V->Kind == tast::ExprKind::Binary &&
               tast::as<tast::BinaryExpr>(*V).Op == tast::BinaryOp::Mul;
  L.opAssign(To, Op, V, E.Range, Traps ? L.site(E.Range) : tast::NoSite, Fused);
}

//===----------------------------------------------------------------------===//
// Several places at once

/// The places of a tuple and of tuples in it, in order.
static void flatten(const syntax::TupleExpr &E,
                    llvm::SmallVectorImpl<const syntax::Expr *> &To) {
  for (const syntax::Expr *Element : E.Elements)
    if (const auto *Inner = dyn_cast<syntax::TupleExpr>(Element))
      flatten(*Inner, To);
    else
      To.push_back(Element);
}

/// The parts of \p From that the targets of \p E take; false when the shapes
/// differ.
static bool takeApart(Lowering &L, const syntax::TupleExpr &E,
                      const PlaceRef &From,
                      llvm::SmallVectorImpl<PlaceRef> &To) {
  if (From.Ty->kind() != TypeKind::Tuple ||
      static_cast<const RecordType *>(From.Ty)->fields().size() !=
          E.Elements.size())
    return false;
  for (size_t I = 0; I < E.Elements.size(); ++I) {
    PlaceRef Part = L.field(From, uint32_t(I));
    if (const auto *Inner = dyn_cast<syntax::TupleExpr>(E.Elements[I])) {
      if (!takeApart(L, *Inner, Part, To))
        return false;
    } else {
      To.push_back(std::move(Part));
    }
  }
  return true;
}

/// Whether \p V is written out as far as \p E is.
static bool sameShape(const syntax::TupleExpr &E, const syntax::Expr *V) {
  const auto *T = dyn_cast<syntax::TupleExpr>(V);
  if (!T || T->Elements.size() != E.Elements.size())
    return false;
  for (size_t I = 0; I < E.Elements.size(); ++I)
    if (const auto *Inner = dyn_cast<syntax::TupleExpr>(E.Elements[I]))
      if (!sameShape(*Inner, T->Elements[I]))
        return false;
  return true;
}

/// The expressions of \p V that stand for the places of \p E.
static void pair(const syntax::TupleExpr &E, const syntax::TupleExpr &V,
                 llvm::SmallVectorImpl<const syntax::Expr *> &To) {
  for (size_t I = 0; I < E.Elements.size(); ++I)
    if (const auto *Inner = dyn_cast<syntax::TupleExpr>(E.Elements[I]))
      pair(*Inner, *cast<syntax::TupleExpr>(V.Elements[I]), To);
    else
      To.push_back(V.Elements[I]);
}

Value Checker::assignTuple(const syntax::AssignExpr &E,
                           const syntax::TupleExpr &To) {
  uint32_t Since = L.clock();
  llvm::SmallVector<const syntax::Expr *, 4> Targets;
  flatten(To, Targets);
  StmtVector TargetList;
  llvm::SmallVector<PlaceRef, 4> Places;
  bool Ok = true;
  StmtVector *Before = L.capture(&TargetList);
  size_t Mark = 0;
  for (const syntax::Expr *Target : Targets) {
    PlaceRef &Place = Places.emplace_back();
    bool Sliced = false;
    if (const auto *Index = dyn_cast<syntax::IndexExpr>(Target))
      for (const syntax::Subscript &S : Index->Subscripts)
        Sliced |= S.IsSlice;
    if (Sliced) {
      Diags.report(Target->Range, diag::SliceInTupleAssign)
          .fix("assign to it in a statement of its own");
      Ok = false;
    } else if (!checkPlace(Target, Place) || Place.Ty->isNever() ||
               !isAssignable(Place, Target->Range)) {
      Ok = false;
    } else {
      if (L.mark() > Mark)
        for (PlaceRef &Earlier : Places)
          if (&Earlier != &Place)
            L.spill(Earlier, Mark, Since, E.Range);
      Mark = L.mark();
    }
  }
  L.capture(Before);
  if (!Ok) {
    check(E.Value);
    return errorValue();
  }

  llvm::SmallVector<Value, 4> Values;
  auto NoteStore = [&](Value V) {
    const size_t I = Values.size();
    if (Places[I].Base == tast::PlaceBase::Element)
      noteStore(V, Places[I].Array->Ty, Targets[I]->Range);
  };
  if (sameShape(To, E.Value)) {
    llvm::SmallVector<const syntax::Expr *, 4> Sources;
    pair(To, *cast<syntax::TupleExpr>(E.Value), Sources);
    OperandList Operands(L, E.Range);
    for (size_t I = 0; I < Sources.size(); ++I)
      Operands.add(checkAs(Sources[I], Places[I].Ty));
    if (anyFailed(Operands.values()))
      return errorValue();
    if (llvm::any_of(Operands.values(), never))
      return neverValue();
    for (Value V : Operands.values()) {
      NoteStore(V);
      Values.push_back(L.load(L.bind(V, E.Range)));
    }
  } else {
    Value V = check(E.Value);
    if (failed(V) || never(V))
      return V;
    SlotId Slot = L.bind(V, E.Range);
    llvm::SmallVector<PlaceRef, 4> Parts;
    if (!takeApart(L, To, L.local(Slot), Parts)) {
      Diags.report(E.Range, diag::TuplePatternMismatch)
          << To.Elements.size() << V->Ty;
      return errorValue();
    }
    for (size_t I = 0; I < Parts.size(); ++I) {
      if (Places[I].Ty != Parts[I].Ty) {
        Diags.report(Targets[I]->Range, diag::TypeMismatch)
            << Places[I].Ty << Parts[I].Ty;
        return errorValue();
      }
      Value Part = L.load(Parts[I]);
      NoteStore(Part);
      Values.push_back(Part);
    }
  }

  L.append(TargetList);
  std::vector<const tast::Place *> Final;
  for (size_t I = 0; I < Places.size(); ++I) {
    Final.push_back(L.place(Places[I]));
    if (Places[I].Base == tast::PlaceBase::Local)
      L.noteAssigned(Places[I].Slot);
  }
  L.emit(M.make<tast::MultiAssignStmt>(
      E.Range, M.copy(Final),
      M.copy(std::span<const Value>(Values.data(), Values.size()))));
  return L.unit();
}

//===----------------------------------------------------------------------===//
// Slices

Value Checker::assignSlice(const syntax::AssignExpr &E,
                           const syntax::IndexExpr &To) {
  uint32_t Since = L.clock();
  StmtVector TargetList;
  StmtVector *Before = L.capture(&TargetList);
  Value View = check(&To);
  L.capture(Before);
  if (failed(View) || never(View) || !View->Ty->isArray()) {
    if (!failed(View) && View->Ty->isStr())
      Diags.report(E.Target->Range, diag::TextIsImmutable);
    check(E.Value);
    return errorValue();
  }
  const auto &T = static_cast<const ArrayType &>(*View->Ty);
  const Type *Element = T.element();
  if (!canStore(Element, &T, E.Target->Range)) {
    check(E.Value);
    return errorValue();
  }

  // An array literal or comprehension takes the view's type, the rest the
  // element's.
  bool WantsArray = isa<syntax::ArrayLiteralExpr>(E.Value) ||
                    isa<syntax::ComprehensionExpr>(E.Value);
  Value V = check(E.Value, WantsArray         ? &T
                           : Element->isAny() ? nullptr
                                              : Element);
  if (failed(V) || never(V))
    return V;
  if (Element->isAny() && V->Ty != &T)
    V = toAny(V, E.Value->Range);
  bool Scalar = V->Ty == Element;
  if (!Scalar && V->Ty != &T) {
    std::string Fix;
    if (Element->isNumeric() && V->Ty->isScalar())
      Fix = conversionFix(Element, E.Value->Range);
    Diags.report(E.Value->Range, diag::SliceAssignMismatch).fix(Fix)
        << Element << &T << V->Ty;
    return errorValue();
  }
  if (E.IsCompound && !Element->isAny() &&
      (!Element->isScalar() || !takes(E.Op, Element, E.Range))) {
    if (!Element->isScalar())
      Diags.report(E.Range, diag::OperatorTakes)
          << std::string(syntax::spelling(E.Op)) + "=" << "numbers" << Element;
    return errorValue();
  }
  if (!E.IsCompound && Scalar)
    noteStore(V, &T, E.Target->Range);
  else if (!E.IsCompound && Element->isCounted())
    P.Cycles.addStore(Element, CycleCheck::Holder(Element), &T, E.Target->Range,
                      Diags);
  size_t Mark = L.mark();
  L.spill(V, Mark, Since, E.Range);
  L.append(TargetList);

  if (Scalar && !E.IsCompound) {
    L.operation(tast::NoSlot, tast::Operation::Fill, {View, V}, E.Range);
    return L.unit();
  }
  if (!Scalar) {
    SlotId Source = L.addTemp(&T);
    L.operation(Source, tast::Operation::StableSource, {V, View}, E.Range);
    V = L.load(Source);
  }
  writeElements(E, View, V, Scalar);
  return L.unit();
}

/// `view[i, j ...] op= value` for all indices, \p V a scalar or an array of
/// the same shape.
void Checker::writeElements(const syntax::AssignExpr &E, Value View, Value V,
                            bool Scalar) {
  const auto &T = static_cast<const ArrayType &>(*View->Ty);
  llvm::SmallVector<Value, 2> Dims;
  for (unsigned I = 0; I < T.rank(); ++I)
    Dims.push_back(L.hold(L.dim(View, I), E.Range));
  llvm::SmallVector<SlotId, 2> Variables;
  llvm::SmallVector<Value, 2> Indices;
  llvm::SmallVector<tast::LoopId, 2> Ids;
  for (unsigned I = 0; I < T.rank(); ++I) {
    Variables.push_back(L.addTemp(Types.i64()));
    Indices.push_back(L.load(Variables.back()));
    Ids.push_back(L.loop());
  }
  StmtVector Body;
  StmtVector *Before = L.capture(&Body);
  PlaceRef To = L.elementUnchecked(View, Indices);
  Value From = Scalar ? V : L.load(L.elementUnchecked(V, Indices));
  if (E.IsCompound)
    opAssignPlace(E, To, From);
  else
    L.assign(To, From, E.Range);
  for (unsigned I = T.rank(); I-- > 0;) {
    StmtVector Around;
    L.capture(&Around);
    L.emit(M.make<tast::ForRangeStmt>(E.Range, Ids[I], Variables[I], false,
                                      tast::NoSite, L.i64(0), Dims[I], nullptr,
                                      L.keep(Body)));
    Body = std::move(Around);
  }
  L.capture(Before);
  L.append(Body);
}

} // namespace jitrun::sema
