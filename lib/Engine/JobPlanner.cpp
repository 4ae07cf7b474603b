#include "Engine/JobPlanner.h"

#include "Speculation/FlowCounts.h"
#include "Speculation/Planner.h"
#include "Tiering/InlinePlanner.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace jitrun::engine {

FunctionProfile profileOf(const LoadedModule &M, tast::FunctionId F) {
  FunctionProfile P;
  if (const FunctionDetail *D = M.detail(F)) {
    P = D->Live.snapshot();
    speculation::completeCounts(M.function(F), P);
  }
  return P;
}

namespace {

speculation::History pastOf(const LoadedModule &M, tast::FunctionId F) {
  FunctionDetail *D = M.detail(F);
  if (!D)
    return {};
  std::lock_guard Lock(D->PastMutex);
  return D->Past;
}

/// A module as the inline planner sees it: loops as often as one guesses,
/// except where a baseline version knows better.
class ModuleGraph final : public CallGraphView {
public:
  ModuleGraph(const LoadedModule &M, const speculation::PlannerOptions &Limits)
      : M(M), Limits(Limits) {}

  uint32_t size(uint32_t F) override {
    return irgen::sizeOf(M.function(tast::FunctionId(F)));
  }

  std::vector<WeightedCall> calls(uint32_t F) override {
    const auto Caller = tast::FunctionId(F);
    const FunctionProfile P = profileOf(M, Caller);
    speculation::CallCounts Counted;
    if (P.Calls)
      Counted = speculation::countCalls(M.function(Caller), P);
    std::vector<WeightedCall> Calls;
    for (const StaticCall &C : examine(M.function(Caller)).Calls) {
      double Frequency = std::pow(8.0, std::min<int>(C.LoopDepth, 4));
      if (C.Conditional)
        Frequency /= 2;
      if (Calls.size() < Counted.Direct.size()) {
        if (const uint64_t Times = Counted.Direct[Calls.size()])
          Frequency = double(Times) / double(P.Calls);
        else if (!hasBeenCalled(uint32_t(C.Callee)))
          Frequency = 0;
        else
          // The caller has not come there; but it may be on its way.
          Frequency /= 16;
      }
      Calls.push_back({uint32_t(C.Callee), Frequency});
    }
    for (const speculation::Expectation &X : expectations(Caller, P))
      if (X.Kind == speculation::ExpectationKind::Callee)
        Calls.push_back({X.Target, double(Counted.Values[X.Site]) /
                                       double(P.Calls) * double(X.Times) /
                                       double(X.Seen)});
    // What it makes function values of is likely to be called through them by
    // what it calls.
    for (tast::FunctionId Id : M.function(Caller).Closures)
      if (!P.Calls || hasBeenCalled(uint32_t(Id)))
        Calls.push_back({uint32_t(Id), 8});
    return Calls;
  }

  std::vector<speculation::Expectation>
  expectations(tast::FunctionId F, const FunctionProfile &P) const {
    speculation::FunctionEvidence E;
    E.F = &M.function(F);
    E.Profile = P.Calls ? &P : nullptr;
    const speculation::History Past = pastOf(M, F);
    E.Past = &Past;
    speculation::FunctionPlan Plan;
    speculation::Planner(Limits).planExpectations(E, Plan);
    return std::move(Plan.Expectations);
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
      return M.detail(tast::FunctionId(F))->Live.calls() > 0;
    default:
      return true;
    }
  }

