#include "Fixture.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

using namespace jitrun::test;

namespace {

/// The order as the language states it, one element at a time.
template <class F> F referenceSum(const std::vector<F> &X) {
  std::vector<F> P(32, F(0));
  for (size_t J = 0; J < X.size(); ++J)
    P[J % 32] += X[J];
  for (size_t N = 32; N > 1; N /= 2)
    for (size_t K = 0; K < N / 2; ++K)
      P[K] += P[K + N / 2];
  return P[0];
}

template <class F>
F referenceDot(const std::vector<F> &X, const std::vector<F> &Y) {
  std::vector<F> P(32, F(0));
  for (size_t J = 0; J < X.size(); ++J)
    P[J % 32] = std::fma(X[J], Y[J], P[J % 32]);
  for (size_t N = 32; N > 1; N /= 2)
    for (size_t K = 0; K < N / 2; ++K)
      P[K] += P[K + N / 2];
  return P[0];
}

template <class F> std::vector<F> randomNumbers(size_t N, unsigned Seed) {
  std::mt19937 Engine(Seed);
  std::vector<F> X(N);
  for (F &V : X)
    V = F(std::ldexp(double(Engine()) - 2e9, int(Engine() % 60) - 30));
  return X;
}

/// The same elements every second place of a larger array.
template <class F>
ArrayHeader *spread(Fixture &T, TypeDescriptor &Type, const std::vector<F> &X) {
  std::vector<F> Wide;
  for (F V : X) {
    Wide.push_back(V);
    Wide.push_back(F(12345));
  }
  return T.slice(T.array(Type, Wide), {SliceStep}, {2});
}

} // namespace

TEST_CASE("sums fold 32 partial results in halves") {
  Fixture T;
  // Sequentially this would be 1e16: each 1 alone is lost.
  std::vector<double> X(32, 0.0);
  X[0] = 1e16;
  X[8] = X[16] = X[24] = 1;
  CHECK(jr_sum_f64(T.array(T.F64, X)) == 1e16 + 2);
  // Partial 0 takes elements 0 and 32 before any folding.
  std::vector<double> Y(33, 0.0);
  Y[0] = 1e16;
  Y[32] = -1e16;
  Y[16] = 1;
  CHECK(jr_sum_f64(T.array(T.F64, Y)) == 1);
}

TEST_CASE("sums start at +0 and products at 1") {
  Fixture T;
  CHECK_FALSE(std::signbit(jr_sum_f64(T.array(T.F64, {-0.0}))));
  CHECK_FALSE(std::signbit(jr_sum_f64(T.array<double>(T.F64, {}))));
  CHECK(jr_prod_f64(T.array<double>(T.F64, {})) == 1);
  CHECK(jr_prod_f32(T.array<float>(T.F32, {})) == 1);
  CHECK(jr_sum_i(T.array<int64_t>(T.I64, {})) == 0);
  CHECK(jr_prod_i(T.array<int64_t>(T.I64, {})) == 1);
}

TEST_CASE("contiguous and strided sums have the bits of the reference") {
  for (size_t N : {0, 1, 2, 31, 32, 33, 63, 64, 65, 100, 1000, 4097}) {
    Fixture T;
    auto X = randomNumbers<double>(N, unsigned(N)),
         Y = randomNumbers<double>(N, unsigned(N) + 1);
    CHECK(jr_sum_f64(T.array(T.F64, X)) == referenceSum(X));
    CHECK(jr_sum_f64(spread(T, T.F64, X)) == referenceSum(X));
    CHECK(jr_dot_f64(&T.Ctx, T.array(T.F64, X), T.array(T.F64, Y)) ==
          referenceDot(X, Y));
    CHECK(jr_dot_f64(&T.Ctx, spread(T, T.F64, X), T.array(T.F64, Y)) ==
          referenceDot(X, Y));
    auto Z = randomNumbers<float>(N, unsigned(N)),
         W = randomNumbers<float>(N, unsigned(N) + 1);
    CHECK(jr_sum_f32(T.array(T.F32, Z)) == referenceSum(Z));
    CHECK(jr_sum_f32(spread(T, T.F32, Z)) == referenceSum(Z));
    CHECK(jr_dot_f32(&T.Ctx, T.array(T.F32, Z), T.array(T.F32, W)) ==
          referenceDot(Z, W));
  }
}

TEST_CASE("rank 2 is summed in row-major order, views too") {
  Fixture T;
  std::vector<double> X = randomNumbers<double>(35, 7), Transposed(35);
  int64_t Shape[] = {5, 7};
  auto *A =
      static_cast<ArrayHeader *>(jr_array_new(&T.Ctx, &T.F64, 2, Shape, 1));
  std::memcpy(A->Data, X.data(), 35 * 8);
  for (int I = 0; I < 5; ++I)
    for (int J = 0; J < 7; ++J)
      Transposed[size_t(J * 5 + I)] = X[size_t(I * 7 + J)];
  void *V = jr_array_transpose(&T.Ctx, A);
  CHECK(jr_sum_f64(A) == referenceSum(X));
  CHECK(jr_sum_f64(V) == referenceSum(Transposed));
  CHECK(jr_dot_f64(&T.Ctx, V, V) == referenceDot(Transposed, Transposed));
}

