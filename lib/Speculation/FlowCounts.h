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

/// How often control came to each call of a function in \p F, in the order of
/// its body. \p P must be complete.
std::vector<uint64_t> countCalls(const tast::Function &F,
                                 const FunctionProfile &P);

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_FLOWCOUNTS_H
