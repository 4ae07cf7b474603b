#ifndef JITRUN_ENGINE_CHRONICLE_H
#define JITRUN_ENGINE_CHRONICLE_H

#include "Engine/Compiler.h"
#include "Engine/Explanation.h"

#include <chrono>
#include <mutex>
#include <unordered_map>

namespace jitrun {
struct OptimizationReport;
}

namespace jitrun::engine {

/// Writes down what happens to functions, if an engine is asked to explain;
/// else does nothing. Thread-safe.
class Chronicle {
public:
  explicit Chronicle(bool Enabled) : Enabled(Enabled) {}

  bool enabled() const { return Enabled; }

  void note(const LoadedModule &M, tast::FunctionId F, TierStep Step);

  /// What came of an optimised \p Job; its first root, or else the function of
  /// its continuation, is who it is about.
  void noteCode(const CompileJob &Job, const OptimizationReport &Report);

  /// A running call moves to the continuation of a loop.
  void noteEntry(const LoadedModule &M, tast::FunctionId F, tast::LoopId Loop);

  /// In the order of function ids; only functions that were compiled.
  std::vector<FunctionExplanation> explain(const LoadedModule &M) const;

private:
  const bool Enabled;
  const std::chrono::steady_clock::time_point Start =
      std::chrono::steady_clock::now();
  mutable std::mutex Mutex;
  /// By engine-wide index.
  std::unordered_map<uint32_t, FunctionExplanation> Stories;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_CHRONICLE_H