TEST_CASE("products of floats fold as sums do") {
  Fixture T;
  CHECK(jr_prod_f64(T.array(T.F64, {2.0, 3.0, 0.5})) == 3.0);
  CHECK(jr_prod_f32(T.array(T.F32, {2.0f, 3.0f, -0.5f})) == -3.0f);
  // 1e200 * 1e200 overflows unless 1e-200 comes between.
  std::vector<double> X(33, 1.0);
  X[0] = 1e200;
  X[16] = 1e-200;
  X[8] = 1e200;
  CHECK(jr_prod_f64(T.array(T.F64, X)) == 1e200 * 1e-200 * 1e200);
}

TEST_CASE("integer sums and products wrap in 64 bits") {
  Fixture T;
  CHECK(jr_sum_i(T.array<int64_t>(T.I64, {INT64_MAX, 1})) == INT64_MIN);
  CHECK(jr_sum_i(T.array<int8_t>(T.I8, {-128, -128, 1})) == -255);
  CHECK(jr_sum_i(T.array<uint8_t>(T.U8, {200, 200})) == 400);
  CHECK(jr_sum_i(T.array<bool>(T.Bool, {true, false, true})) == 2);
  CHECK(uint64_t(jr_sum_i(T.array<uint64_t>(T.U64, {UINT64_MAX, 2}))) == 1);
  CHECK(jr_prod_i(T.array<int64_t>(T.I64, {-3, 5, 7})) == -105);
  CHECK(jr_prod_i(T.array<int32_t>(T.I32, {1 << 30, 1 << 30, 16})) == 0);
  CHECK(jr_prod_i(T.array<uint8_t>(T.U8, {16, 16, 16})) == 4096);
  CHECK(jr_sum_i(T.slice(T.grid({10}), {SliceStep}, {3})) == 0 + 3 + 6 + 9);
  CHECK(jr_prod_i(T.slice(T.grid({4}), {SliceLo}, {1})) == 6);
}

TEST_CASE("means") {
  Fixture T;
  CHECK(jr_mean_i(&T.Ctx, T.array<int64_t>(T.I64, {1, 2})) == 1.5);
  CHECK(jr_mean_i(&T.Ctx, T.array<bool>(T.Bool, {true, false})) == 0.5);
  CHECK(jr_mean_f64(&T.Ctx, T.array(T.F64, {1.0, 2.0, 6.0})) == 3.0);
  CHECK(jr_mean_f32(&T.Ctx, T.array(T.F32, {1.0f, 2.0f})) == 1.5f);
}

TEST_CASE("reductions of nothing that need an element trap") {
  Fixture T;
  ArrayHeader *I = T.grid({0}), *D = T.array<double>(T.F64, {}),
              *S = T.array<float>(T.F32, {});
  void *C = &T.Ctx;
  CHECK(trapOf([&] { jr_mean_i(C, I); }) == "empty: 'mean' of an empty array");
  CHECK(trapOf([&] { jr_mean_f64(C, D); }) ==
        "empty: 'mean' of an empty array");
  CHECK(trapOf([&] { jr_mean_f32(C, S); }) ==
        "empty: 'mean' of an empty array");
  CHECK(trapOf([&] { jr_min_of_i(C, I); }) == "empty: 'min' of an empty array");
  CHECK(trapOf([&] { jr_min_of_f64(C, D); }) ==
        "empty: 'min' of an empty array");
  CHECK(trapOf([&] { jr_min_of_f32(C, S); }) ==
        "empty: 'min' of an empty array");
  CHECK(trapOf([&] { jr_max_of_i(C, I); }) == "empty: 'max' of an empty array");
  CHECK(trapOf([&] { jr_max_of_f64(C, D); }) ==
        "empty: 'max' of an empty array");
  CHECK(trapOf([&] { jr_max_of_f32(C, S); }) ==
        "empty: 'max' of an empty array");
  CHECK(trapOf([&] { jr_argmin(C, I); }) ==
        "empty: 'argmin' of an empty array");
  CHECK(trapOf([&] { jr_argmax(C, I); }) ==
        "empty: 'argmax' of an empty array");
}

