#include "Engine/DeadlineTimer.h"

#include "Engine/Threads.h"
#include "Runtime/Context.h"

#include <chrono>

namespace jitrun::engine {

DeadlineTimer::~DeadlineTimer() {
  {
    std::lock_guard Lock(Mutex);
    Stop = true;
  }
  Changed.notify_all();
  if (Thread.joinable())
    Thread.join();
}

bool DeadlineTimer::schedule(abi::ExecutionContext &C) {
  std::lock_guard Lock(Mutex);
  if (!Thread.joinable())
    Thread = startThread([this] { loop(); });
  if (!Thread.joinable())
    return false;
  Pending.emplace(C.Deadline, &C);
  Changed.notify_all();
  return true;
}

void DeadlineTimer::cancel(abi::ExecutionContext &C) {
  std::lock_guard Lock(Mutex);
  std::erase_if(Pending, [&](const auto &P) { return P.second == &C; });
}

void DeadlineTimer::loop() {
  std::unique_lock Lock(Mutex);
  while (!Stop) {
    if (Pending.empty()) {
      Changed.wait(Lock);
      continue;
    }
    const auto First = Pending.begin();
    const int64_t Left = First->first - runtime::monotonicNow();
    if (Left > 0) {
      Changed.wait_for(Lock, std::chrono::nanoseconds(Left));
      continue;
    }
    runtime::requestInterrupt(*First->second, abi::TrapKind::Deadline);
    Pending.erase(First);
  }
}

} // namespace jitrun::engine
