#include "Runtime/Memory.h"
#include "Runtime/Pieces.h"
#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"
#include "Runtime/Trap.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>

namespace jitrun::runtime {

using namespace abi;

namespace {

/// The middle one of the middle ones of three times three samples.
template <class T, class Less> T choosePivot(const T *Data, int64_t N, Less L) {
  auto Middle = [&](T A, T B, T C) {
    return L(A, B) ? (L(B, C)   ? B
                      : L(A, C) ? C
                                : A)
                   : (L(A, C)   ? A
                      : L(B, C) ? C
                                : B);
  };
  auto At = [&](int64_t I) { return Data[(N - 1) / 8 * I]; };
  return Middle(Middle(At(0), At(1), At(2)), Middle(At(3), At(4), At(5)),
                Middle(At(6), At(7), At(8)));
}

/// As std::sort, but a long array is first divided, so that one may look
/// whether to stop. Nothing is held when it is stopped.
template <class T, class Less>
void sortInPieces(ExecutionContext &Ctx, T *Data, int64_t N, Less L) {
  // Bad pivots, one after the other, end in std::sort too.
  for (int Divisions = 2 * std::bit_width(uint64_t(N));
       N > PieceLength && Divisions > 0; --Divisions) {
    poll(Ctx);
    const T Pivot = choosePivot(Data, N, L);
    T *Middle =
        std::partition(Data, Data + N, [&](T X) { return L(X, Pivot); });
    // Nothing is less: what is equal to it is in place.
    if (Middle == Data) {
      Middle =
          std::partition(Data, Data + N, [&](T X) { return !L(Pivot, X); });
      N -= Middle - Data;
      Data = Middle;
      continue;
    }
    const int64_t Low = Middle - Data, High = N - Low;
    if (Low < High) {
      sortInPieces(Ctx, Data, Low, L);
      Data = Middle;
      N = High;
    } else {
      sortInPieces(Ctx, Middle, High, L);
      N = Low;
    }
  }
  poll(Ctx);
  std::sort(Data, Data + N, L);
}

/// Sorts floats as integers that are in the same order: numbers with -0 before
/// +0, then NaN.
template <class F>
void sortFloats(ExecutionContext &Ctx, char *Data, int64_t N) {
  using Bits = std::conditional_t<sizeof(F) == 8, uint64_t, uint32_t>;
  constexpr Bits Sign = Bits(1) << (sizeof(F) * 8 - 1);
  auto *Keys = reinterpret_cast<Bits *>(Data);
  for (int64_t I = 0; I < N; ++I) {
    Bits X = Keys[I];
    bool IsNan = std::isnan(std::bit_cast<F>(X));
    Keys[I] = IsNan ? std::numeric_limits<Bits>::max()
                    : X ^ (X & Sign ? std::numeric_limits<Bits>::max() : Sign);
  }
  sortInPieces(Ctx, Keys, N, std::less<>());
  constexpr auto Nan = std::bit_cast<Bits>(std::numeric_limits<F>::quiet_NaN());
  for (int64_t I = 0; I < N; ++I) {
    Bits K = Keys[I];
    Keys[I] = K == std::numeric_limits<Bits>::max() ? Nan
              : K & Sign                            ? K ^ Sign
                                                    : ~K;
  }
}

} // namespace

extern "C" Ptr jr_array_sort(Ptr Ctx, Ptr Array) {
  // Equal elements cannot be told apart, so the order need not be stable.
  auto *A = static_cast<ArrayHeader *>(jr_array_copy(Ctx, Array));
  int64_t N = countElements(*A);
  if (A->Element->Kind == DescriptorKind::Str) {
    auto **Data = reinterpret_cast<StrHeader **>(A->Data);
    sortInPieces(contextOf(Ctx), Data, N,
                 [](const StrHeader *L, const StrHeader *R) {
                   return view(*L) < view(*R);
                 });
    return A;
  }
  withScalar(A->Element->Kind, [&]<class T>() {
    if constexpr (std::is_floating_point_v<T>) {
      sortFloats<T>(contextOf(Ctx), A->Data, N);
    } else {
      auto *Data = reinterpret_cast<T *>(A->Data);
      sortInPieces(contextOf(Ctx), Data, N, std::less<>());
    }
  });
  return A;
}

} // namespace jitrun::runtime
