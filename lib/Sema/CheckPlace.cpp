#include "Sema/Checker.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

//===----------------------------------------------------------------------===//
// Places

PlaceRef Checker::placeOfLoad(Value V) {
  const tast::Place &From = *tast::as<tast::LoadExpr>(*V).From;
  PlaceRef P;
  P.Base = From.Base;
  P.Unchecked = From.Unchecked;
  P.Linear = From.Linear;
  P.Slot = From.Slot;
  P.Constant = From.Constant;
  P.Capture = From.Capture;
  P.Array = From.Array;
  P.Indices.assign(From.Indices.begin(), From.Indices.end());
  P.Site = From.Site;
  P.BaseTy = From.BaseTy;
  P.Projections.assign(From.Projections.begin(), From.Projections.end());
  P.Ty = From.Ty;
  P.Allowed = PlaceRef::Access::Value;
  return P;
}

PlaceRef Checker::placeOf(Value V, SourceRange R) {
  if (V->Kind == tast::ExprKind::Load && L.isStable(V, L.clock()))
    return placeOfLoad(V);
  return L.local(L.bind(V, R));
}

PlaceRef Checker::immutablePlace(Value V, SourceRange R) {
  if (V->Kind == tast::ExprKind::Load && L.isStable(V, L.clock())) {
    const tast::Place &P = *tast::as<tast::LoadExpr>(*V).From;
    if (P.Base == tast::PlaceBase::Constant ||
        P.Base == tast::PlaceBase::Capture)
      return placeOfLoad(V);
    if (L.isImmutable(P.Slot))
      return placeOfLoad(V);
  }
  return L.local(L.bind(V, R));
}

/// Whether reading it reads a place that has a name.
bool Checker::isPlaceSyntax(const syntax::Expr *E) const {
  if (const auto *Name = dyn_cast<syntax::NameExpr>(E)) {
    const Symbol *S = P.find(Name->Name);
    return isLocal(Name->Name) || (S && S->Kind == Symbol::Const);
  }
  return isa<syntax::FieldExpr>(E) || isa<syntax::TupleFieldExpr>(E) ||
         isa<syntax::IndexExpr>(E);
}

bool Checker::checkNamePlace(const syntax::NameExpr &E, PlaceRef &Place) {
  if (const Binding *B = findLocal(E.Name); B && !B->IsOuterClause) {
    if (B->Ty->kind() == TypeKind::Error)
      return false;
    Place = place(*B);
    Place.Allowed =
        isBehindBarrier(*B) ? PlaceRef::Access::Captured : B->Allowed;
    Place.Name = E.Name;
    Place.Declaration = B->Range;
    return true;
  }
  if (const Symbol *S = P.find(E.Name); S && S->Kind == Symbol::Const) {
    ConstInfo &C = P.resolve(*S, E.Range);
    if (C.Ty->kind() == TypeKind::Error)
      return false;
    Place = {};
    if (C.HasConstant) {
      Place.Base = tast::PlaceBase::Constant;
      Place.Constant = C.Constant;
      Place.BaseTy = Place.Ty = C.Ty;
    } else {
      Place = L.local(L.bind(C.Value, E.Range));
    }
    Place.Allowed = PlaceRef::Access::Constant;
    Place.Name = E.Name;
    Place.Declaration = S->Name;
    return true;
  }
  Value V = checkName(E);
  if (failed(V))
    return false;
  Place = placeOf(V, E.Range);
  return true;
}

bool Checker::checkPlace(const syntax::Expr *E, PlaceRef &Place) {
  switch (E->Kind) {
  case syntax::ExprKind::Name:
    return checkNamePlace(*cast<syntax::NameExpr>(E), Place);
  case syntax::ExprKind::Field:
  case syntax::ExprKind::TupleField:
    return checkFieldPlace(E, Place);
  case syntax::ExprKind::Index:
    return checkIndexPlace(*cast<syntax::IndexExpr>(E), Place);
  default: {
    Value V = check(E);
    if (failed(V))
      return false;
    if (never(V)) {
      Place = {};
      Place.Ty = V->Ty;
      return true;
    }
    Place = placeOf(V, E->Range);
    Place.Allowed = PlaceRef::Access::Value;
    return true;
  }
  }
}

