#ifndef JITRUN_PIPELINE_BOUNDSCHECKHOIST_H
#define JITRUN_PIPELINE_BOUNDSCHECKHOIST_H

#include "llvm/IR/PassManager.h"

namespace jitrun {

/// Gives loops with range checks a version without them.
///
/// A check leaves its loop to a trap block unless a comparison holds, such as
/// `i <u length`. Where its truth in all iterations follows from values known
/// before the loop, this computes, in the preheader, whether no check can
/// fail, and chooses between the loop as it was, which traps exactly where it
/// always did, and a copy without the checks, which LLVM can then vectorise.
/// So a hoisted check never traps early: it chooses a version.
///
/// Checks understood: comparisons of a value that changes by a constant, or by
/// a positive value known before the loop, from iteration to iteration (also
/// narrower and extended, if by a constant) with one that does not change, of
/// two values that do not change, and conjunctions of them, in a loop that has
/// some exit besides traps whose count is computable.
///
/// Nests are versioned as a whole by the checks that each iteration makes, so
/// that the decision is made once; then innermost loops by themselves. LLVM
/// vectorises loops with countable exits, so those with no worse checks are
/// left alone unless \p Eager.
class BoundsCheckHoistPass : public llvm::PassInfoMixin<BoundsCheckHoistPass> {
public:
  /// What its remarks are filed under: one for each check moved, at the
  /// location of the trap's call.
  static constexpr char RemarkPass[] = "bounds-check-hoist";

  /// Loops of more than \p MaxLoopSize instructions are left alone.
  explicit BoundsCheckHoistPass(unsigned MaxLoopSize, bool Eager = false)
      : MaxLoopSize(MaxLoopSize), Eager(Eager) {}

  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);

private:
  unsigned MaxLoopSize;
  bool Eager;
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_BOUNDSCHECKHOIST_H
