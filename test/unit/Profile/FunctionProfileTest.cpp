#include "Profile/FunctionProfile.h"
#include "ABI/Heap.h"
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

TEST_CASE("Counters trip oftener than they are due") {
  abi::FunctionCounters C{0, 0};
  alignas(16) char Memory[256] = {};
  const SiteLayout Layout{.Values = 1};
  REQUIRE(Layout.size() <= sizeof(Memory));
  LiveProfile P(&C);
  P.setSites(Layout, Memory);
  P.rearm(SamplePeriod + 5, 3 * abi::PollPeriod);
  REQUIRE(C.Calls == SamplePeriod);
  REQUIRE(C.BackEdges == abi::PollPeriod);

  C.Calls = 0;
  REQUIRE_FALSE(P.isDue());
  REQUIRE(C.Calls == 5);
  C.Calls = -1; // Another thread was here.
  REQUIRE(P.isDue());
  REQUIRE(P.calls() == SamplePeriod + 6);
  REQUIRE(P.backEdges() == 0);

  P.rearm(1000, 3 * abi::PollPeriod);
  for (int I = 0; I < 2; ++I) {
    C.BackEdges = -3;
    REQUIRE_FALSE(P.isDue());
    REQUIRE(C.BackEdges == abi::PollPeriod);
  }
  C.BackEdges = 0;
  REQUIRE(P.isDue());
  REQUIRE(P.backEdges() == 3 * abi::PollPeriod + 6);
  REQUIRE(P.calls() == SamplePeriod + 6);
}

TEST_CASE("Arguments are looked at often at first and then ever more rarely") {
  abi::FunctionCounters C{0, 0};
  alignas(16) char Memory[256] = {};
  LiveProfile P(&C);
  P.setSites({.Values = 1}, Memory);
  P.rearm(INT64_MAX / 4, INT64_MAX / 4);
  // Gives how often it trips in so many calls.
  const auto Call = [&](uint64_t Times) {
    int Trips = 0;
    for (uint64_t I = 0; I < Times; ++I)
      if (--C.Calls <= 0) {
        REQUIRE_FALSE(P.isDue());
        REQUIRE(C.Calls >= SamplePeriod);
        REQUIRE(C.Calls <= MaxSamplePeriod);
        ++Trips;
      }
    return Trips;
  };

  const uint64_t Steady = uint64_t(SampleGrowth * SamplePeriod);
  REQUIRE(Call(Steady) == SampleGrowth);
  // Each doubling of the calls takes the same number of samples.
  for (int Doublings = 0; Doublings < 6; ++Doublings) {
    const int Trips = Call(P.calls());
    REQUIRE(Trips >= SampleGrowth * 2 / 3);
    REQUIRE(Trips <= SampleGrowth);
  }
  REQUIRE(P.calls() == 64 * Steady);
  REQUIRE(Call(10 * uint64_t(MaxSamplePeriod)) == 10);

  P.restart();
  P.rearm(INT64_MAX / 4, INT64_MAX / 4);
  REQUIRE(C.Calls == SamplePeriod);
  REQUIRE(Call(Steady / 2) == SampleGrowth / 2);
}

TEST_CASE("A snapshot does not change when its source does") {
  abi::FunctionCounters C{0, 0};
  std::array<uint64_t, 3> Words{9, 1, 3};
  LiveProfile P(&C);
  P.setSites({.Loops = 1, .Branches = 2}, Words.data());
  P.rearm(100, 100);
  C.Calls -= 3;

  const ProfileSnapshot S({{9, P.snapshot()}, {4, {}}});
  Words[1] = 77;
  C.Calls -= 3;

  const FunctionProfile *Found = S.find(9);
  REQUIRE(Found);
  REQUIRE(Found->Calls == 3);
  REQUIRE(Found->Branches == std::vector<BranchCount>{{1, 0}, {3, 0}});
  REQUIRE(Found->Loops == std::vector<LoopCount>{{0, 9}});
  REQUIRE(S.find(4));
  REQUIRE_FALSE(S.find(5));
}