bool Checker::checkFieldPlace(const syntax::Expr *E, PlaceRef &Place) {
  const auto *Named = dyn_cast<syntax::FieldExpr>(E);
  const auto *Numbered = dyn_cast<syntax::TupleFieldExpr>(E);
  const syntax::Expr *Base = Named ? Named->Base : Numbered->Base;
  if (EnumInfo *Enum = Named ? enumNamed(Base) : nullptr) {
    auto V = variantOf(*Enum, Named->Name);
    Value Made = V ? checkVariant(*V, Named->Name, E->Range) : errorValue();
    if (failed(Made))
      return false;
    Place = placeOf(Made, E->Range);
    return true;
  }
  if (!checkPlace(Base, Place))
    return false;
  if (Place.Ty->isNever())
    return true;
  const Type *T = Place.Ty;
  int Index = -1;
  if (T->kind() == TypeKind::Struct || T->kind() == TypeKind::Tuple) {
    const auto &R = static_cast<const RecordType &>(*T);
    if (Named && T->kind() == TypeKind::Struct)
      Index = R.fieldIndex(Named->Name.Text);
    else if (Numbered && T->kind() == TypeKind::Tuple &&
             Numbered->Index < R.fields().size())
      Index = int(Numbered->Index);
  }
  if (Index >= 0) {
    Place = L.field(std::move(Place), uint32_t(Index));
    return true;
  }
  std::string Name =
      Named ? std::string(Named->Name.Text) : std::to_string(Numbered->Index);
  std::string Fix;
  if (T->kind() == TypeKind::Struct) {
    Fix = "its fields are ";
    auto Fields = static_cast<const RecordType *>(T)->fields();
    for (size_t I = 0; I < Fields.size() && I < 10; ++I)
      Fix += (I ? ", '" : "'") + Fields[I].Name + "'";
    if (Fields.empty())
      Fix.clear();
  } else if (T->isEnum()) {
    Fix = "take it apart with 'match'";
  } else if (Named && T->isArray() &&
             (Name == "length" || Name == "size" || Name == "len")) {
    Fix = "write 'len(...)'";
  } else if (Named && (P.find(Name) || T->isArray())) {
    Fix = "a call needs parentheses: '." + Name + "()'";
  }
  if (Fix.empty())
    Fix = castFix(T);
  Diags.report(Named ? Named->Name.Range : Numbered->IndexRange,
               diag::NoSuchField)
          .fix(Fix)
      << T << Name;
  return false;
}

Value Checker::loadPlace(const PlaceRef &Place) {
  if (Place.Ty->isNever())
    return neverValue();
  // A constant's part that is known right here.
  if (Place.Base == tast::PlaceBase::Constant) {
    Value At = M.Constants[size_t(Place.Constant)].Value;
    for (const tast::Projection &Step : Place.Projections) {
      uint64_t Part = Step.Field;
      if (Step.Index) {
        if (Step.Index->Kind != tast::ExprKind::IntConstant)
          return L.load(Place);
        Part = tast::as<tast::IntConstant>(*Step.Index).Value;
        if (Part >= static_cast<const FixedArrayType *>(At->Ty)->count())
          return L.load(Place);
      }
      if (At->Kind == tast::ExprKind::FixedFill)
        At = tast::as<tast::FixedFillExpr>(*At).Value;
      else if (At->Kind == tast::ExprKind::Aggregate)
        At = tast::as<tast::AggregateExpr>(*At).Parts[Part];
      else if (At->Kind == tast::ExprKind::Variant &&
               tast::as<tast::VariantExpr>(*At).Number == Step.Variant)
        At = tast::as<tast::VariantExpr>(*At).Parts[Part];
      else
        return L.load(Place);
    }
    if (!At->Ty->isAggregate())
      return At;
  }
  return L.load(Place);
}

