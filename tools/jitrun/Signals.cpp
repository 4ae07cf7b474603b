#include "Signals.h"

#include <csignal>

namespace jitrun::tool {

void onSignalOnce(int Signal, void (*Handler)(int)) {
  struct sigaction Action = {};
  Action.sa_handler = Handler;
  Action.sa_flags = SA_RESETHAND;
  sigemptyset(&Action.sa_mask);
  sigaction(Signal, &Action, nullptr);
}

void leaveSignalsToOthers() {
  sigset_t Ours;
  sigemptyset(&Ours);
  sigaddset(&Ours, SIGINT);
  sigaddset(&Ours, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &Ours, nullptr);
}

} // namespace jitrun::tool
