#include "Fixture.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace jitrun::test;

namespace {

bool same(double A, double B) {
  return std::isnan(A) ? std::isnan(B)
                       : A == B && std::signbit(A) == std::signbit(B);
}

} // namespace

TEST_CASE("functions of one argument, at points with exact values") {
  struct {
    const char *Name;
    double (*Wide)(double);
    float (*Narrow)(float);
    double X, Y;
  } Cases[] = {
#define F(Name) #Name, jr_##Name##_f64, jr_##Name##_f32
      {F(cbrt), -8, -2},
      {F(exp), 0, 1},
      {F(exp), -Inf, 0},
      {F(exp2), 10, 1024},
      {F(expm1), -0.0, -0.0},
      {F(log), 1, 0},
      {F(log), 0, -Inf},
      {F(log), -1, Nan},
      {F(log2), 8, 3},
      {F(log10), 1000, 3},
      {F(log1p), -1, -Inf},
      {F(sin), -0.0, -0.0},
      {F(cos), 0, 1},
      {F(tan), 0, 0},
      {F(asin), 2, Nan},
      {F(acos), 1, 0},
      {F(atan), -0.0, -0.0},
      {F(sinh), 0, 0},
      {F(cosh), 0, 1},
      {F(tanh), Inf, 1},
      {F(erf), Inf, 1},
      {F(floor), -1.5, -2},
      {F(floor), -0.0, -0.0},
      {F(ceil), -0.5, -0.0},
      {F(trunc), -1.75, -1},
      {F(round), 2.5, 3},
      {F(round), -2.5, -3},
      {F(round), 0.49999997, 0},
      {F(round_even), 2.5, 2},
      {F(round_even), 3.5, 4},
      {F(round_even), -0.5, -0.0},
      {F(sign), -3, -1},
      {F(sign), 0.25, 1},
      {F(sign), -0.0, -0.0},
      {F(sign), Nan, Nan},
#undef F
  };
  for (auto &C : Cases) {
    INFO(C.Name << " of " << C.X);
    CHECK(same(C.Wide(C.X), C.Y));
    CHECK(same(double(C.Narrow(float(C.X))), C.Y));
  }
}

TEST_CASE("functions of two arguments") {
  struct {
    const char *Name;
    double (*Wide)(double, double);
    float (*Narrow)(float, float);
    double X, Y, Z;
  } Cases[] = {
#define F(Name) #Name, jr_##Name##_f64, jr_##Name##_f32
      {F(atan2), 0.0, -0.0, double(float(M_PI))},
      {F(hypot), 3, 4, 5},
      {F(hypot), Inf, Nan, Inf},
      {F(copysign), 3, -0.0, -3},
      // A NaN has no sign.
      {F(copysign), -3, -Nan, 3},
      {F(copysign), -3, Nan, 3},
      {F(pow), 2, 10, 1024},
      {F(pow), 1, Nan, 1},
      {F(pow), Nan, 0, 1},
      {F(pow), -8, 1.0 / 3, Nan},
      {F(pow), -0.0, -1, -Inf},
      {F(fmod), -7, 3, -1},
      {F(fmod), 7, -3, 1},
      {F(fmod), -6, 3, -0.0},
      {F(fmod), 1, 0, Nan},
      {F(fmod), 1, Inf, 1},
      {F(min), 1, 2, 1},
      {F(min), 0.0, -0.0, -0.0},
      {F(min), -0.0, 0.0, -0.0},
      {F(min), Nan, 1, Nan},
      {F(min), 1, Nan, Nan},
      {F(min), -Inf, 1, -Inf},
      {F(max), 1, 2, 2},
      {F(max), 0.0, -0.0, 0.0},
      {F(max), -0.0, 0.0, 0.0},
      {F(max), -0.0, -0.0, -0.0},
      {F(max), Nan, Inf, Nan},
#undef F
  };
  for (auto &C : Cases) {
    INFO(C.Name << " of " << C.X << ", " << C.Y);
    CHECK(same(double(float(C.Wide(C.X, C.Y))), C.Z));
    CHECK(same(double(C.Narrow(float(C.X), float(C.Y))), C.Z));
  }
  CHECK(jr_atan2_f64(0.0, -0.0) == M_PI);
}

