#include "Runtime/Memory.h"
#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"
#include "Runtime/Trap.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace jitrun::runtime {

using namespace abi;

namespace {

/// Sorts floats as integers that are in the same order: numbers with -0 before
/// +0, then NaN.
template <class F> void sortFloats(char *Data, int64_t N) {
  using Bits = std::conditional_t<sizeof(F) == 8, uint64_t, uint32_t>;
  constexpr Bits Sign = Bits(1) << (sizeof(F) * 8 - 1);
  auto *Keys = reinterpret_cast<Bits *>(Data);
  for (int64_t I = 0; I < N; ++I) {
    Bits X = Keys[I];
    bool IsNan = std::isnan(std::bit_cast<F>(X));
    Keys[I] = IsNan ? std::numeric_limits<Bits>::max()
                    : X ^ (X & Sign ? std::numeric_limits<Bits>::max() : Sign);
  }
  std::sort(Keys, Keys + N);
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
    std::sort(Data, Data + N, [](const StrHeader *L, const StrHeader *R) {
      return view(*L) < view(*R);
    });
    return A;
  }
  withScalar(A->Element->Kind, [&]<class T>() {
    if constexpr (std::is_floating_point_v<T>) {
      sortFloats<T>(A->Data, N);
    } else {
      auto *Data = reinterpret_cast<T *>(A->Data);
      std::sort(Data, Data + N);
    }
  });
  return A;
}

} // namespace jitrun::runtime
