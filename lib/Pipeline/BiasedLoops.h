#ifndef JITRUN_PIPELINE_BIASEDLOOPS_H
#define JITRUN_PIPELINE_BIASEDLOOPS_H

#include "llvm/IR/PassManager.h"

namespace jitrun {

/// Keeps LLVM from vectorising cheap innermost loops that nearly always go one
/// way, and whose elements lie apart in memory, such as those of an array of an
/// enum with one dominant variant. In vectors such a loop takes all ways for
/// all elements, loads what each of them needs piece by piece, and still adds
/// up in order; a processor that predicts the branches takes one way only.
class BiasedLoopsPass : public llvm::PassInfoMixin<BiasedLoopsPass> {
public:
  /// Of its remarks, which are filed with the vectoriser's.
  static constexpr char RemarkName[] = "BiasedLoop";

  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_BIASEDLOOPS_H
