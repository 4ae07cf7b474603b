#include "Speculation/History.h"

#include <catch2/catch.hpp>

using namespace jitrun::speculation;

namespace {

constexpr auto Kind = AssumptionKind::ConstantArgument;

/// Failures until an assumption is withdrawn.
uint64_t failUntilWithdrawn(History &H, uint32_t Site) {
  for (uint64_t N = 1; N < 1000; ++N)
    if (H.fail(Kind, Site, N))
      return N;
  return 0;
}

} // namespace

TEST_CASE("A failing assumption is withdrawn after a few failures") {
  History H;
  REQUIRE(H.allows(Kind, 3));
  REQUIRE(failUntilWithdrawn(H, 3) == History::FirstLimit);
  REQUIRE_FALSE(H.allows(Kind, 3));
  REQUIRE(H.allows(Kind, 4));
  REQUIRE(H.allows(AssumptionKind::Contiguous, 3));
  REQUIRE(H.records() == std::vector<FailureRecord>{
                             {Kind, 3, History::FirstLimit, History::FirstLimit,
                              History::FirstLimit, true}});
  // An old version that still runs makes no storm.
  REQUIRE(failUntilWithdrawn(H, 3) == 0);
}

TEST_CASE("Failures of different versions do not add up") {
  History H;
  for (int Version = 0; Version < 100; ++Version) {
    for (uint64_t N = 1; N < History::FirstLimit; ++N)
      REQUIRE_FALSE(H.fail(Kind, 0, 1));
    H.restart();
  }
  REQUIRE(H.allows(Kind, 0));
}

TEST_CASE("Each round takes twice as much, and there is a last one") {
  History H;
  uint32_t Rounds = 0;
  for (uint32_t Site = 0; H.allows(Kind, Site); ++Site) {
    REQUIRE(H.backOff() == 1u << Rounds);
    REQUIRE(failUntilWithdrawn(H, Site) == History::FirstLimit << Rounds);
    H.restart();
    ++Rounds;
  }
  REQUIRE(Rounds == History::MaxRounds);
  REQUIRE(H.hasGivenUp());
  REQUIRE_FALSE(H.allows(AssumptionKind::SameShape, 17));
}

TEST_CASE("Code is out of date after many misses, and not for ever again") {
  History H;
  for (uint32_t Round = 0; Round < History::MaxRenewals; ++Round) {
    const uint64_t Limit = History::FirstMisses << 2 * Round;
    for (uint64_t N = 1; N < Limit; ++N)
      REQUIRE_FALSE(H.miss());
    REQUIRE(H.miss());
    REQUIRE(H.backOff() == 2u << Round);
    H.restart();
  }
  for (uint64_t N = 0; N < 1u << 20; ++N)
    REQUIRE_FALSE(H.miss());
  REQUIRE(H.allows(Kind, 0));
}

TEST_CASE("What was expected before and comes again brings the others along") {
  constexpr auto Tags = ExpectationKind::Tags;
  auto Expecting = [](std::initializer_list<uint32_t> Targets) {
    FunctionPlan P;
    for (uint32_t Target : Targets)
      P.Expectations.push_back({Tags, 2, Target, 9, 9});
    return P;
  };
  // Targets are numbers + 1.
  const jitrun::TargetCount Only5{{6, 0}, {90, 0}}, Only7{{8, 0}, {90, 0}};
  const jitrun::TargetCount Rarely9{{8, 10}, {99, 1}},
      Often9{{8, 10}, {60, 40}};
  History H;
  REQUIRE(H.recall(Tags, 2, Only5) == Only5);
  H.remember(Expecting({5}));
  // It may have changed for good.
  REQUIRE(H.recall(Tags, 2, Only7) == Only7);
  REQUIRE(H.recall(Tags, 2, Only5) == Only5);
  H.remember(Expecting({7}));
  REQUIRE(H.recall(Tags, 2, Only5) == jitrun::TargetCount{{6, 8}, {90, 45}});
  REQUIRE(H.recall(Tags, 2, Only7) == jitrun::TargetCount{{8, 6}, {90, 45}});
  SECTION("where there is room") {
    REQUIRE(H.recall(Tags, 2, Rarely9) ==
            jitrun::TargetCount{{8, 6}, {99, 50}, 1});
    REQUIRE(H.recall(Tags, 2, Often9) == Often9);
  }
  SECTION("at its site") {
    REQUIRE(H.recall(Tags, 1, Only5) == Only5);
    REQUIRE(H.recall(ExpectationKind::Callee, 2, Only5) == Only5);
    REQUIRE(H.recall(Tags, 2, {}) == jitrun::TargetCount{});
  }
  SECTION("and the latest two are remembered") {
    H.remember(Expecting({9}));
    REQUIRE(H.recall(Tags, 2, Only5) == Only5);
    REQUIRE(H.recall(Tags, 2, Only7) == jitrun::TargetCount{{8, 10}, {90, 45}});
  }
}

TEST_CASE("A branch that was wrongly believed to go one way is believed less") {
  jitrun::FunctionProfile P;
  P.Branches = {{1000, 1000}, {0, 1000}, {400, 1000}};
  History H;
  H.temper(P);
  CHECK(P.Branches[0].Taken == 1000);
  for (uint32_t Site : {0, 1, 2})
    while (!H.fail(AssumptionKind::NeverTaken, Site, 0))
      ;
  H.temper(P);
  CHECK(P.Branches[0].Taken == 750);
  CHECK(P.Branches[1].Taken == 250);
  CHECK(P.Branches[2].Taken == 400);
  CHECK(P.Branches[2].Executed == 1000);
}
