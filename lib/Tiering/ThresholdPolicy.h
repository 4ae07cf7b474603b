#ifndef JITRUN_TIERING_THRESHOLDPOLICY_H
#define JITRUN_TIERING_THRESHOLDPOLICY_H

#include "Tiering/TieringPolicy.h"

namespace jitrun {

/// How a ThresholdPolicy is set up.
struct ThresholdOptions {
  /// Which tiers may be used.
  enum class Tiers : uint8_t { Both, OnlyBaseline, OnlyOptimized };

  Tiers Use = Tiers::Both;
  /// At least 1. A threshold of 1 also means: never start with the optimised
  /// tier, so that every function goes through a swap.
  uint32_t CallThreshold = 1000;
  uint32_t LoopThreshold = 10000;
  /// Loops can be left for optimised continuations.
  bool EntersLoops = false;
  /// By the time that a loop has run: it is then worth a continuation.
  uint64_t LoopPatienceNanoseconds = 1'000'000;
  /// But not if each iteration takes longer than this.
  uint64_t SlowIterationNanoseconds = 2'000;
  /// Calls that take no longer are not entered, for the function rises.
  uint64_t ShortCallNanoseconds = 10'000'000;
  /// An iteration of a loop around it that takes no longer is waited for.
  uint64_t IterationPatienceNanoseconds = 2'000'000;
  /// By counts instead, so that runs repeat exactly.
  bool CountOnly = false;
  /// Background workers; each may have this many functions waiting before the
  /// thresholds rise.
  uint32_t Workers = 1;
  uint32_t QueueSlack = 4;
  /// A queued function that ticked less often than this per second since it
  /// was last looked at has gone cold.
  uint64_t ColdTicksPerSecond = 2000;
  /// But never before it has waited this long.
  uint64_t PatienceNanoseconds = 50'000'000;
};

/// Compiles again what was called, or has looped, often enough.
///
///   Unborn --first call--> Compiling --error--> Failed
///                              |
///              +---------------+--------------------+
///              v firstTier: Baseline                v firstTier: Optimized
///           Baseline --decide: Optimize--> Queued   |
///            ^  ^                          |  |     |
///            |  +----- hasGoneCold --------+  | worker takes it
///            |                                v     |
///            |   Settled <--error-- Optimizing      |
///            |                                |     v
///            +-- (never: optimised code does  +-> Optimized
///                 not count, nothing leaves it)
///
/// The thresholds rise with the length of the queue: a function must be the
/// hotter the more there is to do: limit = threshold * (1 + waiting / (slack *
/// workers)).
class ThresholdPolicy : public TieringPolicy {
public:
  /// What counters are set to that should not trip again.
  static constexpr int64_t Never = INT64_MAX / 4;
  /// Trips at a loop, while another one of its nest has a continuation, until
  /// it gets one of its own: some milliseconds of trips.
  static constexpr uint32_t MaxMisses = 100'000;

  explicit ThresholdPolicy(const ThresholdOptions &Options);

  FirstTier firstTier(const StaticFacts &Facts) const override;
  TierDecision atBirth() const override;
  TierDecision decide(const FunctionHeat &Heat) const override;
  TierDecision decideLoop(const LoopHeat &Heat) const override;
  bool comesSoon(const OuterLoopHeat &Heat) const override;
  uint64_t urgency(const QueuedHeat &Heat) const override;
  bool hasGoneCold(const QueuedHeat &Heat) const override;

private:
  uint64_t ticksPerSecond(const QueuedHeat &Heat) const;
  /// Back edges between two looks at a loop that may run long.
  int64_t loopProbe() const;
  /// What the thresholds are multiplied by when so many are waiting.
  uint64_t pressure(uint32_t QueueLength) const;

  ThresholdOptions Options;
};

} // namespace jitrun

#endif // JITRUN_TIERING_THRESHOLDPOLICY_H
