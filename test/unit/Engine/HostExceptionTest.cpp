#include "TestProgram.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

std::atomic<int> Alive;
struct Guard {
  Guard() { ++Alive; }
  ~Guard() { --Alive; }
};

double throwing(int64_t What, double) {
  Guard G;
  if (What == 1)
    throw std::runtime_error("no such well");
  if (What == 2)
    throw 42;
  return 0.5;
}

EngineOptions options(TierMode Mode) {
  EngineOptions O;
  O.Mode = Mode;
  O.FindHost = [](const std::string &) {
    return reinterpret_cast<void *>(&throwing);
  };
  return O;
}

const char Text[] = "extern fn test_throwing(what: i64, x: f64) -> f64;\n"
                    "fn middle(what: i64, n: i64) -> f64 {\n"
                    "  let a = f64[n];\n"
                    "  test_throwing(what, 1.5) + a[0]\n"
                    "}\n"
                    "fn outer(what: i64) -> i64 {\n"
                    "  i64(middle(what, 10) + middle(what, 20))\n"
                    "}\n"
                    "fn down(n: i64) -> i64 {\n"
                    "  if n == 0 { outer(1) } else { down(n - 1) + 1 }\n"
                    "}\n"
                    "fn show(n: i64) -> i64 { println(n); n }\n";

} // namespace

TEST_CASE("What a host function throws becomes a trap") {
  TestProgram P(Text,
                options(GENERATE(TierMode::Baseline, TierMode::Optimized)));
  Context C = P.engine().createContext();
  Alive = 0;
  int64_t Result = 0;
  for (int Round = 0; Round < 100; ++Round) {
    auto Report = P.call(C, "outer", {1}, Result);
    REQUIRE(Report);
    REQUIRE(Report->Kind == abi::TrapKind::Host);
    REQUIRE(Report->Message == "host call failed: no such well");
    REQUIRE(Report->Frames.size() == 2);
    CHECK(Report->Frames[0].Function == "middle");
    CHECK(P.place(Report->Frames[0]) == "4:3");
    CHECK(Report->Frames[1].Function == "outer");
    CHECK(P.place(Report->Frames[1]) == "7:7");
    REQUIRE(Alive == 0);
    REQUIRE(C.bytesAlive() == 0);

    Report = P.call(C, "outer", {2}, Result);
    REQUIRE(Report);
    CHECK(Report->Message ==
          "host call failed: an exception that is no std::exception");
    REQUIRE_FALSE(P.call(C, "outer", {0}, Result));
    CHECK(Result == 1);
  }
  auto Report = P.call(C, "down", {10'000}, Result);
  REQUIRE(Report);
  CHECK(Report->Kind == abi::TrapKind::Host);
  CHECK(Report->Frames.size() + Report->Omitted == 10'003);
}

TEST_CASE("Each thread's exceptions end in its own call") {
  TestProgram P(Text, options(TierMode::Auto));
  std::vector<std::thread> Threads;
  std::atomic<int> Failures = 0;
  for (int I = 0; I < 4; ++I)
    Threads.emplace_back([&, I] {
      Context C = P.engine().createContext();
      for (int Round = 0; Round < 200; ++Round) {
        int64_t Result = 0;
        auto Report = P.call(C, "outer", {(I + Round) % 2}, Result);
        Failures += Report.has_value() != ((I + Round) % 2 == 1);
        Failures += C.bytesAlive() != 0;
      }
    });
  for (std::thread &T : Threads)
    T.join();
  CHECK(Failures == 0);
}

TEST_CASE("An exception passes through a nested call as its trap only") {
  static TestProgram *Program;
  static Context *Current;
  static std::string Seen;
  EngineOptions O = options(TierMode::Auto);
  O.FindHost = [](const std::string &Name) {
    if (Name == "test_throwing")
      return reinterpret_cast<void *>(&throwing);
    return reinterpret_cast<void *>(+[](int64_t What) -> int64_t {
      Guard G;
      int64_t Result = 7;
      if (auto Report = Program->call(*Current, "outer", {What}, Result))
        throw std::runtime_error("nested: " + Report->Message);
      return Result;
    });
  };
  TestProgram P(std::string(Text) +
                    "extern fn test_nested(what: i64) -> i64;\n"
                    "fn again(what: i64) -> i64 { test_nested(what) + 1 }\n",
                O);
  Context C = P.engine().createContext();
  Program = &P;
  Current = &C;
  Alive = 0;
  int64_t Result = 0;
  REQUIRE_FALSE(P.call(C, "again", {0}, Result));
  CHECK(Result == 2);
  auto Report = P.call(C, "again", {1}, Result);
  REQUIRE(Report);
  CHECK(Report->Message ==
        "host call failed: nested: host call failed: no such well");
  REQUIRE(Report->Frames.size() == 1);
  CHECK(Report->Frames[0].Function == "again");
  CHECK(Alive == 0);
  CHECK(C.bytesAlive() == 0);
}

TEST_CASE("Output that throws is a trap") {
  EngineOptions O = options(GENERATE(TierMode::Baseline, TierMode::Optimized));
  O.Output = [](std::string_view) { throw std::runtime_error("disk full"); };
  TestProgram P(Text, O);
  Context C = P.engine().createContext();
  int64_t Result = 0;
  auto Report = P.call(C, "show", {5}, Result);
  REQUIRE(Report);
  CHECK(Report->Kind == abi::TrapKind::Host);
  CHECK(Report->Message == "host call failed: disk full");
  REQUIRE(Report->Frames.size() == 1);
  CHECK(Report->Frames[0].Function == "show");
  CHECK(C.bytesAlive() == 0);
}
