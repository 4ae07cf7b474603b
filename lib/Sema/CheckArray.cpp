#include "Sema/Checker.h"
#include "Sema/Library.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;
using tast::Operation;

//===----------------------------------------------------------------------===//
// New arrays

Value Checker::arraySize(const syntax::Expr *E) {
  Value V = check(E);
  if (failed(V) || never(V))
    return V;
  if (!V->Ty->isInteger()) {
    Diags.report(E->Range, diag::SizeNotInteger)
            .fix(V->Ty->isFloat() ? conversionFix(Types.i64(), E->Range)
                                  : std::string())
        << V->Ty;
    return errorValue();
  }
  return L.convert(Types.i64(), V);
}

Value Checker::checkZeroArray(const Type *Element,
                              llvm::ArrayRef<const syntax::Expr *> Dims,
                              SourceRange R) {
  OperandList Operands(L, R);
  for (const syntax::Expr *Dim : Dims)
    Operands.add(arraySize(Dim));
  const Type *T = P.arrayType(Element, unsigned(Dims.size()), R);
  if (anyFailed(Operands.values()) || T->kind() == TypeKind::Error ||
      !hasZero(Element, R))
    return errorValue();
  if (llvm::any_of(Operands.values(), never))
    return neverValue();
  return operation(Operation::NewArray, T, Operands.values(), R);
}

//===----------------------------------------------------------------------===//
// Literals

/// An array of \p Dims with the \p Leaves as its elements in row-major order.
Value Checker::storeElements(llvm::ArrayRef<const syntax::Expr *> Leaves,
                             llvm::ArrayRef<uint64_t> Dims, const Type *Hint,
                             SourceRange R) {
  struct Piece {
    StmtVector List;
    Value V = nullptr;
  };
  std::vector<Piece> Pieces(Leaves.size());
  bool AllWait = true;
  LiteralClass All;
  std::vector<bool> Waits;
  for (const syntax::Expr *E : Leaves) {
    LiteralClass C = classify(E);
    All = Waits.empty() ? C : join(All, C);
    Waits.push_back(waits(E));
    AllWait = AllWait && Waits.back();
  }
  const Type *Element = All.Adapts ? literalType(All, Hint) : nullptr;
  if (Hint && Hint->isAny())
    Element = Hint;
  SlotId Array = L.addTemp(Types.unit());
  bool Failed = false, Never = false;
  auto CheckOne = [&](size_t I) {
    StmtVector *Before = L.capture(&Pieces[I].List);
    Value V = check(Leaves[I], Element ? Element : Hint);
    L.capture(Before);
    Pieces[I].V = V;
    Never |= never(V);
    Failed |= failed(V);
    if (failed(V) || never(V))
      return;
    if (!Element) {
      Element = V->Ty;
    } else if (V->Ty != Element && !Failed) {
      Diags.report(Leaves[I]->Range, diag::ElementTypesDiffer)
              .fix(Element->isNumeric() && V->Ty->isScalar()
                       ? conversionFix(Element, Leaves[I]->Range)
                       : std::string())
          << Element << V->Ty;
      Failed = true;
    }
  };
  for (size_t I = 0; I < Leaves.size(); ++I)
    if (!Waits[I] || AllWait)
      CheckOne(I);
  for (size_t I = 0; I < Leaves.size(); ++I)
    if (Waits[I] && !AllWait)
      CheckOne(I);
  if (Failed)
    return errorValue();
  if (Never) {
    for (Piece &Each : Pieces)
      L.append(Each.List);
    return neverValue();
  }
  const Type *T = P.arrayType(Element, unsigned(Dims.size()), R);
  if (T->kind() == TypeKind::Error)
    return errorValue();
  L.setSlotType(Array, T);
  llvm::SmallVector<Value, 4> Sizes;
  for (uint64_t Dim : Dims)
    Sizes.push_back(L.i64(int64_t(Dim)));
  L.operation(Array, Operation::NewArray, Sizes, R)->Uninitialized = true;
  Value Loaded = L.load(Array);
  for (size_t I = 0; I < Pieces.size(); ++I) {
    L.append(Pieces[I].List);
    L.assign(L.elementLinear(Loaded, L.i64(int64_t(I))), Pieces[I].V,
             Leaves[I]->Range);
  }
  return Loaded;
}

Value Checker::checkArrayLiteral(const syntax::ArrayLiteralExpr &E,
                                 const Type *Hint) {
  const Type *Element = nullptr;
  if (Hint && Hint->kind() == TypeKind::FixedArray)
    return checkFixedLiteral(E, *static_cast<const FixedArrayType *>(Hint));
  if (Hint && Hint->isArray()) {
    const auto &T = *static_cast<const ArrayType *>(Hint);
    if (E.Elements.empty())
      return L.zero(Hint);
    if (T.rank() > 1 && isa<syntax::ArrayLiteralExpr>(E.Elements[0]))
      return checkNestedLiteral(E, T);
    if (T.rank() == 1)
      Element = T.element();
  }
  if (E.Elements.empty()) {
    Diags.report(E.Range, diag::NoElementType)
        .fix("write 'f64[0]', with the type that the elements will have");
    return errorValue();
  }
  return storeElements({E.Elements.data(), E.Elements.size()},
                       uint64_t(E.Elements.size()), Element, E.Range);
}

