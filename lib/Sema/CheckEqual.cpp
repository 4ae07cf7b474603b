#include "Sema/Checker.h"

namespace jitrun::sema {

/// Fixed arrays up to this many elements are compared without a loop.
static constexpr uint64_t MaxUnrolled = 4;

bool Checker::hasEquality(const Type *T, SourceRange Range) {
  auto Compares = [](auto &Self, const Type *Of) -> bool {
    switch (Of->kind()) {
    case TypeKind::Array:
    case TypeKind::Function:
      return false;
    case TypeKind::Tuple:
    case TypeKind::Struct:
      for (const Field &F : static_cast<const RecordType *>(Of)->fields())
        if (!Self(Self, F.Ty))
          return false;
      return true;
    case TypeKind::FixedArray:
      return Self(Self, static_cast<const FixedArrayType *>(Of)->element());
    case TypeKind::Enum:
      for (const Variant &V : static_cast<const EnumType *>(Of)->variants())
        for (const Field &F : V.Payload)
          if (!Self(Self, F.Ty))
            return false;
      return true;
    default:
      return true;
    }
  };
  if (Compares(Compares, T))
    return true;
  if (T->isArray())
    unsupported(Range, "arithmetic on whole arrays");
  else
    Diags.report(Range, diag::NoEquality) << T;
  return false;
}

/// Whether comparing needs a loop, and so statements.
static bool needsLoop(const Type *T) {
  switch (T->kind()) {
  case TypeKind::Tuple:
  case TypeKind::Struct:
    for (const Field &F : static_cast<const RecordType *>(T)->fields())
      if (needsLoop(F.Ty))
        return true;
    return false;
  case TypeKind::FixedArray: {
    const auto *A = static_cast<const FixedArrayType *>(T);
    return A->count() > MaxUnrolled || needsLoop(A->element());
  }
  case TypeKind::Enum:
    for (const Variant &V : static_cast<const EnumType *>(T)->variants())
      for (const Field &F : V.Payload)
        if (needsLoop(F.Ty))
          return true;
    return false;
  default:
    return false;
  }
}

Value Checker::equal(Value Left, Value Right, SourceRange Range) {
  const Type *T = Left->Ty;
  if (T->isUnit())
    return L.boolean(true);
  // Bound in order of evaluation.
  if (!L.isStable(Right, L.clock()) && !L.isStable(Left, L.clock()))
    Left = L.load(L.bind(Left, Range));
  PlaceRef A = placeOf(Left, Range), B = placeOf(Right, Range);
  if (!needsLoop(T))
    return equalPlaces(A, B, Range);
  SlotId Same = L.addTemp(Types.boolean());
  L.init(Same, L.boolean(true), Range);
  equalInto(Same, A, B, Range);
  return L.load(Same);
}

Value Checker::equalPlaces(const PlaceRef &A, const PlaceRef &B,
                           SourceRange Range) {
  const Type *T = A.Ty;
  std::vector<Value> Parts;
  if (T->isUnit()) {
    return L.boolean(true);
  } else if (T->kind() == TypeKind::FixedArray) {
    for (uint64_t I = 0; I < static_cast<const FixedArrayType *>(T)->count();
         ++I) {
      Value At = L.i64(int64_t(I));
      Parts.push_back(equalPlaces(L.indexed(A, At, tast::NoSite, true),
                                  L.indexed(B, At, tast::NoSite, true), Range));
    }
  } else if (T->isAny()) {
    return L.binary(tast::BinaryOp::Eq, L.load(A), L.load(B), L.site(Range));
  } else if (T->isEnum()) {
    Parts.push_back(L.binary(tast::BinaryOp::Eq, L.tag(A), L.tag(B)));
    // And one of: another variant, or equal payloads.
    auto Variants = static_cast<const EnumType *>(T)->variants();
    for (uint32_t I = 0; I < Variants.size(); ++I) {
      std::vector<Value> Payload;
      for (uint32_t J = 0; J < Variants[I].Payload.size(); ++J)
        Payload.push_back(
            equalPlaces(L.payload(A, I, J), L.payload(B, I, J), Range));
      if (!Payload.empty())
        Parts.push_back(
            L.logical(/*IsAnd=*/false, isNot(A, I), allOf(std::move(Payload))));
    }
  } else if (T->isAggregate()) {
    size_t Count = static_cast<const RecordType *>(T)->fields().size();
    for (uint32_t I = 0; I < Count; ++I)
      Parts.push_back(equalPlaces(L.field(A, I), L.field(B, I), Range));
  } else {
    return L.binary(tast::BinaryOp::Eq, L.load(A), L.load(B));
  }
  return allOf(std::move(Parts));
}

Value Checker::isNot(const PlaceRef &Place, uint32_t Variant) {
  return L.binary(tast::BinaryOp::Ne, L.tag(Place),
                  L.integer(Types.get(TypeKind::U32), Variant));
}

Value Checker::allOf(std::vector<Value> Parts, bool IsAnd) {
  if (Parts.empty())
    return L.boolean(IsAnd);
  // A balanced tree: types may have very many members.
  while (Parts.size() > 1) {
    std::vector<Value> Half;
    for (size_t I = 0; I + 1 < Parts.size(); I += 2)
      Half.push_back(L.logical(IsAnd, Parts[I], Parts[I + 1]));
    if (Parts.size() % 2)
      Half.push_back(Parts.back());
    Parts = std::move(Half);
  }
  return Parts.front();
}

/// Clears \p Same when one of the parts differs.
void Checker::equalFields(SlotId Same, size_t Count,
                          llvm::function_ref<PlaceRef(uint32_t)> A,
                          llvm::function_ref<PlaceRef(uint32_t)> B,
                          SourceRange Range) {
  for (uint32_t I = 0; I < Count; ++I) {
    StmtVector Then;
    StmtVector *Before = L.capture(&Then);
    equalInto(Same, A(I), B(I), Range);
    L.capture(Before);
    L.ifThen(L.load(Same), Then, {}, Range);
  }
}

/// Clears \p Same, which is set, when the places differ.
void Checker::equalInto(SlotId Same, const PlaceRef &A, const PlaceRef &B,
                        SourceRange Range) {
  const Type *T = A.Ty;
  if (!needsLoop(T)) {
    L.assign(L.local(Same), equalPlaces(A, B, Range), Range);
    return;
  }
  if (T->isEnum()) {
    L.assign(L.local(Same), L.binary(tast::BinaryOp::Eq, L.tag(A), L.tag(B)),
             Range);
    auto Variants = static_cast<const EnumType *>(T)->variants();
    for (uint32_t I = 0; I < Variants.size(); ++I) {
      StmtVector Then;
      StmtVector *Before = L.capture(&Then);
      equalFields(
          Same, Variants[I].Payload.size(),
          [&](uint32_t J) { return L.payload(A, I, J); },
          [&](uint32_t J) { return L.payload(B, I, J); }, Range);
      L.capture(Before);
      if (!Then.empty())
        L.ifThen(L.logical(/*IsAnd=*/true, L.load(Same),
                           L.unary(tast::UnaryOp::Not, isNot(A, I))),
                 Then, {}, Range);
    }
    return;
  }
  if (T->kind() != TypeKind::FixedArray) {
    size_t Count = static_cast<const RecordType *>(T)->fields().size();
    equalFields(
        Same, Count, [&](uint32_t I) { return L.field(A, I); },
        [&](uint32_t I) { return L.field(B, I); }, Range);
    return;
  }
  uint64_t Count = static_cast<const FixedArrayType *>(T)->count();
  SlotId Variable = L.addTemp(Types.i64());
  Value At = L.load(Variable);
  tast::LoopId Id = L.loop();
  StmtVector Body, Then;
  StmtVector *Before = L.capture(&Body);
  equalInto(Same, L.indexed(A, At, tast::NoSite, true),
            L.indexed(B, At, tast::NoSite, true), Range);
  L.capture(&Then);
  L.emit(M.make<tast::BreakStmt>(Range, Id));
  L.capture(&Body);
  L.ifThen(L.unary(tast::UnaryOp::Not, L.load(Same)), Then, {}, Range);
  L.capture(Before);
  L.emit(M.make<tast::ForRangeStmt>(Range, Id, Variable, false, tast::NoSite,
                                    L.i64(0), L.i64(int64_t(Count)), nullptr,
                                    L.keep(Body)));
}

} // namespace jitrun::sema
