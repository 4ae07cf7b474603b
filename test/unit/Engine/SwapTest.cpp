#include "TestProgram.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

constexpr const char *Work = "fn step(n: i64) -> i64 { n * 3 + 1 }\n"
                             "fn many(n: i64) -> i64 { var s = 0; "
                             "for i in 0..n { s = s ^ step(s + i) } s }\n"
                             // Nobody calls it, but it says that the loop
                             // will come again, so that it begins at baseline.
                             "fn often() -> i64 { var s = 0; "
                             "for i in 0..9 { s += many(i) } s }";

int64_t expected(int64_t N) {
  uint64_t S = 0;
  for (int64_t I = 0; I < N; ++I)
    S = S ^ ((S + uint64_t(I)) * 3 + 1);
  return int64_t(S);
}

} // namespace

TEST_CASE("A function is swapped when its calls reach the threshold") {
  EngineOptions O;
  O.CallThreshold = 5;
  O.LoopThreshold = 1000000;
  O.SyncCompile = true;
  O.Neighbours = 0;
  TestProgram P("fn twice(n: i64) -> i64 = n * 2;", O);
  for (int I = 0; I < 4; ++I)
    REQUIRE(P.value("twice", {I}) == 2 * I);
  REQUIRE(P.trace() == "[compile] fn=twice tier=baseline\n");
  REQUIRE(P.value("twice", {21}) == 42);
  REQUIRE(P.trace() == "[compile] fn=twice tier=baseline\n"
                       "[compile] fn=twice tier=optimized\n"
                       "[swap] fn=twice tier=optimized version=2\n");
  REQUIRE(P.value("twice", {22}) == 44);
  const EngineStatistics S = P.engine().statistics();
  REQUIRE(statisticsOf(S, "twice").Calls == 5);
  REQUIRE(statisticsOf(S, "twice").Baseline.Compiled == 1);
  REQUIRE(statisticsOf(S, "twice").Optimized.Compiled == 1);
  REQUIRE(S.Swaps == 1);
}

TEST_CASE("Replaced code is freed once no call can be in it") {
  EngineOptions O;
  O.CallThreshold = O.LoopThreshold = 1;
  O.SyncCompile = true;
  O.Neighbours = 0;
  TestProgram P(Work, O);
  REQUIRE(P.value("many", {100}) == expected(100));
  REQUIRE(P.value("many", {100}) == expected(100));
  P.engine().waitForCompiles();
  const EngineStatistics S = P.engine().statistics();
  REQUIRE(S.Swaps == 2);
  REQUIRE(S.Retired == 2);
}

TEST_CASE("A loop's back edges lead to a swap too") {
  EngineOptions O;
  O.CallThreshold = 1000000;
  O.LoopThreshold = 50;
  O.SyncCompile = true;
  O.EnterLoops = false;
  // Called in a loop, so it does not begin optimised.
  TestProgram P("fn total(n: i64) -> i64 { var s = 0; for i in 0..n { s += i } "
                "s }\n"
                "fn use(n: i64) -> i64 { var s = 0; for i in 0..n "
                "{ s += total(i) } s }",
                O);
  REQUIRE(P.value("total", {40}) == 780);
  REQUIRE(statisticsOf(P.engine().statistics(), "total").Tier ==
          std::string("baseline"));
  REQUIRE(P.value("total", {40}) == 780);
  REQUIRE(statisticsOf(P.engine().statistics(), "total").Tier ==
          std::string("optimized"));
  REQUIRE(P.value("total", {40}) == 780);
}

TEST_CASE("A loop is entered in its middle; the function rises when it is "
          "called again") {
  EngineOptions O;
  O.CallThreshold = 1000000;
  O.LoopThreshold = 50;
  O.SyncCompile = true;
  TestProgram P("fn total(n: i64) -> i64 { var s = 0; for i in 0..n { s += i } "
                "s }\n"
                "fn use(n: i64) -> i64 { var s = 0; for i in 0..n "
                "{ s += total(i) } s }",
                O);
  REQUIRE(P.value("total", {1000}) == 499500);
  EngineStatistics S = P.engine().statistics();
  CHECK(S.LoopsCompiled == 1);
  CHECK(S.LoopEntries == 1);
  CHECK(statisticsOf(S, "total").BackEdges == 50);
  CHECK(statisticsOf(S, "total").Tier == std::string("baseline"));
  REQUIRE(P.value("total", {1000}) == 499500);
  S = P.engine().statistics();
  CHECK(S.LoopsCompiled == 1);
  CHECK(S.LoopEntries == 2);
  CHECK(statisticsOf(S, "total").Tier == std::string("optimized"));
}

TEST_CASE("Continuations are freed with the baseline code they belong to") {
  EngineOptions O;
  O.CallThreshold = 1000000;
  O.LoopThreshold = 50;
  O.SyncCompile = true;
  TestProgram P("fn total(n: i64) -> i64 { var s = 0; for i in 0..n { s += i } "
                "s }\n"
                "fn use(n: i64) -> i64 { var s = 0; for i in 0..n "
                "{ s += total(i) } s }",
                O);
  for (int I = 0; I < 3; ++I)
    REQUIRE(P.value("total", {1000}) == 499500);
  // The baseline code first; that lets its continuation go.
  P.engine().waitForCompiles();
  P.engine().waitForCompiles();
  CHECK(P.engine().statistics().Retired == 2);
  REQUIRE(P.value("total", {1000}) == 499500);
}

TEST_CASE("Threads call one program while it is swapped") {
  EngineOptions O;
  O.CallThreshold = GENERATE(1u, 7u, 500u);
  O.LoopThreshold = 1000;
  TestProgram P(Work, O);
  std::atomic<int> Wrong = 0;
  std::vector<std::thread> Threads;
  for (int T = 0; T < 4; ++T)
    Threads.emplace_back([&, T] {
      Context C = P.engine().createContext();
      for (int I = 0; I < 300; ++I) {
        int64_t Result = 0;
        const int64_t N = (I * 7 + T) % 50;
        if (P.call(C, "many", {N}, Result) || Result != expected(N))
          ++Wrong;
      }
    });
  for (std::thread &T : Threads)
    T.join();
  REQUIRE(Wrong == 0);
  P.heat("many", {50});
  P.engine().waitForCompiles();
  REQUIRE(P.value("many", {50}) == expected(50));
  REQUIRE(P.engine().statistics().Swaps >= 1);
}

TEST_CASE("The same source gives the same answer with and without swaps") {
  EngineOptions Never;
  Never.Mode = TierMode::Baseline;
  EngineOptions Soon;
  Soon.CallThreshold = Soon.LoopThreshold = 1;
  Soon.SyncCompile = true;
  TestProgram A(Work, Never);
  TestProgram B(Work, Soon);
  for (int64_t N : {0, 1, 2, 17, 1000}) {
    REQUIRE(A.value("many", {N}) == expected(N));
    REQUIRE(B.value("many", {N}) == expected(N));
  }
}
