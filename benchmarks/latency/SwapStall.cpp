#include "SwapStall.h"

#include "Engine/Engine.h"
#include "SampleModule.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>
#include <time.h>

namespace jitrun {

namespace {

double now(clockid_t Clock) {
  timespec T;
  clock_gettime(Clock, &T);
  return double(T.tv_sec) * 1e6 + double(T.tv_nsec) * 1e-3;
}

/// How often this thread has waited for something.
long waits() {
  rusage Usage;
  getrusage(RUSAGE_THREAD, &Usage);
  return Usage.ru_nvcsw;
}

/// What one loop over calls of a function showed.
struct Loop {
  double Longest = 0;          ///< Microseconds.
  double LongestProcessor = 0; ///< The same of this thread's processor time.
  long Waits = 0;
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
  const long WaitsBefore = waits();
  for (unsigned I = 0; I < MaxCalls; ++I) {
    engine::Cell Cells[4] = {};
    Cells[0].Int = 20;
    Cells[1].Int = I;
    Cells[2].F64 = 1.5;
    const double Processor = now(CLOCK_THREAD_CPUTIME_ID);
    const double Start = now(CLOCK_MONOTONIC);
    E->call(C, *Loaded, F, Cells);
    const double Took = now(CLOCK_MONOTONIC) - Start;
    const double Used = now(CLOCK_THREAD_CPUTIME_ID) - Processor;
    if (I >= Warm) {
      L.Longest = std::max(L.Longest, Took);
      L.LongestProcessor = std::max(L.LongestProcessor, Used);
    }
    ++L.Calls;
    if (Swapped && !L.SwapAfter)
      L.SwapAfter = I + 1;
    if (Swap ? L.SwapAfter && I > L.SwapAfter + CallsAfter : I > Calls)
      break;
  }
  L.Waits = waits() - WaitsBefore;
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
    With.push_back(On.Longest);
    Without.push_back(Off.Longest);
    Differences.push_back(On.Longest - Off.Longest);
    Processor.push_back(On.LongestProcessor - Off.LongestProcessor);
    Waits += On.Waits;
  }
  auto Median = [](std::vector<double> V) {
    std::ranges::sort(V);
    return V[V.size() / 2];
  };
  std::printf("longest call in a loop that crosses a swap, us (medians of %u "
              "runs; the swap fell inside the loop in %u)\n"
              "  with the swap %.1f, without %.1f, difference %.1f (at most "
              "20)\n"
              "  difference in the caller's processor time %.1f; the callers "
              "waited %ld times in all\n",
              Runs, Inside, Median(With), Median(Without), Median(Differences),
              Median(Processor), Waits);
}

} // namespace jitrun