namespace {

/// A rank-2 array as far as profiles look at it.
struct Matrix {
  alignas(8) char Bytes[sizeof(abi::ArrayHeader) + 3 * sizeof(int64_t)] = {};

  Matrix(uint32_t Flags, int64_t Rows, int64_t Columns) {
    auto *A = header();
    A->Flags = Flags;
    A->Rank = 2;
    A->shape()[0] = Rows;
    A->shape()[1] = Columns;
  }
  abi::ArrayHeader *header() {
    return reinterpret_cast<abi::ArrayHeader *>(Bytes);
  }
};

} // namespace

TEST_CASE("Samples of arguments tell what stays the same") {
  abi::FunctionCounters C{0, 0};
  const SiteLayout Layout{.Values = 2, .Arrays = 2};
  alignas(16) char Memory[256] = {};
  REQUIRE(Layout.size() <= sizeof(Memory));
  LiveProfile P(&C);
  P.setSites(Layout, Memory);

  Matrix Small(abi::ArrayContiguous | abi::ArrayUnitInner, 3, 4),
      View(abi::ArrayUnitInner, 3, 4), Tall(abi::ArrayUnitInner, 9, 4);
  for (uint64_t I = 0; I < 3; ++I) {
    Matrix &M = I == 0 ? Small : I == 1 ? View : Tall;
    const uint64_t Cells[] = {7, I, reinterpret_cast<uint64_t>(M.header()),
                              reinterpret_cast<uint64_t>(Tall.header())};
    P.sampleArguments(Cells);
  }
  const FunctionProfile S = P.snapshot();
  REQUIRE(S.Values == std::vector<ValueCount>{{7, 3, 3}, {0, 1, 3}});
  REQUIRE(S.Values[0].isConstant());
  REQUIRE_FALSE(S.Values[1].isConstant());
  REQUIRE(S.Arrays == std::vector<ArrayCount>{{.Seen = 3,
                                               .UnitInner = 3,
                                               .Contiguous = 1,
                                               .SameShape = 2,
                                               .LikeLeader = 3,
                                               .Shape = {3, 4, 0}},
                                              {.Seen = 3,
                                               .UnitInner = 3,
                                               .SameShape = 3,
                                               .LikeLeader = 1,
                                               .Shape = {9, 4, 0}}});
}

TEST_CASE("A site tells two targets apart and counts the others") {
  TargetCount T;
  for (uint32_t Target : {5u, 0u, 5u, 9u, 0u, 5u})
    sampleTarget(T, Target);
  REQUIRE(T == TargetCount{{6, 1}, {3, 2}, 1, 1});
  REQUIRE(T.seen() == 6);
}

TEST_CASE("A site forgets targets that others outnumber") {
  TargetCount T;
  const auto See = [&](uint32_t Target, int Times) {
    while (Times--)
      sampleTarget(T, Target);
  };
  See(1, 3);
  See(2, 2);
  See(3, 3);
  REQUIRE(T.Targets == std::array<uint32_t, 2>{2, 4});
  REQUIRE(T.Times == std::array<uint32_t, 2>{3, 1});
  REQUIRE(T.Others == 4);
  See(3, 92);
  REQUIRE(T.Times == std::array<uint32_t, 2>{3, 93});
  REQUIRE(T.seen() == 100);
}

TEST_CASE("What alternates is sampled in proportion") {
  TargetCount T;
  for (uint32_t Visit = 0; Visit < 10'000; ++Visit)
    if (--T.Wait <= 0)
      sampleTarget(T, Visit % 2);
  REQUIRE(T.seen() > 500);
  REQUIRE(T.seen() < 1000);
  REQUIRE(std::abs(double(T.Times[0]) / double(T.seen()) - 0.5) < 0.1);
}
