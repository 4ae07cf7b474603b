#include "Speculation/History.h"

#include <algorithm>
#include <ranges>

using namespace jitrun;
using namespace jitrun::speculation;

bool History::fail(AssumptionKind Kind, uint32_t Site, uint64_t Seen) {
  auto It = std::ranges::find_if(Records, [&](const FailureRecord &R) {
    return R.Kind == Kind && R.Site == Site;
  });
  if (It == Records.end())
    It = Records.insert(Records.end(), {Kind, Site});
  ++It->Failures;
  It->Seen = Seen;
  // Old versions still run for a while, and go on failing.
  if (It->Withdrawn || ++It->Recent < FirstLimit << Rounds)
    return false;
  It->Withdrawn = true;
  ++Rounds;
  return true;
}

bool History::miss() {
  if (Renewals >= MaxRenewals || ++Misses < FirstMisses << 2 * Renewals)
    return false;
  ++Renewals;
  return true;
}

void History::restart() {
  Misses = 0;
  for (FailureRecord &R : Records)
    R.Recent = 0;
}

void History::remember(const FunctionPlan &P) {
  // The likeliest of a site comes first in the plan, and shall here.
  for (const Expectation &X : std::views::reverse(P.Expectations)) {
    if (X.Kind == ExpectationKind::HeldType)
      continue;
    const OldExpectation Old{X.Kind, X.Site, X.Target};
    std::erase(Remembered, Old);
    Remembered.insert(Remembered.begin(), Old);
  }
  // A site tells two apart.
  constexpr size_t PerSite = std::tuple_size_v<decltype(TargetCount::Targets)>;
  std::vector<OldExpectation> Kept;
  for (const OldExpectation &Old : Remembered)
    if (std::ranges::count_if(Kept, [&](const OldExpectation &Other) {
          return Other.Kind == Old.Kind && Other.Site == Old.Site;
        }) < ptrdiff_t(PerSite))
      Kept.push_back(Old);
  Remembered = std::move(Kept);
}

static size_t placeOf(const TargetCount &T, uint32_t Target) {
  return std::ranges::find(T.Targets, Target) - T.Targets.begin();
}

TargetCount History::recall(ExpectationKind Kind, uint32_t Site,
                            TargetCount Counted) const {
  const uint64_t Seen = Counted.seen();
  auto IsRare = [&](size_t I) {
    return uint64_t(10) * Counted.Times[I] < Seen;
  };
  std::vector<uint32_t> Before;
  bool HasReturned = false;
  for (const OldExpectation &Old : Remembered)
    if (Old.Kind == Kind && Old.Site == Site) {
      Before.push_back(Old.Target + 1);
      const size_t At = placeOf(Counted, Before.back());
      HasReturned |= At < Counted.Targets.size() && !IsRare(At);
    }
  if (!HasReturned)
    return Counted;
  const auto Least = uint32_t((Seen + 1) / 2);
  for (uint32_t Target : Before) {
    size_t At = placeOf(Counted, Target);
    if (At == Counted.Targets.size()) {
      // The place of one that came too rarely to be expected.
      At = std::ranges::min_element(Counted.Times) - Counted.Times.begin();
      if (!IsRare(At))
        continue;
      Counted.Others += Counted.Times[At];
      Counted.Targets[At] = Target;
      Counted.Times[At] = 0;
    }
    Counted.Times[At] = std::max(Counted.Times[At], Least);
  }
  return Counted;
}

void History::temper(FunctionProfile &P) const {
  for (const FailureRecord &R : Records) {
    if (R.Kind != AssumptionKind::NeverTaken || !R.Withdrawn ||
        R.Site >= P.Branches.size())
      continue;
    BranchCount &B = P.Branches[R.Site];
    B.Taken = std::clamp(B.Taken, B.Executed / 4, B.Executed - B.Executed / 4);
  }
}

bool History::allows(AssumptionKind Kind, uint32_t Site) const {
  return !hasGivenUp() &&
         std::ranges::none_of(Records, [&](const FailureRecord &R) {
           return R.Kind == Kind && R.Site == Site && R.Withdrawn;
         });
}
