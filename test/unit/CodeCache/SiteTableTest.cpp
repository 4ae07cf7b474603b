#include "CodeCache/SiteTable.h"

#include <catch2/catch.hpp>

using namespace jitrun;

namespace {

/// Calls that return to 8 (site 0 of function 1, inlined at site 5 of 2) and to
/// the end, 32 (site 7 of 3).
FunctionSites sample() {
  FunctionSites S;
  S.Symbol = "f";
  S.SizeInBytes = 32;
  S.Frames = {{1, 0}, {2, 5}, {3, 7}};
  S.Calls = {{8, 0, 2}, {32, 2, 1}};
  return S;
}

} // namespace

TEST_CASE("A site table finds the chain of exactly the calls it knows") {
  SiteTable T;
  T.add(0x1000, sample(), 11);
  T.add(0x1020, sample(), 12);

  struct Case {
    uint64_t Address;
    std::optional<uint64_t> Tag;
    std::vector<SiteFrame> Frames;
  };
  for (const Case &C :
       std::vector<Case>{{0x1008, 11, {{1, 0}, {2, 5}}},
                         {0x1014, 11, {}},
                         // The end of the first is the start of the second.
                         {0x1020, 11, {{3, 7}}},
                         {0x1028, 12, {{1, 0}, {2, 5}}},
                         {0x1040, 12, {{3, 7}}},
                         {0x1000, std::nullopt, {}},
                         {0x1041, std::nullopt, {}},
                         {0x10, std::nullopt, {}}}) {
    INFO("address " << C.Address);
    CHECK(T.findTag(C.Address) == C.Tag);
    auto Found = T.lookup(C.Address);
    REQUIRE(Found.has_value() == C.Tag.has_value());
    if (Found) {
      CHECK(Found->Tag == *C.Tag);
      CHECK(Found->Frames == C.Frames);
    }
  }
}

TEST_CASE("A removed function is forgotten, and its range may be used again") {
  SiteTable T;
  T.add(0x1000, sample(), 1);
  T.remove(0x1000);
  T.remove(0x1000);
  CHECK(T.size() == 0);
  CHECK_FALSE(T.lookup(0x1008));
  T.add(0x1000, sample(), 2);
  CHECK(T.findTag(0x1008) == 2);
}
