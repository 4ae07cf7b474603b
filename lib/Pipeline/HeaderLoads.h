#ifndef JITRUN_PIPELINE_HEADERLOADS_H
#define JITRUN_PIPELINE_HEADERLOADS_H

#include "llvm/IR/PassManager.h"

namespace jitrun {

/// Reads each word of an array's header once.
///
/// Only the count in a header changes while the array lives, so loads of
/// another word through one reference agree, whatever is called in between.
/// They are made where the reference comes to be if it is known to be valid
/// there, else a dominating one serves. To tell LLVM so by `!invariant.load`
/// would be wrong: it also sinks such loads, to where the array is freed.
class HeaderLoadsPass : public llvm::PassInfoMixin<HeaderLoadsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_HEADERLOADS_H
