#include "Runtime/Memory.h"
#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"
#include "Runtime/Trap.h"

#include <algorithm>

namespace jitrun::runtime {

using namespace abi;

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
    auto *Data = reinterpret_cast<T *>(A->Data);
    std::sort(Data, Data + N, sortsBefore<T>);
  });
  return A;
}

} // namespace jitrun::runtime
