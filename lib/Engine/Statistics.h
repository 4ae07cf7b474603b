#ifndef JITRUN_ENGINE_STATISTICS_H
#define JITRUN_ENGINE_STATISTICS_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace jitrun::engine {

/// What one tier cost, for one function or for all.
struct TierStatistics {
  uint32_t Compiled = 0;    ///< Versions made.
  uint64_t Nanoseconds = 0; ///< Compiling and linking them.
  uint64_t CodeBytes = 0;   ///< Machine code of all versions made.
};

struct FunctionStatistics {
  std::string Name;
  /// "unborn", "baseline" or "optimized": what a call would run now.
  const char *Tier = "unborn";
  /// Counted by baseline code only.
  uint64_t Calls = 0;
  uint64_t BackEdges = 0;
  /// Compiled along with another and never called.
  bool Uncalled = false;
  TierStatistics Baseline;
  TierStatistics Optimized;
};

/// A picture of an engine at one moment. Counters are approximate while other
/// threads run.
struct EngineStatistics {
  /// Those that were compiled, in order of module and function.
  std::vector<FunctionStatistics> Functions;
  uint32_t Loaded = 0;        ///< Functions known.
  uint32_t Compiled = 0;      ///< Functions that have code.
  uint32_t Uncalled = 0;      ///< Of these, never called.
  uint32_t Swaps = 0;         ///< Optimised versions published over others.
  uint32_t Retired = 0;       ///< Old versions freed.
  uint32_t LoopsCompiled = 0; ///< Optimised continuations of loops.
  uint64_t LoopEntries = 0;   ///< Times baseline code was left for one of them.
  uint64_t Deopts = 0;        ///< Times optimised code was left for baseline.
  TierStatistics Baseline;
  TierStatistics Optimized;
  uint64_t CodeMemoryBytes = 0; ///< In use now, with data.
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_STATISTICS_H