TEST_CASE("extremes of integers respect signedness") {
  Fixture T;
  void *C = &T.Ctx;
  CHECK(jr_min_of_i(C, T.array<int64_t>(T.I64, {3, INT64_MIN, 5})) ==
        INT64_MIN);
  CHECK(jr_max_of_i(C, T.array<int64_t>(T.I64, {3, INT64_MAX, 5})) ==
        INT64_MAX);
  CHECK(jr_max_of_i(C, T.array<int64_t>(T.I64, {-7, -5})) == -5);
  CHECK(uint64_t(jr_max_of_i(C, T.array<uint64_t>(T.U64, {1, UINT64_MAX}))) ==
        UINT64_MAX);
  CHECK(jr_min_of_i(C, T.array<int8_t>(T.I8, {3, -5})) == -5);
  CHECK(jr_min_of_i(C, T.array<uint8_t>(T.U8, {200, 255})) == 200);
  CHECK(jr_min_of_i(C, T.slice(T.grid({9}), {SliceLo | SliceStep}, {2, 3})) ==
        2);
}

TEST_CASE("extremes of floats: NaN wins, -0 is below 0") {
  struct {
    std::vector<double> X;
    double Min, Max;
    int64_t ArgMin, ArgMax;
  } Cases[] = {
      {{3, 1, 2}, 1, 3, 1, 0},
      {{1, 1, 1}, 1, 1, 0, 0},
      {{1, Nan, 0, Nan}, Nan, Nan, 1, 1},
      {{0.0, -0.0}, -0.0, 0.0, 1, 0},
      {{-0.0, 0.0}, -0.0, 0.0, 0, 1},
      {{-0.0, -0.0}, -0.0, -0.0, 0, 0},
      {{0.0}, 0.0, 0.0, 0, 0},
      {{-1, 0.0, -0.0}, -1, 0.0, 0, 1},
      {{Inf, Inf}, Inf, Inf, 0, 0},
      {{-Inf, Inf, 0}, -Inf, Inf, 0, 1},
  };
  auto Same = [](double A, double B) {
    return std::isnan(A) ? std::isnan(B)
                         : A == B && std::signbit(A) == std::signbit(B);
  };
  for (auto &C : Cases) {
    Fixture T;
    std::vector<float> Narrow(C.X.begin(), C.X.end());
    for (ArrayHeader *A : {T.array(T.F64, C.X), spread(T, T.F64, C.X)}) {
      CHECK(Same(jr_min_of_f64(&T.Ctx, A), C.Min));
      CHECK(Same(jr_max_of_f64(&T.Ctx, A), C.Max));
      CHECK(jr_argmin(&T.Ctx, A) == C.ArgMin);
      CHECK(jr_argmax(&T.Ctx, A) == C.ArgMax);
    }
    ArrayHeader *A = T.array(T.F32, Narrow);
    CHECK(Same(double(jr_min_of_f32(&T.Ctx, A)), C.Min));
    CHECK(Same(double(jr_max_of_f32(&T.Ctx, A)), C.Max));
    CHECK(jr_argmin(&T.Ctx, A) == C.ArgMin);
    CHECK(jr_argmax(&T.Ctx, A) == C.ArgMax);
  }
}

TEST_CASE("positions of extremes are the first") {
  Fixture T;
  CHECK(jr_argmax(&T.Ctx, T.array<int64_t>(T.I64, {1, 5, 2, 5})) == 1);
  CHECK(jr_argmin(&T.Ctx, T.array<uint64_t>(T.U64, {9, 0, 0})) == 1);
  ArrayHeader *Texts =
      T.array(T.Str, {T.text("b"), T.text("a"), T.text("c"), T.text("a")});
  CHECK(jr_argmin(&T.Ctx, Texts) == 1);
  CHECK(jr_argmax(&T.Ctx, Texts) == 2);
}

TEST_CASE("any_of and all_of") {
  Fixture T;
  ArrayHeader *None = T.array<bool>(T.Bool, {}),
              *Mixed = T.array<bool>(T.Bool, {false, true, false}),
              *Same = T.slice(Mixed, {SliceStep}, {2});
  CHECK(jr_any_of(None) == 0);
  CHECK(jr_all_of(None) == 1);
  CHECK(jr_any_of(Mixed) == 1);
  CHECK(jr_all_of(Mixed) == 0);
  CHECK(jr_any_of(Same) == 0);
  CHECK(jr_all_of(Same) == 0);
  CHECK(jr_all_of(T.array<bool>(T.Bool, {true, true})) == 1);
}

TEST_CASE("dot fuses each multiply-add and needs equal shapes") {
  Fixture T;
  double E = 1 + std::ldexp(1.0, -30);
  // E * E - 1 rounded once.
  std::vector<double> X(33, 0.0), Y(33, 0.0);
  X[0] = -1, Y[0] = 1;
  X[32] = Y[32] = E;
  CHECK(jr_dot_f64(&T.Ctx, T.array(T.F64, X), T.array(T.F64, Y)) ==
        std::fma(E, E, -1.0));
  CHECK(trapOf([&] {
          jr_dot_f64(&T.Ctx, T.array(T.F64, {1.0, 2.0}), T.array(T.F64, {1.0}));
        }) == "shape: shapes differ: [2] and [1]");
}