Value Checker::checkPlaceValue(const syntax::Expr *E) {
  if (const auto *Field = dyn_cast<syntax::FieldExpr>(E))
    if (EnumInfo *Enum = enumNamed(Field->Base)) {
      auto V = variantOf(*Enum, Field->Name);
      return V ? checkVariant(*V, Field->Name, E->Range) : errorValue();
    }
  PlaceRef Place;
  if (!checkPlace(E, Place))
    return errorValue();
  return loadPlace(Place);
}

//===----------------------------------------------------------------------===//
// Indices and slices

/// The type that `T[n]` makes an array of, when the base of an index names
/// one; null when it does not.
const Type *Checker::typeOfBase(const syntax::Expr *E) {
  if (const auto *Name = dyn_cast<syntax::NameExpr>(E)) {
    if (isLocal(Name->Name))
      return nullptr;
    const Symbol *S = P.find(Name->Name);
    if (!syntax::isBuiltinTypeName(Name->Name) && !P.typeArgument(Name->Name) &&
        (!S || (S->Kind != Symbol::Struct && S->Kind != Symbol::Enum)))
      return nullptr;
    return P.findType(Name->Name, E->Range);
  }
  if (const auto *Tuple = dyn_cast<syntax::TupleExpr>(E)) {
    llvm::SmallVector<const Type *, 4> Parts;
    for (const syntax::Expr *Element : Tuple->Elements) {
      Parts.push_back(typeOfBase(Element));
      if (!Parts.back())
        return nullptr;
    }
    return P.tupleType(Parts, E->Range);
  }
  if (const auto *Fixed = dyn_cast<syntax::RepeatExpr>(E)) {
    const Type *Element = typeOfBase(Fixed->Value);
    if (!Element)
      return nullptr;
    std::optional<uint64_t> Count = Checker(P).constantCount(Fixed->Count);
    return Count ? P.fixedArrayType(Element, *Count, E->Range) : P.errorType();
  }
  return nullptr;
}

Value Checker::checkIndexValue(const syntax::Expr *E) {
  Value V = check(E);
  if (failed(V) || never(V) || V->Ty->isInteger())
    return V;
  Diags.report(E->Range, diag::IndexNotInteger)
          .fix(V->Ty->isFloat() || V->Ty->isAny()
                   ? conversionFix(Types.i64(), E->Range)
                   : std::string())
      << V->Ty;
  return errorValue();
}

bool Checker::checkSubscripts(const syntax::IndexExpr &E, unsigned Rank,
                              const Type *T) {
  if (E.Subscripts.size() == Rank)
    return true;
  std::string Fix;
  if (T->isArray() && E.Subscripts.size() < Rank) {
    Fix = "write ' ..' for each dimension taken whole: '[";
    for (unsigned I = 0; I < Rank; ++I) {
      Fix += I ? ", " : "";
      Fix += I < E.Subscripts.size()
                 ? std::string(P.Sources.text(E.Subscripts[I].Range))
                 : "..";
    }
    Fix += "]'";
    Fix.erase(Fix.find(" .."), 1);
  }
  Diags.report(E.Range, diag::IndexCount).fix(Fix)
      << T << Rank << E.Subscripts.size();
  return false;
}

static bool hasSlice(const syntax::IndexExpr &E) {
  return llvm::any_of(E.Subscripts,
                      [](const syntax::Subscript &S) { return S.IsSlice; });
}

