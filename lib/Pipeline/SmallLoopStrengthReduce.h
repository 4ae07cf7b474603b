#ifndef JITRUN_PIPELINE_SMALLLOOPSTRENGTHREDUCE_H
#define JITRUN_PIPELINE_SMALLLOOPSTRENGTHREDUCE_H

#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class LPMUpdater;
}

namespace jitrun {

/// LLVM's LoopStrengthReduce, for innermost scalar loops of a few instructions;
/// code generation runs it on no loop
/// (docs/adr/0031-little-strength-reduction.md).
class SmallLoopStrengthReducePass
    : public llvm::PassInfoMixin<SmallLoopStrengthReducePass> {
public:
  llvm::PreservedAnalyses run(llvm::Loop &L, llvm::LoopAnalysisManager &AM,
                              llvm::LoopStandardAnalysisResults &Results,
                              llvm::LPMUpdater &Updater);
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_SMALLLOOPSTRENGTHREDUCE_H