Value Checker::checkFixedLiteral(const syntax::ArrayLiteralExpr &E,
                                 const FixedArrayType &T) {
  if (E.Elements.size() != T.count()) {
    Diags.report(E.Range, diag::FixedArrayCount) << E.Elements.size() << &T;
    for (const syntax::Expr *Element : E.Elements)
      check(Element, T.element());
    return errorValue();
  }
  OperandList Parts(L, E.Range);
  for (const syntax::Expr *Element : E.Elements)
    Parts.add(checkAs(Element, T.element()));
  if (anyFailed(Parts.values()))
    return errorValue();
  return M.make<tast::AggregateExpr>(
      &T, M.copy(std::span<const Value>(Parts.values().data(), Parts.size())));
}

/// The elements of arrays in arrays, down to \p Dims' depth; reports rows of
/// different lengths.
static bool flattenRows(const syntax::Expr *E, size_t Level,
                        llvm::MutableArrayRef<int64_t> Dims,
                        std::vector<const syntax::Expr *> &Leaves,
                        DiagnosticEngine &Diags) {
  if (Level == Dims.size()) {
    Leaves.push_back(E);
    return true;
  }
  const auto *Row = dyn_cast<syntax::ArrayLiteralExpr>(E);
  if (!Row) {
    Diags.report(E->Range, diag::NestedLiteral) << Dims.size();
    return false;
  }
  auto Count = int64_t(Row->Elements.size());
  if (Dims[Level] >= 0 && Dims[Level] != Count) {
    Diags.report(E->Range, diag::NestedCount) << Dims[Level] << Count;
    return false;
  }
  Dims[Level] = Count;
  for (const syntax::Expr *Element : Row->Elements)
    if (!flattenRows(Element, Level + 1, Dims, Leaves, Diags))
      return false;
  return true;
}

Value Checker::checkNestedLiteral(const syntax::ArrayLiteralExpr &E,
                                  const ArrayType &T) {
  llvm::SmallVector<int64_t, 4> Found(T.rank(), -1);
  std::vector<const syntax::Expr *> Leaves;
  if (!flattenRows(&E, 0, Found, Leaves, Diags))
    return errorValue();
  llvm::SmallVector<uint64_t, 4> Dims;
  for (int64_t Dim : Found)
    Dims.push_back(uint64_t(std::max<int64_t>(Dim, 0)));
  if (!Leaves.empty())
    return storeElements(Leaves, Dims, T.element(), E.Range);
  llvm::SmallVector<Value, 4> Sizes;
  for (uint64_t Dim : Dims)
    Sizes.push_back(L.i64(int64_t(Dim)));
  return operation(Operation::NewArray, &T, Sizes, E.Range);
}

Value Checker::checkRepeat(const syntax::RepeatExpr &E, const Type *Hint) {
  const Type *Element = nullptr;
  if (Hint && Hint->kind() == TypeKind::FixedArray)
    Element = static_cast<const FixedArrayType *>(Hint)->element();
  Value V = check(E.Value, Element);
  std::optional<uint64_t> Count = Checker(P).constantCount(E.Count);
  if (failed(V) || !Count)
    return errorValue();
  if (never(V))
    return V;
  const Type *T = P.fixedArrayType(V->Ty, *Count, E.Range);
  if (T->kind() == TypeKind::Error)
    return errorValue();
  return M.make<tast::FixedFillExpr>(T, V);
}

//===----------------------------------------------------------------------===//
// Library functions on arrays

using Id = enum LibraryFunction::Id;

