#include "Engine/Threads.h"

#include <csignal>
#include <system_error>

namespace jitrun::engine {

std::thread startThread(std::function<void()> Body) {
  // A new thread has its creator's mask.
  sigset_t All, Before;
  sigfillset(&All);
  pthread_sigmask(SIG_SETMASK, &All, &Before);
  std::thread Started;
  try {
    Started = std::thread(std::move(Body));
  } catch (const std::system_error &) {
  }
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  return Started;
}

} // namespace jitrun::engine
