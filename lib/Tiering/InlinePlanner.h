#ifndef JITRUN_TIERING_INLINEPLANNER_H
#define JITRUN_TIERING_INLINEPLANNER_H

#include <cstdint>
#include <vector>

namespace jitrun {

/// A call in a function's body and how often it is made.
struct WeightedCall {
  uint32_t Callee;
  /// Estimated calls for each call of the caller. 0: never.
  double Frequency;
};

/// What a planner may ask about the functions of a module.
class CallGraphView {
public:
  virtual ~CallGraphView() = default;
  /// Roughly IR instructions.
  virtual uint32_t size(uint32_t Function) = 0;
  virtual std::vector<WeightedCall> calls(uint32_t Function) = 0;
  /// Whether a function may be chosen at all.
  virtual bool isEligible(uint32_t Function) = 0;
};

/// How much a plan may take in; sizes as CallGraphView::size.
struct InlineBudget {
  uint32_t MaxCallee = 400;
  uint32_t MaxTotal = 1500;
  uint32_t MaxFunctions = 24;
  /// Calls rarer than this stay calls.
  double MinFrequency = 0.05;
};

/// Why a callee stays out of a plan.
enum class InlineRefusal : uint8_t {
  /// Called too rarely to matter.
  Rare,
  /// Its body is too large.
  Large,
  /// The budget was spent on others.
  Budget,
  /// It is not eligible.
  Impossible,
};

struct RefusedCallee {
  uint32_t Callee;
  InlineRefusal Why;

  bool operator==(const RefusedCallee &) const = default;
};

/// Chooses the callees, direct and through one another, whose bodies are worth
/// compiling together with \p Root: the most often called for their size first,
/// until the budget is spent. Never Root itself. In the order of choice. Those
/// considered and left out are added to \p Refused, unless it is null; once
/// each.
std::vector<uint32_t>
planInlining(uint32_t Root, CallGraphView &Graph, const InlineBudget &Budget,
             std::vector<RefusedCallee> *Refused = nullptr);

} // namespace jitrun

#endif // JITRUN_TIERING_INLINEPLANNER_H
