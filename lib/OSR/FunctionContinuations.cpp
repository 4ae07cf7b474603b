#include "OSR/FunctionContinuations.h"

#include "TypedAST/Walk.h"

using namespace jitrun;
using namespace jitrun::osr;

FunctionContinuations::FunctionContinuations(const tast::Function &F)
    : Bytes(speculation::FrameLayout(F).size()), Count(F.LoopCount),
      Loops(new Loop[F.LoopCount]) {
  struct : tast::Walker {
    std::vector<uint32_t> Nests;
    uint32_t Outermost = 0;
    void onStmt(const tast::Stmt &S) override {
      std::optional<tast::LoopId> L = tast::loopOf(S);
      if (!L)
        return;
      if (!LoopDepth)
        Outermost = uint32_t(*L);
      Nests[size_t(*L)] = Outermost;
    }
  } W;
  W.Nests.resize(Count);
  W.list(F.Body);
  Nests = std::move(W.Nests);
}

bool FunctionContinuations::request(tast::LoopId L) {
  EntryState Expected = EntryState::None;
  if (!loop(L).State.compare_exchange_strong(Expected, EntryState::Requested))
    return false;
  Misses.store(0, std::memory_order_relaxed);
  return true;
}

void FunctionContinuations::observe(tast::LoopId L, bool CalledOnce,
                                    std::vector<speculation::FrameBet> Bets) {
  if (!CalledOnce || FramesDiffer.load())
    Bets.clear();
  std::lock_guard Lock(Mutex);
  loop(L).Seen = {CalledOnce, std::move(Bets)};
}

FunctionContinuations::Observation
FunctionContinuations::observation(tast::LoopId L) const {
  std::lock_guard Lock(Mutex);
  return loop(L).Seen;
}

void FunctionContinuations::forget(tast::LoopId L) {
  loop(L).State.store(EntryState::None, std::memory_order_release);
}

void FunctionContinuations::fail(tast::LoopId L) {
  loop(L).State.store(EntryState::Failed, std::memory_order_release);
}

void FunctionContinuations::publish(tast::LoopId L, uint64_t Address,
                                    Code Owner) {
  std::lock_guard Lock(Mutex);
  Loop &To = loop(L);
  To.Owner = std::move(Owner);
  To.Address.store(Address, std::memory_order_release);
  To.State.store(EntryState::Ready, std::memory_order_release);
}

bool FunctionContinuations::anyInNest(tast::LoopId L, EntryState S) const {
  for (uint32_t I = 0; I < Count; ++I)
    if (Nests[I] == Nests[size_t(L)] &&
        Loops[I].State.load(std::memory_order_relaxed) == S)
      return true;
  return false;
}

bool FunctionContinuations::any(EntryState S) const {
  for (uint32_t I = 0; I < Count; ++I)
    if (Loops[I].State.load(std::memory_order_relaxed) == S)
      return true;
  return false;
}

std::vector<FunctionContinuations::Code> FunctionContinuations::withdraw() {
  std::lock_guard Lock(Mutex);
  std::vector<Code> Old;
  for (uint32_t I = 0; I < Count; ++I) {
    Loop &L = Loops[I];
    if (L.State.load() != EntryState::Ready)
      continue;
    // Not acquire and release: as a slot's store before its unit retires.
    L.Address.store(0);
    L.State.store(EntryState::None);
    Old.push_back(std::move(L.Owner));
    L.Owner.reset();
  }
  return Old;
}

uint64_t FunctionContinuations::exit(speculation::ResumePoint Point) const {
  std::lock_guard Lock(Mutex);
  auto It = Exits.find(Point.word());
  return It == Exits.end() ? 0 : It->second.Address;
}

uint64_t FunctionContinuations::keepExit(speculation::ResumePoint Point,
                                         uint64_t Address, Code &&Owner) {
  std::lock_guard Lock(Mutex);
  auto [It, IsNew] = Exits.try_emplace(Point.word(), Exit{Address, nullptr});
  if (IsNew)
    It->second.Owner = std::move(Owner);
  return It->second.Address;
}
