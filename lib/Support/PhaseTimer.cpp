#include "Support/PhaseTimer.h"

namespace jitrun {

void PhaseTimer::add(std::string_view Name, uint64_t Nanoseconds) {
  std::lock_guard Lock(Mutex);
  for (Phase &P : Phases)
    if (P.Name == Name) {
      P.Nanoseconds += Nanoseconds;
      ++P.Count;
      return;
    }
  Phases.push_back({std::string(Name), Nanoseconds, 1});
}

std::vector<PhaseTimer::Phase> PhaseTimer::phases() const {
  std::lock_guard Lock(Mutex);
  return Phases;
}

} // namespace jitrun
