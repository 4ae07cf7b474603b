#ifndef JITRUN_PIPELINE_RANGECHECKS_H
#define JITRUN_PIPELINE_RANGECHECKS_H

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/CmpPredicate.h"

namespace llvm {
class BasicBlock;
class BranchInst;
class DominatorTree;
class ICmpInst;
class Instruction;
class Loop;
class LoopInfo;
class SCEV;
class SCEVExpander;
class ScalarEvolution;
class Value;
} // namespace llvm

namespace jitrun {

/// A comparison that must hold in each iteration: `Start + k * Step` against
/// `Limit` by `Pred`, for k = 0, 1, 2 ...
struct RangeCondition {
  llvm::CmpInst::Predicate Pred;
  /// Whose iterations k counts; null if neither side changes.
  llvm::Loop *Counted;
  const llvm::SCEV *Start;
  /// Zero: neither side changes, and it must hold once.
  llvm::APInt Step;
  const llvm::SCEV *Limit;
  /// The step is not Step, which is one then, but Stride times that: a value
  /// known before the loop, which has to be positive. Null if it is constant.
  const llvm::SCEV *Stride = nullptr;
  /// The value was extended from a narrower type that it must not wrap in: the
  /// greatest value that it may reach going up. Null if there is none.
  const llvm::SCEV *Cap = nullptr;

  bool operator==(const RangeCondition &) const = default;
};

/// Something that must hold for a loop never to leave through a check.
struct LoopCheck {
  llvm::BranchInst *Branch;
  /// The successor that stays in the loop.
  llvm::BasicBlock *Continue;
  llvm::SmallVector<RangeCondition, 2> Conditions;
  /// Conditions computed before the loop, and the value they must have.
  llvm::SmallVector<std::pair<llvm::Value *, bool>, 1> Invariants;
  /// If the comparison could not be taken apart: the iteration of Counted in
  /// which LLVM says that it fails. Else null.
  const llvm::SCEV *FailsIn = nullptr;
  llvm::Loop *Counted = nullptr;
  /// It is made in each iteration of the loops around it, so that if it can
  /// fail it will.
  bool Always = false;
};

/// Finds the checks of a loop, and of the loops in it, that can be decided
/// before it, and decides them.
class RangeCheckAnalysis {
public:
  RangeCheckAnalysis(llvm::Loop &L, const llvm::LoopInfo &LI,
                     llvm::ScalarEvolution &SE, const llvm::DominatorTree &DT)
      : L(L), LI(LI), SE(SE), DT(DT) {}

  /// All checks that decide() can handle.
  llvm::SmallVector<LoopCheck, 8> findChecks();

  /// Emits before \p At, in the loop's preheader, code that is true if none of
  /// \p Checks can fail. Checks whose code LLVM cannot place there are removed
  /// from the list. Null if none is left.
  llvm::Value *decide(llvm::SmallVectorImpl<LoopCheck> &Checks,
                      llvm::Instruction *At);

private:
  /// The number of the last iteration in which a block can run.
  struct LastIteration {
    /// Null if unknown. If NeverIfZero it counts iterations, so the last is
    /// one less, and there is none if it is zero.
    const llvm::SCEV *Count = nullptr;
    bool NeverIfZero = false;
  };

  bool parse(llvm::Value *Condition, bool Holds, LoopCheck &Check);
  bool parseComparison(llvm::ICmpInst &Compare, bool Holds, LoopCheck &Check);
  bool isMadeAlways(llvm::BasicBlock &BB);
  LastIteration lastIteration(llvm::Loop &Counted, const llvm::BasicBlock &BB);
  /// Null if the condition cannot be decided before the loop. An equality as
  /// condition means that the two sides never meet.
  llvm::Value *emitLess(llvm::Loop &Counted, const LastIteration &Last,
                        const llvm::SCEV *Count, llvm::SCEVExpander &Expander,
                        llvm::Instruction *At);
  llvm::Value *emit(const RangeCondition &C, const LastIteration &Last,
                    llvm::SCEVExpander &Expander, llvm::Instruction *At);
  llvm::Value *emitTravels(const llvm::SCEV *Stride, const llvm::SCEV *Count,
                           const llvm::SCEV *Room, llvm::SCEVExpander &Expander,
                           llvm::Instruction *At);

  llvm::Loop &L;
  const llvm::LoopInfo &LI;
  llvm::ScalarEvolution &SE;
  const llvm::DominatorTree &DT;
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_RANGECHECKS_H
