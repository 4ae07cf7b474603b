#include "Embed/ContextPool.h"

#include <atomic>

namespace jitrun::embed {

static std::atomic<uint64_t> NextPool{1};

/// What one thread has been lent, by all pools. Returns it when it ends.
struct ContextPool::ThreadContexts {
  struct Loan {
    uint64_t Pool;
    engine::Context *Lent;
    std::weak_ptr<ContextPool> Owner;
  };
  std::vector<Loan> Loans;

  ~ThreadContexts() {
    for (Loan &L : Loans)
      if (auto Owner = L.Owner.lock())
        Owner->giveBack(L.Lent);
  }
};

ContextPool::ContextPool(engine::Engine &E)
    : E(E), Number(NextPool.fetch_add(1, std::memory_order_relaxed)) {}

engine::Context &ContextPool::current() {
  static thread_local ThreadContexts Mine;
  for (const ThreadContexts::Loan &L : Mine.Loans)
    if (L.Pool == Number)
      return *L.Lent;
  std::erase_if(Mine.Loans, [](const ThreadContexts::Loan &L) {
    return L.Owner.expired();
  });
  engine::Context *C = take();
  Mine.Loans.push_back({Number, C, weak_from_this()});
  return *C;
}

engine::Context *ContextPool::take() {
  std::lock_guard Lock(Mutex);
  if (Free.empty())
    return &All.emplace_back(E.createContext());
  engine::Context *C = Free.back();
  Free.pop_back();
  return C;
}

void ContextPool::giveBack(engine::Context *C) {
  std::lock_guard Lock(Mutex);
  Free.push_back(C);
}

} // namespace jitrun::embed
