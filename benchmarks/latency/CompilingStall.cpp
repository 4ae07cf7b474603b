#include "CompilingStall.h"

#include "CallTimer.h"
#include "Engine/Engine.h"
#include "SampleModule.h"

#include <atomic>
#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace jitrun {

namespace {

constexpr unsigned Functions = 250;
constexpr unsigned Threads = 2;
/// So often a function is called before the next one's turn.
constexpr unsigned InARow = 64;
/// A cycle through all functions.
constexpr unsigned Cycle = Functions * InARow;

/// What the calls of both threads showed.
struct Run {
  double Longest = 0, LongestUndisturbed = 0, LongestProcessor = 0;
  long Waits = 0;
  /// Functions that got optimised code meanwhile.
  unsigned Compiled = 0;
};

/// Both threads call one function after the other, \p Calls times in all each.
/// With \p Compile they get hot, and the worker is busy until the end.
Run runThreads(const std::shared_ptr<const tast::Module> &M, bool Compile,
               unsigned Calls) {
  engine::EngineOptions O;
  O.Neighbours = 0;
  // Above 1, functions with a loop may begin optimised; this sample's are
  // called by nobody, so they are compiled below.
  O.CallThreshold = Compile ? 1000 : UINT32_MAX;
  O.LoopThreshold = UINT32_MAX;
  std::string Error;
  auto E = engine::Engine::create(std::move(O), Error);
  auto Loaded = E->loadModule(M).Module;
  for (unsigned I = 0; I < Functions; ++I) {
    const auto F = tast::FunctionId(I);
    if (E->compileTogether(*Loaded, {&F, 1}))
      std::exit(1);
  }

  std::vector<CallTimer> Timers(Threads);
  std::barrier Start(Threads);
  auto Work = [&](unsigned Thread) {
    engine::Context C = E->createContext();
    Start.arrive_and_wait();
    CallTimer T;
    for (unsigned I = 0; I < Calls; ++I) {
      // The second thread is half a cycle ahead.
      const unsigned Turn = (I + Thread * Cycle / 2) / InARow % Functions;
      engine::Cell Cells[4] = {};
      Cells[0].Int = 20;
      Cells[1].Int = I;
      Cells[2].F64 = 1.5;
      // The first call of each function looks up how the host enters it.
      T.call(I >= Cycle,
             [&] { E->call(C, *Loaded, tast::FunctionId(Turn), Cells); });
    }
    T.finish();
    Timers[Thread] = T;
  };
  std::thread Other(Work, 1);
  Work(0);
  Other.join();

  Run R;
  R.Compiled = E->statistics().Optimized.Compiled;
  for (const CallTimer &T : Timers) {
    R.Longest = std::max(R.Longest, T.Longest);
    R.LongestUndisturbed = std::max(R.LongestUndisturbed, T.LongestUndisturbed);
    R.LongestProcessor = std::max(R.LongestProcessor, T.LongestProcessor);
    R.Waits += T.Waits;
  }
  return R;
}

} // namespace

void measureCompilingStall() {
  constexpr unsigned Runs = 20;
  // The worker is not done by then.
  constexpr unsigned Calls = 24 * Cycle;
  auto M = makeSampleModule(Functions);
  std::vector<double> With, Without, Differences, Undisturbed, Processor;
  std::vector<double> Compiled;
  long Waits = 0;
  for (unsigned I = 0; I < Runs; ++I) {
    const Run On = runThreads(M, true, Calls);
    const Run Off = runThreads(M, false, Calls);
    With.push_back(On.Longest);
    Without.push_back(Off.Longest);
    Differences.push_back(On.Longest - Off.Longest);
    Undisturbed.push_back(On.LongestUndisturbed - Off.LongestUndisturbed);
    Processor.push_back(On.LongestProcessor - Off.LongestProcessor);
    Compiled.push_back(On.Compiled);
    Waits += On.Waits;
  }
  std::printf(
      "longest call of %u threads while what they call is compiled, us "
      "(medians "
      "of %u runs; %.0f of %u functions compiled in each)\n"
      "  compiling %.1f, not compiling %.1f, difference %.1f (at most 20)\n"
      "  difference of calls that kept their processor %.1f, in the "
      "callers' processor time %.1f; the callers waited %ld times in all\n",
      Threads, Runs, median(Compiled), Functions, median(With), median(Without),
      median(Differences), median(Undisturbed), median(Processor), Waits);
}

} // namespace jitrun
