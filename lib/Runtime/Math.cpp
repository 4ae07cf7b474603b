#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"

#include <cmath>

// The one implementation of each maths function: the C library's, behind names
// that no optimiser knows.

namespace jitrun::runtime {

namespace {

template <class F> F signOf(F X) {
  return X > 0 ? F(1) : X < 0 ? F(-1) : X; // NaN and zeros stay.
}

/// A NaN has no sign.
template <class F> F copySign(F X, F Sign) {
  return std::isnan(Sign) ? std::fabs(X) : std::copysign(X, Sign);
}

} // namespace

#define JITRUN_MATH1(Name, Function)                                           \
  F64 jr_##Name##_f64(F64 X) { return Function(X); }                           \
  F32 jr_##Name##_f32(F32 X) { return Function##f(X); }
#define JITRUN_MATH2(Name, Function)                                           \
  F64 jr_##Name##_f64(F64 X, F64 Y) { return Function(X, Y); }                 \
  F32 jr_##Name##_f32(F32 X, F32 Y) { return Function##f(X, Y); }

extern "C" {

JITRUN_MATH1(cbrt, ::cbrt)
JITRUN_MATH1(exp, ::exp)
JITRUN_MATH1(exp2, ::exp2)
JITRUN_MATH1(expm1, ::expm1)
JITRUN_MATH1(log, ::log)
JITRUN_MATH1(log2, ::log2)
JITRUN_MATH1(log10, ::log10)
JITRUN_MATH1(log1p, ::log1p)
JITRUN_MATH1(sin, ::sin)
JITRUN_MATH1(cos, ::cos)
JITRUN_MATH1(tan, ::tan)
JITRUN_MATH1(asin, ::asin)
JITRUN_MATH1(acos, ::acos)
JITRUN_MATH1(atan, ::atan)
JITRUN_MATH1(sinh, ::sinh)
JITRUN_MATH1(cosh, ::cosh)
JITRUN_MATH1(tanh, ::tanh)
JITRUN_MATH1(erf, ::erf)
JITRUN_MATH1(floor, ::floor)
JITRUN_MATH1(ceil, ::ceil)
JITRUN_MATH1(trunc, ::trunc)
JITRUN_MATH1(round, ::round)
JITRUN_MATH1(round_even, __builtin_roundeven)
JITRUN_MATH2(atan2, ::atan2)
JITRUN_MATH2(hypot, ::hypot)
JITRUN_MATH2(pow, ::pow)
JITRUN_MATH2(fmod, ::fmod)

F64 jr_sign_f64(F64 X) { return signOf(X); }
F32 jr_sign_f32(F32 X) { return signOf(X); }
F64 jr_copysign_f64(F64 X, F64 Y) { return copySign(X, Y); }
F32 jr_copysign_f32(F32 X, F32 Y) { return copySign(X, Y); }
F64 jr_min_f64(F64 X, F64 Y) { return minimum(X, Y); }
F32 jr_min_f32(F32 X, F32 Y) { return minimum(X, Y); }
F64 jr_max_f64(F64 X, F64 Y) { return maximum(X, Y); }
F32 jr_max_f32(F32 X, F32 Y) { return maximum(X, Y); }
F64 jr_fma_f64(F64 X, F64 Y, F64 Z) { return ::fma(X, Y, Z); }
F32 jr_fma_f32(F32 X, F32 Y, F32 Z) { return ::fmaf(X, Y, Z); }

} // extern "C"

} // namespace jitrun::runtime
