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
                                   const InlineBudget &Budget,
                                   std::vector<RefusedCallee> *Refused) {
  std::vector<uint32_t> Chosen;
  std::priority_queue<Candidate> Candidates;
  uint32_t Total = 0;

  auto Refuse = [&](uint32_t Callee, InlineRefusal Why) {
    if (Refused && std::ranges::find(*Refused, Callee,
                                     &RefusedCallee::Callee) == Refused->end())
      Refused->push_back({Callee, Why});
  };
  auto Consider = [&](uint32_t Caller, double CallerFrequency) {
    for (const WeightedCall &C : Graph.calls(Caller)) {
      const double Frequency = CallerFrequency * C.Frequency;
      if (C.Callee == Root)
        continue;
      if (Frequency < Budget.MinFrequency) {
        Refuse(C.Callee, InlineRefusal::Rare);
        continue;
      }
      if (!Graph.isEligible(C.Callee)) {
        Refuse(C.Callee, InlineRefusal::Impossible);
        continue;
      }
      Candidates.push({C.Callee, Graph.size(C.Callee), Frequency});
    }
  };
  Consider(Root, 1);
  while (!Candidates.empty() && Chosen.size() < Budget.MaxFunctions) {
    const Candidate Best = Candidates.top();
    Candidates.pop();
    if (std::ranges::find(Chosen, Best.Function) != Chosen.end())
      continue;
    if (Best.Size > Budget.MaxCallee) {
      Refuse(Best.Function, InlineRefusal::Large);
      continue;
    }
    if (Total + Best.Size > Budget.MaxTotal) {
      Refuse(Best.Function, InlineRefusal::Budget);
      continue;
    }
    Chosen.push_back(Best.Function);
    Total += Best.Size;
    Consider(Best.Function, Best.Frequency);
  }
  for (; !Candidates.empty(); Candidates.pop())
    Refuse(Candidates.top().Function, InlineRefusal::Budget);
  if (Refused)
    std::erase_if(*Refused, [&](const RefusedCallee &R) {
      return std::ranges::find(Chosen, R.Callee) != Chosen.end();
    });
  return Chosen;
}

} // namespace jitrun
