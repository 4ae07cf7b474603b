#ifndef JITRUN_EMBED_CONTEXTPOOL_H
#define JITRUN_EMBED_CONTEXTPOOL_H

#include "Engine/Engine.h"

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace jitrun::embed {

/// The contexts of one engine, each lent to one thread for as long as that
/// thread lives. After a thread's first call, finding its context takes no
/// lock.
class ContextPool : public std::enable_shared_from_this<ContextPool> {
public:
  explicit ContextPool(engine::Engine &E);

  /// The calling thread's context. A call made from within another call of
  /// this engine gets the same one.
  engine::Context &current();

private:
  struct ThreadContexts;
  engine::Context *take();
  void giveBack(engine::Context *C);

  engine::Engine &E;
  const uint64_t Number; ///< Never used twice in a process.
  std::mutex Mutex;
  std::deque<engine::Context> All;
  std::vector<engine::Context *> Free;
};

} // namespace jitrun::embed

#endif // JITRUN_EMBED_CONTEXTPOOL_H
