#ifndef JITRUN_FUZZ_DIFFERENTIAL_DIFFERENTIAL_H
#define JITRUN_FUZZ_DIFFERENTIAL_DIFFERENTIAL_H

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jitrun::fuzz {

/// What can be seen of one run of a program.
struct Behaviour {
  std::string Output;
  /// Kind, message and call stack of a trap, a line each; else empty.
  std::string Trap;
  /// Heap objects (or bytes) that the run left alive.
  size_t Leaked = 0;
};

/// What is wrong with a program, or with what runs it.
enum class Verdict {
  Agrees,
  /// The checker does not take it.
  Rejected,
  /// It hit a limit of time, memory or stack, which need not strike everywhere
  /// at the same place.
  Limited,
  Differs,
};

struct Comparison {
  Verdict Result = Verdict::Agrees;
  /// The evaluator's, once there is one.
  Behaviour Oracle;
  /// For people: the diagnostics, or which configuration differs and where.
  std::string Report;
  /// The first word of Report's finding, such as "baseline-output": stays the
  /// same while a program is made smaller.
  std::string Finding;
};

/// Runs a program in the evaluator, then in every configuration of the engine
/// (more than once, as the second run meets other code), and compares.
///
/// In this process: a crash of compiled code is a crash of the caller.
///
/// \p OnStage, if given, is told which configuration comes next.
Comparison compareTiers(std::string_view Text,
                        const std::function<void(const char *)> &OnStage = {});

} // namespace jitrun::fuzz

#endif // JITRUN_FUZZ_DIFFERENTIAL_DIFFERENTIAL_H