TEST_CASE("fma rounds once") {
  double E = 1 + std::ldexp(1.0, -30);
  CHECK(jr_fma_f64(E, E, -1 - std::ldexp(1.0, -29)) == std::ldexp(1.0, -60));
  float G = 1 + std::ldexp(1.0f, -12);
  CHECK(jr_fma_f32(G, G, -1 - std::ldexp(1.0f, -11)) == std::ldexp(1.0f, -24));
}

TEST_CASE("f32 functions are those of f32, not of f64 rounded") {
  CHECK(jr_exp_f32(1.0f) == std::exp(1.0f));
  CHECK(jr_sin_f32(0.5f) == std::sin(0.5f));
  CHECK(jr_pow_f32(1.1f, 2.2f) == std::pow(1.1f, 2.2f));
}

TEST_CASE("float to integer truncates and saturates") {
  struct {
    DescriptorKind To;
    double X;
    int64_t Y;
  } Cases[] = {
      {DescriptorKind::I8, 127.9, 127},
      {DescriptorKind::I8, 128, 127},
      {DescriptorKind::I8, -128.9, -128},
      {DescriptorKind::I8, -1e300, -128},
      {DescriptorKind::I16, 32768, 32767},
      {DescriptorKind::I32, 2147483647, 2147483647},
      {DescriptorKind::I32, 2147483648, 2147483647},
      {DescriptorKind::I32, -2147483649, INT32_MIN},
      {DescriptorKind::I64, 9.3e18, INT64_MAX},
      {DescriptorKind::I64, -9.3e18, INT64_MIN},
      {DescriptorKind::I64, 9223372036854774784, 9223372036854774784},
      {DescriptorKind::I64, -1.9, -1},
      {DescriptorKind::I64, Nan, 0},
      {DescriptorKind::I64, Inf, INT64_MAX},
      {DescriptorKind::U8, -0.9, 0},
      {DescriptorKind::U8, -5, 0},
      {DescriptorKind::U8, 255.9, 255},
      {DescriptorKind::U8, 256, 255},
      {DescriptorKind::U16, 65536, 65535},
      {DescriptorKind::U32, 4294967295, 4294967295},
      {DescriptorKind::U32, 4294967296, 4294967295},
      {DescriptorKind::U64, 1e19, int64_t(10000000000000000000u)},
      {DescriptorKind::U64, 2e19, -1},
      {DescriptorKind::U64, Nan, 0},
  };
  for (auto &C : Cases) {
    INFO(int(C.To) << " of " << C.X);
    CHECK(jr_float_to_int(C.X, I32(C.To)) == C.Y);
  }
}

TEST_CASE("u64 to float rounds to nearest even, once") {
  CHECK(jr_u64_to_f64(-1) == 18446744073709551616.0);
  CHECK(jr_u64_to_f64(I64(0x8000000000000401u)) == 9223372036854777856.0);
  CHECK(jr_u64_to_f64(I64(0x8000000000000400u)) == 9223372036854775808.0);
  // By way of f64 this would round up: halfway, but for the last bit.
  CHECK(jr_u64_to_f32(I64(0x8000008000000000u)) == 0x1p63f);
  CHECK(jr_u64_to_f32(I64(0x8000008000000001u)) == 0x1.000002p63f);
  CHECK(jr_u64_to_f32(16777217) == 16777216.0f);
}

TEST_CASE("integer powers wrap") {
  CHECK(jr_pow_int(2, 10) == 1024);
  CHECK(jr_pow_int(0, 0) == 1);
  CHECK(jr_pow_int(-3, 3) == -27);
  CHECK(jr_pow_int(2, 64) == 0);
  CHECK(uint64_t(jr_pow_int(3, 41)) == 18026252303461234787u);
  CHECK(jr_pow_int(-1, I64(UINT64_MAX)) == -1);
}
