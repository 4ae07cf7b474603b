#include "Pipeline/StoreSpeculation.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// Blocks of a loop that can become one: a test, what it guards, the rest, and
/// a check or two that later passes prove.
constexpr unsigned MaxBlocks = 5;
/// Instructions beside the store that are executed for nothing when the
/// condition does not hold.
constexpr unsigned MaxSpeculated = 6;

/// A block that only its one predecessor leads to, and that stores once.
struct GuardedStore {
  BasicBlock *Before;
  BasicBlock *Guarded;
  BasicBlock *After;
  BranchInst *Branch;
  StoreInst *Store;
  LoadInst *Old; ///< In Before: what the store overwrites.
};

/// The load of \p Store's place that \p BB makes and nothing changes after.
LoadInst *findLoadBefore(BasicBlock &BB, const StoreInst &Store) {
  for (Instruction &I : reverse(BB)) {
    if (auto *Load = dyn_cast<LoadInst>(&I))
      if (Load->isSimple() &&
          Load->getPointerOperand() == Store.getPointerOperand() &&
          Load->getType() == Store.getValueOperand()->getType())
        return Load;
    if (I.mayWriteToMemory())
      return nullptr;
  }
  return nullptr;
}

std::optional<GuardedStore> match(BasicBlock &Guarded, const Loop &L) {
  GuardedStore G;
  G.Guarded = &Guarded;
  G.Before = Guarded.getSinglePredecessor();
  G.After = Guarded.getSingleSuccessor();
  if (!G.Before || !G.After || !L.contains(G.Before) || !L.contains(G.After) ||
      G.After == &Guarded)
    return std::nullopt;
  G.Branch = dyn_cast<BranchInst>(G.Before->getTerminator());
  if (!G.Branch || !G.Branch->isConditional())
    return std::nullopt;
  unsigned Side = G.Branch->getSuccessor(0) == &Guarded ? 0 : 1;
  if (G.Branch->getSuccessor(1 - Side) != G.After)
    return std::nullopt;
  G.Store = nullptr;
  unsigned Others = 0;
  for (Instruction &I : Guarded) {
    if (I.isTerminator())
      break;
    if (auto *Store = dyn_cast<StoreInst>(&I)) {
      if (G.Store || !Store->isSimple())
        return std::nullopt;
      G.Store = Store;
    } else if (G.Store || isa<PHINode>(I) || ++Others > MaxSpeculated ||
               I.mayReadOrWriteMemory() ||
               !isSafeToSpeculativelyExecute(&I, G.Branch)) {
      return std::nullopt;
    }
  }
  if (!G.Store)
    return std::nullopt;
  G.Old = findLoadBefore(*G.Before, *G.Store);
  if (!G.Old)
    return std::nullopt;
  return G;
}

void speculate(const GuardedStore &G) {
  bool OnTrue = G.Branch->getSuccessor(0) == G.Guarded;
  Value *Condition = G.Branch->getCondition();
  G.Before->splice(G.Branch->getIterator(), G.Guarded, G.Guarded->begin(),
                   G.Guarded->getTerminator()->getIterator());
  IRBuilder<> B(G.Store);
  auto Choose = [&](Value *IfStored, Value *IfNot) {
    return OnTrue ? B.CreateSelect(Condition, IfStored, IfNot)
                  : B.CreateSelect(Condition, IfNot, IfStored);
  };
  G.Store->setOperand(0, Choose(G.Store->getValueOperand(), G.Old));
  B.SetInsertPoint(G.Branch);
  for (PHINode &Phi : G.After->phis()) {
    Value *Chosen = Choose(Phi.getIncomingValueForBlock(G.Guarded),
                           Phi.getIncomingValueForBlock(G.Before));
    Phi.setIncomingValueForBlock(G.Before, Chosen);
    Phi.removeIncomingValue(G.Guarded, /*DeletePHIIfEmpty=*/false);
  }
  B.CreateBr(G.After);
  G.Branch->eraseFromParent();
  G.Guarded->getTerminator()->eraseFromParent();
  G.Guarded->eraseFromParent();
}

} // namespace

PreservedAnalyses StoreSpeculationPass::run(Function &F,
                                            FunctionAnalysisManager &AM) {
  LoopInfo &LI = AM.getResult<LoopAnalysis>(F);
  SmallVector<GuardedStore, 4> Found;
  for (Loop *L : LI.getLoopsInPreorder()) {
    if (!L->isInnermost() || L->getNumBlocks() > MaxBlocks)
      continue;
    for (BasicBlock *BB : L->blocks())
      if (std::optional<GuardedStore> G = match(*BB, *L)) {
        Found.push_back(*G);
        break;
      }
  }
  for (const GuardedStore &G : Found)
    speculate(G);
  return Found.empty() ? PreservedAnalyses::all() : PreservedAnalyses::none();
}
