#include "Tiering/ThresholdPolicy.h"

#include <catch2/catch.hpp>

using namespace jitrun;

namespace {

constexpr int64_t Never = ThresholdPolicy::Never;

ThresholdOptions
options(uint32_t Calls, uint32_t Loops,
        ThresholdOptions::Tiers Use = ThresholdOptions::Tiers::Both) {
  ThresholdOptions O;
  O.Use = Use;
  O.CallThreshold = Calls;
  O.LoopThreshold = Loops;
  O.QueueSlack = 2;
  return O;
}

} // namespace

TEST_CASE("What a tripped counter leads to") {
  const ThresholdPolicy Policy(options(100, 1000));
  struct Row {
    const char *Case;
    FunctionHeat Heat;
    TierDecision Expected;
  };
  const TierDecision Go{TierAction::Optimize, Never, Never};
  const TierDecision Stop{TierAction::None, Never, Never};
  const auto R = GENERATE_COPY(values<Row>({
      {"enough calls", {CodeState::Baseline, 100, 0, 0}, Go},
      {"enough iterations", {CodeState::Baseline, 1, 1000, 0}, Go},
      {"not yet",
       {CodeState::Baseline, 40, 300, 0},
       {TierAction::None, 60, 700}},
      {"enough for an idle engine only",
       {CodeState::Baseline, 100, 0, 2},
       {TierAction::None, 100, 2000}},
      {"hot enough for a busy one", {CodeState::Baseline, 200, 0, 2}, Go},
      {"called by others before its compile has ended",
       {CodeState::Compiling, 500, 0, 0},
       {TierAction::None, 100, 1000}},
      {"already waiting", {CodeState::Queued, 500, 0, 1}, Stop},
      {"already being compiled", {CodeState::Optimizing, 500, 0, 0}, Stop},
      {"optimised", {CodeState::Optimized, 500, 0, 0}, Stop},
      {"failed before", {CodeState::Settled, 500, 0, 0}, Stop},
  }));
  INFO(R.Case);
  REQUIRE(Policy.decide(R.Heat) == R.Expected);
}

TEST_CASE("Baseline only never counts down to anything") {
  const ThresholdPolicy Policy(
      options(1, 1, ThresholdOptions::Tiers::OnlyBaseline));
  REQUIRE(Policy.atBirth() == TierDecision{TierAction::None, Never, Never});
  REQUIRE(Policy.decide({CodeState::Baseline, 1000, 1000, 0}).Action ==
          TierAction::None);
}

TEST_CASE("Fresh baseline code counts down from the thresholds") {
  const ThresholdPolicy Policy(options(100, 1000));
  REQUIRE(Policy.atBirth() == TierDecision{TierAction::None, 100, 1000});
}

TEST_CASE("Which tier compiles a first call") {
  struct Row {
    const char *Case;
    ThresholdOptions Options;
    StaticFacts Facts;
    FirstTier Expected;
  };
  using Tiers = ThresholdOptions::Tiers;
  const auto Usual = options(100, 1000);
  auto Entering = Usual;
  Entering.EntersLoops = true;
  const auto R = GENERATE_COPY(values<Row>({
      {"straight code", Usual, {false, 0, true}, FirstTier::Baseline},
      {"straight main", Usual, {true, 0, false}, FirstTier::Baseline},
      {"main with a loop", Usual, {true, 1, false}, FirstTier::Optimized},
      {"a loop, called once", Usual, {false, 1, false}, FirstTier::Optimized},
      {"a loop, called often", Usual, {false, 1, true}, FirstTier::Baseline},
      {"a loop nest, called often",
       Usual,
       {false, 2, true},
       FirstTier::Optimized},
      {"loops that call what loops",
       Usual,
       {true, 2, false, true},
       FirstTier::Optimized},
      {"a loop nest, called often, that can be entered",
       Entering,
       {false, 2, true},
       FirstTier::Baseline},
      {"main's own loops, though they can be entered",
       Entering,
       {true, 2, false},
       FirstTier::Optimized},
      {"loops that call what loops, and can be entered",
       Entering,
       {true, 2, false, true},
       FirstTier::Baseline},
      {"what a host calls, and can be entered",
       Entering,
       {false, 2, false, false, true},
       FirstTier::Baseline},
      {"thresholds of 1", options(1, 1), {true, 2, false}, FirstTier::Baseline},
      {"baseline only",
       options(100, 1000, Tiers::OnlyBaseline),
       {true, 2, false},
       FirstTier::Baseline},
      {"optimised only",
       options(1, 1, Tiers::OnlyOptimized),
       {false, 0, true},
       FirstTier::Optimized},
  }));
  INFO(R.Case);
  REQUIRE(ThresholdPolicy(R.Options).firstTier(R.Facts) == R.Expected);
}

