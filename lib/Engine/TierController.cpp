#include "Engine/TierController.h"

#include "Engine/EngineImpl.h"
#include "Engine/JobPlanner.h"
#include "Engine/Threads.h"
#include "Runtime/Context.h"
#include "Support/Log.h"
#include "TypedAST/Walk.h"

#include <spdlog/logger.h>

#include <pthread.h>
#include <sched.h>

namespace jitrun::engine {

TierController::TierController(EngineImpl &Engine)
    : Engine(Engine),
      Queue(
          Engine.Policy,
          [this](CompileItem Item) { return ticks(functionOf(Item)); },
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

void TierController::callsTripped(uint32_t Index, const uint64_t *Cells) {
  if (Cells) {
    LoadedModule &M = *Engine.moduleAt(Index);
    M.detail(M.functionAt(Index))->Live.sampleArguments(Cells);
  }
  tripped(Index);
}

void TierController::tripped(uint32_t Index) {
  LoadedModule &M = *Engine.moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  FunctionRecord &R = M.record(F);
  FunctionDetail &D = *M.detail(F);
  if (D.Rearming.test_and_set(std::memory_order_acquire))
    return;
  if (!D.Live.isDue()) {
    D.unlockCounters();
    return;
  }

  const uint32_t Length = Waiting.load(std::memory_order_relaxed);
  const FunctionHeat Heat{R.State.load(), D.Live.calls() - D.ForgottenCalls,
                          D.Live.backEdges() - D.ForgottenBackEdges, Length};
  const TierDecision Decision = Engine.Policy.decide(Heat);
  D.Live.rearm(Decision.CallsToTrip, Decision.BackEdgesToTrip);
  D.unlockCounters();
  if (Decision.Action == TierAction::Optimize)
    rise(M, F, Heat);
}

static LoopEntry entryOf(osr::EntryState S) {
  switch (S) {
  case osr::EntryState::None:
    return LoopEntry::None;
  case osr::EntryState::Requested:
    return LoopEntry::Pending;
  case osr::EntryState::Ready:
    return LoopEntry::Ready;
  case osr::EntryState::Failed:
    return LoopEntry::Failed;
  }
  return LoopEntry::None;
}

void TierController::loopIsDue(LoadedModule &M, tast::FunctionId F,
                               tast::LoopId Loop, const char *Frame) {
  FunctionDetail &D = *M.detail(F);
  osr::FunctionContinuations &K = D.continuations(M.function(F));
  LoopHeat Heat;
  Heat.Function = {M.record(F).State.load(), D.Live.calls() - D.ForgottenCalls,
                   D.Live.backEdges() - D.ForgottenBackEdges,
                   Waiting.load(std::memory_order_relaxed)};
  Heat.Entry = entryOf(K.state(Loop));
  if (Heat.Entry == LoopEntry::None) {
    Heat.NestReady = K.anyInNest(Loop, osr::EntryState::Ready);
    Heat.OtherPending = K.any(osr::EntryState::Requested);
    if (Heat.NestReady)
      Heat.Misses = K.Misses.fetch_add(1, std::memory_order_relaxed);
  }
  const int64_t Time = runtime::monotonicNow();
  const uint64_t BackEdges = D.Live.backEdges();
  if (!K.FirstTripTime || K.TripNest != K.nestOf(Loop)) {
    K.TripNest = K.nestOf(Loop);
    K.FirstTripTime = Time;
    K.FirstTripBackEdges = BackEdges;
  }
  Heat.Nanoseconds = uint64_t(Time - K.FirstTripTime);
  Heat.Iterations = BackEdges - K.FirstTripBackEdges;
  const TierDecision Decision = Engine.Policy.decideLoop(Heat);
  D.Live.rearm(Decision.CallsToTrip, Decision.BackEdgesToTrip);
  D.unlockCounters();
  if (Decision.Action == TierAction::Optimize) {
    rise(M, F, Heat.Function);
  } else if (Decision.Action == TierAction::EnterLoop) {
    const tast::LoopId Entered =
        Heat.NestReady ? Loop : loopToEnter(M, F, Loop, Heat);
    if (!K.request(Entered))
      return;
    // The function's first call: its entry is for this one.
    const bool CalledOnce = Heat.Function.Calls <= 1;
    K.observe(Entered, CalledOnce,
              CalledOnce
                  ? speculation::readFrame(M.function(F), Entered, Loop, Frame)
                  : std::vector<speculation::FrameBet>());
    Engine.Story.note(M, F,
                      {.What = TierStep::Kind::LoopHot,
                       .Count = Heat.Function.BackEdges,
                       .Loop = Entered});
    if (callersCompile())
      compileEntry(M, F, Entered);
    else
      enqueue(loopItem(M.indexOf(F), uint32_t(Entered)));
  }
}

tast::LoopId TierController::loopToEnter(LoadedModule &M, tast::FunctionId F,
                                         tast::LoopId Loop,
                                         const LoopHeat &Heat) const {
  const FunctionProfile Profile = profileOf(M, F);
  for (const speculation::ResumeStep &Step : speculation::findPath(
           M.function(F), speculation::ResumePoint::latch(Loop))) {
    const std::optional<tast::LoopId> Outer = tast::loopOf(Step.stmt());
    if (Outer && size_t(*Outer) < Profile.Loops.size() &&
        Engine.Policy.comesSoon({Profile.Loops[size_t(*Outer)].Iterations,
                                 Heat.Nanoseconds, Heat.Function.Calls}))
      return *Outer;
  }
  return Loop;
}

void *TierController::backEdgeTripped(abi::ExecutionContext &C, uint32_t Index,
                                      tast::LoopId Loop, const char *Frame) {
  LoadedModule &M = *Engine.moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  FunctionDetail &D = *M.detail(F);
  osr::FunctionContinuations &K = D.continuations(M.function(F));
  if (!D.Rearming.test_and_set(std::memory_order_acquire)) {
    if (D.Live.isDue())
      loopIsDue(M, F, Loop, Frame);
    else
      D.unlockCounters();
  }

  const uint64_t Code = K.entry(Loop);
  if (!Code)
    return nullptr;
  runtime::ensureFrame(C, K.frameBytes());
  K.Misses.store(0, std::memory_order_relaxed);
  Engine.LoopEntries.fetch_add(1, std::memory_order_relaxed);
  Engine.Story.noteEntry(M, F, Loop);
  if (Engine.Trace->enabled(TraceChannel::Osr))
    Engine.Trace->line(TraceChannel::Osr)
        .field("fn", M.function(F).Name)
        .field("loop", uint32_t(Loop))
        .field("event", "enter");
  return reinterpret_cast<void *>(Code);
}

void TierController::rise(LoadedModule &M, tast::FunctionId F,
                          const FunctionHeat &Heat) {
  CodeState Expected = CodeState::Baseline;
  const bool Sync = callersCompile();
  if (!M.record(F).State.compare_exchange_strong(
          Expected, Sync ? CodeState::Optimizing : CodeState::Queued))
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
  } else {
    enqueue(M.indexOf(F));
  }
}

void TierController::enqueue(CompileItem Item) {
  if (Engine.Trace->enabled(TraceChannel::Queue)) {
    TraceLine Line = Engine.Trace->line(TraceChannel::Queue);
    Line.field("fn", Engine.nameAt(functionOf(Item)));
    if (std::optional<uint32_t> Loop = loopOf(Item))
      Line.field("loop", *Loop);
    Line.field("event", "enter");
  }
  Waiting.fetch_add(1, std::memory_order_relaxed);
  if (std::optional<CompileItem> Other = Queue.push(Item)) {
    Waiting.fetch_sub(1, std::memory_order_relaxed);
    shed(*Other, ShedReason::Full);
  }
}

/// Wakes those up who wait for the optimised code.
void TierController::enterState(LoadedModule &M, tast::FunctionId F,
                                CodeState To) {
  std::atomic<CodeState> &State = M.record(F).State;
  State.store(To, std::memory_order_release);
  State.notify_all();
}

void TierController::shed(CompileItem Item, ShedReason Why) {
  const uint32_t Index = functionOf(Item);
  LoadedModule &M = *Engine.moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  FunctionDetail &D = *M.detail(F);
  const std::optional<uint32_t> Loop = loopOf(Item);
  // It still runs and may trip: whoever sets counters anew does so alone, or a
  // tick would count twice.
  D.lockCounters();
  D.ForgottenCalls = D.Live.calls();
  D.ForgottenBackEdges = D.Live.backEdges();
  // In this order: a trip while it still counts as queued would be the last.
  if (Loop) {
    // Its counters go on by themselves: back edges look for the code soon.
    D.continuations(M.function(F)).forget(tast::LoopId(*Loop));
  } else {
    enterState(M, F, CodeState::Baseline);
    const TierDecision Again = Engine.Policy.atBirth();
    D.Live.rearm(Again.CallsToTrip, Again.BackEdgesToTrip);
  }
  D.unlockCounters();
  TierStep Step{.What = TierStep::Kind::Shed};
  if (Loop)
    Step.Loop = tast::LoopId(*Loop);
  Step.Text = Why == ShedReason::Full ? "too many others were waiting"
                                      : "it ran too rarely while it waited";
  Engine.Story.note(M, F, std::move(Step));
  if (Engine.Trace->enabled(TraceChannel::Queue)) {
    TraceLine Line = Engine.Trace->line(TraceChannel::Queue);
    Line.field("fn", Engine.nameAt(Index));
    if (Loop)
      Line.field("loop", *Loop);
    Line.field("event", "shed")
        .field("reason", Why == ShedReason::Full ? "full" : "cold");
  }
}

void TierController::compileEntry(LoadedModule &M, tast::FunctionId F,
                                  tast::LoopId Loop) {
  FunctionDetail &D = *M.detail(F);
  osr::FunctionContinuations &K = D.continuations(M.function(F));
  CompileJob Job = planLoopEntry(M, F, Loop, Engine.Limits);
  auto Made = Engine.compileContinuation(Job);
  for (int Tries = 0; Made && isStale(M, Job.Plan) && Tries < 3; ++Tries) {
    Job = planLoopEntry(M, F, Loop, Engine.Limits);
    Made = Engine.compileContinuation(Job);
  }
  if (!Made) {
    const std::string Reason = llvm::toString(Made.takeError());
    K.fail(Loop);
    Engine.Story.note(
        M, F,
        {.What = TierStep::Kind::LoopSettled, .Loop = Loop, .Text = Reason});
    if (Engine.Trace->enabled(TraceChannel::Osr))
      Engine.Trace->line(TraceChannel::Osr)
          .field("fn", M.function(F).Name)
          .field("loop", uint32_t(Loop))
          .field("event", "failed")
          .field("reason", Reason);
    return;
  }
  Engine.LoopsCompiled.fetch_add(1, std::memory_order_relaxed);
  if (Engine.Trace->enabled(TraceChannel::Osr))
    Engine.Trace->line(TraceChannel::Osr)
        .field("fn", M.function(F).Name)
        .field("loop", uint32_t(Loop))
        .field("event", "publish");
  Engine.Story.note(M, F,
                    {.What = TierStep::Kind::LoopOptimized,
                     .Took = Made->Nanoseconds,
                     .Loop = Loop});
  K.publish(Loop, Made->Address, std::move(Made->Unit));
}

std::optional<std::string> TierController::optimize(LoadedModule &M,
                                                    tast::FunctionId F) {
  FunctionDetail &D = *M.detail(F);
  CompileJob Job;
  for (int Tries = 0; Tries < 3; ++Tries) {
    Job = planOptimization(M, F, D.Versions + 1, Engine.Limits);
    if (llvm::Error E = Engine.compileAndPublish(Job)) {
      D.Error = llvm::toString(std::move(E));
      Engine.Story.note(M, F,
                        {.What = TierStep::Kind::Settled, .Text = D.Error});
      enterState(M, F, CodeState::Settled);
      if (Engine.Trace->enabled(TraceChannel::Tier))
        Engine.Trace->line(TraceChannel::Tier)
            .field("fn", M.function(F).Name)
            .field("settled", "baseline")
            .field("reason", D.Error);
      return D.Error;
    }
    // Something may have failed while this was being compiled.
    if (!isStale(M, Job.Plan))
      break;
  }
  enterState(M, F, CodeState::Optimized);
  Engine.Swaps.fetch_add(1, std::memory_order_relaxed);
  if (Engine.Trace->enabled(TraceChannel::Swap))
    Engine.Trace->line(TraceChannel::Swap)
        .field("fn", M.function(F).Name)
        .field("tier", "optimized")
        .field("version", Job.Version);
  return std::nullopt;
}

bool TierController::isStale(LoadedModule &M,
                             const speculation::Plan &Plan) const {
  for (const speculation::FunctionPlan &P : Plan.Functions) {
    FunctionDetail *D = M.detail(P.Function);
    if (!D)
      continue;
    std::lock_guard Lock(D->PastMutex);
    for (const speculation::Assumption &A : P.Assumptions)
      if (!D->Past.allows(A.Kind, A.Site))
        return true;
  }
  return false;
}

void TierController::assumptionFailed(uint32_t Index, uint32_t Word,
                                      uint64_t Seen) {
  const auto Why = speculation::reasonOf(Word);
  if (!Why)
    return;
  LoadedModule &M = *Engine.moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  FunctionDetail &D = *M.detail(F);
  bool Now, Gone;
  {
    std::lock_guard Lock(D.PastMutex);
    Now = D.Past.fail(Why->Kind, Why->Site, uint32_t(Seen));
    Gone = !D.Past.allows(Why->Kind, Why->Site);
  }
  if (!Gone)
    return;
  const tast::FunctionId Root = M.functionAt(uint32_t(Seen >> 32));
  FunctionDetail &Of = *M.detail(Root);
  if (Now) {
    Engine.Story.note(M, F, {.What = TierStep::Kind::Withdrawn});
    if (Engine.Trace->enabled(TraceChannel::Speculate))
      Engine.Trace->line(TraceChannel::Speculate)
          .field("fn", M.function(F).Name)
          .field("withdrawn", spelling(Why->Kind))
          .field("site", Why->Site);
    Engine.dropLoopEntries(Of);
  }
  bool Assumed = false;
  {
    std::lock_guard Lock(Of.PastMutex);
    if (const auto *P = Of.CurrentPlan ? Of.CurrentPlan->find(F) : nullptr)
      for (const speculation::Assumption &A : P->Assumptions)
        Assumed |= A.Kind == Why->Kind && A.Site == Why->Site;
  }
  // What was counted says how it was before.
  CodeState Expected = CodeState::Optimized;
  if (Assumed) {
    // Others may have seen to it.
    if (M.record(Root).State.compare_exchange_strong(Expected,
                                                     CodeState::Optimizing))
      startOver(M, Root);
  } else if (Now) {
    // It was a loop's continuation that failed: back edges ask for another.
    restartProfile(M, Root, D.Past.backOff());
  }
}

void TierController::frameDiffered(uint32_t Index) {
  LoadedModule &M = *Engine.moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  FunctionDetail &D = *M.detail(F);
  D.continuations(M.function(F)).FramesDiffer = true;
  Engine.dropLoopEntries(D);
}

void TierController::expectationMissed(uint32_t Index) {
  LoadedModule &M = *Engine.moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  FunctionDetail &D = *M.detail(F);
  if (M.record(F).State.load(std::memory_order_relaxed) != CodeState::Optimized)
    return;
  {
    std::lock_guard Lock(D.PastMutex);
    if (!D.Past.miss())
      return;
  }
  CodeState Expected = CodeState::Optimized;
  if (!M.record(F).State.compare_exchange_strong(Expected,
                                                 CodeState::Optimizing))
    return;
  Engine.Story.note(M, F, {.What = TierStep::Kind::Outdated});
  if (Engine.Trace->enabled(TraceChannel::Speculate))
    Engine.Trace->line(TraceChannel::Speculate)
        .field("fn", M.function(F).Name)
        .field("event", "outdated");
  startOver(M, F);
}

void TierController::restartProfile(LoadedModule &M, tast::FunctionId F,
                                    uint32_t Factor) {
  FunctionDetail &D = *M.detail(F);
  D.lockCounters();
  D.Live.restart();
  D.ForgottenCalls = 0;
  D.ForgottenBackEdges = 0;
  D.continuations(M.function(F)).FirstTripTime = 0;
  TierDecision Birth = Engine.Policy.atBirth();
  if (Birth.CallsToTrip < ThresholdPolicy::Never / 16) {
    Birth.CallsToTrip *= Factor;
    Birth.BackEdgesToTrip *= Factor;
  }
  D.Live.rearm(Birth.CallsToTrip, Birth.BackEdgesToTrip);
  D.unlockCounters();
}

void TierController::startOver(LoadedModule &M, tast::FunctionId F) {
  FunctionDetail &D = *M.detail(F);
  uint32_t Factor;
  std::shared_ptr<const speculation::Plan> Old;
  {
    std::lock_guard Lock(D.PastMutex);
    Factor = D.Past.backOff();
    Old = std::exchange(D.CurrentPlan, nullptr);
  }
  if (Old)
    for (const speculation::FunctionPlan &P : Old->Functions)
      if (FunctionDetail *Of = M.detail(P.Function)) {
        std::lock_guard Lock(Of->PastMutex);
        Of->Past.remember(P);
      }
  if (llvm::Error E = Engine.compileAnew(M, F)) {
    // Then by what was counted before.
    llvm::consumeError(std::move(E));
    optimize(M, F);
    return;
  }
  // In this order: a trip while it is not at baseline would be the last.
  enterState(M, F, CodeState::Baseline);
  restartProfile(M, F, Factor);
}

void TierController::prepare() {
  if (Engine.Options.Mode != TierMode::Auto || Engine.Options.SyncCompile)
    return;
  std::call_once(Started, [this] {
    for (unsigned I = 0; I < std::max(Engine.Options.CompileThreads, 1u); ++I) {
      std::thread Worker = startThread([this] { work(); });
      if (Worker.joinable())
        Workers.push_back(std::move(Worker));
    }
    HasWorkers = !Workers.empty();
    if (!HasWorkers)
      logger()->warn("no thread can be had to compile in the background: hot "
                     "functions are compiled by their callers");
  });
}

bool TierController::callersCompile() {
  prepare();
  return Engine.Options.SyncCompile || !HasWorkers;
}

void TierController::work() {
  // Callers come first: a worker that wakes up does not push one aside.
  sched_param Parameters{};
  pthread_setschedparam(pthread_self(), SCHED_BATCH, &Parameters);
  std::vector<CompileItem> Shed;
  while (true) {
    // Old code that a long call may be in is looked at again now and then.
    const int64_t Wait = Engine.Old->hasRetired() ? 20 : -1;
    const std::optional<CompileItem> Item = Queue.pop(Shed, Wait);
    Waiting.fetch_sub(uint32_t(Shed.size()) + bool(Item),
                      std::memory_order_relaxed);
    for (CompileItem Other : Shed)
      shed(Other, ShedReason::Cold);
    const bool IsBusy = Item || !Shed.empty();
    if (!IsBusy && Queue.isClosed())
      return;
    Shed.clear();
    if (Item) {
      LoadedModule &M = *Engine.moduleAt(functionOf(*Item));
      const tast::FunctionId F = M.functionAt(functionOf(*Item));
      if (std::optional<uint32_t> Loop = loopOf(*Item)) {
        compileEntry(M, F, tast::LoopId(*Loop));
      } else {
        enterState(M, F, CodeState::Optimizing);
        optimize(M, F);
      }
    }
    Engine.Retired += uint32_t(Engine.Old->collect());
    if (IsBusy)
      Queue.done();
  }
}

void TierController::waitUntilIdle() { Queue.waitUntilIdle(); }

} // namespace jitrun::engine
