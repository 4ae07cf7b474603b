#include "TestProgram.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

size_t mappings() {
  std::ifstream Maps("/proc/self/maps");
  size_t Count = 0;
  for (std::string Line; std::getline(Maps, Line);)
    ++Count;
  return Count;
}

} // namespace

TEST_CASE("A hundred thousand functions are loaded and called") {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  constexpr int Count = 5'000;
#else
  constexpr int Count = 100'000;
#endif
#else
  constexpr int Count = 100'000;
#endif
  std::string Text;
  for (int I = 0; I < Count; ++I)
    Text += "fn add" + std::to_string(I) + "(n: i64) -> i64 = n + " +
            std::to_string(I) + ";\n";
  EngineOptions O;
  O.Mode = TierMode::Baseline;
  TestProgram P(Text, O);
  REQUIRE(P.engine().statistics().Loaded >= uint32_t(Count));
  REQUIRE(P.engine().statistics().Compiled == 0);

  Context C = P.engine().createContext();
  const size_t Before = mappings();
  int Wrong = 0;
  for (int I = 0; I < Count; ++I) {
    Cell Cells[2] = {};
    Cells[0].Int = 1;
    // By number: looking names up is not what is tested.
    if (P.engine().call(C, P.module(), tast::FunctionId(I), Cells) ||
        Cells[1].Int != I + 1)
      ++Wrong;
  }
  REQUIRE(Wrong == 0);
  REQUIRE(P.engine().statistics().Compiled == uint32_t(Count));
  REQUIRE(mappings() < Before + 200);
}
