#include "SwapStall.h"

#include "CallTimer.h"
#include "Engine/Engine.h"
#include "SampleModule.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace jitrun {

namespace {

/// What one loop over calls of a function showed.
struct Loop {
  CallTimer Timer;
  unsigned Calls = 0;
  /// The call after which the new code was there; 0: none.
  unsigned SwapAfter = 0;
};

/// Calls a function of the sample over and over: with \p Swap until long after
/// the swap, without \p Calls times.
Loop runLoop(const std::shared_ptr<const tast::Module> &M, bool Swap,
             unsigned Calls) {
  constexpr unsigned Warm = 200;
  constexpr unsigned CallsAfter = 20'000;
  constexpr unsigned MaxCalls = 2'000'000;

  std::atomic<bool> Swapped = false;
  TraceSink Trace(TraceSink::bit(TraceChannel::Swap),
                  [&](std::string_view) { Swapped = true; });
  engine::EngineOptions O;
  O.Trace = &Trace;
  O.Neighbours = 0;
  // Above 1, functions with a loop may begin optimised; this sample's are
  // called by nobody, so they would.
  O.CallThreshold = Swap ? 1000 : UINT32_MAX;
  O.LoopThreshold = UINT32_MAX;
  std::string Error;
  auto E = engine::Engine::create(std::move(O), Error);
  auto Loaded = E->loadModule(M).Module;
  const auto F = tast::FunctionId{};
  if (E->compileTogether(*Loaded, {&F, 1}))
    std::exit(1);
  engine::Context C = E->createContext();

  Loop L;
  for (unsigned I = 0; I < MaxCalls; ++I) {
    engine::Cell Cells[4] = {};
    Cells[0].Int = 20;
    Cells[1].Int = I;
    Cells[2].F64 = 1.5;
    L.Timer.call(I >= Warm, [&] { E->call(C, *Loaded, F, Cells); });
    ++L.Calls;
    if (Swapped && !L.SwapAfter)
      L.SwapAfter = I + 1;
    if (Swap ? L.SwapAfter && I > L.SwapAfter + CallsAfter : I > Calls)
      break;
  }
  L.Timer.finish();
  return L;
}

} // namespace

void measureSwapStall() {
  constexpr unsigned Runs = 20;
  auto M = makeSampleModule(1);
  std::vector<double> Differences, With, Without, Processor;
  unsigned Inside = 0;
  long Waits = 0;
  for (unsigned I = 0; I < Runs; ++I) {
    // Equally long, as the rest of the machine makes some calls long anyhow.
    const Loop On = runLoop(M, true, 0);
    const Loop Off = runLoop(M, false, On.Calls);
    Inside += On.SwapAfter && On.SwapAfter < On.Calls;
    With.push_back(On.Timer.Longest);
    Without.push_back(Off.Timer.Longest);
    Differences.push_back(On.Timer.Longest - Off.Timer.Longest);
    Processor.push_back(On.Timer.LongestProcessor - Off.Timer.LongestProcessor);
    Waits += On.Timer.Waits;
  }
  std::printf("longest call in a loop that crosses a swap, us (medians of %u "
              "runs; the swap fell inside the loop in %u)\n"
              "  with the swap %.1f, without %.1f, difference %.1f (at most "
              "20)\n"
              "  difference in the caller's processor time %.1f; the callers "
              "waited %ld times in all\n",
              Runs, Inside, median(With), median(Without), median(Differences),
              median(Processor), Waits);
}

} // namespace jitrun
