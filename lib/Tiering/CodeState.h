#ifndef JITRUN_TIERING_CODESTATE_H
#define JITRUN_TIERING_CODESTATE_H

#include <cstdint>
#include <string_view>

namespace jitrun {

/// Where a function stands between never called and optimised.
enum class CodeState : uint8_t {
  /// Never called; its slot leads to its trampoline.
  Unborn,
  /// Its first version is being made; who calls it now waits for that.
  Compiling,
  /// Runs baseline code that counts.
  Baseline,
  /// Runs baseline code; waits for a background worker.
  Queued,
  /// Runs baseline code while a worker optimises it.
  Optimizing,
  /// Runs optimised code, which does not count.
  Optimized,
  /// Runs baseline code for ever: optimising it failed.
  Settled,
  /// Could not be compiled at all; calling it traps.
  Failed,
};

std::string_view spelling(CodeState State);

} // namespace jitrun

#endif // JITRUN_TIERING_CODESTATE_H
