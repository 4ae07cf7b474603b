#ifndef JITRUN_PIPELINE_POLLINSERTION_H
#define JITRUN_PIPELINE_POLLINSERTION_H

#include "llvm/IR/PassManager.h"

namespace jitrun {

/// Makes each loop look at the context's interrupt word once an iteration, so
/// that it can be stopped.
///
/// Runs when all loop passes are done, as a poll in the body would keep them
/// from vectorising; so a vectorised loop polls once a vector. Loops that are
/// known to be over soon do not poll. Needs pinContextArguments().
class PollInsertionPass : public llvm::PassInfoMixin<PollInsertionPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_POLLINSERTION_H