TEST_CASE("What waits is judged by its ticks per second") {
  const ThresholdPolicy Policy(options(100, 1000));
  constexpr uint64_t Second = 1'000'000'000;
  REQUIRE(Policy.urgency({0, 5000, Second}) >
          Policy.urgency({0, 4000, Second}));
  REQUIRE(Policy.urgency({0, 5000, Second}) <
          Policy.urgency({4000, 8000, Second / 2}));
  SECTION("silence is cold, but not at once") {
    REQUIRE_FALSE(Policy.hasGoneCold({100, 100, 1'000'000}));
    REQUIRE(Policy.hasGoneCold({100, 100, Second}));
  }
  SECTION("a busy one stays") {
    REQUIRE_FALSE(Policy.hasGoneCold({100, 1'000'100, Second}));
  }
}

namespace {

LoopHeat loopHeat(CodeState State, uint64_t Calls, uint64_t BackEdges) {
  LoopHeat Heat;
  Heat.Function = {State, Calls, BackEdges, 0};
  return Heat;
}

ThresholdOptions entering() {
  ThresholdOptions O;
  O.EntersLoops = true;
  return O;
}

} // namespace

TEST_CASE("A loop that has run for a while is entered by a continuation") {
  const ThresholdPolicy P(entering());
  CHECK(P.atBirth().BackEdgesToTrip == 1000);
  LoopHeat Heat = loopHeat(CodeState::Baseline, 1, 1000);
  // Nothing is known yet: look again soon.
  CHECK(P.decideLoop(Heat) == TierDecision{TierAction::None, 999, 1000});
  // 1,000 iterations in 10 us: a millisecond is further than one looks.
  Heat.Nanoseconds = 10'000;
  Heat.Iterations = 1000;
  CHECK(P.decideLoop(Heat) == TierDecision{TierAction::None, 999, 64'000});
  // In 500 us: as many again.
  Heat.Nanoseconds = 500'000;
  CHECK(P.decideLoop(Heat) == TierDecision{TierAction::None, 999, 1000});
  Heat.Nanoseconds = 1'000'000;
  CHECK(P.decideLoop(Heat).Action == TierAction::EnterLoop);
  // While others wait, it takes longer.
  Heat.Function.QueueLength = 4;
  CHECK(P.decideLoop(Heat).Action == TierAction::None);
}

TEST_CASE("Short calls that loop make the function rise, not the loop") {
  const ThresholdPolicy P(entering());
  CHECK(P.decideLoop(loopHeat(CodeState::Baseline, 500, 5000)) ==
        TierDecision{TierAction::None, 500, 5000});
  CHECK(P.decideLoop(loopHeat(CodeState::Baseline, 500, 10'000)) ==
        TierDecision{TierAction::Optimize, ThresholdPolicy::Never, 10'000});
  // Who still loops when the function has better code stays in the old.
  LoopHeat Heat = loopHeat(CodeState::Optimized, 500, 20'000);
  Heat.Nanoseconds = 2'000'000;
  Heat.Iterations = 100'000;
  CHECK(P.decideLoop(Heat).Action == TierAction::EnterLoop);
}

TEST_CASE("A loop is left alone where it would not help") {
  const ThresholdPolicy P(entering());
  LoopHeat Heat = loopHeat(CodeState::Baseline, 1, 5000);
  Heat.Nanoseconds = 20'000'000;
  // 4 us each: what it calls takes the time.
  Heat.Iterations = 5000;
  CHECK(P.decideLoop(Heat) == TierDecision{TierAction::None, 999, 1000});
  Heat.Iterations = 50'000;
  CHECK(P.decideLoop(Heat).Action == TierAction::EnterLoop);

  // The third call within 20 ms: the next one runs the better code.
  Heat.Function = {CodeState::Baseline, 3, 50'000, 0};
  CHECK(P.decideLoop(Heat).Action == TierAction::Optimize);
  Heat.Function.State = CodeState::Optimizing;
  CHECK(P.decideLoop(Heat).Action == TierAction::None);
  // The third in 200 ms: this call is worth it.
  Heat.Nanoseconds = 200'000'000;
  Heat.Iterations = 500'000;
  CHECK(P.decideLoop(Heat).Action == TierAction::EnterLoop);
}

TEST_CASE("A loop waits for its own continuation, and for its nest's") {
  const ThresholdPolicy P(entering());
  LoopHeat Heat = loopHeat(CodeState::Baseline, 1, 50'000);
  Heat.Nanoseconds = 5'000'000;
  Heat.Iterations = 49'000;
  Heat.Entry = LoopEntry::Pending;
  CHECK(P.decideLoop(Heat) == TierDecision{TierAction::None, 999, 1000});
  Heat.Entry = LoopEntry::Failed;
  CHECK(P.decideLoop(Heat).BackEdgesToTrip == ThresholdPolicy::Never);
  Heat.Entry = LoopEntry::None;
  Heat.NestReady = true;
  CHECK(P.decideLoop(Heat) == TierDecision{TierAction::None, 999, 1});
  Heat.Misses = ThresholdPolicy::MaxMisses;
  CHECK(P.decideLoop(Heat).Action == TierAction::EnterLoop);
  Heat.OtherPending = true;
  CHECK(P.decideLoop(Heat).Action == TierAction::None);
}

TEST_CASE("A call in a nest is left at an outer loop that comes soon") {
  const ThresholdPolicy P(entering());
  constexpr uint64_t Millisecond = 1'000'000;
  // One iteration of two is done.
  CHECK(P.comesSoon({2, Millisecond, 1}));
  CHECK_FALSE(P.comesSoon({2, 5 * Millisecond, 1}));
  CHECK(P.comesSoon({6, 5 * Millisecond, 1}));
  // None is: nobody knows how long it takes.
  CHECK_FALSE(P.comesSoon({1, Millisecond, 1}));
  CHECK_FALSE(P.comesSoon({0, Millisecond, 1}));
  // What was counted is of many calls.
  CHECK_FALSE(P.comesSoon({100, Millisecond, 2}));
  ThresholdOptions O = entering();
  O.CountOnly = true;
  CHECK_FALSE(ThresholdPolicy(O).comesSoon({2, Millisecond, 1}));
}

TEST_CASE("A function that comes back to a loop with a continuation rises") {
  const ThresholdPolicy P(entering());
  LoopHeat Heat = loopHeat(CodeState::Baseline, 1, 50'000);
  Heat.Entry = LoopEntry::Ready;
  CHECK(P.decideLoop(Heat).Action == TierAction::None);
  Heat.Function.Calls = 2;
  CHECK(P.decideLoop(Heat).Action == TierAction::Optimize);
}

TEST_CASE("Decisions by count do not look at the clock") {
  ThresholdOptions O = entering();
  O.CountOnly = true;
  const ThresholdPolicy P(O);
  LoopHeat Heat = loopHeat(CodeState::Baseline, 1, 9000);
  Heat.Nanoseconds = 1'000'000'000;
  CHECK(P.decideLoop(Heat) == TierDecision{TierAction::None, 999, 1000});
  Heat.Function.BackEdges = 10'000;
  CHECK(P.decideLoop(Heat).Action == TierAction::EnterLoop);
}
