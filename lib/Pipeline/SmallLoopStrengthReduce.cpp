#include "Pipeline/SmallLoopStrengthReduce.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopStrengthReduce.h"

using namespace jitrun;
using namespace llvm;

/// Polls included.
static constexpr size_t MaxInstructions = 24;

static bool isSmallAndScalar(const Loop &L) {
  size_t Count = 0;
  for (const BasicBlock *BB : L.blocks()) {
    Count += BB->size();
    if (Count > MaxInstructions)
      return false;
    for (const Instruction &I : *BB)
      if (I.getType()->isVectorTy())
        return false;
  }
  return true;
}

PreservedAnalyses
SmallLoopStrengthReducePass::run(Loop &L, LoopAnalysisManager &AM,
                                 LoopStandardAnalysisResults &Results,
                                 LPMUpdater &Updater) {
  if (!L.isInnermost() || !isSmallAndScalar(L))
    return PreservedAnalyses::all();
  return LoopStrengthReducePass().run(L, AM, Results, Updater);
}
