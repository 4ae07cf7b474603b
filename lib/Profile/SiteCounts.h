#ifndef JITRUN_PROFILE_SITECOUNTS_H
#define JITRUN_PROFILE_SITECOUNTS_H

#include "ABI/TargetCount.h"

#include <array>
#include <cstddef>
#include <cstdint>

/// What is known of the sites of a function. Baseline code counts in one block,
/// with a fixed number of bytes for each site.
///
/// Words are read and written one by one without locks: threads that run the
/// same function may lose a tick, never invent one.
namespace jitrun {

/// An `if`, so also an arm of a `match`. Baseline code counts a word, Taken;
/// the other follows from the tree (Speculation/FlowCounts).
struct BranchCount {
  uint64_t Taken = 0;    ///< Times the condition held.
  uint64_t Executed = 0; ///< Times it was evaluated.

  bool operator==(const BranchCount &) const = default;
};

/// A loop. Baseline code counts a word, Iterations.
struct LoopCount {
  uint64_t Entries = 0;    ///< Times it was come to.
  uint64_t Iterations = 0; ///< Times its body was begun.

  bool operator==(const LoopCount &) const = default;
};

/// A scalar parameter, looked at in a sample of the calls.
struct ValueCount {
  uint64_t Bits = 0; ///< The first value seen, extended to 64 bits.
  uint32_t Same = 0; ///< Samples that had this value.
  uint32_t Seen = 0; ///< All samples.

  bool isConstant() const { return Seen && Same == Seen; }
  bool operator==(const ValueCount &) const = default;
};

/// An array parameter, looked at in the same samples.
struct ArrayCount {
  static constexpr size_t Lengths = 3;

  uint32_t Seen = 0;
  uint32_t UnitInner = 0;  ///< Samples whose last stride was 1.
  uint32_t Contiguous = 0; ///< Samples without gaps, row by row.
  uint32_t SameShape = 0;  ///< Samples with the shape of the first sample.
  /// Samples with the shape that the function's first array parameter of this
  /// rank had in the same call.
  uint32_t LikeLeader = 0;
  uint32_t Reserved = 0;
  /// Of the first sample: its lengths, as many as fit; the last is the product
  /// of all that are left.
  std::array<int64_t, Lengths> Shape{};

  bool operator==(const ArrayCount &) const = default;
};

using abi::TargetCount;

/// How many sites of each kind a function has, and where they lie in its block.
struct SiteLayout {
  /// The loops that have a site; or there is only one, and its iterations are
  /// the function's back edges.
  uint32_t Loops = 0;
  bool OnlyLoop = false;
  uint32_t Values = 0;
  uint32_t Arrays = 0;
  uint32_t Callees = 0;
  uint32_t Tags = 0;
  uint32_t Branches = 0;

  constexpr size_t loopAt(size_t I) const { return I * sizeof(uint64_t); }
  constexpr size_t valueAt(size_t I) const {
    return loopAt(Loops) + I * sizeof(ValueCount);
  }
  constexpr size_t arrayAt(size_t I) const {
    return valueAt(Values) + I * sizeof(ArrayCount);
  }
  constexpr size_t calleeAt(size_t I) const {
    return arrayAt(Arrays) + I * sizeof(TargetCount);
  }
  constexpr size_t tagsAt(size_t I) const {
    return calleeAt(Callees) + I * sizeof(TargetCount);
  }
  constexpr size_t branchAt(size_t I) const {
    return tagsAt(Tags) + I * sizeof(uint64_t);
  }
  constexpr size_t size() const { return branchAt(Branches); }

  bool operator==(const SiteLayout &) const = default;
};

/// Baseline code looks at its arguments once in so many calls; later ever more
/// rarely, whenever it has been called a 32nd more often than at the last look,
/// but never more rarely than MaxSamplePeriod.
inline constexpr int64_t SamplePeriod = 64, MaxSamplePeriod = 4096;
inline constexpr int64_t SampleGrowth = 32;

} // namespace jitrun

#endif // JITRUN_PROFILE_SITECOUNTS_H
