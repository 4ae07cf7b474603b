#include "Pipeline/LoopVersions.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// Makes the copy of \p L leave to \p Exits too.
void connectExits(Loop &L, ArrayRef<BasicBlock *> Exits, ValueToValueMapTy &Map,
                  ScalarEvolution &SE) {
  for (BasicBlock *Exit : Exits) {
    for (PHINode &Phi : Exit->phis()) {
      SE.forgetLcssaPhiWithNewPredecessor(&L, &Phi);
      for (unsigned I = 0, E = Phi.getNumIncomingValues(); I != E; ++I) {
        auto *From = cast<BasicBlock>(Map[Phi.getIncomingBlock(I)]);
        if (!is_contained(successors(From), Exit))
          continue;
        Value *V = Phi.getIncomingValue(I);
        if (Value *Copy = Map.lookup(V))
          V = Copy;
        Phi.addIncoming(V, From);
      }
    }
  }
}

} // namespace

Loop *jitrun::cloneLoopIf(Loop &L, Value *UseCopy, LoopInfo &LI,
                          DominatorTree &DT, ScalarEvolution &SE,
                          function_ref<void(ValueToValueMapTy &)> Change) {
  Function &F = *L.getHeader()->getParent();
  BasicBlock *Decision = L.getLoopPreheader();
  SmallVector<BasicBlock *, 8> Exits;
  L.getUniqueExitBlocks(Exits);

  BasicBlock *OldEntry =
      SplitBlock(Decision, Decision->getTerminator(), &DT, &LI);
  SmallVector<BasicBlock *, 16> Blocks;
  ValueToValueMapTy Map;
  Loop *Copy = cloneLoopWithPreheader(OldEntry, Decision, &L, Map, ".free", &LI,
                                      &DT, Blocks);
  remapInstructionsInBlocks(Blocks, Map);
  Change(Map);
  connectExits(L, Exits, Map, SE);

  Instruction *Old = Decision->getTerminator();
  auto *Choice = BranchInst::Create(cast<BasicBlock>(Map[OldEntry]), OldEntry,
                                    UseCopy, Old->getIterator());
  Choice->setMetadata(LLVMContext::MD_prof,
                      MDBuilder(F.getContext()).createBranchWeights(1000, 1));
  Old->eraseFromParent();

  DT.recalculate(F);
  SE.forgetTopmostLoop(&L);
  SE.forgetBlockAndLoopDispositions();
  // Both now leave to the same blocks.
  for (Loop *Version : {&L, Copy})
    for (Loop *Inner : Version->getLoopsInPreorder())
      formDedicatedExitBlocks(Inner, &DT, &LI, nullptr, /*PreserveLCSSA=*/true);
  return Copy;
}

unsigned jitrun::sizeOf(const Loop &L) {
  unsigned Size = 0;
  for (const BasicBlock *BB : L.blocks())
    Size += BB->size();
  return Size;
}
