#include "TestProgram.h"

#include <catch2/catch.hpp>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

/// What the host function calls back into.
struct CallBack {
  TestProgram *Program = nullptr;
  Context *C = nullptr;
  std::optional<TrapReport> Inner;
} Back;

int64_t askAgain(int64_t N) {
  int64_t Result = -1;
  Back.Inner = Back.Program->call(*Back.C, "inner", {N}, Result);
  return Back.Inner ? -1 : Result;
}

} // namespace

TEST_CASE("A host function may call the engine again") {
  EngineOptions O;
  O.Mode = GENERATE(TierMode::Baseline, TierMode::Optimized);
  O.FindHost = [](const std::string &Name) -> void * {
    return Name == "ask_again" ? reinterpret_cast<void *>(&askAgain) : nullptr;
  };
  TestProgram P("extern fn ask_again(n: i64) -> i64;\n"
                "fn inner(n: i64) -> i64 = 100 / n;\n"
                "fn outer(n: i64) -> i64 { let a = [5, 6]; "
                "a[0] + ask_again(n) + 10 / n }",
                O);
  Context C = P.engine().createContext();
  Back = {&P, &C, {}};
  int64_t Result = 0;
  REQUIRE_FALSE(P.call(C, "outer", {5}, Result));
  REQUIRE(Result == 27);
  SECTION("and a trap in there goes no further than that host function") {
    auto Report = P.call(C, "outer", {0}, Result);
    REQUIRE(Back.Inner);
    REQUIRE(Back.Inner->Kind == abi::TrapKind::DivideByZero);
    REQUIRE(Back.Inner->Frames.size() == 1);
    REQUIRE(Report);
    REQUIRE(Report->Kind == abi::TrapKind::DivideByZero);
    REQUIRE(Report->Frames.size() == 1);
    REQUIRE(Report->Frames[0].Function == "outer");
    REQUIRE(C.bytesAlive() == 0);
  }
}

TEST_CASE("The process provides what the host does not") {
  TestProgram P("extern fn labs(n: i64) -> i64;\n"
                "fn size(n: i64) -> i64 = labs(n);");
  REQUIRE(P.value("size", {-7}) == 7);
}
