#ifndef JITRUN_PIPELINE_PREDICTIVECOMMONING_H
#define JITRUN_PIPELINE_PREDICTIVECOMMONING_H

#include "llvm/IR/PassManager.h"

namespace jitrun {

/// Lets an innermost loop keep in registers what its next iterations would load
/// again, such as the columns of a window that moves along a row: it unrolls
/// the loop, so that LLVM sees the loads side by side and drops the repeated
/// ones, whatever checks are left in the loop (LLVM unrolls no loop with a
/// second exit). Where the loop stores to places that may be the same, a copy
/// is made of it, and the preheader chooses it if stores and repeated loads
/// turn out to be disjoint and there are enough iterations.
///
/// For loops that the vectoriser has left alone. The transformation is O'Brien,
/// Predictive Commoning: A method of optimizing loops containing references to
/// consecutive array elements (IBM, 1990); GCC has a pass of this name.
class PredictiveCommoningPass
    : public llvm::PassInfoMixin<PredictiveCommoningPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_PREDICTIVECOMMONING_H