bool Checker::checkIndexPlace(const syntax::IndexExpr &E, PlaceRef &Place) {
  if (typeOfBase(E.Base) || hasSlice(E)) {
    Value V = checkIndex(E);
    if (failed(V))
      return false;
    if (never(V)) {
      Place = {};
      Place.Ty = V->Ty;
      return true;
    }
    Place = placeOf(V, E.Range);
    Place.Allowed = PlaceRef::Access::Value;
    return true;
  }

  uint32_t Since = L.clock();
  PlaceRef Base;
  Value BaseValue = nullptr;
  bool Ok;
  if (isPlaceSyntax(E.Base)) {
    Ok = checkPlace(E.Base, Base);
  } else {
    BaseValue = check(E.Base);
    Ok = !failed(BaseValue);
    Base.Ty = BaseValue->Ty;
  }
  if (!Ok) {
    for (const syntax::Subscript &S : E.Subscripts)
      checkIndexValue(S.Lo);
    return false;
  }
  if (Base.Ty->isNever()) {
    Place = Base;
    return true;
  }
  const Type *T = Base.Ty;
  size_t Mark = L.mark();
  if (T->kind() == TypeKind::FixedArray) {
    if (!checkSubscripts(E, 1, T))
      return false;
    if (BaseValue) {
      Base = placeOf(BaseValue, E.Base->Range);
      Mark = L.mark();
    }
    Value Index = checkIndexValue(E.Subscripts[0].Lo);
    if (failed(Index))
      return false;
    if (never(Index)) {
      Place.Ty = Index->Ty;
      return true;
    }
    if (L.mark() > Mark)
      L.spill(Base, Mark, Since, E.Range);
    bool Known = false;
    if (Index->Kind == tast::ExprKind::IntConstant)
      Known = tast::as<tast::IntConstant>(*Index).Value <
              static_cast<const FixedArrayType *>(T)->count();
    Place = L.indexed(std::move(Base), Index,
                      Known ? tast::NoSite : L.site(E.Range), Known);
    return true;
  }
  if (!T->isArray() && !T->isStr()) {
    Diags.report(E.Range, diag::NotIndexable).fix(castFix(T)) << T;
    return false;
  }
  unsigned Rank = T->isStr() ? 1 : static_cast<const ArrayType *>(T)->rank();
  if (!checkSubscripts(E, Rank, T))
    return false;
  OperandList Operands(L, E.Range);
  Operands.add(BaseValue ? BaseValue : L.load(Base));
  bool Failed = false, Never = false;
  for (const syntax::Subscript &S : E.Subscripts) {
    Value Index = checkIndexValue(S.Lo);
    Failed |= failed(Index);
    Never |= never(Index);
    Operands.add(Index);
  }
  if (Failed)
    return false;
  if (Never) {
    Place.Ty = Types.get(TypeKind::Never);
    return true;
  }
  if (T->isStr()) {
    Value Byte = L.intrinsic(Types.get(TypeKind::U8), tast::Intrinsic::StrIndex,
                             {Operands[0], L.convert(Types.i64(), Operands[1])},
                             L.site(E.Range));
    Place = L.local(L.bind(Byte, E.Range));
    Place.Allowed = PlaceRef::Access::Text;
    return true;
  }
  PlaceRef Element =
      L.element(Operands[0], Operands.values().drop_front(), L.site(E.Range));
  Place = std::move(Element);
  return true;
}