  const LoadedModule &M;
  const speculation::PlannerOptions &Limits;
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

/// The functions of a job in whose code control may come again and again within
/// one call of the root, however often it leaves them: those that are called in
/// a loop or lie on a cycle, and what these call. A bet in them that goes wrong
/// would be lost each time, as what is left is they and not the loop.
static std::set<tast::FunctionId> findTrapped(const CompileJob &Job) {
  std::vector<tast::FunctionId> All = Job.Roots;
  All.insert(All.end(), Job.Inlinable.begin(), Job.Inlinable.end());
  const size_t N = All.size();
  auto IndexOf = [&](tast::FunctionId F) {
    return size_t(std::ranges::find(All, F) - All.begin());
  };
  std::vector<std::vector<bool>> Reaches(N, std::vector<bool>(N));
  std::vector<bool> Trapped(N);
  for (size_t I = 0; I < N; ++I) {
    // Who calls a function value, and in which loop, is not looked for.
    if (I >= Job.Roots.size() && Job.M->function(All[I]).IsClosure)
      Trapped[I] = true;
    for (const StaticCall &C : examine(Job.M->function(All[I])).Calls)
      if (const size_t J = IndexOf(C.Callee); J < N) {
        Reaches[I][J] = true;
        if (C.LoopDepth)
          Trapped[J] = true;
      }
  }
  for (size_t K = 0; K < N; ++K)
    for (size_t I = 0; I < N; ++I)
      for (size_t J = 0; J < N; ++J)
        if (Reaches[I][K] && Reaches[K][J])
          Reaches[I][J] = true;
  std::set<tast::FunctionId> Found;
  for (size_t I = 0; I < N; ++I)
    if (Trapped[I] || Reaches[I][I]) {
      Found.insert(All[I]);
      for (size_t J = 0; J < N; ++J)
        if (Reaches[I][J])
          Found.insert(All[J]);
    }
  return Found;
}

CompileJob planOptimization(LoadedModule &M, tast::FunctionId F,
                            uint32_t Version,
                            const speculation::PlannerOptions &Limits) {
  CompileJob Job;
  Job.M = &M;
  Job.Level = irgen::Tier::Optimized;
  Job.ForcesExits = M.forcesExits();
  Job.Version = Version;
  Job.Roots = {F};
  ModuleGraph Graph(M, Limits);
  std::vector<ProfileSnapshot::Entry> Profiles;
  auto Remember = [&](tast::FunctionId G) {
    const FunctionDetail *D = M.detail(G);
    if (!D || !D->Live.calls())
      return;
    FunctionProfile P = profileOf(M, G);
    pastOf(M, G).temper(P);
    Profiles.emplace_back(uint32_t(G), std::move(P));
  };
  Remember(F);
  for (uint32_t Callee : planInlining(uint32_t(F), Graph, {}, &Job.Refused)) {
    Job.Inlinable.push_back(tast::FunctionId(Callee));
    Remember(tast::FunctionId(Callee));
  }
  Job.Profile = std::make_shared<const ProfileSnapshot>(std::move(Profiles));

  const std::set<tast::FunctionId> Trapped = findTrapped(Job);
  auto Assume = [&](tast::FunctionId G, bool AtEntry) {
    const tast::Function &Function = M.function(G);
    const auto Uses = irgen::argumentUses(Function);
    const speculation::History Past = pastOf(M, G);
    speculation::FunctionEvidence E;
    E.F = &Function;
    E.Profile = Job.Profile->find(uint32_t(G));
    E.Past = &Past;
    E.Size = irgen::sizeOf(Function);
    E.Uses = Uses;
    E.IndexesParameter = irgen::indexesParameter(M.irgenFacts(), G);
    const speculation::Planner Planner(Limits);
    auto P =
        AtEntry ? Planner.planEntry(E) : speculation::FunctionPlan{G, {}, {}};
    if (!Trapped.contains(G))
      Planner.planBranches(E, P);
    Planner.planExpectations(E, P);
    // Of callees only what there is to say.
    if (AtEntry || !P.Assumptions.empty() || !P.Expectations.empty())
      Job.Plan.Functions.push_back(std::move(P));
  };
  Assume(F, true);
  for (tast::FunctionId G : Job.Inlinable)
    Assume(G, false);
  return Job;
}

CompileJob planLoopEntry(LoadedModule &M, tast::FunctionId F, tast::LoopId Loop,
                         const speculation::PlannerOptions &Limits) {
  CompileJob Job = planOptimization(M, F, 0, Limits);
  Job.Roots.clear();
  // Its entry has been passed.
  for (speculation::FunctionPlan &P : Job.Plan.Functions)
    std::erase_if(P.Assumptions, [](const speculation::Assumption &A) {
      return speculation::isEntryTest(A.Kind);
    });
  auto Seen = M.detail(F)->continuations(M.function(F)).observation(Loop);
  Job.Continuations = {{F, speculation::ResumePoint::latch(Loop),
                        Seen.CalledOnce, std::move(Seen.Bets)}};
  return Job;
}

} // namespace jitrun::engine
