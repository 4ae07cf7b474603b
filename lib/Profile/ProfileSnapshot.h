#ifndef JITRUN_PROFILE_PROFILESNAPSHOT_H
#define JITRUN_PROFILE_PROFILESNAPSHOT_H

#include "Profile/FunctionProfile.h"

#include <utility>

namespace jitrun {

/// What one compile knows of the past: profiles of the function to compile and
/// of those it may inline. Immutable, so the same request compiles to the same
/// code.
class ProfileSnapshot {
public:
  using Entry = std::pair<uint32_t, FunctionProfile>;

  ProfileSnapshot() = default;
  /// By function number, whose meaning is the maker's; in any order.
  explicit ProfileSnapshot(std::vector<Entry> Entries);

  /// Null if nothing is known of \p Function.
  const FunctionProfile *find(uint32_t Function) const;

private:
  std::vector<Entry> Entries;
};

} // namespace jitrun

#endif // JITRUN_PROFILE_PROFILESNAPSHOT_H
