#ifndef JITRUN_ENGINE_EXPLANATION_H
#define JITRUN_ENGINE_EXPLANATION_H

#include "Speculation/History.h"
#include "Speculation/Plan.h"
#include "TypedAST/TypedAST.h"

#include <cstdint>
#include <optional>
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
    /// A loop of a running call, Loop, has turned Count times: it gets code
    /// that
    /// the call can move to.
    LoopHot,
    /// That code is there; or cannot be: Text says why.
    LoopOptimized,
    LoopSettled,
    /// What was hot has left the queue uncompiled, a loop or the function: Text
    /// says why.
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
    /// It could not be compiled at all: Text says why.
    Failed,
  };

  Kind What;
  uint64_t Nanoseconds = 0; ///< Since the engine was made.
  uint64_t Took = 0;        ///< Of this, compiling and linking.
  uint64_t Count = 0;
  tast::FunctionId Other{};
  /// Of steps that are about one loop.
  std::optional<tast::LoopId> Loop = {};
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

/// What became of one piece of optimised code.
struct CodeExplanation {
  /// The loop in whose middle it is entered; none: it is the whole function.
  std::optional<tast::LoopId> Entry;
  speculation::FunctionPlan Plan;
  std::vector<CallNote> Calls;
  std::vector<LoopNote> Loops;
  std::vector<CheckNote> Checks;
};

/// Running calls that have moved to optimised code at the latch of a loop.
struct LoopEntryNote {
  tast::LoopId Loop{};
  uint64_t Times = 0;
  /// The variables that went along, and how many temporaries did.
  std::vector<tast::SlotId> Moved;
  uint32_t Temporaries = 0;
};

/// The story of one function, for people.
struct FunctionExplanation {
  tast::FunctionId Function{};
  const char *Tier = "";
  std::vector<TierStep> Steps;
  /// The last optimised version; if there is none, what its loops lead to.
  std::vector<CodeExplanation> Codes;
  std::vector<LoopEntryNote> Entries;
  /// Assumptions that did not hold, of all versions.
  std::vector<speculation::FailureRecord> Failures;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_EXPLANATION_H
