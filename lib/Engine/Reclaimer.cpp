#include "Engine/Reclaimer.h"

#include "CodeCache/SiteTable.h"
#include "Engine/ContextState.h"

#include <algorithm>

namespace jitrun::engine {

void Reclaimer::add(ContextState &C) {
  std::lock_guard Lock(Mutex);
  Contexts.push_back(&C);
}

void Reclaimer::remove(ContextState &C) {
  std::lock_guard Lock(Mutex);
  std::erase(Contexts, &C);
}

void Reclaimer::enter(ContextState &C) {
  // Sequentially consistent, as is retire(): whoever frees either sees this
  // entry, or this entry reads the slots as they are after the retirement.
  C.ActiveSince.store(Epoch.load());
}

void Reclaimer::leave(ContextState &C) {
  C.ActiveSince.store(0, std::memory_order_release);
}

void Reclaimer::retire(std::shared_ptr<CodeUnit> U) {
  std::lock_guard Lock(Mutex);
  U->RetiredAt = Epoch.fetch_add(1) + 1;
  Retired.push_back(std::move(U));
  Waiting.store(Retired.size(), std::memory_order_relaxed);
}

size_t Reclaimer::collect() {
  std::vector<std::shared_ptr<CodeUnit>> Free;
  {
    std::lock_guard Lock(Mutex);
    uint64_t Oldest = UINT64_MAX;
    for (ContextState *C : Contexts)
      if (uint64_t Since = C->ActiveSince.load())
        Oldest = std::min(Oldest, Since);
    while (!Retired.empty() && Retired.front()->RetiredAt <= Oldest) {
      Free.push_back(std::move(Retired.front()));
      Retired.pop_front();
    }
    Waiting.store(Retired.size(), std::memory_order_relaxed);
  }
  // A return address of a call that is gone must not be found in what comes
  // to lie there next.
  for (const auto &U : Free) {
    for (uint64_t Base : U->Bases)
      Sites.remove(Base);
    if (Listener)
      Listener(*U);
  }
  return Free.size();
}

} // namespace jitrun::engine
