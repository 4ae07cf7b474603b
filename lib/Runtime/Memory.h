#ifndef JITRUN_RUNTIME_MEMORY_H
#define JITRUN_RUNTIME_MEMORY_H

#include "ABI/Heap.h"

#include <cstdint>
#include <string_view>

/// Heap objects: one malloc block each, in the context's ledger and charged
/// against its limit.
namespace jitrun::runtime {

/// Highest rank of an array; what the slice bits of an i64 can say.
inline constexpr unsigned MaxRank = 8;

inline bool isImmortal(const abi::HeapObject &O) { return O.Count < 0; }

inline void retain(abi::HeapObject *O) {
  if (O && !isImmortal(*O))
    ++O->Count;
}

/// Drops one reference; true when it was the last.
inline bool dropReference(abi::HeapObject *O) {
  return O && !isImmortal(*O) && --O->Count == 0;
}

/// A text with room for \p Length bytes and the NUL behind them (written), or
/// null when memory or the limit does not suffice.
abi::StrHeader *tryNewText(abi::ExecutionContext &Ctx, uint64_t Length);
/// Raises Memory instead.
abi::StrHeader *newTextOfLength(abi::ExecutionContext &Ctx, uint64_t Length);

inline std::string_view view(const abi::StrHeader &S) {
  return {S.Data, size_t(S.Length)};
}

enum class Contents { Zero, Uninitialized };

/// A fresh contiguous array with Count 1. Uninitialized storage of counted
/// elements is null. Raises NegativeSize and Memory.
abi::ArrayHeader *newArray(abi::ExecutionContext &Ctx,
                           const abi::TypeDescriptor &Element, unsigned Rank,
                           const int64_t *Lengths, Contents With);

/// What \p Of is, with the captures at \p Captures, which are retained.
abi::ClosureHeader *newClosure(abi::ExecutionContext &Ctx,
                               const abi::ClosureHeader &Of,
                               const char *Captures);

/// A view of \p Of, which it retains, with Data, shape, strides and the flags
/// that follow from them still to be set (see finishView).
abi::ArrayHeader *newView(abi::ExecutionContext &Ctx, abi::ArrayHeader *Of,
                          unsigned Rank);
/// Derives the layout flags of a view from its shape and strides.
void finishView(abi::ArrayHeader &View);

/// A box with a copy of a value. Raises Memory.
abi::AnyBox *newBox(abi::ExecutionContext &Ctx, const abi::TypeDescriptor &Type,
                    const char *Value);

/// Number of elements.
inline int64_t countElements(const abi::ArrayHeader &A) {
  int64_t N = 1;
  for (unsigned I = 0; I < A.Rank; ++I)
    N *= A.shape()[I];
  return N;
}

// Values in memory, by descriptor.
void retainValue(const abi::TypeDescriptor &Type, const char *At);
/// \p Ctx may be null for objects that are in no ledger.
void releaseValue(abi::ExecutionContext *Ctx, const abi::TypeDescriptor &Type,
                  char *At);
void zeroValue(const abi::TypeDescriptor &Type, char *At);

/// Drops a reference to what an `any` of \p Type holds.
void releaseHeld(abi::ExecutionContext *Ctx, abi::HeapObject *O,
                 const abi::TypeDescriptor &Type);

void freeText(abi::ExecutionContext *Ctx, abi::StrHeader *S);
void freeArray(abi::ExecutionContext *Ctx, abi::ArrayHeader *A);
void freeClosure(abi::ExecutionContext *Ctx, abi::ClosureHeader *C);

template <class T> T load(const void *At) {
  T Value;
  __builtin_memcpy(&Value, At, sizeof(T));
  return Value;
}
template <class T> void store(void *At, T Value) {
  __builtin_memcpy(At, &Value, sizeof(T));
}

/// Which variant a value of an enum's type is.
inline const abi::VariantDescriptor &variantOf(const abi::TypeDescriptor &Type,
                                               const char *At) {
  return Type.Variants[load<uint32_t>(At)];
}

/// Calls \p F(address of the first element, number of elements, stride in
/// bytes) for each row along the last dimension, in row-major order. A
/// contiguous array is a single row.
template <class Function> void forEachRow(abi::ArrayHeader &A, Function F) {
  int64_t Size = int64_t(A.Element->Size);
  if (A.Flags & abi::ArrayContiguous) {
    if (int64_t N = countElements(A))
      F(A.Data, N, Size);
    return;
  }
  unsigned Outer = A.Rank - 1;
  int64_t Length = A.shape()[Outer];
  if (countElements(A) == 0)
    return;
  int64_t Index[MaxRank] = {};
  char *Row = A.Data;
  for (;;) {
    F(Row, Length, A.strides()[Outer] * Size);
    unsigned D = Outer;
    for (;;) {
      if (D == 0)
        return;
      --D;
      int64_t Step = A.strides()[D] * Size;
      if (++Index[D] < A.shape()[D]) {
        Row += Step;
        break;
      }
      Row -= Step * (A.shape()[D] - 1);
      Index[D] = 0;
    }
  }
}

/// Calls \p F(address) for each element in row-major order.
template <class Function> void forEachElement(abi::ArrayHeader &A, Function F) {
  forEachRow(A, [&](char *Row, int64_t Length, int64_t Stride) {
    for (int64_t I = 0; I < Length; ++I)
      F(Row + I * Stride);
  });
}

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_MEMORY_H
