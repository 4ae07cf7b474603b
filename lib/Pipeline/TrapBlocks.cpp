#include "Pipeline/TrapBlocks.h"

#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace jitrun;
using namespace llvm;

bool jitrun::isTrapBlock(const BasicBlock &First) {
  const BasicBlock *BB = &First;
  // Loop passes put blocks of phis in front of exits; more than a few in a row
  // would be something else.
  for (int Steps = 0; Steps < 4; ++Steps) {
    const Instruction *Terminator = BB->getTerminator();
    if (isa<UnreachableInst>(Terminator)) {
      auto *Call = dyn_cast_or_null<CallInst>(Terminator->getPrevNode());
      return Call && Call->doesNotReturn() && Call->hasFnAttr(Attribute::Cold);
    }
    const BasicBlock *Next = BB->getUniqueSuccessor();
    if (!Next)
      return false;
    for (const Instruction &I : *BB)
      if (I.mayHaveSideEffects())
        return false;
    BB = Next;
  }
  return false;
}

bool jitrun::declaresTraps(const Module &M) {
  for (const Function &F : M)
    if (F.doesNotReturn() && F.hasFnAttribute(Attribute::Cold))
      return true;
  return false;
}
