#ifndef JITRUN_FUZZ_DIFFERENTIAL_ISOLATED_H
#define JITRUN_FUZZ_DIFFERENTIAL_ISOLATED_H

#include "fuzz/Differential/Differential.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace jitrun::fuzz {

/// compareTiers() in a child process, so that a crash or an endless run is a
/// finding like others ("crash-11-optimized", "hang-evaluator"). The calling
/// process must have no other threads.
class IsolatedComparison {
public:
  explicit IsolatedComparison(std::string Text);
  ~IsolatedComparison();
  IsolatedComparison(const IsolatedComparison &) = delete;
  IsolatedComparison &operator=(const IsolatedComparison &) = delete;

  /// What to poll for reading.
  int descriptor() const { return ReadEnd; }
  /// Reads what has come, ends the child when it is over its time; the answer
  /// once there is one.
  std::optional<Comparison> progress();

private:
  Comparison finish(bool Hung);

  struct Shared;
  std::string Received;
  Shared *Memory;
  int Child = -1;
  int ReadEnd = -1;
  int64_t DeadlineNs;
};

/// Waits for it.
Comparison compareIsolated(const std::string &Text);

} // namespace jitrun::fuzz

#endif // JITRUN_FUZZ_DIFFERENTIAL_ISOLATED_H
