#ifndef JITRUN_CODECACHE_RANGEALLOCATOR_H
#define JITRUN_CODECACHE_RANGEALLOCATOR_H

#include <cstddef>
#include <map>
#include <optional>
#include <set>

namespace jitrun {

/// Hands out byte ranges of [0, Capacity), best fit first, and joins what
/// comes back with its neighbours.
///
/// Offsets only: never touches the memory itself. What was never handed out
/// lies above the frontier, so low addresses are used first. Not thread-safe.
class RangeAllocator {
public:
  /// All ranges start and end at multiples of this.
  static constexpr size_t Granule = 16;

  explicit RangeAllocator(size_t Capacity) : Capacity(Capacity) {}

  /// The offset of \p Size bytes (a multiple of Granule, not 0), or nothing if
  /// no range is large enough.
  std::optional<size_t> allocate(size_t Size, size_t Alignment);
  void free(size_t Offset, size_t Size);

  /// What was ever handed out ends here.
  size_t frontier() const { return Frontier; }

private:
  void insert(size_t Offset, size_t Size);
  void erase(std::map<size_t, size_t>::iterator It);

  size_t Capacity;
  size_t Frontier = 0;
  std::map<size_t, size_t> ByOffset;
  std::set<std::pair<size_t, size_t>> BySize;
};

} // namespace jitrun

#endif // JITRUN_CODECACHE_RANGEALLOCATOR_H
