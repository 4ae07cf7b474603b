#ifndef JITRUN_RUNTIME_SCALARS_H
#define JITRUN_RUNTIME_SCALARS_H

#include "ABI/Heap.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

/// The scalar arithmetic that several parts of the runtime share.
namespace jitrun::runtime {

/// Calls \p F.operator()<T>() with the C++ type of a scalar kind (bool as
/// uint8_t).
template <class Function>
decltype(auto) withScalar(abi::DescriptorKind Kind, Function F) {
  using abi::DescriptorKind;
  switch (Kind) {
  case DescriptorKind::I8:
    return F.template operator()<int8_t>();
  case DescriptorKind::I16:
    return F.template operator()<int16_t>();
  case DescriptorKind::I32:
    return F.template operator()<int32_t>();
  case DescriptorKind::I64:
    return F.template operator()<int64_t>();
  case DescriptorKind::U16:
    return F.template operator()<uint16_t>();
  case DescriptorKind::U32:
    return F.template operator()<uint32_t>();
  case DescriptorKind::U64:
    return F.template operator()<uint64_t>();
  case DescriptorKind::F32:
    return F.template operator()<float>();
  case DescriptorKind::F64:
    return F.template operator()<double>();
  default:
    return F.template operator()<uint8_t>();
  }
}

/// The same for integers and bool only.
template <class Function>
decltype(auto) withInteger(abi::DescriptorKind Kind, Function F) {
  return withScalar(Kind, [&]<class T>() {
    if constexpr (std::is_integral_v<T>)
      return F.template operator()<T>();
    else
      return F.template operator()<uint8_t>();
  });
}

/// Truncates and saturates; NaN gives 0.
template <class To> To saturate(double X) {
  // Both limits as doubles: the lowest is exact, the upper one is the first
  // that does not fit.
  constexpr int Bits = sizeof(To) * 8 - std::is_signed_v<To>;
  const double Upper = std::ldexp(1.0, Bits);
  const double Lower = std::is_signed_v<To> ? -Upper : 0.0;
  if (std::isnan(X))
    return 0;
  if (X >= Upper)
    return std::numeric_limits<To>::max();
  if (X <= Lower)
    return std::numeric_limits<To>::min();
  return To(X);
}

/// IEEE 754-2019 minimum: NaN if an operand is, -0 below +0.
template <class F> F minimum(F A, F B) {
  if (std::isnan(A) || std::isnan(B))
    return A + B;
  if (A == B)
    return std::signbit(A) ? A : B;
  return A < B ? A : B;
}

template <class F> F maximum(F A, F B) {
  if (std::isnan(A) || std::isnan(B))
    return A + B;
  if (A == B)
    return std::signbit(A) ? B : A;
  return A > B ? A : B;
}

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_SCALARS_H
