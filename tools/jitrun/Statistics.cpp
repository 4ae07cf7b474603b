#include "Statistics.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace jitrun::tool {

static double milliseconds(uint64_t Nanoseconds) { return Nanoseconds / 1e6; }

std::string statisticsText(const engine::EngineStatistics &S) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Out << llvm::formatv("{0,-24} {1,-10} {2,12} {3,14} {4,12} {5,12} {6,10}\n",
                       "function", "tier", "calls", "back edges", "-O0 ms",
                       "-O3 ms", "bytes");
  for (const engine::FunctionStatistics &F : S.Functions) {
    Out << llvm::formatv(
        "{0,-24} {1,-10} {2,12} {3,14} {4,12:f3} {5,12:f3} {6,10}\n", F.Name,
        F.Tier, F.Calls, F.BackEdges, milliseconds(F.Baseline.Nanoseconds),
        milliseconds(F.Optimized.Nanoseconds),
        F.Baseline.CodeBytes + F.Optimized.CodeBytes);
  }
  Out << llvm::formatv(
      "functions: {0} loaded, {1} compiled, {2} compiled and never called\n",
      S.Loaded, S.Compiled, S.Uncalled);
  Out << llvm::formatv(
      "baseline: {0} compiled in {1:f3} ms, {2} bytes\n", S.Baseline.Compiled,
      milliseconds(S.Baseline.Nanoseconds), S.Baseline.CodeBytes);
  Out << llvm::formatv(
      "optimized: {0} compiled in {1:f3} ms, {2} bytes; {3} swapped in\n",
      S.Optimized.Compiled, milliseconds(S.Optimized.Nanoseconds),
      S.Optimized.CodeBytes, S.Swaps);
  Out << llvm::formatv("loops: {0} continuations compiled, entered {1} times; "
                       "optimized code was left {2} times\n",
                       S.LoopsCompiled, S.LoopEntries, S.Deopts);
  Out << llvm::formatv("code memory: {0} bytes in use; {1} versions freed\n",
                       S.CodeMemoryBytes, S.Retired);
  return Text;
}

static llvm::json::Object tierJSON(const engine::TierStatistics &T) {
  return llvm::json::Object{{"compiled", int64_t(T.Compiled)},
                            {"nanoseconds", int64_t(T.Nanoseconds)},
                            {"code_bytes", int64_t(T.CodeBytes)}};
}

std::string statisticsJSON(const engine::EngineStatistics &S) {
  llvm::json::Array Functions;
  for (const engine::FunctionStatistics &F : S.Functions)
    Functions.push_back(
        llvm::json::Object{{"name", F.Name},
                           {"tier", F.Tier},
                           {"calls", int64_t(F.Calls)},
                           {"back_edges", int64_t(F.BackEdges)},
                           {"uncalled", F.Uncalled},
                           {"baseline", tierJSON(F.Baseline)},
                           {"optimized", tierJSON(F.Optimized)}});
  llvm::json::Object Root{{"functions", std::move(Functions)},
                          {"loaded", int64_t(S.Loaded)},
                          {"compiled", int64_t(S.Compiled)},
                          {"uncalled", int64_t(S.Uncalled)},
                          {"swaps", int64_t(S.Swaps)},
                          {"retired", int64_t(S.Retired)},
                          {"loops_compiled", int64_t(S.LoopsCompiled)},
                          {"loop_entries", int64_t(S.LoopEntries)},
                          {"deopts", int64_t(S.Deopts)},
                          {"baseline", tierJSON(S.Baseline)},
                          {"optimized", tierJSON(S.Optimized)},
                          {"code_memory_bytes", int64_t(S.CodeMemoryBytes)}};
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Out << llvm::formatv("{0:2}", llvm::json::Value(std::move(Root))) << '\n';
  return Text;
}

} // namespace jitrun::tool
