#include "Runtime/Errors.h"
#include "Runtime/Memory.h"
#include "Runtime/Pieces.h"
#include "Runtime/Runtime.h"
#include "Runtime/Trap.h"

#include <algorithm>
#include <cstring>

namespace jitrun::runtime {

using namespace abi;

namespace {

ArrayHeader &arrayOf(void *Array) { return *static_cast<ArrayHeader *>(Array); }

const TypeDescriptor &typeOf(void *Type) {
  return *static_cast<const TypeDescriptor *>(Type);
}

/// A fresh array of the same shape, its elements not yet written.
ArrayHeader *newLike(ExecutionContext &Ctx, const ArrayHeader &A,
                     const TypeDescriptor &Element) {
  return newArray(Ctx, Element, A.Rank, A.shape(), Contents::Uninitialized);
}

/// Copies elements, none of them retained, to consecutive memory.
template <uint64_t Size>
char *gather(char *To, const char *From, int64_t Length, int64_t Stride) {
  for (int64_t I = 0; I < Length; ++I)
    std::memcpy(To + I * int64_t(Size), From + I * Stride, Size);
  return To + Length * int64_t(Size);
}

char *copyElements(ExecutionContext &Ctx, char *To, ArrayHeader &From) {
  uint64_t Size = From.Element->Size;
  forEachPiece(Ctx, From, [&](char *Row, int64_t Length, int64_t Stride) {
    if (Stride == int64_t(Size)) {
      std::memcpy(To, Row, uint64_t(Length) * Size);
      To += uint64_t(Length) * Size;
      return;
    }
    switch (Size) {
    case 1:
      To = gather<1>(To, Row, Length, Stride);
      return;
    case 4:
      To = gather<4>(To, Row, Length, Stride);
      return;
    case 8:
      To = gather<8>(To, Row, Length, Stride);
      return;
    default:
      for (int64_t I = 0; I < Length; ++I, To += Size)
        std::memcpy(To, Row + I * Stride, Size);
    }
  });
  return To;
}

void retainElements(ArrayHeader &A) {
  if (A.Element->Counted)
    forEachElement(A, [&](char *At) { retainValue(*A.Element, At); });
}

ArrayHeader *copyArray(ExecutionContext &Ctx, ArrayHeader &From) {
  ArrayHeader *To = newLike(Ctx, From, *From.Element);
  copyElements(Ctx, To->Data, From);
  retainElements(*To);
  return To;
}

/// Writes N copies of a value to consecutive memory, none of them retained.
void fillRow(char *To, int64_t N, const char *Value, uint64_t Size) {
  auto Fill = [&]<class T>(T V) {
    for (int64_t I = 0; I < N; ++I)
      std::memcpy(To + I * int64_t(sizeof(T)), &V, sizeof(T));
  };
  switch (Size) {
  case 0:
    return;
  case 1:
    return Fill(load<uint8_t>(Value));
  case 2:
    return Fill(load<uint16_t>(Value));
  case 4:
    return Fill(load<uint32_t>(Value));
  case 8:
    return Fill(load<uint64_t>(Value));
  default:
    for (int64_t I = 0; I < N; ++I)
      std::memcpy(To + I * int64_t(Size), Value, Size);
  }
}

/// "[2, 3]" at \p To, which has room for MaxRank lengths.
char *writeShape(char *To, unsigned Rank, const int64_t *Lengths) {
  *To++ = '[';
  for (unsigned I = 0; I < Rank; ++I) {
    if (I) {
      *To++ = ',';
      *To++ = ' ';
    }
    char Digits[24];
    unsigned N = 0;
    auto Value = uint64_t(Lengths[I]);
    if (Lengths[I] < 0) {
      *To++ = '-';
      Value = -Value;
    }
    do
      Digits[N++] = char('0' + Value % 10);
    while (Value /= 10);
    while (N)
      *To++ = Digits[--N];
  }
  *To++ = ']';
  return To;
}

[[noreturn]] void raiseShapes(ExecutionContext &Ctx, const char *Before,
                              unsigned RankA, const int64_t *A,
                              const char *Between, unsigned RankB,
                              const int64_t *B, const char *After = "") {
  char Text[512];
  char *To = stpcpy(Text, Before);
  To = writeShape(To, RankA, A);
  To = stpcpy(To, Between);
  if (B)
    To = writeShape(To, RankB, B);
  To = stpcpy(To, After);
  raise(Ctx, TrapKind::Shape, {Text, size_t(To - Text)});
}

bool sameShape(const ArrayHeader &A, const ArrayHeader &B) {
  return A.Rank == B.Rank &&
         std::equal(A.shape(), A.shape() + A.Rank, B.shape());
}

/// First and one past the last byte that elements occupy; equal when empty.
void extent(const ArrayHeader &A, uintptr_t &Begin, uintptr_t &End) {
  Begin = End = reinterpret_cast<uintptr_t>(A.Data);
  if (countElements(A) == 0)
    return;
  auto Size = int64_t(A.Element->Size);
  for (unsigned I = 0; I < A.Rank; ++I) {
    int64_t Reach = (A.shape()[I] - 1) * A.strides()[I] * Size;
    (Reach < 0 ? Begin : End) += uintptr_t(Reach);
  }
  End += uintptr_t(Size);
}

/// Whether reading element j of A before writing element j of B, for each j
/// in order, reads what A held at first.
bool isStable(const ArrayHeader &A, const ArrayHeader &B) {
  if (A.Data == B.Data &&
      std::equal(A.strides(), A.strides() + A.Rank, B.strides()))
    return true;
  uintptr_t BeginA, EndA, BeginB, EndB;
  extent(A, BeginA, EndA);
  extent(B, BeginB, EndB);
  return EndA <= BeginB || EndB <= BeginA;
}

} // namespace

void raiseShapesDiffer(ExecutionContext &Ctx, const ArrayHeader &A,
                       const ArrayHeader &B) {
  raiseShapes(Ctx, "shapes differ: ", A.Rank, A.shape(), " and ", B.Rank,
              B.shape());
}

extern "C" {

Ptr jr_array_new(Ptr Ctx, Ptr Type, I64 Rank, Ptr Lengths, I32 Uninitialized) {
  return newArray(contextOf(Ctx), typeOf(Type), unsigned(Rank),
                  static_cast<const int64_t *>(Lengths),
                  Uninitialized ? Contents::Uninitialized : Contents::Zero);
}

Ptr jr_array_full(Ptr Ctx, Ptr Type, I64 Rank, Ptr Lengths, Ptr Value) {
  ArrayHeader *A =
      newArray(contextOf(Ctx), typeOf(Type), unsigned(Rank),
               static_cast<const int64_t *>(Lengths), Contents::Uninitialized);
  forEachPiece(contextOf(Ctx), *A, [&](char *At, int64_t N, int64_t) {
    fillRow(At, N, static_cast<const char *>(Value), A->Element->Size);
  });
  retainElements(*A);
  return A;
}

Ptr jr_array_iota(Ptr Ctx, Ptr Type, I64 Length) {
  ArrayHeader *A = newArray(contextOf(Ctx), typeOf(Type), 1, &Length,
                            Contents::Uninitialized);
  auto *Data = reinterpret_cast<int64_t *>(A->Data);
  forEachPiece(contextOf(Ctx), Length, [&](int64_t First, int64_t N) {
    for (int64_t I = First; I < First + N; ++I)
      Data[I] = I;
  });
  return A;
}

Ptr jr_array_copy(Ptr Ctx, Ptr Array) {
  return copyArray(contextOf(Ctx), arrayOf(Array));
}

Ptr jr_array_slice(Ptr Context, Ptr Array, I64 ResultRank, I64 Bits,
                   Ptr Operands) {
  ExecutionContext &Ctx = contextOf(Context);
  ArrayHeader &A = arrayOf(Array);
  const auto *Operand = static_cast<const int64_t *>(Operands);

  // Everything is checked before the view exists.
  int64_t Shape[MaxRank], Strides[MaxRank];
  unsigned Rank = 0;
  int64_t Offset = 0;
  for (unsigned D = 0; D < A.Rank; ++D) {
    auto Has = uint8_t(uint64_t(Bits) >> (8 * D));
    int64_t Length = A.shape()[D], Stride = A.strides()[D];
    if (Has & SliceIndex) {
      int64_t Index = *Operand++;
      if (uint64_t(Index) >= uint64_t(Length))
        raise(Ctx, TrapKind::Index, {}, Index, Length);
      Offset += Index * Stride;
      continue;
    }
    int64_t Lo = Has & SliceLo ? *Operand++ : 0;
    int64_t Hi = Has & SliceHi ? *Operand++ : Length;
    if (Has & SliceHiInclusive && Hi != INT64_MAX)
      ++Hi;
    int64_t Step = Has & SliceStep ? *Operand++ : 1;
    if (Lo < 0 || Hi < Lo || Hi > Length)
      raise(Ctx, TrapKind::Slice, {}, Lo, Hi, Length);
    if (Step == 0)
      raise(Ctx, TrapKind::ZeroStep);
    // A negative step takes the same range from its end.
    uint64_t Magnitude = Step < 0 ? -uint64_t(Step) : uint64_t(Step);
    auto Extent = uint64_t(Hi - Lo);
    uint64_t N = Extent / Magnitude + (Extent % Magnitude != 0);
    if (N)
      Offset += (Step < 0 ? Hi - 1 : Lo) * Stride;
    Shape[Rank] = int64_t(N);
    Strides[Rank] = N > 1 ? Stride * Step : Stride;
    ++Rank;
  }
  bool Empty = std::find(Shape, Shape + Rank, 0) != Shape + Rank;

  ArrayHeader *V = newView(Ctx, &A, unsigned(ResultRank));
  std::copy(Shape, Shape + Rank, V->shape());
  std::copy(Strides, Strides + Rank, V->strides());
  V->Data = A.Data + (Empty ? 0 : Offset * int64_t(A.Element->Size));
  finishView(*V);
  return V;
}

Ptr jr_array_reshape(Ptr Context, Ptr Array, I64 Rank, Ptr Lengths) {
  ExecutionContext &Ctx = contextOf(Context);
  ArrayHeader &A = arrayOf(Array);
  const auto *Shape = static_cast<const int64_t *>(Lengths);
  bool Overflow = false;
  int64_t N = 1;
  for (I64 I = 0; I < Rank; ++I) {
    if (Shape[I] < 0)
      raise(Ctx, TrapKind::NegativeSize, {}, Shape[I]);
    Overflow |= __builtin_mul_overflow(N, Shape[I], &N);
  }
  // A zero after an overflow still makes the product zero.
  if (std::find(Shape, Shape + Rank, 0) != Shape + Rank)
    N = 0, Overflow = false;
  if (Overflow || N != countElements(A))
    raiseShapes(Ctx, "cannot reshape ", A.Rank, A.shape(), " to ",
                unsigned(Rank), Shape, ": the sizes differ");
  if (!(A.Flags & ArrayContiguous))
    raiseShapes(Ctx, "cannot reshape a strided array ", A.Rank, A.shape(),
                ": copy it first", 0, nullptr);
  ArrayHeader *V = newView(Ctx, &A, unsigned(Rank));
  V->Data = A.Data;
  uint64_t Stride = 1;
  for (unsigned I = unsigned(Rank); I-- > 0;) {
    V->shape()[I] = Shape[I];
    V->strides()[I] = int64_t(Stride);
    Stride *= uint64_t(Shape[I] ? Shape[I] : 1);
  }
  finishView(*V);
  return V;
}

Ptr jr_array_transpose(Ptr Ctx, Ptr Array) {
  ArrayHeader &A = arrayOf(Array);
  ArrayHeader *V = newView(contextOf(Ctx), &A, A.Rank);
  V->Data = A.Data;
  std::reverse_copy(A.shape(), A.shape() + A.Rank, V->shape());
  std::reverse_copy(A.strides(), A.strides() + A.Rank, V->strides());
  finishView(*V);
  return V;
}

Ptr jr_array_concat(Ptr Context, I64 Count, Ptr References) {
  ExecutionContext &Ctx = contextOf(Context);
  auto *Arrays = static_cast<ArrayHeader *const *>(References);
  ArrayHeader &First = *Arrays[0];
  int64_t Shape[MaxRank];
  std::copy(First.shape(), First.shape() + First.Rank, Shape);
  for (I64 I = 1; I < Count; ++I) {
    if (!std::equal(Shape + 1, Shape + First.Rank, Arrays[I]->shape() + 1))
      raiseShapesDiffer(Ctx, First, *Arrays[I]);
    // Views of one array may name its elements many times over.
    if (__builtin_add_overflow(Shape[0], Arrays[I]->shape()[0], &Shape[0]))
      raise(Ctx, TrapKind::NegativeSize, {}, Arrays[I]->shape()[0]);
  }
  ArrayHeader *A =
      newArray(Ctx, *First.Element, First.Rank, Shape, Contents::Uninitialized);
  char *To = A->Data;
  for (I64 I = 0; I < Count; ++I)
    To = copyElements(Ctx, To, *Arrays[I]);
  retainElements(*A);
  return A;
}

Ptr jr_array_reverse(Ptr Ctx, Ptr Array) {
  ArrayHeader &A = arrayOf(Array);
  ArrayHeader *R = newLike(contextOf(Ctx), A, *A.Element);
  int64_t Rows = A.shape()[0];
  if (int64_t N = countElements(A)) {
    // Copied forwards, then the rows exchanged in place.
    copyElements(contextOf(Ctx), R->Data, A);
    uint64_t Bytes = uint64_t(N / Rows) * A.Element->Size;
    char *Low = R->Data, *High = R->Data + uint64_t(Rows - 1) * Bytes;
    for (; Low < High; Low += Bytes, High -= Bytes)
      std::swap_ranges(Low, Low + Bytes, High);
  }
  retainElements(*R);
  return R;
}

void jr_array_fill(Ptr Ctx, Ptr Array, Ptr Value) {
  ArrayHeader &A = arrayOf(Array);
  const TypeDescriptor &Type = *A.Element;
  const char *From = static_cast<const char *>(Value);
  forEachPiece(contextOf(Ctx), A,
               [&](char *Row, int64_t Length, int64_t Stride) {
                 if (Type.Counted) {
                   for (int64_t I = 0; I < Length; ++I, Row += Stride) {
                     retainValue(Type, From);
                     releaseValue(&contextOf(Ctx), Type, Row);
                     std::memcpy(Row, From, Type.Size);
                   }
                   return;
                 }
                 if (Stride == int64_t(Type.Size))
                   return fillRow(Row, Length, From, Type.Size);
                 for (int64_t I = 0; I < Length; ++I)
                   std::memcpy(Row + I * Stride, From, Type.Size);
               });
}

Ptr jr_array_shape(Ptr Ctx, Ptr Type, Ptr Array) {
  ArrayHeader &A = arrayOf(Array);
  int64_t Rank = A.Rank;
  ArrayHeader *S =
      newArray(contextOf(Ctx), typeOf(Type), 1, &Rank, Contents::Uninitialized);
  std::memcpy(S->Data, A.shape(), A.Rank * sizeof(int64_t));
  return S;
}

Ptr jr_array_stable_source(Ptr Ctx, Ptr Source, Ptr Destination) {
  ArrayHeader &From = arrayOf(Source), &To = arrayOf(Destination);
  if (!sameShape(From, To))
    raiseShapesDiffer(contextOf(Ctx), To, From);
  if (!isStable(From, To))
    return copyArray(contextOf(Ctx), From);
  retain(&From.Head);
  return &From;
}

} // extern "C"

} // namespace jitrun::runtime
