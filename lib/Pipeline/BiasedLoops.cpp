#include "Pipeline/BiasedLoops.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/ProfDataUtils.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// In so many of a hundred times a branch that counts as biased goes one way.
constexpr uint64_t BiasPercent = 99;

/// Whether \p BB ends in a branch within \p L that nearly always goes one way.
bool hasBiasedBranch(const BasicBlock &BB, const Loop &L) {
  const Instruction &Branch = *BB.getTerminator();
  SmallVector<uint32_t, 4> Weights;
  if (Branch.getNumSuccessors() < 2 ||
      !all_of(successors(&BB),
              [&](const BasicBlock *S) { return L.contains(S); }) ||
      !extractBranchWeights(Branch, Weights))
    return false;
  uint64_t All = sum_of(Weights, uint64_t(0));
  return uint64_t(*max_element(Weights)) * 100 >= All * BiasPercent;
}

/// Work that vectors do several times as fast, wherever the elements lie.
bool isCostly(const Instruction &I) {
  switch (I.getOpcode()) {
  case Instruction::FDiv:
  case Instruction::FRem:
  case Instruction::SDiv:
  case Instruction::UDiv:
  case Instruction::SRem:
  case Instruction::URem:
  case Instruction::Call:
    return true;
  default:
    return false;
  }
}

/// Whether \p I accesses elements one after the other in the turns of \p L, or
/// one only.
bool isDense(const Instruction &I, const Loop &L, ScalarEvolution &SE) {
  const SCEV *Address =
      SE.getSCEV(const_cast<Value *>(getLoadStorePointerOperand(&I)));
  if (SE.isLoopInvariant(Address, &L))
    return true;
  auto *Moving = dyn_cast<SCEVAddRecExpr>(Address);
  auto *Step = Moving && Moving->getLoop() == &L && Moving->isAffine()
                   ? dyn_cast<SCEVConstant>(Moving->getStepRecurrence(SE))
                   : nullptr;
  return Step &&
         Step->getAPInt().abs().ule(I.getDataLayout()
                                        .getTypeStoreSize(getLoadStoreType(&I))
                                        .getKnownMinValue());
}

bool staysScalar(const Loop &L, ScalarEvolution &SE) {
  if (!L.isInnermost() || none_of(L.blocks(), [&](const BasicBlock *BB) {
        return hasBiasedBranch(*BB, L);
      }))
    return false;
  bool Apart = false;
  for (const BasicBlock *BB : L.blocks())
    for (const Instruction &I : *BB) {
      if (isCostly(I))
        return false;
      if (!isa<LoadInst, StoreInst>(I))
        continue;
      if (isDense(I, L, SE))
        return false;
      Apart = true;
    }
  return Apart;
}

} // namespace

PreservedAnalyses BiasedLoopsPass::run(Function &F,
                                       FunctionAnalysisManager &AM) {
  auto &SE = AM.getResult<ScalarEvolutionAnalysis>(F);
  OptimizationRemarkEmitter ORE(&F);
  for (Loop *L : AM.getResult<LoopAnalysis>(F).getLoopsInPreorder()) {
    if (!staysScalar(*L, SE))
      continue;
    addStringMetadataToLoop(L, "llvm.loop.vectorize.width", 1);
    ORE.emit([&] {
      return OptimizationRemarkAnalysis("loop-vectorize", RemarkName,
                                        L->getStartLoc(), L->getHeader())
             << "biased branches over elements that lie apart";
    });
  }
  return PreservedAnalyses::all();
}
