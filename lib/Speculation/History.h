#ifndef JITRUN_SPECULATION_HISTORY_H
#define JITRUN_SPECULATION_HISTORY_H

#include "Profile/FunctionProfile.h"
#include "Profile/SiteCounts.h"
#include "Speculation/Plan.h"

#include <optional>
#include <vector>

namespace jitrun::speculation {

/// How one assumption about a function has fared.
struct FailureRecord {
  AssumptionKind Kind;
  uint32_t Site = 0;
  /// The failures of all versions, and those of the present one.
  uint64_t Failures = 0;
  uint64_t Recent = 0;
  /// What was there instead, the last time.
  uint64_t Seen = 0;
  bool Withdrawn = false;

  bool operator==(const FailureRecord &) const = default;
};

/// What a function's assumptions have come to over its versions, and so when it
/// is to be compiled again. Keeps a program that changes its mind from being
/// compiled for ever: each round of recompilation takes twice as many failures
/// as the one before, and after the last nothing is assumed any more.
///
/// Not thread-safe.
class History {
public:
  /// Failures of one assumption before it is withdrawn, in the first round.
  static constexpr uint64_t FirstLimit = 4;
  static constexpr uint32_t MaxRounds = 3;
  /// Samples of misses before code is out of date, in the first round; and how
  /// often it may become so.
  static constexpr uint64_t FirstMisses = 64;
  static constexpr uint32_t MaxRenewals = 3;

  /// An assumption did not hold: \p Seen was there instead. True: it is
  /// withdrawn now, and the function should be compiled without it.
  bool fail(AssumptionKind Kind, uint32_t Site, uint64_t Seen);

  /// Something came along, in one of a sample of such cases, that the code has
  /// no code of its own for. True: it is out of date now, and the function
  /// should be compiled with a new profile.
  bool miss();

  /// A new version runs.
  void restart();

  /// Code that expected this is given up.
  void remember(const FunctionPlan &P);

  /// What was counted at a site, and where that is something that was expected
  /// and given up before, so that things seem to alternate: the others that
  /// were given up as well. How often they will come is not known; they count
  /// half as often as all that came now.
  TargetCount recall(ExpectationKind Kind, uint32_t Site,
                     TargetCount Counted) const;

  /// Of branches that were once believed to go one way only, and did not, the
  /// last counts say little about the future: makes them go each way in at
  /// least a quarter of the times.
  void temper(FunctionProfile &P) const;

  /// Whether a new version may assume this.
  bool allows(AssumptionKind Kind, uint32_t Site) const;

  /// Times an assumption was withdrawn.
  uint32_t rounds() const { return Rounds; }
  bool hasGivenUp() const { return Rounds >= MaxRounds; }

  /// How much hotter than before a function must be to be compiled again.
  uint32_t backOff() const { return 1u << (Rounds + Renewals); }

  const std::vector<FailureRecord> &records() const { return Records; }

private:
  struct OldExpectation {
    ExpectationKind Kind;
    uint32_t Site;
    uint32_t Target;

    bool operator==(const OldExpectation &) const = default;
  };

  std::vector<FailureRecord> Records;
  /// Of one site the latest first.
  std::vector<OldExpectation> Remembered;
  uint32_t Rounds = 0;
  uint32_t Renewals = 0;
  uint64_t Misses = 0;
};

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_HISTORY_H
