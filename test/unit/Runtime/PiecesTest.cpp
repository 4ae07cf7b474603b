#include "Fixture.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <random>

using namespace jitrun::test;

namespace {

constexpr int64_t Many = 1'000'000;

std::vector<int64_t> numbers(const std::string &Pattern) {
  std::vector<int64_t> N(Many);
  std::mt19937_64 Random(7);
  for (int64_t I = 0; I < Many; ++I)
    N[size_t(I)] = Pattern == "ascending"    ? I
                   : Pattern == "descending" ? -I
                   : Pattern == "equal"      ? 5
                   : Pattern == "few values" ? int64_t(Random() % 3)
                   : Pattern == "organ pipe" ? std::min(I, Many - I)
                                             : int64_t(Random());
  return N;
}

} // namespace

TEST_CASE("long arrays of any order are sorted") {
  auto Pattern = GENERATE(as<std::string>(), "ascending", "descending", "equal",
                          "few values", "organ pipe", "random");
  INFO(Pattern);
  std::vector<int64_t> N = numbers(Pattern);
  Fixture T;
  ArrayHeader *A = T.array(T.I64, N);
  auto *Sorted = static_cast<ArrayHeader *>(jr_array_sort(&T.Ctx, A));
  std::sort(N.begin(), N.end());
  CHECK(std::memcmp(Sorted->Data, N.data(), N.size() * 8) == 0);

  std::vector<double> F(N.begin(), N.end());
  std::reverse(F.begin(), F.end());
  ArrayHeader *B = T.array(T.F64, F);
  auto *SortedF = static_cast<ArrayHeader *>(jr_array_sort(&T.Ctx, B));
  std::reverse(F.begin(), F.end());
  CHECK(std::memcmp(SortedF->Data, F.data(), F.size() * 8) == 0);
}

TEST_CASE("what works on a long array can be stopped") {
  Fixture T;
  ArrayHeader *A = T.array(T.I64, numbers("random"));
  int64_t Shape[] = {Many}, Value = 3;
  void *Two[] = {A, A};
  FormatPiece Piece = Fixture::plain();
  TypeDescriptor Type = T.I64Array;
  Piece.Type = &Type;
  FormatPlan Plan = {&Piece, "", 1, 0};
  const void *Values[] = {&A};

  struct {
    const char *Name;
    std::function<void()> Do;
  } Operations[] = {
      {"sort", [&] { jr_array_sort(&T.Ctx, A); }},
      {"copy", [&] { jr_array_copy(&T.Ctx, A); }},
      {"reverse", [&] { jr_array_reverse(&T.Ctx, A); }},
      {"concat", [&] { jr_array_concat(&T.Ctx, 2, Two); }},
      {"fill", [&] { jr_array_fill(&T.Ctx, A, &Value); }},
      {"full", [&] { jr_array_full(&T.Ctx, &T.I64, 1, Shape, &Value); }},
      {"iota", [&] { jr_array_iota(&T.Ctx, &T.I64, Many); }},
      {"convert", [&] { jr_array_convert(&T.Ctx, &T.F64, A); }},
      {"print", [&] { jr_print(&T.Ctx, &Plan, Values); }},
      {"format", [&] { jr_format(&T.Ctx, &Plan, Values); }},
  };
  for (auto &O : Operations) {
    INFO(O.Name);
    requestInterrupt(T.Ctx, TrapKind::Interrupt);
    CHECK(trapOf(O.Do) == "interrupt: interrupted");
    // A reminder of a deadline that has not passed stops nothing.
    T.Ctx.Deadline = monotonicNow() + 3600'000'000'000;
    requestInterrupt(T.Ctx, TrapKind::Deadline);
    CHECK(trapOf(O.Do) == "no trap");
    T.Ctx.Deadline = 0;
  }
  T.Ctx.MemoryLimit = T.Ctx.MemoryUsed + 1000;
  CHECK(trapOf([&] { jr_format(&T.Ctx, &Plan, Values); }) ==
        "memory: memory limit exceeded");
}
