#ifndef JITRUN_CODECACHE_SITETABLE_H
#define JITRUN_CODECACHE_SITETABLE_H

#include "ABI/CallSites.h"

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <span>
#include <vector>

namespace jitrun {

/// Answers, for a return address in generated code, which source sites are
/// active there.
///
/// Thread-safe. Adding and removing cost one map operation; looking up is for
/// traps and stack walks. Two live entries never overlap: remove a function
/// before its memory is given back.
class SiteTable {
public:
  /// What lookup() finds.
  struct Location {
    /// Innermost first; empty if the call at the address carries no site.
    std::vector<SiteFrame> Frames;
    /// The tag given to add(), by which the owner knows its version.
    uint64_t Tag;
  };

  /// Registers a function that was linked at \p Base.
  void add(uint64_t Base, FunctionSites Sites, uint64_t Tag = 0);

  /// Forgets the function at \p Base; nothing happens if there is none.
  void remove(uint64_t Base);

  /// The sites of the call that returns to \p ReturnAddress, or nothing if the
  /// address is in no registered function.
  std::optional<Location> lookup(uint64_t ReturnAddress) const;

  /// Just the tag of the function that \p ReturnAddress returns into.
  std::optional<uint64_t> findTag(uint64_t ReturnAddress) const;

  size_t size() const;

private:
  struct Entry {
    FunctionSites Sites;
    uint64_t Tag;
  };

  const std::pair<const uint64_t, Entry> *find(uint64_t ReturnAddress) const;

  mutable std::shared_mutex Mutex;
  std::map<uint64_t, Entry> Entries;
};

} // namespace jitrun

#endif // JITRUN_CODECACHE_SITETABLE_H
