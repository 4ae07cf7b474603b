#ifndef JITRUN_TOOLS_JITRUN_RUNNERS_H
#define JITRUN_TOOLS_JITRUN_RUNNERS_H

#include "Support/SourceManager.h"
#include "TypedAST/TypedAST.h"

#include <memory>

namespace jitrun::tool {

struct Options;

/// Each runs the main program of \p M (or, runEngine only, dumps it) and gives
/// the exit code; output, traps and statistics go where a user expects them.
int runEvaluator(const SourceManager &Sources,
                 std::shared_ptr<const tast::Module> M, const Options &O);
int runEngine(const SourceManager &Sources,
              std::shared_ptr<const tast::Module> M, const Options &O);

} // namespace jitrun::tool

#endif // JITRUN_TOOLS_JITRUN_RUNNERS_H
