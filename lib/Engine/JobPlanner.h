#ifndef JITRUN_ENGINE_JOBPLANNER_H
#define JITRUN_ENGINE_JOBPLANNER_H

#include "Engine/Compiler.h"
#include "Engine/LoadedModule.h"

#include <functional>

namespace jitrun::engine {

/// The callees that are unborn and as good as certain to be called once \p F
/// runs, small enough that compiling them along with it is cheaper than later,
/// one by one. Without \p F, and without those that \p MayJoin rejects.
std::vector<tast::FunctionId>
chooseNeighbours(const LoadedModule &M, tast::FunctionId F, size_t MaxFunctions,
                 const std::function<bool(tast::FunctionId)> &MayJoin);

/// What baseline code has counted of \p F until now.
FunctionProfile profileOf(const LoadedModule &M, tast::FunctionId F);

/// The job of optimising \p F as its version \p Version, with those callees'
/// bodies that promise most and the profile of all of these as it is now.
CompileJob planOptimization(LoadedModule &M, tast::FunctionId F,
                            uint32_t Version,
                            const speculation::PlannerOptions &Limits);

/// The same for the continuation of \p F at a loop's latch.
CompileJob planLoopEntry(LoadedModule &M, tast::FunctionId F, tast::LoopId Loop,
                         const speculation::PlannerOptions &Limits);

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_JOBPLANNER_H
