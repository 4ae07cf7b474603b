#include "Speculation/History.h"

#include <algorithm>

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

bool History::allows(AssumptionKind Kind, uint32_t Site) const {
  return !hasGivenUp() &&
         std::ranges::none_of(Records, [&](const FailureRecord &R) {
           return R.Kind == Kind && R.Site == Site && R.Withdrawn;
         });
}
