#include "Engine/CompileQueue.h"
#include "Tiering/ThresholdPolicy.h"

#include <catch2/catch.hpp>

#include <map>

using namespace jitrun;
using namespace jitrun::engine;

namespace {

constexpr int64_t Millisecond = 1'000'000;

/// A queue whose clock and counters the test turns.
struct Bench {
  ThresholdPolicy Policy{ThresholdOptions{}};
  std::map<uint32_t, uint64_t> Ticks;
  int64_t Time = 0;
  std::vector<CompileItem> Shed;
  CompileQueue Queue;

  explicit Bench(size_t Capacity = 256)
      : Queue(
            Policy, [this](uint32_t F) { return Ticks[F]; },
            [this] { return Time; }, Capacity) {}
};

} // namespace

TEST_CASE("The hottest comes out first") {
  Bench B;
  for (uint32_t F : {1, 2, 3})
    REQUIRE_FALSE(B.Queue.push(F));
  B.Time += 10 * Millisecond;
  B.Ticks = {{1, 1000}, {2, 9000}, {3, 5000}};
  REQUIRE(B.Queue.pop(B.Shed, 0) == 2u);
  B.Time += 10 * Millisecond;
  B.Ticks[1] += 8000;
  REQUIRE(B.Queue.pop(B.Shed, 0) == 1u);
  REQUIRE(B.Queue.pop(B.Shed, 0) == 3u);
  REQUIRE(B.Shed.empty());
  REQUIRE_FALSE(B.Queue.pop(B.Shed, 0));
}

TEST_CASE("What has gone cold is shed") {
  Bench B;
  B.Queue.push(1);
  B.Queue.push(2);
  B.Time += 1000 * Millisecond;
  B.Ticks[2] = 1'000'000;
  REQUIRE(B.Queue.pop(B.Shed, 0) == 2u);
  REQUIRE(B.Shed == std::vector<CompileItem>{1});
  REQUIRE(B.Queue.size() == 0);
}

TEST_CASE("A full queue sheds its coldest for a newcomer") {
  Bench B(2);
  B.Queue.push(1);
  B.Queue.push(2);
  B.Time += 10 * Millisecond;
  B.Ticks = {{1, 9000}, {2, 100}};
  REQUIRE(B.Queue.push(3) == 2u);
  REQUIRE(B.Queue.size() == 2);
}

TEST_CASE("A closed queue lets everyone go") {
  Bench B;
  B.Queue.push(1);
  B.Queue.close();
  REQUIRE_FALSE(B.Queue.pop(B.Shed, -1));
  REQUIRE(B.Queue.isClosed());
  B.Queue.waitUntilIdle();
}
