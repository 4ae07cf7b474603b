#include "TestProgram.h"

#include <catch2/catch.hpp>

#include <pthread.h>
#include <thread>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

EngineOptions baselineAlone() {
  EngineOptions O;
  O.Mode = TierMode::Baseline;
  O.Neighbours = 0;
  return O;
}

/// `link0` calls `link1` calls .. calls the last, which gives 0; each adds 1.
std::string chain(int Length) {
  std::string Text;
  for (int I = 0; I < Length; ++I)
    Text += "fn link" + std::to_string(I) + "() -> i64 { " +
            (I + 1 < Length ? "link" + std::to_string(I + 1) + "() + 1" : "0") +
            " }\n";
  return Text;
}

/// Runs \p Work on a thread with a stack of this size.
void onSmallStack(size_t Bytes, std::function<void()> Work) {
  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
  pthread_attr_setstacksize(&Attributes, Bytes);
  pthread_t Thread;
  REQUIRE(pthread_create(
              &Thread, &Attributes,
              [](void *W) -> void * {
                (*static_cast<std::function<void()> *>(W))();
                return nullptr;
              },
              &Work) == 0);
  pthread_join(Thread, nullptr);
  pthread_attr_destroy(&Attributes);
}

} // namespace

TEST_CASE("An expression is printed at every tier") {
  EngineOptions O;
  O.Mode = GENERATE(TierMode::Auto, TierMode::Baseline, TierMode::Optimized);
  TestProgram P("println(2 + 3 * 4);", O);
  REQUIRE_FALSE(P.run());
  REQUIRE(P.output() == "14\n");
  REQUIRE(P.engine().statistics().Compiled == 1);
}

TEST_CASE("Recursion works at every tier and through a swap") {
  EngineOptions O;
  SECTION("automatic") {}
  SECTION("baseline") { O.Mode = TierMode::Baseline; }
  SECTION("optimised") { O.Mode = TierMode::Optimized; }
  SECTION("swapped at once") {
    O.CallThreshold = O.LoopThreshold = 1;
    O.SyncCompile = true;
  }
  TestProgram P("fn fib(n: i64) -> i64 { if n < 2 { n } else "
                "{ fib(n - 1) + fib(n - 2) } }",
                O);
  REQUIRE(P.value("fib", {20}) == 6765);
  if (O.SyncCompile) {
    INFO(P.trace());
    P.engine().waitForCompiles();
    REQUIRE(statisticsOf(P.engine().statistics(), "fib").Tier ==
            std::string("optimized"));
    REQUIRE(P.value("fib", {20}) == 6765);
  }
}

TEST_CASE("Loading compiles nothing, and what is not called stays uncompiled") {
  TestProgram P("fn one() -> i64 = 1;\n"
                "fn two() -> i64 = one() + one();\n"
                "fn three(n: i64) -> i64 { if n > 0 { two() } else { 3 } }",
                baselineAlone());
  REQUIRE(P.engine().statistics().Loaded >= 3);
  REQUIRE(P.engine().statistics().Compiled == 0);
  REQUIRE(P.value("three", {0}) == 3);
  REQUIRE(P.trace() == "[compile] fn=three tier=baseline\n");
  REQUIRE(P.value("three", {1}) == 2);
  REQUIRE(P.trace() == "[compile] fn=three tier=baseline\n"
                       "[compile] fn=two tier=baseline\n"
                       "[compile] fn=one tier=baseline\n");
}

TEST_CASE("Neighbours that are sure to be called are compiled along") {
  EngineOptions O = baselineAlone();
  O.Neighbours = 10;
  TestProgram P("fn one() -> i64 = 1;\n"
                "fn rare() -> i64 = 7;\n"
                "fn two(n: i64) -> i64 { if n == 9 { return rare() } "
                "one() + one() }",
                O);
  REQUIRE(P.value("two", {0}) == 2);
  REQUIRE(P.trace() == "[compile] fn=two tier=baseline\n"
                       "[compile] fn=one tier=baseline\n");
  REQUIRE(P.engine().statistics().Uncalled == 0);
}

