#ifndef JITRUN_PIPELINE_LOOPVERSIONS_H
#define JITRUN_PIPELINE_LOOPVERSIONS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace llvm {
class DominatorTree;
class Loop;
class LoopInfo;
class ScalarEvolution;
class Value;
} // namespace llvm

namespace jitrun {

/// Gives \p L, a loop in simplified and LCSSA form that is safe to clone, a
/// copy that runs in its place when \p UseCopy, computed in the preheader, is
/// true, which is expected. \p Change may alter the copy, whose exits are not
/// connected yet; it gets the copies of all values. Returns the copy.
llvm::Loop *
cloneLoopIf(llvm::Loop &L, llvm::Value *UseCopy, llvm::LoopInfo &LI,
            llvm::DominatorTree &DT, llvm::ScalarEvolution &SE,
            llvm::function_ref<void(llvm::ValueToValueMapTy &)> Change);

/// The number of instructions of \p L.
unsigned sizeOf(const llvm::Loop &L);

} // namespace jitrun

#endif // JITRUN_PIPELINE_LOOPVERSIONS_H
