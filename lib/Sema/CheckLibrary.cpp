#include "Sema/Checker.h"
#include "Sema/Library.h"

namespace jitrun::sema {

using Id = enum LibraryFunction::Id;
using tast::Intrinsic;
using tast::Operation;

Value Checker::operation(Operation Which, const Type *To,
                         llvm::ArrayRef<Value> Operands, SourceRange R) {
  SlotId Dest = To->isUnit() ? tast::NoSlot : L.addTemp(To);
  L.operation(Dest, Which, Operands, R);
  return Dest == tast::NoSlot ? L.unit() : L.load(Dest);
}

bool Checker::checkCount(const CallSite &Call, const LibraryFunction &F) {
  for (const syntax::Argument &A : Call.Args)
    if (A.isNamed()) {
      Diags.report(A.Name.Range, diag::LibraryNamedArgument) << F.Name;
      return false;
    }
  if (Call.Args.size() >= F.MinArgs && Call.Args.size() <= F.MaxArgs)
    return true;
  std::string Wanted = std::to_string(F.MinArgs);
  if (F.MaxArgs == LibraryFunction::AnyNumber)
    Wanted = "at least " + Wanted;
  else if (F.MaxArgs != F.MinArgs)
    Wanted += " to " + std::to_string(F.MaxArgs);
  Diags.report(Call.Range, diag::LibraryArgumentCount)
      << F.Name << Wanted << Call.Args.size();
  return false;
}

Value Checker::wrongArgument(CallSite &Call, size_t I, const Type *Found,
                             const char *Wanted) {
  std::string Fix;
  if (Found->isInteger() && std::string_view(Wanted) == "a float")
    Fix = conversionFix(Types.f64(), Call.Args[I].Value->Range);
  else if (Found->isAny() && std::string_view(Wanted) == "a float")
    Fix = "cast it: '... as f64'";
  else
    Fix = castFix(Found);
  Diags.report(Call.Args[I].Value->Range, diag::LibraryArgument).fix(Fix)
      << Call.Callee.Text << Wanted << Found;
  return errorValue();
}

bool Checker::isArray(CallSite &Call, size_t I, Value V, unsigned Rank) {
  if (V->Ty->isArray() &&
      (!Rank || static_cast<const ArrayType *>(V->Ty)->rank() == Rank))
    return true;
  wrongArgument(Call, I, V->Ty, Rank == 1 ? "an array of rank 1" : "an array");
  return false;
}

Value Checker::callLibrary(CallSite &Call, const LibraryFunction &F,
                           const Type *Hint) {
  if (F.Kind == LibraryKind::Unsupported) {
    std::string What = "'" + std::string(F.Name) + "'";
    return unsupported(Call.Callee.Range, What.c_str());
  }
  if (!checkCount(Call, F)) {
    checkDropped(Call);
    return errorValue();
  }
  switch (F.Kind) {
  case LibraryKind::Float:
  case LibraryKind::Numeric:
  case LibraryKind::FloatTest:
  case LibraryKind::Integer:
  case LibraryKind::Rotate:
    return callMaths(Call, F, Hint);
  case LibraryKind::MinMax:
    return callMinMax(Call, F, Hint);
  case LibraryKind::Reduction:
    return callReduction(Call, F.Which);
  case LibraryKind::Bits:
  case LibraryKind::FromBits:
    return callBits(Call, F);
  case LibraryKind::Array:
    return callArray(Call, F, Hint);
  case LibraryKind::Text:
    return callText(Call, F, Hint);
  case LibraryKind::Print:
    return callPrint(Call, F.Id == Id::Println);
  case LibraryKind::Format:
    return callFormat(Call);
  case LibraryKind::HigherOrder:
    return callHigherOrder(Call, F, Hint);
  case LibraryKind::Unsupported:
    break;
  }
  return errorValue();
}

//===----------------------------------------------------------------------===//
// Scalars

Value Checker::callMaths(CallSite &Call, const LibraryFunction &F,
                         const Type *Hint) {
  const char *Wanted = "an integer";
  if (F.Kind == LibraryKind::Float || F.Kind == LibraryKind::FloatTest) {
    Wanted = "a float";
    if (!Hint || !Hint->isFloat() || F.Kind == LibraryKind::FloatTest)
      Hint = Types.f64();
  } else if (F.Kind == LibraryKind::Numeric) {
    Wanted = "a number";
  }
  OperandList Operands(L, Call.Range);
  llvm::SmallVector<const syntax::Expr *, 3> Es;
  for (const syntax::Argument &A : Call.Args)
    Es.push_back(A.Value);
  checkSiblings(Es, Hint, Operands);
  if (anyFailed(Operands.values()))
    return errorValue();
  if (llvm::any_of(Operands.values(), never))
    return neverValue();
  for (size_t I = 0; I < Operands.size(); ++I) {
    const Type *T = Operands[I]->Ty;
    if (T->isArray())
      return unsupported(Call.Range, "arithmetic on whole arrays");
    bool Ok = F.Kind == LibraryKind::Numeric ? T->isNumeric()
              : F.Kind == LibraryKind::Float || F.Kind == LibraryKind::FloatTest
                  ? T->isFloat()
                  : T->isInteger();
    if (!Ok)
      return wrongArgument(Call, I, T, Wanted);
    if (T != Operands[0]->Ty) {
      Diags.report(Call.Args[I].Value->Range, diag::LibraryTypesDiffer)
              .fix(conversionFix(Operands[0]->Ty, Call.Args[I].Value->Range))
          << F.Name << Operands[0]->Ty << T;
      return errorValue();
    }
  }
  if (F.Id == Id::Pow)
    return L.binary(tast::BinaryOp::Pow, Operands[0], Operands[1]);
  const Type *T =
      F.Kind == LibraryKind::FloatTest ? Types.boolean() : Operands[0]->Ty;
  return M.make<tast::IntrinsicExpr>(
      T, F.Which,
      M.copy(std::span<const Value>(Operands.values().data(), Operands.size())),
      tast::NoSite);
}

Value Checker::callMinMax(CallSite &Call, const LibraryFunction &F,
                          const Type *Hint) {
  bool IsMin = F.Which == Intrinsic::Min2;
  if (Call.Args.size() == 1) {
    const syntax::Expr *Of = Call.Args[0].Value;
    if (!classify(Of).Adapts)
      return callReduction(Call, IsMin ? Intrinsic::MinOf : Intrinsic::MaxOf);
  }
  OperandList Operands(L, Call.Range);
  llvm::SmallVector<const syntax::Expr *, 4> Es;
  for (const syntax::Argument &A : Call.Args)
    Es.push_back(A.Value);
  checkSiblings(Es, Hint, Operands);
  if (anyFailed(Operands.values()))
    return errorValue();
  if (llvm::any_of(Operands.values(), never))
    return neverValue();
  Value V = nullptr;
  for (size_t I = 0; I < Operands.size(); ++I) {
    const Type *T = Operands[I]->Ty;
    if (T->isArray())
      return unsupported(Call.Range, "arithmetic on whole arrays");
    if (!T->isNumeric())
      return wrongArgument(Call, I, T, "a number");
    if (T != Operands[0]->Ty) {
      Diags.report(Call.Args[I].Value->Range, diag::LibraryTypesDiffer)
              .fix(conversionFix(Operands[0]->Ty, Call.Args[I].Value->Range))
          << F.Name << Operands[0]->Ty << T;
      return errorValue();
    }
    V = V ? L.intrinsic(T, F.Which, {V, Operands[I]}) : Operands[I];
  }
  return V;
}

Value Checker::callBits(CallSite &Call, const LibraryFunction &F) {
  const syntax::Expr *Of = Call.Args[0].Value;
  if (F.Kind == LibraryKind::FromBits) {
    bool Double = F.Id == Id::F64FromBits;
    Value V = checkAs(Of, Types.get(Double ? TypeKind::U64 : TypeKind::U32));
    if (failed(V))
      return V;
    return L.intrinsic(Types.get(Double ? TypeKind::F64 : TypeKind::F32),
                       F.Which, {V});
  }
  Value V = check(Of, Types.f64());
  if (failed(V) || never(V))
    return V;
  if (!V->Ty->isFloat())
    return wrongArgument(Call, 0, V->Ty, "a float");
  return L.intrinsic(
      Types.get(V->Ty->kind() == TypeKind::F64 ? TypeKind::U64 : TypeKind::U32),
      F.Which, {V});
}

//===----------------------------------------------------------------------===//
// Text, input and output

Value Checker::callText(CallSite &Call, const LibraryFunction &F,
                        const Type *Hint) {
  const Type *Str = Types.str();
  const Type *Strs = Types.array(Str, 1);
  OperandList Operands(L, Call.Range);
  bool Failed = false, Never = false;
  auto Add = [&](size_t I, const Type *T) {
    Value V = checkAs(Call.Args[I].Value, T);
    Failed |= failed(V);
    Never |= never(V);
    Operands.add(V);
  };
  if (F.Id == Id::Arg) {
    Value Index = checkIndexValue(Call.Args[0].Value);
    Value Default = nullptr;
    Operands.add(Index);
    Default = check(Call.Args[1].Value, Hint);
    Operands.add(Default);
    if (anyFailed(Operands.values()))
      return errorValue();
    if (never(Index) || never(Default))
      return neverValue();
    const Type *T = Default->Ty;
    if (!T->isScalar() && !T->isStr())
      return wrongArgument(Call, 1, T, "a scalar or text");
    return operation(Operation::Arg, T,
                     {L.convert(Types.i64(), Operands[0]), Operands[1]},
                     Call.Range);
  }
  switch (F.Id) {
  case Id::Split:
  case Id::WriteFile:
    Add(0, Str);
    Add(1, Str);
    break;
  case Id::Join:
    Add(0, Strs);
    Add(1, Str);
    break;
  case Id::ReadFile:
  case Id::ParseI64:
  case Id::ParseF64:
    Add(0, Str);
    break;
  default:
    break;
  }
  if (Failed)
    return errorValue();
  if (Never)
    return neverValue();
  switch (F.Id) {
  case Id::Split:
    return operation(Operation::Split, Strs, Operands.values(), Call.Range);
  case Id::Join:
    return operation(Operation::Join, Str, Operands.values(), Call.Range);
  case Id::ReadLine:
    return operation(Operation::ReadLine, Str, {}, Call.Range);
  case Id::ReadFile:
    return operation(Operation::ReadFile, Str, Operands.values(), Call.Range);
  case Id::WriteFile:
    return operation(Operation::WriteFile, Types.unit(), Operands.values(),
                     Call.Range);
  case Id::ParseI64:
    return L.intrinsic(Types.i64(), F.Which, {Operands[0]}, L.site(Call.Range));
  case Id::ParseF64:
    return L.intrinsic(Types.f64(), F.Which, {Operands[0]}, L.site(Call.Range));
  default: // The clock must be read where the call stands.
    return L.load(
        L.bind(L.intrinsic(Types.i64(), Intrinsic::Clock, {}), Call.Range));
  }
}

Value Checker::callPrint(CallSite &Call, bool Line) {
  OperandList Operands(L, Call.Range);
  for (const syntax::Argument &A : Call.Args)
    Operands.add(check(A.Value));
  if (anyFailed(Operands.values()))
    return errorValue();
  if (llvm::any_of(Operands.values(), never))
    return neverValue();
  return operation(Line ? Operation::Println : Operation::Print, Types.unit(),
                   Operands.values(), Call.Range);
}

} // namespace jitrun::sema