Value Checker::checkIndex(const syntax::IndexExpr &E) {
  if (const Type *Element = typeOfBase(E.Base)) {
    llvm::SmallVector<const syntax::Expr *, 4> Dims;
    for (const syntax::Subscript &S : E.Subscripts) {
      if (S.IsSlice || !S.Lo) {
        Diags.report(S.Range, diag::SliceAsSize);
        return errorValue();
      }
      Dims.push_back(S.Lo);
    }
    return checkZeroArray(Element, Dims, E.Range);
  }
  if (hasSlice(E)) {
    Value Base = check(E.Base);
    if (failed(Base) || never(Base)) {
      for (const syntax::Subscript &S : E.Subscripts)
        for (const syntax::Expr *Bound : {S.Lo, S.Hi, S.Step})
          if (Bound)
            check(Bound);
      return Base;
    }
    if (Base->Ty->isStr())
      return sliceText(E, Base);
    if (Base->Ty->isArray())
      return sliceArray(E, Base);
    if (Base->Ty->kind() == TypeKind::FixedArray)
      Diags.report(E.Range, diag::SliceOfFixedArray) << Base->Ty;
    else
      Diags.report(E.Range, diag::NotIndexable).fix(castFix(Base->Ty))
          << Base->Ty;
    return errorValue();
  }
  // A byte of text needs no slot when it is only read.
  if (E.Subscripts.size() == 1) {
    Value Base = nullptr;
    OperandList Operands(L, E.Range);
    if (const auto *Name = dyn_cast<syntax::NameExpr>(E.Base)) {
      const Binding *B = findLocal(Name->Name);
      if (B && !B->IsOuterClause && B->Ty->isStr())
        Base = L.load(place(*B));
    }
    if (Base) {
      Operands.add(Base);
      Operands.add(checkIndexValue(E.Subscripts[0].Lo));
      Value Index = Operands[1];
      if (failed(Index) || never(Index))
        return Index;
      return L.intrinsic(Types.get(TypeKind::U8), tast::Intrinsic::StrIndex,
                         {Operands[0], L.convert(Types.i64(), Index)},
                         L.site(E.Range));
    }
  }
  return checkPlaceValue(&E);
}

Value Checker::sliceArray(const syntax::IndexExpr &E, Value Array) {
  const auto &T = static_cast<const ArrayType &>(*Array->Ty);
  if (!checkSubscripts(E, T.rank(), &T))
    return errorValue();
  OperandList Operands(L, E.Range);
  Operands.add(Array);
  std::vector<tast::SliceDimension> Dims;
  unsigned Rank = 0;
  bool Failed = false, Never = false;
  auto Add = [&](const syntax::Expr *Bound) {
    if (!Bound)
      return false;
    Value V = checkIndexValue(Bound);
    Failed |= failed(V);
    Never |= never(V);
    Operands.add(V);
    return true;
  };
  for (const syntax::Subscript &S : E.Subscripts) {
    tast::SliceDimension D;
    if (!S.IsSlice) {
      D.IsIndex = true;
      Add(S.Lo);
    } else {
      D.HasLo = Add(S.Lo);
      D.HasHi = Add(S.Hi);
      D.HiInclusive = S.Inclusive;
      D.HasStep = Add(S.Step);
      ++Rank;
    }
    Dims.push_back(D);
  }
  if (Failed)
    return errorValue();
  if (Never)
    return neverValue();
  const Type *Result = Types.array(T.element(), Rank);
  SlotId Slot = L.addTemp(Result);
  auto *S =
      L.operation(Slot, tast::Operation::Slice, Operands.values(), E.Range);
  S->Slice = M.copy(Dims);
  return L.load(Slot);
}

Value Checker::sliceText(const syntax::IndexExpr &E, Value Text) {
  if (!checkSubscripts(E, 1, Text->Ty))
    return errorValue();
  const syntax::Subscript &S = E.Subscripts[0];
  if (S.Step) {
    Diags.report(S.Step->Range, diag::TextSliceStep);
    return errorValue();
  }
  OperandList Operands(L, E.Range);
  Operands.add(Text);
  Operands.add(S.Lo ? checkIndexValue(S.Lo) : L.i64(0));
  if (S.Hi)
    Operands.add(checkIndexValue(S.Hi));
  if (anyFailed(Operands.values()))
    return errorValue();
  if (llvm::any_of(Operands.values(), never))
    return neverValue();
  Value Lo = L.convert(Types.i64(), Operands[1]);
  Value Hi;
  if (!S.Hi)
    Hi = L.intrinsic(Types.i64(), tast::Intrinsic::StrLen, {Operands[0]});
  else
    Hi = L.convert(Types.i64(), Operands[2]);
  if (S.Hi && S.Inclusive)
    Hi = L.binary(tast::BinaryOp::Add, Hi, L.i64(1));
  return operation(tast::Operation::StrSlice, Types.str(),
                   {Operands[0], Lo, Hi}, E.Range);
}

} // namespace jitrun::sema
