#ifndef JITRUN_ENGINE_COMPILEQUEUE_H
#define JITRUN_ENGINE_COMPILEQUEUE_H

#include "Tiering/TieringPolicy.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace jitrun::engine {

/// What a worker compiles: a function, by engine-wide index in the low half, or
/// the continuation of one of its loops, whose number plus one is in the other.
using CompileItem = uint64_t;

constexpr CompileItem loopItem(uint32_t Function, uint32_t Loop) {
  return CompileItem(Loop + 1) << 32 | Function;
}
constexpr uint32_t functionOf(CompileItem Item) { return uint32_t(Item); }
constexpr std::optional<uint32_t> loopOf(CompileItem Item) {
  if (Item >> 32)
    return uint32_t(Item >> 32) - 1;
  return std::nullopt;
}

/// Functions that wait for a background worker, hottest first.
///
/// Bounded: the least urgent makes room. Its lock is held for moments only,
/// never while something is compiled. Thread-safe.
class CompileQueue {
public:
  /// Calls and back edges of a function until now.
  using TickReader = std::function<uint64_t(CompileItem Item)>;

  /// \p Now is a monotonic clock in nanoseconds.
  CompileQueue(const TieringPolicy &Policy, TickReader Ticks,
               std::function<int64_t()> Now, size_t Capacity = 256)
      : Policy(Policy), Ticks(std::move(Ticks)), Now(std::move(Now)),
        Capacity(Capacity) {}

  /// Adds a function that is not in the queue. Gives the one that was shed to
  /// make room, which may be the same.
  std::optional<CompileItem> push(CompileItem Item);

  /// Takes the most urgent function out, and appends those that have gone cold
  /// to \p Shed. Waits up to \p WaitMilliseconds (or for ever if negative)
  /// while there is none; nothing when the time is up or the queue closed.
  std::optional<CompileItem> pop(std::vector<CompileItem> &Shed,
                                 int64_t WaitMilliseconds);

  /// The worker has finished with what it popped and with what was shed. To be
  /// called after each pop() that gave either.
  void done();

  /// Returns when nothing waits and nothing is being worked on, or closed.
  void waitUntilIdle();

  /// Wakes all who wait; nothing more comes out.
  void close();

  size_t size() const;
  bool isClosed() const;

private:
  struct Entry {
    CompileItem Item;
    uint64_t Ticks;
    int64_t Time;
  };

  QueuedHeat heat(const Entry &E, int64_t Time) const;
  std::optional<CompileItem> takeHottest(std::vector<CompileItem> &Shed);

  const TieringPolicy &Policy;
  TickReader Ticks;
  std::function<int64_t()> Now;
  size_t Capacity;

  mutable std::mutex Mutex;
  std::condition_variable NotEmpty;
  std::condition_variable Idle;
  std::vector<Entry> Entries;
  unsigned Working = 0;
  bool Closed = false;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_COMPILEQUEUE_H
