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
