#include "Engine/JobPlanner.h"

#include "Speculation/FlowCounts.h"
#include "Speculation/Planner.h"
#include "Tiering/InlinePlanner.h"

#include <algorithm>
#include <cmath>

namespace jitrun::engine {

namespace {

/// A module as the inline planner sees it: loops as often as one guesses,
/// except where a baseline version knows better.
class ModuleGraph final : public CallGraphView {
public:
  explicit ModuleGraph(const LoadedModule &M) : M(M) {}

  uint32_t size(uint32_t F) override {
    return irgen::sizeOf(M.function(tast::FunctionId(F)));
  }

  std::vector<WeightedCall> calls(uint32_t F) override {
    const bool CallerRan = hasRun(F);
    std::vector<WeightedCall> Calls;
    for (const StaticCall &C : examine(M.function(tast::FunctionId(F))).Calls) {
      double Frequency = std::pow(8.0, std::min<int>(C.LoopDepth, 4));
      if (C.Conditional)
        Frequency /= 2;
      // The caller was counted and its callee has never been called.
      if (CallerRan && !hasBeenCalled(uint32_t(C.Callee)))
        Frequency = 0;
      Calls.push_back({uint32_t(C.Callee), Frequency});
    }
    return Calls;
  }

  bool isEligible(uint32_t F) override {
    return M.record(tast::FunctionId(F)).State.load() != CodeState::Failed;
  }

private:
  /// Or may have been, as far as is known.
  bool hasBeenCalled(uint32_t F) const {
    switch (M.record(tast::FunctionId(F)).State.load()) {
    case CodeState::Unborn:
      return false;
    case CodeState::Baseline:
      return hasRun(F);
    default:
      return true;
    }
  }
  bool hasRun(uint32_t F) const {
    const FunctionDetail *D = M.detail(tast::FunctionId(F));
    return D && D->Live.calls() > 0;
  }

  const LoadedModule &M;
};

} // namespace

std::vector<tast::FunctionId>
chooseNeighbours(const LoadedModule &M, tast::FunctionId F, size_t MaxFunctions,
                 const std::function<bool(tast::FunctionId)> &MayJoin) {
  constexpr uint32_t MaxSize = 300;
  constexpr uint32_t MaxTotal = 1200;

  std::vector<tast::FunctionId> Chosen;
  uint32_t Total = 0;
  // Breadth first: the nearer, the surer.
  tast::FunctionId Caller = F;
  for (size_t Next = 0;; Caller = Chosen[Next++]) {
    for (const StaticCall &C : examine(M.function(Caller)).Calls) {
      if (C.Conditional || C.Callee == F ||
          M.record(C.Callee).State.load() != CodeState::Unborn ||
          std::ranges::find(Chosen, C.Callee) != Chosen.end() ||
          !MayJoin(C.Callee))
        continue;
      if (Chosen.size() == MaxFunctions)
        return Chosen;
      const uint32_t Size = irgen::sizeOf(M.function(C.Callee));
      if (Size > MaxSize || Total + Size > MaxTotal)
        continue;
      Chosen.push_back(C.Callee);
      Total += Size;
    }
    if (Next == Chosen.size())
      return Chosen;
  }
}

FunctionProfile profileOf(const LoadedModule &M, tast::FunctionId F) {
  FunctionProfile P;
  if (const FunctionDetail *D = M.detail(F)) {
    P = D->Live.snapshot();
    speculation::completeCounts(M.function(F), P);
  }
  return P;
}

CompileJob planOptimization(LoadedModule &M, tast::FunctionId F,
                            uint32_t Version) {
  CompileJob Job;
  Job.M = &M;
  Job.Level = irgen::Tier::Optimized;
  Job.Version = Version;
  Job.Roots = {F};
  ModuleGraph Graph(M);
  std::vector<ProfileSnapshot::Entry> Profiles;
  auto Remember = [&](tast::FunctionId G) {
    const FunctionDetail *D = M.detail(G);
    if (D && D->Live.calls())
      Profiles.emplace_back(uint32_t(G), profileOf(M, G));
  };
  Remember(F);
  for (uint32_t Callee : planInlining(uint32_t(F), Graph, {}, &Job.Refused)) {
    Job.Inlinable.push_back(tast::FunctionId(Callee));
    Remember(tast::FunctionId(Callee));
  }
  Job.Profile = std::make_shared<const ProfileSnapshot>(std::move(Profiles));

  const tast::Function &Root = M.function(F);
  const auto Uses = irgen::argumentUses(Root);
  speculation::FunctionEvidence E;
  E.F = &Root;
  E.Profile = Job.Profile->find(uint32_t(F));
  E.Size = irgen::sizeOf(Root);
  E.Uses = Uses;
  E.IndexesParameter = irgen::indexesParameter(M.irgenFacts(), F);
  Job.Plan.Functions.push_back(speculation::Planner().planEntry(E));
  return Job;
}

CompileJob planLoopEntry(LoadedModule &M, tast::FunctionId F,
                         tast::LoopId Loop) {
  CompileJob Job = planOptimization(M, F, 0);
  Job.Roots.clear();
  // Its entry has been passed.
  Job.Plan.Functions.clear();
  Job.Continuations = {{F, speculation::ResumePoint::latch(Loop)}};
  return Job;
}

} // namespace jitrun::engine
