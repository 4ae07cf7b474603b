#include "Evaluator/Temporary.h"
#include "Evaluator/Walker.h"
#include "Runtime/Runtime.h"

namespace jitrun::evaluator {

using namespace tast;

namespace {

void *plain(const void *P) { return const_cast<void *>(P); }

} // namespace

abi::ArrayHeader *Walker::slice(Frame &F, const OperationStmt &S) {
  void *Array = get<void *>(value(F, *S.Operands[0]));
  size_t Count = S.Operands.size() - 1;
  auto *Bounds = reinterpret_cast<int64_t *>(JITRUN_TEMPORARY(8 * Count));
  for (size_t I = 0; I < Count; ++I)
    Bounds[I] = index(F, *S.Operands[I + 1]);
  uint64_t Bits = 0;
  int64_t Rank = 0;
  for (size_t D = 0; D < S.Slice.size(); ++D) {
    const SliceDimension &Of = S.Slice[D];
    uint64_t Has = 0;
    if (Of.IsIndex)
      Has |= abi::SliceIndex;
    if (Of.HasLo)
      Has |= abi::SliceLo;
    if (Of.HasHi)
      Has |= abi::SliceHi;
    if (Of.HiInclusive)
      Has |= abi::SliceHiInclusive;
    if (Of.HasStep)
      Has |= abi::SliceStep;
    Bits |= Has << (8 * D);
    Rank += !Of.IsIndex;
  }
  F.Site = S.Site;
  return static_cast<abi::ArrayHeader *>(
      runtime::jr_array_slice(&Ctx, Array, Rank, int64_t(Bits), Bounds));
}

void Walker::print(Frame &F, const OperationStmt &S, bool ToText) {
  size_t Count = S.Operands.size();
  auto **Values =
      reinterpret_cast<char **>(JITRUN_TEMPORARY(Count * sizeof(char *)));
  for (size_t I = 0; I < Count; ++I) {
    Values[I] = JITRUN_TEMPORARY(S.Operands[I]->Ty->size());
    valueInto(F, *S.Operands[I], Values[I]);
  }
  F.Site = S.Site;
  void *Plan = plain(P.Data.formatPlan(P.Data.formatPlanNumber(S)));
  if (!ToText)
    return runtime::jr_print(&Ctx, Plan, Values);
  void *Text = runtime::jr_format(&Ctx, Plan, Values);
  moveInto(F, S.Dest, P.M.Types.str(), reinterpret_cast<char *>(&Text));
}

void Walker::argument(Frame &F, const OperationStmt &S) {
  const Type *T = S.Operands[1]->Ty;
  int64_t Index = index(F, *S.Operands[0]);
  char *Value = JITRUN_TEMPORARY(T->size());
  valueInto(F, *S.Operands[1], Value);
  retain(T, Value);
  F.Site = S.Site;
  runtime::jr_arg(&Ctx, Index, plain(descriptor(T)), Value);
  moveInto(F, S.Dest, T, Value);
}

void Walker::operation(Frame &F, const OperationStmt &S) {
  using namespace runtime;
  const Type *DestType =
      S.Dest == NoSlot ? nullptr : F.F.Locals[size_t(S.Dest)].Ty;
  auto Operand = [&](size_t I) {
    return get<void *>(value(F, *S.Operands[I]));
  };
  auto ElementOf = [&](const Type *Array) {
    return plain(descriptor(as<ArrayType>(*Array).element()));
  };
  /// Operands [First, end) as i64.
  auto Lengths = [&](size_t First, int64_t *To) {
    for (size_t I = First; I < S.Operands.size(); ++I)
      *To++ = int64_t(value(F, *S.Operands[I]));
    return int64_t(S.Operands.size() - First);
  };
  int64_t Shape[8];
  assert((S.Which == Operation::Concat || S.Operands.size() <= 9 ||
          S.Which == Operation::Slice || S.Which == Operation::Format ||
          S.Which == Operation::Print || S.Which == Operation::Println) &&
         "ranks go up to 8");
  void *Result = nullptr;
  /// Of the result, for when it is dropped.
  const Type *Ty = DestType;

  // Operands before the site: they have their own.
  switch (S.Which) {
  case Operation::NewArray: {
    int64_t Rank = Lengths(0, Shape);
    F.Site = S.Site;
    Result =
        jr_array_new(&Ctx, ElementOf(DestType), Rank, Shape, S.Uninitialized);
    break;
  }
  case Operation::Full: {
    const Type *T = S.Operands[0]->Ty;
    char *Value = JITRUN_TEMPORARY(T->size());
    valueInto(F, *S.Operands[0], Value);
    int64_t Rank = Lengths(1, Shape);
    F.Site = S.Site;
    Result = jr_array_full(&Ctx, plain(descriptor(T)), Rank, Shape, Value);
    break;
  }
  case Operation::Iota: {
    Lengths(0, Shape);
    F.Site = S.Site;
    Result = jr_array_iota(&Ctx, plain(descriptor(P.M.Types.i64())), Shape[0]);
    break;
  }
  case Operation::Copy:
  case Operation::Transpose:
  case Operation::Sort:
  case Operation::Reverse: {
    Ty = S.Operands[0]->Ty;
    void *Array = Operand(0);
    F.Site = S.Site;
    Result = S.Which == Operation::Copy        ? jr_array_copy(&Ctx, Array)
             : S.Which == Operation::Transpose ? jr_array_transpose(&Ctx, Array)
             : S.Which == Operation::Sort      ? jr_array_sort(&Ctx, Array)
                                               : jr_array_reverse(&Ctx, Array);
    break;
  }
  case Operation::Slice:
    Ty = S.Operands[0]->Ty;
    Result = slice(F, S);
    break;
  case Operation::Reshape: {
    Ty = S.Operands[0]->Ty;
    void *Array = Operand(0);
    int64_t Rank = Lengths(1, Shape);
    F.Site = S.Site;
    Result = jr_array_reshape(&Ctx, Array, Rank, Shape);
    break;
  }
  case Operation::Concat: {
    Ty = S.Operands[0]->Ty;
    size_t Count = S.Operands.size();
    auto **Arrays =
        reinterpret_cast<void **>(JITRUN_TEMPORARY(Count * sizeof(void *)));
    for (size_t I = 0; I < Count; ++I)
      Arrays[I] = Operand(I);
    F.Site = S.Site;
    Result = jr_array_concat(&Ctx, int64_t(Count), Arrays);
    break;
  }
  case Operation::Fill: {
    const Type *T = S.Operands[1]->Ty;
    void *Array = Operand(0);
    char *Value = JITRUN_TEMPORARY(T->size());
    valueInto(F, *S.Operands[1], Value);
    F.Site = S.Site;
    // What is written may be held by what is overwritten alone.
    retain(T, Value);
    jr_array_fill(&Ctx, Array, Value);
    release(T, Value);
    return;
  }
  case Operation::Shape: {
    void *Array = Operand(0);
    F.Site = S.Site;
    Result = jr_array_shape(&Ctx, plain(descriptor(P.M.Types.i64())), Array);
    break;
  }
  case Operation::StableSource: {
    Ty = S.Operands[0]->Ty;
    void *Source = Operand(0), *Destination = Operand(1);
    F.Site = S.Site;
    Result = jr_array_stable_source(&Ctx, Source, Destination);
    break;
  }
  case Operation::StrConcat: {
    Ty = S.Operands[0]->Ty;
    void *Left = Operand(0), *Right = Operand(1);
    F.Site = S.Site;
    Result = jr_str_concat(&Ctx, Left, Right);
    break;
  }
  case Operation::Format:
    return print(F, S, true);
  case Operation::Print:
  case Operation::Println:
    return print(F, S, false);
  case Operation::Split: {
    void *Text = Operand(0), *Separator = Operand(1);
    F.Site = S.Site;
    Result =
        jr_str_split(&Ctx, plain(descriptor(P.M.Types.str())), Text, Separator);
    break;
  }
  case Operation::Join: {
    Ty = S.Operands[1]->Ty;
    void *Parts = Operand(0), *Separator = Operand(1);
    F.Site = S.Site;
    Result = jr_str_join(&Ctx, Parts, Separator);
    break;
  }
  case Operation::StrSlice: {
    Ty = S.Operands[0]->Ty;
    void *Text = Operand(0);
    Lengths(1, Shape);
    F.Site = S.Site;
    Result = jr_str_slice(&Ctx, Text, Shape[0], Shape[1]);
    break;
  }
  case Operation::TrapEmpty:
    F.Site = S.Site;
    jr_trap_empty(&Ctx);
  case Operation::MakeClosure: {
    const RecordType &T = *P.M.function(S.Target).Captures;
    char *Captures = JITRUN_TEMPORARY(T.size());
    std::memset(Captures, 0, T.size());
    for (uint32_t I = 0; I < S.Operands.size(); ++I)
      valueInto(F, *S.Operands[I], Captures + T.field(I).Offset);
    F.Site = S.Site;
    Result = jr_closure_new(&Ctx, plain(P.Data.closure(S.Target, nullptr)),
                            Captures);
    break;
  }
  case Operation::ConvertArray: {
    void *Array = Operand(0);
    F.Site = S.Site;
    Result = jr_array_convert(&Ctx, ElementOf(DestType), Array);
    break;
  }
  case Operation::Arg:
    return argument(F, S);
  case Operation::BoxAny:
    return box(F, S);
  case Operation::AnyBinary:
  case Operation::AnyUnary:
    return anyOperator(F, S);
  case Operation::ReadLine:
    Ty = P.M.Types.str();
    F.Site = S.Site;
    Result = jr_read_line(&Ctx);
    break;
  case Operation::ReadFile: {
    Ty = S.Operands[0]->Ty;
    void *Path = Operand(0);
    F.Site = S.Site;
    Result = jr_read_file(&Ctx, Path);
    break;
  }
  case Operation::WriteFile: {
    void *Path = Operand(0), *Text = Operand(1);
    F.Site = S.Site;
    return jr_write_file(&Ctx, Path, Text);
  }
  }
  if (S.Dest == NoSlot && (!Ty || !Ty->isStr()))
    return jr_release_array(&Ctx, Result);
  moveInto(F, S.Dest, Ty, reinterpret_cast<char *>(&Result));
}

} // namespace jitrun::evaluator
