#include "TestProgram.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

EngineOptions forced(ForceMode Force) {
  EngineOptions O;
  O.Force = Force;
  return O;
}

} // namespace

TEST_CASE("A million moves in one call leave the stack as it is") {
  // Down at the latch of optimised code, up at the next back edge of baseline
  // code.
  TestProgram P("fn total(n: i64) -> i64 {\n"
                "  var s = 0;\n"
                "  for i in 0..n { s += i }\n"
                "  s\n"
                "}",
                forced(ForceMode::Both));
  Context C = P.engine().createContext();
  CallOptions Small;
  Small.StackBytes = 64 << 10;
  int64_t Result = 0;
  auto Trap = P.call(C, "total", {1'100'000}, Result, Small);
  REQUIRE_FALSE(Trap);
  CHECK(Result == 1'100'000LL * 1'099'999 / 2);
  const EngineStatistics S = P.engine().statistics();
  CHECK(S.LoopEntries + S.Deopts > 1'000'000);
}

TEST_CASE("Forced exits are taken without entries too") {
  TestProgram P("fn inner(n: i64) -> i64 {\n"
                "  var s = 1;\n"
                "  for i in 0..n { s = s * 3 + i; s %= 1000003 }\n"
                "  s\n"
                "}\n"
                "fn outer(n: i64) -> i64 {\n"
                "  var s = 0;\n"
                "  for i in 0..n { s += inner(i) }\n"
                "  s\n"
                "}",
                [] {
                  EngineOptions O = forced(ForceMode::Deopt);
                  O.Mode = TierMode::Optimized;
                  return O;
                }());
  TestProgram Plain("fn inner(n: i64) -> i64 {\n"
                    "  var s = 1;\n"
                    "  for i in 0..n { s = s * 3 + i; s %= 1000003 }\n"
                    "  s\n"
                    "}\n"
                    "fn outer(n: i64) -> i64 {\n"
                    "  var s = 0;\n"
                    "  for i in 0..n { s += inner(i) }\n"
                    "  s\n"
                    "}");
  for (int64_t N : {0, 1, 7, 40, 41, 42})
    CHECK(P.value("outer", {N}) == Plain.value("outer", {N}));
  CHECK(P.engine().statistics().Deopts > 10);
  CHECK(P.engine().statistics().LoopEntries == 0);
}

TEST_CASE("A frame that has been left is not in a trap's call stack") {
  TestProgram P("fn inner(n: i64) -> i64 {\n"
                "  var s = 0;\n"
                "  for i in 0..n { s += 100 / (n - i - 3) }\n"
                "  s\n"
                "}\n"
                "fn outer(n: i64) -> i64 {\n"
                "  var s = 0;\n"
                "  for i in 0..n { s += inner(i) }\n"
                "  s\n"
                "}",
                forced(ForceMode::Both));
  Context C = P.engine().createContext();
  int64_t Result = 0;
  for (int I = 0; I < 3; ++I) {
    auto Trap = P.call(C, "outer", {9}, Result);
    REQUIRE(Trap);
    CHECK(Trap->Kind == abi::TrapKind::DivideByZero);
    REQUIRE(Trap->Frames.size() == 2);
    CHECK(Trap->Frames[0].Function == "inner");
    CHECK(Trap->Frames[1].Function == "outer");
  }
}
