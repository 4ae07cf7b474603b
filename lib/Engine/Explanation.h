#ifndef JITRUN_ENGINE_EXPLANATION_H
#define JITRUN_ENGINE_EXPLANATION_H

#include "Speculation/History.h"
#include "Speculation/Plan.h"
#include "TypedAST/TypedAST.h"

#include <cstdint>
#include <string>
#include <vector>

namespace jitrun::engine {

/// One thing that happened to a function, and when.
struct TierStep {
  enum class Kind : uint8_t {
    /// First called, and compiled at once; at baseline.
    Called,
    /// Compiled along with function Other.
    AlongWith,
    /// First called, and optimised at once.
    StartedOptimized,
    /// A counter tripped: Count calls, or iterations.
    HotByCalls,
    HotByLoops,
    /// Was in the queue for too long while it was not called any more, or there
    /// was no room.
    Shed,
    /// Something that its code assumed failed too often.
    Withdrawn,
    /// What its code expected has not come for a while.
    Outdated,
    /// Runs baseline code again, to be counted anew.
    StartedOver,
    /// Optimised code runs, of version Count.
    Optimized,
    /// It could not be optimised: Text says why.
    Settled,
  };

  Kind What;
  uint64_t Nanoseconds = 0; ///< Since the engine was made.
  uint64_t Took = 0;        ///< Of this, compiling and linking.
  uint64_t Count = 0;
  tast::FunctionId Other{};
  std::string Text = {};
};

/// A call in optimised code.
struct CallNote {
  tast::FunctionId In{}; ///< Whose text it is in.
  tast::SiteId Site{};
  tast::FunctionId Callee{};
  bool Inlined = false;
  std::string Why; ///< If it is not.

  bool operator==(const CallNote &) const = default;
};

/// A loop in optimised code.
struct LoopNote {
  tast::FunctionId In{};
  tast::LoopId Loop{};
  /// Elements in one vector; 0: not vectorised.
  uint32_t Width = 0;
  /// Vectors, or iterations, that one turn of the loop handles; 0: all, so that
  /// there is no loop any more.
  uint32_t Interleaved = 1;
  std::string Why; ///< If it is not vectorised.
};

/// A run-time check in optimised code.
struct CheckNote {
  enum class Fate : uint8_t {
    /// Proved to hold.
    Proved,
    /// Made before its loop, for all iterations together.
    Hoisted,
    /// Made each time.
    Kept,
  };

  tast::FunctionId In{};
  tast::SiteId Site{};
  const char *What = ""; ///< "bounds check" and so on.
  Fate Became = Fate::Kept;
};

/// The story of one function, for people.
struct FunctionExplanation {
  tast::FunctionId Function{};
  const char *Tier = "";
  std::vector<TierStep> Steps;
  /// Of the last optimised version.
  speculation::FunctionPlan Plan;
  std::vector<CallNote> Calls;
  std::vector<LoopNote> Loops;
  std::vector<CheckNote> Checks;
  /// Assumptions that did not hold, of all versions.
  std::vector<speculation::FailureRecord> Failures;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_EXPLANATION_H
