#ifndef JITRUN_PROFILE_FUNCTIONPROFILE_H
#define JITRUN_PROFILE_FUNCTIONPROFILE_H

#include "ABI/ExecutionContext.h"
#include "Profile/SiteCounts.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace jitrun {

/// What was seen of one function up to a moment. A value.
///
/// Each vector goes by the numbers of Speculation/ProfileSites; all are empty
/// if the function never ran at baseline.
struct FunctionProfile {
  uint64_t Calls = 0;
  uint64_t BackEdges = 0;
  std::vector<BranchCount> Branches;
  std::vector<LoopCount> Loops;
  std::vector<ValueCount> Values;
  std::vector<ArrayCount> Arrays;
  /// By the function's number in its module.
  std::vector<TargetCount> Callees;
  /// By abi::heldKinds() of the operands.
  std::vector<TargetCount> Tags;

  bool operator==(const FunctionProfile &) const = default;
};

/// The counters of one function while code runs that ticks them.
///
/// Counters count down to a trip; what was counted before the last rearming is
/// kept here. The memory belongs to the engine. Reading and rearming race with
/// generated code on purpose: a tick may be lost, none is invented. rearm()
/// is for one thread at a time.
class LiveProfile {
public:
  LiveProfile() = default;
  explicit LiveProfile(abi::FunctionCounters *Counters) : Counters(Counters) {}

  /// \p Memory: Layout.size() bytes, zero at first, aligned for words; null if
  /// there are no sites.
  void setSites(const SiteLayout &Layout, void *Memory) {
    this->Layout = Layout;
    Sites = static_cast<char *>(Memory);
  }
  const SiteLayout &layout() const { return Layout; }
  void *sites() const { return Sites; }
  abi::FunctionCounters *counters() const { return Counters; }

  /// From now on, be due after so many calls and so many back edges. Counters
  /// trip more often than that: calls where arguments are due to be sampled,
  /// back edges once in PollPeriod.
  void rearm(int64_t CallsToTrip, int64_t BackEdgesToTrip);

  /// After a trip: whether what rearm() was told has come to pass. If not, the
  /// counter that tripped goes on to its next trip. As rearm().
  bool isDue();

  /// Forgets all that was counted; one call is under way.
  void restart();

  /// One call's arguments: \p Cells are the scalars of the value sites, then
  /// the references (abi::ArrayHeader) of the array sites, in their order.
  void sampleArguments(const uint64_t *Cells);

  uint64_t calls() const;
  uint64_t backEdges() const;
  /// What was counted; what follows from it (BranchCount::Executed,
  /// LoopCount::Entries) is left at 0.
  FunctionProfile snapshot() const;

private:
  /// The most calls to the next trip.
  int64_t callsPeriod() const;

  abi::FunctionCounters *Counters = nullptr;
  SiteLayout Layout;
  char *Sites = nullptr;
  /// Ticks so far = base - counter.
  int64_t CallsBase = 0;
  int64_t BackEdgesBase = 0;
  /// Ticks that are to follow when the counters have tripped.
  int64_t CallsLeft = 0;
  int64_t BackEdgesLeft = 0;
};

} // namespace jitrun

#endif // JITRUN_PROFILE_FUNCTIONPROFILE_H
