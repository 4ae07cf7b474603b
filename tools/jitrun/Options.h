#ifndef JITRUN_TOOLS_JITRUN_OPTIONS_H
#define JITRUN_TOOLS_JITRUN_OPTIONS_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jitrun::tool {

enum class TierChoice : uint8_t { Evaluator, Baseline, Optimized, Auto };
enum class Stage : uint8_t {
  None,
  Tokens,
  AST,
  Typed,
  IR,
  Assembly,
  Profile,
  Plan
};
enum class StatsFormat : uint8_t { None, Text, JSON };

/// What tests make happen everywhere: engine::ForceMode.
enum class ForceChoice : uint8_t { None, OSR, Deopt, Both };

/// What the command line asks for.
struct Options {
  /// Path of the program, "-" for standard input; unused with an Expression.
  std::string File;
  std::optional<std::string> Expression;
  /// The program's `args`.
  std::vector<std::string> Arguments;

  TierChoice Tier = TierChoice::Auto;
  Stage Dump = Stage::None;
  std::string DumpFunction;   ///< Empty: all.
  uint32_t TraceChannels = 0; ///< TraceSink::bit of each.
  StatsFormat Stats = StatsFormat::None;
  /// Unset: the engine's defaults.
  std::optional<uint64_t> CallThreshold;
  std::optional<uint64_t> LoopThreshold;
  std::optional<unsigned> Neighbours;
  bool SyncCompile = false;
  bool Counters = true;
  bool Speculate = true;
  bool Explain = false;
  std::string ExplainFunction; ///< Empty: all.
  bool NoOSR = false;
  ForceChoice Force = ForceChoice::None;
  bool CheckLeaks = false;
  bool Verbose = false;
  uint64_t MaxMemory = 0; ///< In bytes; 0: no limit.
  uint64_t MaxCode = 0;   ///< Likewise.
  uint64_t TimeoutNs = 0; ///< 0: none.
};

/// Parses the command line. Prints help, version or a usage error itself and
/// then gives the exit code (0 or 2) instead of options.
std::optional<Options> parseOptions(int Argc, char **Argv, int &ExitCode);

} // namespace jitrun::tool

#endif // JITRUN_TOOLS_JITRUN_OPTIONS_H
