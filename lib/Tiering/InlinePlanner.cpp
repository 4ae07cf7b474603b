#include "Tiering/InlinePlanner.h"

#include <algorithm>
#include <queue>

namespace jitrun {

namespace {

struct Candidate {
  uint32_t Function;
  uint32_t Size;
  double Frequency; ///< For each call of the root.

  double benefit() const { return Frequency / (Size + 16); }
  /// A total order, so that equal benefits have one answer.
  bool operator<(const Candidate &Other) const {
    if (benefit() != Other.benefit())
      return benefit() < Other.benefit();
    return Function > Other.Function;
  }
};

} // namespace

std::vector<uint32_t> planInlining(uint32_t Root, CallGraphView &Graph,
                                   const InlineBudget &Budget) {
  std::vector<uint32_t> Chosen;
  std::priority_queue<Candidate> Candidates;
  uint32_t Total = 0;

  auto Consider = [&](uint32_t Caller, double CallerFrequency) {
    for (const WeightedCall &C : Graph.calls(Caller)) {
      const double Frequency = CallerFrequency * C.Frequency;
      if (C.Callee == Root || Frequency < Budget.MinFrequency ||
          !Graph.isEligible(C.Callee))
        continue;
      Candidates.push({C.Callee, Graph.size(C.Callee), Frequency});
    }
  };
  Consider(Root, 1);
  while (!Candidates.empty() && Chosen.size() < Budget.MaxFunctions) {
    const Candidate Best = Candidates.top();
    Candidates.pop();
    if (Best.Size > Budget.MaxCallee || Total + Best.Size > Budget.MaxTotal ||
        std::ranges::find(Chosen, Best.Function) != Chosen.end())
      continue;
    Chosen.push_back(Best.Function);
    Total += Best.Size;
    Consider(Best.Function, Best.Frequency);
  }
  return Chosen;
}

} // namespace jitrun
