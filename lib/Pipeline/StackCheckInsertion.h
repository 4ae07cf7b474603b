#ifndef JITRUN_PIPELINE_STACKCHECKINSERTION_H
#define JITRUN_PIPELINE_STACKCHECKINSERTION_H

#include "llvm/IR/PassManager.h"

namespace jitrun {

/// Makes functions compare their frame's address with the context's stack
/// limit, so that deep recursion traps and calls without end can be stopped.
///
/// Only functions that still call others which may call on, once on the way to
/// those calls, and functions with a large frame, at their entry: the frames of
/// the rest, and of the runtime, are covered by the slack below the limit. Runs
/// when all inlining is done, so inlined bodies have none. Needs
/// pinContextArguments().
class StackCheckInsertionPass
    : public llvm::PassInfoMixin<StackCheckInsertionPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_STACKCHECKINSERTION_H
