#include "Engine/CompileStack.h"

#include <catch2/catch.hpp>

using namespace jitrun::engine;

namespace {

[[gnu::noinline]] int deep(int Levels) {
  volatile char Frame[1024];
  Frame[0] = char(Levels);
  return Levels ? deep(Levels - 1) + Frame[0] * 0 + 1 : 0;
}

} // namespace

TEST_CASE("Work on a compile stack may go deeper than the caller's") {
  auto Stack = CompileStack::create(size_t(64) << 20);
  REQUIRE(Stack);
  int Result = 0;
  Stack->run([&] { Result = deep(20'000); });
  REQUIRE(Result == 20'000);
  SECTION("and again") {
    Stack->run([&] { Result = deep(10); });
    REQUIRE(Result == 10);
  }
  SECTION("and on another from within") {
    auto Other = CompileStack::create(size_t(1) << 20);
    Stack->run([&] { Other->run([&] { Result = deep(5); }); });
    REQUIRE(Result == 5);
  }
}
