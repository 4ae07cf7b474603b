#include "Runtime/Memory.h"
#include "Runtime/Pieces.h"
#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"
#include "Runtime/Trap.h"

namespace jitrun::runtime {

using namespace abi;

namespace {

/// A conversion of the language between scalar types; bool is uint8_t.
template <class To, class From> To convertScalar(From X) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>)
    return saturate<To>(double(X));
  else
    return To(X);
}

} // namespace

extern "C" {

I64 jr_float_to_int(F64 X, I32 Kind) {
  return withInteger(DescriptorKind(Kind),
                     [&]<class T>() { return int64_t(saturate<T>(X)); });
}

F64 jr_u64_to_f64(I64 X) { return double(uint64_t(X)); }
F32 jr_u64_to_f32(I64 X) { return float(uint64_t(X)); }

I64 jr_pow_int(I64 Base, I64 Exponent) {
  auto B = uint64_t(Base), Result = uint64_t(1);
  for (auto E = uint64_t(Exponent); E; E >>= 1) {
    if (E & 1)
      Result *= B;
    B *= B;
  }
  return int64_t(Result);
}

Ptr jr_array_convert(Ptr Ctx, Ptr Type, Ptr Array) {
  auto &From = *static_cast<ArrayHeader *>(Array);
  ArrayHeader *To =
      newArray(contextOf(Ctx), *static_cast<const TypeDescriptor *>(Type),
               From.Rank, From.shape(), Contents::Uninitialized);
  withScalar(From.Element->Kind, [&]<class F>() {
    withScalar(To->Element->Kind, [&]<class T>() {
      char *At = To->Data;
      forEachPiece(contextOf(Ctx), From,
                   [&](char *Row, int64_t Length, int64_t Stride) {
                     for (int64_t I = 0; I < Length; ++I)
                       store(At + I * int64_t(sizeof(T)),
                             convertScalar<T>(load<F>(Row + I * Stride)));
                     At += Length * int64_t(sizeof(T));
                   });
    });
  });
  return To;
}

} // extern "C"

} // namespace jitrun::runtime
