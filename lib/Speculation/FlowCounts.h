#ifndef JITRUN_SPECULATION_FLOWCOUNTS_H
#define JITRUN_SPECULATION_FLOWCOUNTS_H

#include "Profile/FunctionProfile.h"
#include "TypedAST/TypedAST.h"

namespace jitrun::speculation {

/// Fills in what baseline code does not count because it follows: how often
/// each branch of \p F was come to, and each loop.
///
/// As often as control reaches a statement, it reached the one before and did
/// not leave there. So calls, arms taken and iterations say all. Counts that do
/// not fit together (other threads lose ticks; a call is under way) are
/// adjusted, never negative.
void completeCounts(const tast::Function &F, FunctionProfile &P);

/// How often control came to each call in a function.
struct CallCounts {
  /// Of a function, in the order of the body.
  std::vector<uint64_t> Direct;
  /// Of a function value, by the number of its site.
  std::vector<uint64_t> Values;
};

/// \p P must be complete; both are empty if it is not of \p F.
CallCounts countCalls(const tast::Function &F, const FunctionProfile &P);

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_FLOWCOUNTS_H