Value Checker::callArray(CallSite &Call, const LibraryFunction &F,
                         const Type *Hint) {
  SourceRange R = Call.Range;
  if (F.Id == Id::Zeros || F.Id == Id::Full || F.Id == Id::Iota)
    return callNewArray(Call, F, Hint);

  OperandList Operands(L, R);
  Value Of = check(Call.Args[0].Value);
  Operands.add(Of);
  if (failed(Of) || never(Of)) {
    for (size_t I = 1; I < Call.Args.size(); ++I)
      check(Call.Args[I].Value);
    return Of;
  }
  const Type *T = Of->Ty;
  if (F.Id == Id::Len) {
    if (T->isStr())
      return L.intrinsic(Types.i64(), tast::Intrinsic::StrLen, {Of});
    if (T->kind() == TypeKind::FixedArray) {
      drop(Of, R);
      return L.i64(int64_t(static_cast<const FixedArrayType *>(T)->count()));
    }
    if (!T->isArray())
      return wrongArgument(Call, 0, T, "an array or text");
    return L.dim(Of, 0);
  }
  if (!isArray(Call, 0, Of)) {
    for (size_t I = 1; I < Call.Args.size(); ++I)
      check(Call.Args[I].Value);
    return errorValue();
  }
  const auto &A = static_cast<const ArrayType &>(*T);
  const Type *Element = A.element();

  for (size_t I = 1; I < Call.Args.size(); ++I) {
    const syntax::Expr *E = Call.Args[I].Value;
    switch (F.Id) {
    case Id::Reshape:
      Operands.add(arraySize(E));
      break;
    case Id::Dim:
      Operands.add(checkIndexValue(E));
      break;
    case Id::Fill:
      Operands.add(checkAs(E, Element));
      break;
    default:
      Operands.add(checkAs(E, T));
    }
  }
  if (anyFailed(Operands.values()))
    return errorValue();
  if (llvm::any_of(Operands.values(), never))
    return neverValue();

  switch (F.Id) {
  case Id::Dim: {
    Value Which = L.convert(Types.i64(), Operands[1]);
    bool Known = Operands[1]->Kind == tast::ExprKind::IntConstant;
    if (Known) {
      uint64_t Dim = tast::as<tast::IntConstant>(*Operands[1]).Value;
      Which = L.i64(int64_t(Dim));
      Known = Dim < A.rank();
    }
    return L.intrinsic(Types.i64(), tast::Intrinsic::Dim, {Operands[0], Which},
                       Known ? tast::NoSite : L.site(R));
  }
  case Id::Shape:
    return operation(Operation::Shape, Types.array(Types.i64(), 1),
                     Operands.values(), R);
  case Id::Copy:
    return operation(Operation::Copy, T, Operands.values(), R);
  case Id::Fill:
    if (!canStore(Element, T, R))
      return errorValue();
    noteStore(Operands[1], T, R);
    return operation(Operation::Fill, Types.unit(), Operands.values(), R);
  case Id::Reshape:
    return operation(Operation::Reshape,
                     Types.array(Element, unsigned(Operands.size() - 1)),
                     Operands.values(), R);
  case Id::Transpose:
    return operation(Operation::Transpose, T, Operands.values(), R);
  case Id::Concat:
    return operation(Operation::Concat, T, Operands.values(), R);
  case Id::Reverse:
    return operation(Operation::Reverse, T, Operands.values(), R);
  case Id::Sort:
    if (A.rank() != 1 || (!Element->isScalar() && !Element->isStr()))
      return wrongArgument(Call, 0, T, "an array of rank 1 of scalars or text");
    return operation(Operation::Sort, T, Operands.values(), R);
  case Id::Dot:
    if (A.rank() != 1 || !Element->isFloat())
      return wrongArgument(Call, 0, T, "an array of floats of rank 1");
    return L.intrinsic(Element, tast::Intrinsic::Dot,
                       {Operands[0], Operands[1]}, L.site(R));
  default:
    return errorValue();
  }
}

Value Checker::callNewArray(CallSite &Call, const LibraryFunction &F,
                            const Type *Hint) {
  SourceRange R = Call.Range;
  bool IsFull = F.Id == Id::Full;
  size_t Rank = Call.Args.size() - IsFull;
  const Type *Element = nullptr;
  if (Hint && Hint->isArray() &&
      static_cast<const ArrayType *>(Hint)->rank() == Rank)
    Element = static_cast<const ArrayType *>(Hint)->element();
  OperandList Operands(L, R);
  for (size_t I = 0; I < Rank; ++I)
    Operands.add(arraySize(Call.Args[I].Value));
  if (IsFull)
    Operands.add(check(Call.Args[Rank].Value, Element));
  if (anyFailed(Operands.values()))
    return errorValue();
  if (llvm::any_of(Operands.values(), never))
    return neverValue();
  if (F.Id == Id::Iota)
    return operation(Operation::Iota, Types.array(Types.i64(), 1),
                     Operands.values(), R);
  if (!IsFull) {
    if (!Element)
      Element = Types.f64();
    if (!hasZero(Element, R))
      return errorValue();
    return operation(Operation::NewArray, Types.array(Element, unsigned(Rank)),
                     Operands.values(), R);
  }
  // The operation takes the value first; evaluated is what is written first.
  Value V = Operands[Rank];
  llvm::SmallVector<Value, 4> Values{V};
  for (size_t I = 0; I < Rank; ++I)
    Values.push_back(L.isStable(V, L.clock()) ? Operands[I]
                                              : L.hold(Operands[I], R));
  const Type *T = P.arrayType(V->Ty, unsigned(Rank), R);
  if (T->kind() == TypeKind::Error)
    return errorValue();
  return operation(Operation::Full, T, Values, R);
}

} // namespace jitrun::sema
