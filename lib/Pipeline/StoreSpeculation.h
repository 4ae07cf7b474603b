#ifndef JITRUN_PIPELINE_STORESPECULATION_H
#define JITRUN_PIPELINE_STORESPECULATION_H

#include "llvm/IR/PassManager.h"

namespace jitrun {

/// Makes `if (c) { a[i] = x }` in a small innermost loop an unconditional store
/// of `c ? x : a[i]`, where `a[i]` has been read just before anyway, so that
/// the loop becomes one block and vectorises as minimum, maximum or blend
/// rather than with masked stores, which some processors run slowly.
///
/// LLVM does this only for memory that no other thread can know. Here a thread
/// that reads an element of an array races with any that writes it in any
/// case, and an array that a function may write is never read-only memory.
class StoreSpeculationPass : public llvm::PassInfoMixin<StoreSpeculationPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_STORESPECULATION_H
