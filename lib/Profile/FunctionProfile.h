#ifndef JITRUN_PROFILE_FUNCTIONPROFILE_H
#define JITRUN_PROFILE_FUNCTIONPROFILE_H

#include "ABI/ExecutionContext.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace jitrun {

/// Two words that baseline code counts up at each counted branch, without
/// atomics; they wrap after 2^32.
struct BranchCount {
  uint32_t Taken = 0;    ///< Times the condition held.
  uint32_t Executed = 0; ///< Times it was evaluated.

  bool operator==(const BranchCount &) const = default;
};
static_assert(sizeof(BranchCount) == 8 && offsetof(BranchCount, Executed) == 4,
              "IRGen's instrumentation relies on it");

/// What was seen of one function up to a moment. A value.
struct FunctionProfile {
  uint64_t Calls = 0;
  uint64_t BackEdges = 0;
  /// By branch number; empty if the function has none or never ran at baseline.
  std::vector<BranchCount> Branches;

  bool operator==(const FunctionProfile &) const = default;
};

/// The counters of one function while code runs that ticks them.
///
/// Counters count down to a trip; what was counted before the last rearming is
/// kept here. The memory belongs to the engine. Reading and rearming race with
/// generated code on purpose: a tick may be lost, none is invented. rearm() is
/// for one thread at a time.
class LiveProfile {
public:
  LiveProfile() = default;
  explicit LiveProfile(abi::FunctionCounters *Counters) : Counters(Counters) {}

  void setBranches(std::span<BranchCount> Counts) { Branches = Counts; }
  std::span<BranchCount> branches() const { return Branches; }
  abi::FunctionCounters *counters() const { return Counters; }

  /// From now on, trip after so many calls and so many back edges.
  void rearm(int64_t CallsToTrip, int64_t BackEdgesToTrip);

  uint64_t calls() const;
  uint64_t backEdges() const;
  FunctionProfile snapshot() const;

private:
  abi::FunctionCounters *Counters = nullptr;
  std::span<BranchCount> Branches;
  /// Ticks so far = base - counter.
  int64_t CallsBase = 0;
  int64_t BackEdgesBase = 0;
};

} // namespace jitrun

#endif // JITRUN_PROFILE_FUNCTIONPROFILE_H
