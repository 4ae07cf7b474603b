#include "Profile/ProfileSnapshot.h"

#include <algorithm>

namespace jitrun {

ProfileSnapshot::ProfileSnapshot(std::vector<Entry> Es)
    : Entries(std::move(Es)) {
  std::ranges::sort(Entries, {}, &Entry::first);
}

const FunctionProfile *ProfileSnapshot::find(uint32_t Function) const {
  auto It = std::ranges::lower_bound(Entries, Function, {}, &Entry::first);
  return It != Entries.end() && It->first == Function ? &It->second : nullptr;
}

} // namespace jitrun
