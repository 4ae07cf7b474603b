#include "Tiering/ThresholdPolicy.h"

#include <algorithm>

namespace jitrun {

std::string_view spelling(CodeState State) {
  switch (State) {
  case CodeState::Unborn:
    return "unborn";
  case CodeState::Compiling:
    return "compiling";
  case CodeState::Baseline:
    return "baseline";
  case CodeState::Queued:
    return "queued";
  case CodeState::Optimizing:
    return "optimizing";
  case CodeState::Optimized:
    return "optimized";
  case CodeState::Settled:
    return "settled";
  case CodeState::Failed:
    return "failed";
  }
  return "";
}

ThresholdPolicy::ThresholdPolicy(const ThresholdOptions &O) : Options(O) {
  Options.CallThreshold = std::max(Options.CallThreshold, 1u);
  Options.LoopThreshold = std::max(Options.LoopThreshold, 1u);
  Options.Workers = std::max(Options.Workers, 1u);
  Options.QueueSlack = std::max(Options.QueueSlack, 1u);
}

FirstTier ThresholdPolicy::firstTier(const StaticFacts &Facts) const {
  using Tiers = ThresholdOptions::Tiers;
  if (Options.Use == Tiers::OnlyOptimized)
    return FirstTier::Optimized;
  if (Options.Use == Tiers::OnlyBaseline || Options.CallThreshold == 1 ||
      Options.LoopThreshold == 1)
    return FirstTier::Baseline;
  // A call that loops does not come back to be swapped, so it had better start
  // with good code: at once if one call may take long (nested loops), or if
  // there will hardly be another one.
  if (Facts.LoopDepth >= 2 ||
      (Facts.LoopDepth == 1 && (Facts.IsMain || !Facts.CalledRepeatedly)))
    return FirstTier::Optimized;
  return FirstTier::Baseline;
}

TierDecision ThresholdPolicy::atBirth() const {
  if (Options.Use == ThresholdOptions::Tiers::OnlyBaseline)
    return {TierAction::None, Never, Never};
  return {TierAction::None, Options.CallThreshold, Options.LoopThreshold};
}

TierDecision ThresholdPolicy::decide(const FunctionHeat &Heat) const {
  const TierDecision Stop{TierAction::None, Never, Never};
  if (Options.Use == ThresholdOptions::Tiers::OnlyBaseline)
    return Stop;
  switch (Heat.State) {
  case CodeState::Compiling:
    // Published, and hot already, before its compile has come to its end.
    return atBirth();
  case CodeState::Unborn:
  case CodeState::Optimizing:
  case CodeState::Optimized:
  case CodeState::Settled:
  case CodeState::Failed:
  case CodeState::Queued:
    return Stop;
  case CodeState::Baseline:
    break;
  }
  const uint64_t Room = uint64_t(Options.QueueSlack) * Options.Workers;
  const uint64_t Factor = 1 + Heat.QueueLength / Room;
  const uint64_t CallLimit = Options.CallThreshold * Factor;
  const uint64_t LoopLimit = Options.LoopThreshold * Factor;
  if (Heat.Calls >= CallLimit || Heat.BackEdges >= LoopLimit)
    return {TierAction::Optimize, Never, Never};
  return {TierAction::None, int64_t(CallLimit - Heat.Calls),
          int64_t(LoopLimit - Heat.BackEdges)};
}

uint64_t ThresholdPolicy::ticksPerSecond(const QueuedHeat &Heat) const {
  const uint64_t Ticks =
      Heat.TicksNow - std::min(Heat.TicksBefore, Heat.TicksNow);
  const double Seconds =
      double(std::max<uint64_t>(Heat.NanosecondsBetween, 1000)) * 1e-9;
  return uint64_t(double(Ticks) / Seconds);
}

uint64_t ThresholdPolicy::urgency(const QueuedHeat &Heat) const {
  return ticksPerSecond(Heat);
}

bool ThresholdPolicy::hasGoneCold(const QueuedHeat &Heat) const {
  return Heat.NanosecondsBetween >= Options.PatienceNanoseconds &&
         ticksPerSecond(Heat) < Options.ColdTicksPerSecond;
}

} // namespace jitrun
