#ifndef JITRUN_TOOLS_JITRUN_EXPLAIN_H
#define JITRUN_TOOLS_JITRUN_EXPLAIN_H

#include "Engine/Explanation.h"
#include "Support/SourceManager.h"

#include <string>
#include <vector>

namespace jitrun::tool {

/// `--explain`: what became of each function and why, for people. Of the
/// functions named \p Only, or of all if it is empty.
std::string explanationText(const std::vector<engine::FunctionExplanation> &All,
                            const tast::Module &M, const SourceManager &Sources,
                            const std::string &Only);

} // namespace jitrun::tool

#endif // JITRUN_TOOLS_JITRUN_EXPLAIN_H
