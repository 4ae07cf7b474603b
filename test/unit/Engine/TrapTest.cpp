#include "TestProgram.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

EngineOptions tier(TierMode Mode) {
  EngineOptions O;
  O.Mode = Mode;
  return O;
}

std::atomic<bool> Started;

} // namespace

TEST_CASE("A trap tells where it was and who called") {
  TestProgram P("fn pick(a: i64[], i: i64) -> i64 {\n"
                "  a[i]\n"
                "}\n"
                "fn middle(i: i64) -> i64 {\n"
                "  let a = i64[4];\n"
                "  pick(a, i) + 1\n"
                "}\n"
                "fn outer(i: i64) -> i64 {\n"
                "  let b = [1, 2, 3];\n"
                "  b[0] + middle(i)\n"
                "}",
                tier(GENERATE(TierMode::Baseline, TierMode::Optimized)));
  Context C = P.engine().createContext();
  int64_t Result = 0;
  for (int Round = 0; Round < 3; ++Round) {
    auto Report = P.call(C, "outer", {4}, Result);
    REQUIRE(Report);
    REQUIRE(Report->Kind == abi::TrapKind::Index);
    REQUIRE(Report->Message == "index 4 is out of bounds for length 4");
    REQUIRE(Report->Frames.size() == 3);
    CHECK(Report->Frames[0].Function == "pick");
    CHECK(P.place(Report->Frames[0]) == "2:3");
    CHECK(Report->Frames[1].Function == "middle");
    CHECK(P.place(Report->Frames[1]) == "6:3");
    CHECK(Report->Frames[2].Function == "outer");
    CHECK(P.place(Report->Frames[2]) == "10:10");
    // The arrays are gone and the engine goes on.
    REQUIRE(C.bytesAlive() == 0);
    REQUIRE_FALSE(P.call(C, "outer", {3}, Result));
    REQUIRE(Result == 2);
    REQUIRE(C.bytesAlive() == 0);
  }
}

TEST_CASE("A trap leaves alone what the host holds") {
  TestProgram P("fn make() -> i64[] { [1, 2, 3] }\n"
                "fn bad(n: i64) -> i64 { let a = i64[n]; a[n] }");
  Context C = P.engine().createContext();
  Cell Result{};
  REQUIRE_FALSE(
      P.engine().call(C, P.module(), P.function("make"), {&Result, 1}));
  const int64_t Held = C.bytesAlive();
  REQUIRE(Held > 0);
  int64_t Unused;
  REQUIRE(P.call(C, "bad", {100}, Unused));
  REQUIRE(C.bytesAlive() == Held);
  C.freeAll();
  REQUIRE(C.bytesAlive() == 0);
}

TEST_CASE("Deep recursion traps instead of overflowing the stack") {
  TestProgram P("fn down(n: i64) -> i64 { if n == 0 { 0 } else "
                "{ down(n - 1) * 2 + 1 } }",
                tier(GENERATE(TierMode::Baseline, TierMode::Optimized)));
  Context C = P.engine().createContext();
  int64_t Result = 0;
  REQUIRE_FALSE(P.call(C, "down", {10'000}, Result));
  REQUIRE(Result == -1);
  auto Report = P.call(C, "down", {100'000'000}, Result);
  REQUIRE(Report);
  REQUIRE(Report->Kind == abi::TrapKind::Stack);
  REQUIRE(Report->Frames.size() >= 20);
  REQUIRE(Report->Omitted > 1000);
  REQUIRE(Report->Frames[0].Function == "down");
  SECTION("and sooner where the call may use less") {
    const size_t Before = Report->Omitted;
    CallOptions O;
    O.StackBytes = 64 << 10;
    Report = P.call(C, "down", {100'000'000}, Result, O);
    REQUIRE(Report);
    REQUIRE(Report->Omitted < Before / 4);
  }
}

TEST_CASE("The memory limit traps") {
  EngineOptions O;
  O.MemoryLimit = 1 << 20;
  TestProgram P("fn fill(n: i64) -> i64 { let a = i64[n]; len(a) }", O);
  Context C = P.engine().createContext();
  int64_t Result = 0;
  REQUIRE_FALSE(P.call(C, "fill", {1000}, Result));
  auto Report = P.call(C, "fill", {1'000'000}, Result);
  REQUIRE(Report);
  REQUIRE(Report->Kind == abi::TrapKind::Memory);
  CallOptions More;
  More.MemoryLimit = 1 << 24;
  REQUIRE_FALSE(P.call(C, "fill", {1'000'000}, Result, More));
  REQUIRE(C.bytesAlive() == 0);
}

TEST_CASE("Another thread stops a loop without end") {
  TestProgram P("extern fn jr_test_started();\n"
                "fn spin() -> i64 { jr_test_started(); var n = 0; "
                "loop { n = n * 3 + 1; if n == 7 { break } } n }",
                [] {
                  EngineOptions O;
                  O.Mode = GENERATE(TierMode::Baseline, TierMode::Optimized);
                  O.FindHost = [](const std::string &) {
                    return reinterpret_cast<void *>(+[] {
                      Started.store(true);
                      Started.notify_all();
                    });
                  };
                  return O;
                }());
  Started = false;
  Context C = P.engine().createContext();
  std::thread Other([&] {
    Started.wait(false);
    C.interrupt();
  });
  int64_t Result = 0;
  auto Report = P.call(C, "spin", {}, Result);
  Other.join();
  REQUIRE(Report);
  REQUIRE(Report->Kind == abi::TrapKind::Interrupt);
  REQUIRE(Report->Frames.size() == 1);
  SECTION("and the next call is not interrupted") {
    CallOptions O;
    O.Timeout = std::chrono::milliseconds(1);
    Report = P.call(C, "spin", {}, Result, O);
    REQUIRE(Report);
    REQUIRE(Report->Kind == abi::TrapKind::Deadline);
  }
}

TEST_CASE("An interrupt before the call stops its first loop or call") {
  TestProgram P("fn spin() -> i64 { var n = 0; "
                "loop { n = n * 3 + 1; if n == 7 { break } } n }\n"
                "fn one() -> i64 = 1;");
  Context C = P.engine().createContext();
  C.interrupt();
  int64_t Result = 0;
  auto Report = P.call(C, "spin", {}, Result);
  REQUIRE(Report);
  REQUIRE(Report->Kind == abi::TrapKind::Interrupt);
  REQUIRE_FALSE(P.call(C, "one", {}, Result));
}

TEST_CASE("A deadline that was kept does not disturb the next call") {
  TestProgram P("fn count(n: i64) -> i64 { var s = 0; "
                "for i in 0..n { s += i & 3 } s }");
  Context C = P.engine().createContext();
  CallOptions Long;
  Long.Timeout = std::chrono::hours(1);
  int64_t Result = 0;
  REQUIRE_FALSE(P.call(C, "count", {1000}, Result, Long));
  REQUIRE(Result == 1500);
  REQUIRE_FALSE(P.call(C, "count", {1000}, Result));
}
