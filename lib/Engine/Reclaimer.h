#ifndef JITRUN_ENGINE_RECLAIMER_H
#define JITRUN_ENGINE_RECLAIMER_H

#include "Engine/CodeLinker.h"

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace jitrun {
class SiteTable;
}

namespace jitrun::engine {

struct ContextState;

/// One linked object and the functions in it. Its memory goes with it.
struct CodeUnit {
  CodeUnit(CodeLinker &Linker,
           llvm::jitlink::JITLinkMemoryManager::FinalizedAlloc Memory)
      : Linker(Linker), Memory(std::move(Memory)) {}
  CodeUnit(const CodeUnit &) = delete;
  CodeUnit &operator=(const CodeUnit &) = delete;
  ~CodeUnit() { Linker.free(std::move(Memory)); }

  CodeLinker &Linker;
  llvm::jitlink::JITLinkMemoryManager::FinalizedAlloc Memory;
  /// Where its functions start, as the site table knows them.
  std::vector<uint64_t> Bases;
  /// Functions, by engine-wide index, whose baseline code this is.
  std::vector<uint32_t> Baseline;
  /// Functions that are entered here. At 0 no call can begin in it any more.
  std::atomic<uint32_t> Entered{0};
  /// No entry made in this epoch or later can be in it; 0: not retired.
  uint64_t RetiredAt = 0;
};

/// Knows when old code can go.
///
/// Epochs over host entries: a unit that is no function's code any more is
/// freed once every context is outside of calls or was entered later. A context
/// must publish its entry (enter()) before it reads a slot. Thread-safe;
/// leave() and enter() take no lock.
class Reclaimer {
public:
  /// Told of each unit that is freed, before it is. May retire others.
  using FreeListener = std::function<void(const CodeUnit &)>;

  explicit Reclaimer(SiteTable &Sites, FreeListener Listener = {})
      : Sites(Sites), Listener(std::move(Listener)) {}

  void add(ContextState &C);
  void remove(ContextState &C);

  /// Around the outermost entry of a context.
  void enter(ContextState &C);
  void leave(ContextState &C);

  /// No function leads to \p U any more: all slots were stored before.
  void retire(std::shared_ptr<CodeUnit> U);

  /// Frees what can be freed; how many units that were.
  size_t collect();
  bool hasRetired() const { return Waiting.load(std::memory_order_relaxed); }

private:
  SiteTable &Sites;
  const FreeListener Listener;
  std::atomic<uint64_t> Epoch{1};
  std::atomic<size_t> Waiting{0};

  std::mutex Mutex;
  std::vector<ContextState *> Contexts;
  std::deque<std::shared_ptr<CodeUnit>> Retired;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_RECLAIMER_H
