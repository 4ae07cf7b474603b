#include "Engine/TierController.h"

#include "Engine/EngineImpl.h"
#include "Engine/JobPlanner.h"
#include "Runtime/Context.h"

#include <pthread.h>
#include <sched.h>

namespace jitrun::engine {

TierController::TierController(EngineImpl &Engine)
    : Engine(Engine),
      Queue(
          Engine.Policy, [this](uint32_t Index) { return ticks(Index); },
          [] { return runtime::monotonicNow(); }) {}

TierController::~TierController() {
  Queue.close();
  for (std::thread &T : Workers)
    T.join();
}

uint64_t TierController::ticks(uint32_t Index) const {
  LoadedModule &M = *Engine.moduleAt(Index);
  const FunctionDetail &D = *M.detail(M.functionAt(Index));
  // A call is worth some iterations.
  return 8 * D.Live.calls() + D.Live.backEdges();
}

void TierController::tripped(uint32_t Index) {
  LoadedModule &M = *Engine.moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  FunctionRecord &R = M.record(F);
  FunctionDetail &D = *M.detail(F);
  if (D.Rearming.test_and_set(std::memory_order_acquire))
    return;

  const uint32_t Length = Waiting.load(std::memory_order_relaxed);
  const FunctionHeat Heat{R.State.load(), D.Live.calls() - D.ForgottenCalls,
                          D.Live.backEdges() - D.ForgottenBackEdges, Length};
  const TierDecision Decision = Engine.Policy.decide(Heat);
  D.Live.rearm(Decision.CallsToTrip, Decision.BackEdgesToTrip);
  CodeState Expected = CodeState::Baseline;
  const bool Sync = Engine.Options.SyncCompile;
  const bool Take =
      Decision.Action == TierAction::Optimize &&
      R.State.compare_exchange_strong(Expected, Sync ? CodeState::Optimizing
                                                     : CodeState::Queued);
  D.Rearming.clear(std::memory_order_release);
  if (!Take)
    return;
  if (Engine.Story.enabled()) {
    const bool ByCalls = Heat.Calls >= Engine.Options.CallThreshold;
    Engine.Story.note(M, F,
                      {.What = ByCalls ? TierStep::Kind::HotByCalls
                                       : TierStep::Kind::HotByLoops,
                       .Count = ByCalls ? Heat.Calls : Heat.BackEdges});
  }
  if (Sync) {
    optimize(M, F);
    Engine.Retired += uint32_t(Engine.Old->collect());
    return;
  }
  if (Engine.Trace->enabled(TraceChannel::Queue))
    Engine.Trace->line(TraceChannel::Queue)
        .field("fn", Engine.nameAt(Index))
        .field("event", "enter");
  prepare();
  Waiting.fetch_add(1, std::memory_order_relaxed);
  if (std::optional<uint32_t> Other = Queue.push(Index)) {
    Waiting.fetch_sub(1, std::memory_order_relaxed);
    shed(*Other, "full");
  }
}

void TierController::shed(uint32_t Index, const char *Why) {
  LoadedModule &M = *Engine.moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  FunctionDetail &D = *M.detail(F);
  D.ForgottenCalls = D.Live.calls();
  D.ForgottenBackEdges = D.Live.backEdges();
  const TierDecision Again = Engine.Policy.atBirth();
  // In this order: a trip while it still counts as queued would be the last.
  M.record(F).State.store(CodeState::Baseline);
  D.Live.rearm(Again.CallsToTrip, Again.BackEdgesToTrip);
  Engine.Story.note(M, F, {.What = TierStep::Kind::Shed});
  if (Engine.Trace->enabled(TraceChannel::Queue))
    Engine.Trace->line(TraceChannel::Queue)
        .field("fn", Engine.nameAt(Index))
        .field("event", "shed")
        .field("reason", Why);
}

std::optional<std::string> TierController::optimize(LoadedModule &M,
                                                    tast::FunctionId F) {
  FunctionRecord &R = M.record(F);
  FunctionDetail &D = *M.detail(F);
  const CompileJob Job = planOptimization(M, F, D.Versions + 1);
  if (llvm::Error E = Engine.compileAndPublish(Job)) {
    D.Error = llvm::toString(std::move(E));
    R.State.store(CodeState::Settled);
    Engine.Story.note(M, F, {.What = TierStep::Kind::Settled, .Text = D.Error});
    if (Engine.Trace->enabled(TraceChannel::Tier))
      Engine.Trace->line(TraceChannel::Tier)
          .field("fn", M.function(F).Name)
          .field("settled", "baseline")
          .field("reason", D.Error);
    return D.Error;
  }
  R.State.store(CodeState::Optimized);
  Engine.Swaps.fetch_add(1, std::memory_order_relaxed);
  if (Engine.Trace->enabled(TraceChannel::Swap))
    Engine.Trace->line(TraceChannel::Swap)
        .field("fn", M.function(F).Name)
        .field("tier", "optimized")
        .field("version", Job.Version);
  return std::nullopt;
}

void TierController::prepare() {
  if (Engine.Options.Mode != TierMode::Auto || Engine.Options.SyncCompile)
    return;
  std::call_once(Started, [this] {
    for (unsigned I = 0; I < std::max(Engine.Options.CompileThreads, 1u); ++I)
      Workers.emplace_back([this] { work(); });
  });
}

void TierController::work() {
  // Callers come first: a worker that wakes up does not push one aside.
  sched_param Parameters{};
  pthread_setschedparam(pthread_self(), SCHED_BATCH, &Parameters);
  std::vector<uint32_t> Shed;
  while (true) {
    // Old code that a long call may be in is looked at again now and then.
    const int64_t Wait = Engine.Old->hasRetired() ? 20 : -1;
    const std::optional<uint32_t> Index = Queue.pop(Shed, Wait);
    Waiting.fetch_sub(uint32_t(Shed.size()) + bool(Index),
                      std::memory_order_relaxed);
    for (uint32_t Other : Shed)
      shed(Other, "cold");
    if (!Index && Shed.empty() && Queue.isClosed())
      return;
    Shed.clear();
    if (Index) {
      LoadedModule &M = *Engine.moduleAt(*Index);
      const tast::FunctionId F = M.functionAt(*Index);
      M.record(F).State.store(CodeState::Optimizing);
      optimize(M, F);
    }
    Engine.Retired += uint32_t(Engine.Old->collect());
    if (Index)
      Queue.done();
  }
}

void TierController::waitUntilIdle() { Queue.waitUntilIdle(); }

} // namespace jitrun::engine
