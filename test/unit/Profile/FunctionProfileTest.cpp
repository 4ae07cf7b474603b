#include "Profile/FunctionProfile.h"
#include "Profile/ProfileSnapshot.h"

#include <catch2/catch.hpp>

#include <array>

using namespace jitrun;

TEST_CASE("A live profile adds up ticks over rearmings") {
  abi::FunctionCounters C{0, 0};
  LiveProfile P(&C);
  REQUIRE(P.calls() == 0);

  P.rearm(10, 100);
  REQUIRE(C.Calls == 10);
  REQUIRE(C.BackEdges == 100);
  REQUIRE(P.calls() == 0);
  C.Calls -= 10;
  C.BackEdges -= 7;
  REQUIRE(P.calls() == 10);
  REQUIRE(P.backEdges() == 7);

  P.rearm(5, 50);
  REQUIRE(P.calls() == 10);
  REQUIRE(P.backEdges() == 7);
  C.Calls -= 2;
  C.BackEdges -= 60;
  REQUIRE(P.calls() == 12);
  REQUIRE(P.backEdges() == 67);
}

TEST_CASE("A snapshot does not change when its source does") {
  abi::FunctionCounters C{0, 0};
  std::array<BranchCount, 2> Branches{{{1, 2}, {3, 4}}};
  LiveProfile P(&C);
  P.setBranches(Branches);
  P.rearm(100, 100);
  C.Calls -= 3;

  const ProfileSnapshot S({{9, P.snapshot()}, {4, {}}});
  Branches[0].Taken = 77;
  C.Calls -= 3;

  const FunctionProfile *Found = S.find(9);
  REQUIRE(Found);
  REQUIRE(Found->Calls == 3);
  REQUIRE(Found->Branches == std::vector<BranchCount>{{1, 2}, {3, 4}});
  REQUIRE(S.find(4));
  REQUIRE_FALSE(S.find(5));
}
