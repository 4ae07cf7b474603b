#ifndef JITRUN_ENGINE_DEADLINETIMER_H
#define JITRUN_ENGINE_DEADLINETIMER_H

#include "ABI/ExecutionContext.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace jitrun::engine {

/// Reminds contexts of their deadlines. Its thread starts with the first one.
class DeadlineTimer {
public:
  DeadlineTimer() = default;
  ~DeadlineTimer();

  /// Interrupts \p C once its Deadline (not 0) has passed, unless cancelled.
  /// False when the system gives no thread for that.
  bool schedule(abi::ExecutionContext &C);
  /// Afterwards \p C is not touched any more.
  void cancel(abi::ExecutionContext &C);

private:
  void loop();

  std::mutex Mutex;
  std::condition_variable Changed;
  /// By deadline, in monotonic nanoseconds.
  std::multimap<int64_t, abi::ExecutionContext *> Pending;
  bool Stop = false;
  std::thread Thread;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_DEADLINETIMER_H
