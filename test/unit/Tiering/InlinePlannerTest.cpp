#include "Tiering/InlinePlanner.h"

#include <catch2/catch.hpp>

#include <map>
#include <set>

using namespace jitrun;

namespace {

/// A call graph written down.
struct Graph final : CallGraphView {
  std::map<uint32_t, std::vector<WeightedCall>> Calls;
  std::map<uint32_t, uint32_t> Sizes;
  std::set<uint32_t> Banned;

  uint32_t size(uint32_t F) override { return Sizes.count(F) ? Sizes[F] : 10; }
  std::vector<WeightedCall> calls(uint32_t F) override { return Calls[F]; }
  bool isEligible(uint32_t F) override { return !Banned.count(F); }
};

using Plan = std::vector<uint32_t>;

} // namespace

TEST_CASE("A plan takes the hottest callees for their size first") {
  Graph G;
  G.Calls[0] = {{1, 1}, {2, 64}, {3, 8}};
  REQUIRE(planInlining(0, G, {}) == Plan{2, 3, 1});
  G.Sizes[2] = 390;
  REQUIRE(planInlining(0, G, {}) == Plan{3, 2, 1});
}

TEST_CASE("A plan reaches callees of callees") {
  Graph G;
  G.Calls[0] = {{1, 8}};
  G.Calls[1] = {{2, 8}, {0, 1}};
  G.Calls[2] = {{1, 1}, {2, 1}};
  REQUIRE(planInlining(0, G, {}) == Plan{1, 2});
}

TEST_CASE("A plan leaves out") {
  Graph G;
  SECTION("what is never called") { G.Calls[0] = {{1, 0}}; }
  SECTION("what is too large") {
    G.Calls[0] = {{1, 100}};
    G.Sizes[1] = 401;
  }
  SECTION("what cannot be compiled") {
    G.Calls[0] = {{1, 100}};
    G.Banned = {1};
  }
  SECTION("itself") { G.Calls[0] = {{0, 100}}; }
  REQUIRE(planInlining(0, G, {}).empty());
}

TEST_CASE("A plan keeps to its budget") {
  Graph G;
  for (uint32_t I = 1; I <= 10; ++I) {
    G.Calls[0].push_back({I, double(100 - I)});
    G.Sizes[I] = 100;
  }
  InlineBudget B;
  B.MaxTotal = 350;
  REQUIRE(planInlining(0, G, B) == Plan{1, 2, 3});
  B.MaxFunctions = 2;
  REQUIRE(planInlining(0, G, B) == Plan{1, 2});
}
