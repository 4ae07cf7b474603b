#ifndef JITRUN_TIERING_TIERINGPOLICY_H
#define JITRUN_TIERING_TIERINGPOLICY_H

#include "Tiering/CodeState.h"

#include <cstdint>

namespace jitrun {

enum class FirstTier : uint8_t { Baseline, Optimized };

/// What the typed tree says about a function, before it ever ran.
struct StaticFacts {
  bool IsMain = false;
  /// Depth of its deepest loop nest; 0 without loops.
  uint32_t LoopDepth = 0;
  /// Whether some call of it stands in a loop, or it may call itself.
  bool CalledRepeatedly = false;
  /// By guess, most of what its loops do is done by functions that they call
  /// and that loop themselves.
  bool LoopsInCallees = false;
  /// The host calls it, or what calls it, as often as it likes.
  bool IsForHost = false;
};

/// What was counted of a function up to the moment of a decision.
struct FunctionHeat {
  CodeState State = CodeState::Unborn;
  uint64_t Calls = 0;
  uint64_t BackEdges = 0;
  /// Functions that wait for a worker, this one not counted.
  uint32_t QueueLength = 0;
};

enum class TierAction : uint8_t {
  /// Go on as before.
  None,
  /// Have it compiled by the optimised tier.
  Optimize,
  /// Have a continuation of the loop compiled by the optimised tier.
  EnterLoop,
};

/// Where an optimised continuation of a loop stands.
enum class LoopEntry : uint8_t {
  None,
  /// Being compiled, or waiting for that.
  Pending,
  /// Whoever is at the loop's back edge enters it.
  Ready,
  Failed,
};

/// What was counted when a back edge tripped.
struct LoopHeat {
  FunctionHeat Function;
  LoopEntry Entry = LoopEntry::None;
  /// A loop of the same nest has a continuation: control will come there again.
  bool NestReady = false;
  /// Trips in the nest since then that could not enter one.
  uint32_t Misses = 0;
  /// Some other loop's continuation is being compiled.
  bool OtherPending = false;
  /// Since the function's back edges first tripped: time, and iterations.
  uint64_t Nanoseconds = 0;
  uint64_t Iterations = 0;
};

/// What was counted of a loop around one whose back edge tripped.
struct OuterLoopHeat {
  /// Begun until now.
  uint64_t Iterations = 0;
  /// Since the nest's back edges first tripped.
  uint64_t Nanoseconds = 0;
  uint64_t Calls = 0;
};

/// What to do about a function whose counter has tripped.
struct TierDecision {
  TierAction Action = TierAction::None;
  /// Calls and back edges until its counters trip again.
  int64_t CallsToTrip = 0;
  int64_t BackEdgesToTrip = 0;

  bool operator==(const TierDecision &) const = default;
};

/// A function in the queue, as it was last looked at and as it is now.
struct QueuedHeat {
  uint64_t TicksBefore = 0;
  uint64_t TicksNow = 0;
  uint64_t NanosecondsBetween = 0;
};

/// Says when which tier compiles what. Pure: never blocks, allocates or
/// compiles, and the same question has the same answer, on any thread.
class TieringPolicy {
public:
  virtual ~TieringPolicy() = default;

  /// Which tier compiles a function that is called for the first time.
  virtual FirstTier firstTier(const StaticFacts &Facts) const = 0;

  /// What the counters of fresh baseline code are set to (Action is None).
  virtual TierDecision atBirth() const = 0;

  /// A counter of a function tripped.
  virtual TierDecision decide(const FunctionHeat &Heat) const = 0;

  /// The counter of back edges tripped, at a loop that can be left to a
  /// continuation. (One that is Ready is entered whatever this says.)
  virtual TierDecision decideLoop(const LoopHeat &Heat) const = 0;

  /// Whether a call that is in a loop's inside is at its latch so soon that it
  /// had better be left there.
  virtual bool comesSoon(const OuterLoopHeat &Heat) const = 0;

  /// How urgent a queued function is; the highest is compiled next.
  virtual uint64_t urgency(const QueuedHeat &Heat) const = 0;

  /// Whether a queued function is not worth compiling any more.
  virtual bool hasGoneCold(const QueuedHeat &Heat) const = 0;
};

} // namespace jitrun

#endif // JITRUN_TIERING_TIERINGPOLICY_H
