#include "Engine/EngineImpl.h"
#include "Engine/JobPlanner.h"

using namespace llvm;

namespace jitrun::engine {

namespace {

void add(TierStatistics &To, const TierStatistics &From) {
  To.Compiled += From.Compiled;
  To.Nanoseconds += From.Nanoseconds;
  To.CodeBytes += From.CodeBytes;
}

const char *tierOf(CodeState State) {
  switch (State) {
  case CodeState::Unborn:
  case CodeState::Compiling:
  case CodeState::Failed:
    return "unborn";
  case CodeState::Baseline:
  case CodeState::Queued:
  case CodeState::Optimizing:
  case CodeState::Settled:
    return "baseline";
  case CodeState::Optimized:
    return "optimized";
  }
  return "unborn";
}

} // namespace

EngineStatistics EngineImpl::statistics() {
  EngineStatistics S;
  std::vector<LoadedModule *> All;
  {
    std::lock_guard Lock(ModulesMutex);
    for (const auto &M : Modules)
      All.push_back(M.get());
  }
  for (const LoadedModule *M : All) {
    S.Loaded += uint32_t(M->size());
    for (uint32_t I = 0; I < M->size(); ++I) {
      const auto F = idFromIndex<tast::FunctionId>(I);
      const FunctionDetail *D = M->detail(F);
      const CodeState State = M->record(F).State.load();
      if (!D || State == CodeState::Unborn || State == CodeState::Compiling ||
          State == CodeState::Failed)
        continue;
      FunctionStatistics X;
      X.Name = M->function(F).Name;
      X.Tier = tierOf(State);
      X.Calls = D->Live.calls();
      X.BackEdges = D->Live.backEdges();
      X.Uncalled = !D->Requested && X.Calls == 0;
      X.Baseline = D->Baseline.read();
      X.Optimized = D->Optimized.read();
      S.Compiled += 1;
      S.Uncalled += X.Uncalled;
      add(S.Baseline, X.Baseline);
      add(S.Optimized, X.Optimized);
      S.Functions.push_back(std::move(X));
    }
  }
  S.Swaps = Swaps.load();
  S.Retired = Retired.load();
  S.LoopsCompiled = LoopsCompiled.load();
  S.LoopEntries = LoopEntries.load();
  S.Deopts = Deopts.load();
  const CodeMemoryUsage Usage = Memory->usage();
  S.CodeMemoryBytes = Usage.CodeBytes + Usage.DataBytes;
  return S;
}

std::vector<FunctionExplanation> EngineImpl::explain(const LoadedModule &M) {
  auto All = Story.explain(M);
  for (FunctionExplanation &X : All) {
    X.Tier = tierOf(M.record(X.Function).State.load());
    FunctionDetail &D = *M.detail(X.Function);
    std::lock_guard Lock(D.PastMutex);
    X.Failures = D.Past.records();
  }
  return All;
}

std::string EngineImpl::dump(LoadedModule &M, tast::FunctionId F, DumpTier Tier,
                             bool Assembly) {
  std::string Text;
  Error Failure = Compilers.run([&](Compiler &C) -> Error {
    CompileJob Job;
    if (Tier == DumpTier::Optimized) {
      Job = planOptimization(M, F, 1, Limits);
    } else {
      Job.M = &M;
      Job.Roots = {F};
      Job.Counters = true;
      Job.EntersLoops = Options.EnterLoops;
    }
    auto Made = Assembly ? C.printAssembly(Job) : C.printIR(Job);
    if (!Made)
      return Made.takeError();
    Text = std::move(*Made);
    return Error::success();
  });
  if (Failure)
    return "cannot compile '" + M.function(F).Name +
           "': " + toString(std::move(Failure)) + "\n";
  return Text;
}

} // namespace jitrun::engine
