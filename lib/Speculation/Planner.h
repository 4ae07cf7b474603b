#ifndef JITRUN_SPECULATION_PLANNER_H
#define JITRUN_SPECULATION_PLANNER_H

#include "Profile/FunctionProfile.h"
#include "Speculation/History.h"
#include "Speculation/Plan.h"

namespace jitrun::speculation {

/// What knowing a scalar parameter's value would be good for.
enum class ArgumentUse : uint8_t {
  /// Some arithmetic saved, at most.
  Plain,
  /// It bounds a loop: good if the loop can then be unrolled.
  Bound,
  /// It decides a branch by itself, or divides, shifts, is an exponent.
  Decides,
};

struct PlannerOptions {
  /// Fewer samples are no evidence.
  uint32_t MinSamples = 4;
  /// A branch that was come to less often may yet go the other way.
  uint64_t MinExecutions = 1000;
  /// One or two callees are expected where they made so many of 100 calls.
  uint32_t MinCalleePercent = 90;
  /// Operands are expected to hold what they held in so many of 100 samples.
  uint32_t MinTagsPercent = 10;
  /// A type that a match finds so often, of 100 times, may be tested for first.
  uint32_t MinHeldPercent = 10;
  /// Larger functions are not compiled in one more version (statements and
  /// expressions).
  uint32_t MaxSize = 600;
  /// Loops of at most so many iterations are worth unrolling.
  int64_t MaxBound = 64;
};

/// What a plan for one function is made from.
struct FunctionEvidence {
  const tast::Function *F = nullptr;
  const FunctionProfile *Profile = nullptr; ///< Null: nothing is known.
  const History *Past = nullptr;            ///< Null: a clean one.
  /// Statements and expressions.
  uint32_t Size = 0;
  /// For each value site.
  std::span<const ArgumentUse> Uses;
  /// Whether it reads or writes elements of its array parameters.
  bool IndexesParameter = false;
};

/// Turns a profile and the past into what the next version assumes. Pure.
class Planner {
public:
  explicit Planner(PlannerOptions Options = {}) : Options(Options) {}

  /// The assumptions that are tested when the function is entered.
  FunctionPlan planEntry(const FunctionEvidence &E) const;

  /// Adds arms that never ran and that keep the rest from being optimised.
  void planBranches(const FunctionEvidence &E, FunctionPlan &P) const;

  /// Adds what mostly came along where many things may.
  void planExpectations(const FunctionEvidence &E, FunctionPlan &P) const;

private:
  /// What a match on the type held is to test for before the rest.
  void planMatches(const FunctionEvidence &E, FunctionPlan &P) const;
  bool isWorthFixing(const Type *T, ArgumentUse Use, uint64_t Bits) const;

  PlannerOptions Options;
};

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_PLANNER_H