TEST_CASE("A chain of 2000 first calls fits into a 512 KiB stack") {
  TestProgram P(chain(2000), baselineAlone());
  int64_t Result = 0;
  std::optional<TrapReport> Report;
  onSmallStack(512 << 10, [&] {
    Context C = P.engine().createContext();
    Report = P.call(C, "link0", {}, Result);
  });
  REQUIRE_FALSE(Report);
  REQUIRE(Result == 1999);
  REQUIRE(P.engine().statistics().Compiled == 2000);
}

TEST_CASE("Several threads may make a first call at once") {
  TestProgram P(chain(200), baselineAlone());
  std::vector<std::thread> Threads;
  std::atomic<int> Right = 0;
  for (int T = 0; T < 4; ++T)
    Threads.emplace_back([&] {
      Context C = P.engine().createContext();
      int64_t Result = 0;
      if (!P.call(C, "link0", {}, Result) && Result == 199)
        ++Right;
    });
  for (std::thread &T : Threads)
    T.join();
  REQUIRE(Right == 4);
  const EngineStatistics S = P.engine().statistics();
  REQUIRE(S.Compiled == 200);
  REQUIRE(S.Baseline.Compiled == 200);
}

TEST_CASE("Arguments and results cross the host's border") {
  TestProgram P("fn mix(a: i32, b: f64, c: f32, d: bool, e: u8, f: i64, "
                "g: i64, h: i64) -> f64 { "
                "f64(a) + b + f64(c) + f64(e) + f64(f * 100 + g * 10 + h) + "
                "(if d { 0.5 } else { 0.0 }) }");
  Context C = P.engine().createContext();
  Cell Cells[9] = {};
  Cells[0].Int = -3;
  Cells[1].F64 = 0.25;
  Cells[2].F32 = 2;
  Cells[3].Int = 1;
  Cells[4].Int = 200;
  Cells[5].Int = 1;
  Cells[6].Int = 2;
  Cells[7].Int = 3;
  REQUIRE_FALSE(P.engine().call(C, P.module(), P.function("mix"), Cells));
  REQUIRE(Cells[8].F64 == -3 + 0.25 + 2 + 200 + 123 + 0.5);
}

TEST_CASE("A compile that fails is a trap in the call that needed it") {
  EngineOptions O = baselineAlone();
  O.CodeLimit = 100'000;
  TestProgram P(chain(1000), O);
  Context C = P.engine().createContext();
  int64_t Result = 0;
  auto Report = P.call(C, "link0", {}, Result);
  REQUIRE(Report);
  REQUIRE(Report->Kind == abi::TrapKind::Compile);
  REQUIRE_THAT(Report->Message, Catch::Contains("cannot compile 'link"));
  REQUIRE_FALSE(Report->Frames.empty());
  REQUIRE(Report->Frames.back().Function == "link0");
  // What has code goes on working, what failed fails again.
  REQUIRE(P.call(C, "link0", {}, Result)->Message == Report->Message);
}

TEST_CASE("A hot function that no memory is left for stays at baseline") {
  // Somewhere between too little for any code and enough for all of it.
  bool Settled = false;
  for (size_t Limit = 512; Limit < (64 << 10) && !Settled; Limit += 64) {
    EngineOptions O;
    O.CodeLimit = Limit;
    O.SyncCompile = true;
    O.CallThreshold = 5;
    TestProgram P("fn f(x: i64) -> i64 {\n"
                  "  let a = [x, x + 1, x + 2];\n"
                  "  a[0] + a[x] * a[x + 1]\n"
                  "}\n",
                  O);
    Context C = P.engine().createContext();
    int64_t Result = 0;
    if (P.call(C, "f", {1}, Result))
      continue;
    UNSCOPED_INFO("limit " << Limit);
    for (int I = 0; I < 20; ++I) {
      REQUIRE_FALSE(P.call(C, "f", {1}, Result));
      REQUIRE(Result == 7);
    }
    Settled = P.trace().find("[tier] fn=f settled=baseline reason=code memory "
                             "is used up") != std::string::npos;
    const char *Tier = statisticsOf(P.engine().statistics(), "f").Tier;
    REQUIRE(std::string(Tier) == (Settled ? "baseline" : "optimized"));
    if (!Settled)
      break;
  }
  REQUIRE(Settled);
}
