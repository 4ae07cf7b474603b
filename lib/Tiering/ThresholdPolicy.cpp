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
  // A host does not wait for the optimiser, and comes again; what loops for
  // long is entered.
  if (Facts.IsForHost && Options.EntersLoops)
    return FirstTier::Baseline;
  if (!Facts.LoopDepth)
    return FirstTier::Baseline;
  // Who is called again runs its better code then, and a long call is entered.
  if (Facts.CalledRepeatedly && (Facts.LoopDepth == 1 || Options.EntersLoops))
    return FirstTier::Baseline;
  // Its own part is small, and the callees are better off with profiles.
  if (Facts.LoopsInCallees && Options.EntersLoops)
    return FirstTier::Baseline;
  // A call that does not come back had better start with good code: a
  // continuation would have to be compiled first, and would know less.
  return FirstTier::Optimized;
}

TierDecision ThresholdPolicy::atBirth() const {
  if (Options.Use == ThresholdOptions::Tiers::OnlyBaseline)
    return {TierAction::None, Never, Never};
  return {TierAction::None, Options.CallThreshold,
          Options.EntersLoops ? loopProbe() : Options.LoopThreshold};
}

TierDecision ThresholdPolicy::decide(const FunctionHeat &Heat) const {
  if (Options.Use == ThresholdOptions::Tiers::OnlyBaseline)
    return {TierAction::None, Never, Never};
  // Who is in a loop may still want to leave it for better code.
  const int64_t BackEdges =
      Options.EntersLoops ? int64_t(Options.LoopThreshold) : Never;
  const TierDecision Stop{TierAction::None, Never, BackEdges};
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
  const uint64_t Factor = pressure(Heat.QueueLength);
  const uint64_t CallLimit = Options.CallThreshold * Factor;
  const uint64_t LoopLimit = Options.LoopThreshold * Factor;
  if (Heat.Calls >= CallLimit || Heat.BackEdges >= LoopLimit)
    return {TierAction::Optimize, Never, BackEdges};
  return {TierAction::None, int64_t(CallLimit - Heat.Calls),
          int64_t(LoopLimit - Heat.BackEdges)};
}

TierDecision ThresholdPolicy::decideLoop(const LoopHeat &Heat) const {
  const FunctionHeat &F = Heat.Function;
  if (Options.Use == ThresholdOptions::Tiers::OnlyBaseline)
    return {TierAction::None, Never, Never};
  const uint64_t Factor = pressure(F.QueueLength);
  const uint64_t CallLimit = Options.CallThreshold * Factor;
  const uint64_t LoopLimit = Options.LoopThreshold * Factor;
  // Back edges between two looks for a continuation that is on its way.
  const int64_t Soon = loopProbe();
  const bool Rises = F.State == CodeState::Baseline;
  const auto Go = [&](TierAction Action, int64_t BackEdges) -> TierDecision {
    int64_t Calls = Never;
    if (Rises && Action != TierAction::Optimize)
      Calls = F.Calls < CallLimit ? int64_t(CallLimit - F.Calls) : 1;
    return {Action, Calls, BackEdges};
  };
  switch (Heat.Entry) {
  case LoopEntry::Ready:
    // A function that comes back is worth code of its own.
    return Go(Rises && F.Calls > 1 ? TierAction::Optimize : TierAction::None,
              Soon);
  case LoopEntry::Pending:
    return Go(TierAction::None, Soon);
  case LoopEntry::Failed:
    return Go(TierAction::None, Never);
  case LoopEntry::None:
    break;
  }
  if (Heat.OtherPending)
    return Go(TierAction::None, Soon);
  // The other loop will come again: every back edge looks for it.
  if (Heat.NestReady && Heat.Misses < MaxMisses)
    return Go(TierAction::None, 1);
  // One that was published a moment ago, or that cannot be optimised.
  if (F.State == CodeState::Compiling || F.State == CodeState::Settled)
    return Go(TierAction::None, int64_t(LoopLimit));

  // Many short calls: the next ones run the better code. But who is still
  // looping when that is there will stay.
  const int64_t Probe = loopProbe();
  if (F.BackEdges / std::max<uint64_t>(F.Calls, 1) < uint64_t(Probe) &&
      F.State != CodeState::Optimized) {
    if (F.BackEdges < LoopLimit)
      return Go(TierAction::None, int64_t(LoopLimit - F.BackEdges));
    return Go(Rises ? TierAction::Optimize : TierAction::None,
              int64_t(LoopLimit));
  }
  if (Options.CountOnly)
    return F.BackEdges < LoopLimit
               ? Go(TierAction::None, int64_t(LoopLimit - F.BackEdges))
               : Go(TierAction::EnterLoop, Soon);
  // A loop that has run for long will, as far as one can know, run for as long
  // again.
  const uint64_t Patience = Options.LoopPatienceNanoseconds * Factor;
  if (Heat.Nanoseconds >= Patience) {
    // What takes its time is what it calls, which rises by itself.
    if (Heat.Iterations * Options.SlowIterationNanoseconds < Heat.Nanoseconds)
      return Go(TierAction::None, Soon);
    // The next call comes before a continuation would be there.
    const bool Waits =
        F.State == CodeState::Queued || F.State == CodeState::Optimizing;
    if ((Rises || Waits) && F.Calls > 1 &&
        Heat.Nanoseconds / (F.Calls - 1) <= Options.ShortCallNanoseconds)
      return Go(Rises ? TierAction::Optimize : TierAction::None, Soon);
    return Go(TierAction::EnterLoop, Soon);
  }
  const double Rate =
      double(Heat.Iterations) / double(std::max<uint64_t>(Heat.Nanoseconds, 1));
  const double Left = Rate * double(Patience - Heat.Nanoseconds);
  return Go(TierAction::None,
            Heat.Iterations
                ? int64_t(std::clamp(Left, double(Probe), 64.0 * double(Probe)))
                : Probe);
}

int64_t ThresholdPolicy::loopProbe() const {
  return std::max<int64_t>(Options.LoopThreshold / 10, 1);
}

uint64_t ThresholdPolicy::pressure(uint32_t QueueLength) const {
  return 1 + QueueLength / (uint64_t(Options.QueueSlack) * Options.Workers);
}

uint64_t ThresholdPolicy::ticksPerSecond(const QueuedHeat &Heat) const {
  const uint64_t Ticks =
      Heat.TicksNow - std::min(Heat.TicksBefore, Heat.TicksNow);
  const double Seconds =
      double(std::max<uint64_t>(Heat.NanosecondsBetween, 1000)) * 1e-9;
  return uint64_t(double(Ticks) / Seconds);
}

bool ThresholdPolicy::comesSoon(const OuterLoopHeat &Heat) const {
  // Tests want the loop that asks.
  if (Options.CountOnly || Heat.Calls > 1)
    return false;
  // One of them is under way.
  return Heat.Iterations > 1 && Heat.Nanoseconds / (Heat.Iterations - 1) <=
                                    Options.IterationPatienceNanoseconds;
}

uint64_t ThresholdPolicy::urgency(const QueuedHeat &Heat) const {
  return ticksPerSecond(Heat);
}

bool ThresholdPolicy::hasGoneCold(const QueuedHeat &Heat) const {
  return Heat.NanosecondsBetween >= Options.PatienceNanoseconds &&
         ticksPerSecond(Heat) < Options.ColdTicksPerSecond;
}

} // namespace jitrun
