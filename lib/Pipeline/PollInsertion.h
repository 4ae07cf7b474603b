#ifndef JITRUN_PIPELINE_POLLINSERTION_H
#define JITRUN_PIPELINE_POLLINSERTION_H

#include "llvm/IR/PassManager.h"

namespace jitrun {

/// Makes loops look at the context's interrupt word, so that they can be
/// stopped.
///
/// Innermost counted loops are cut into strips of some microseconds with a poll
/// between them, others poll in each iteration, and loops that are known to be
/// over soon not at all. Runs when all loop passes are done, as a poll in the
/// body would keep them from vectorising. Needs pinContextArguments().
class PollInsertionPass : public llvm::PassInfoMixin<PollInsertionPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_POLLINSERTION_H
