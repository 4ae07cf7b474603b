#include "Pipeline/HeaderLoads.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// A header word: its reference and where it lies in there.
struct Word {
  Value *Reference = nullptr;
  uint64_t Offset = 0;
};

/// Known by IRGen's class of such words, which survives when LLVM moves a load
/// from a callee to its callers.
bool readsHeader(const LoadInst &Load) {
  const MDNode *Tag = Load.getMetadata(LLVMContext::MD_tbaa);
  if (!Tag || !Load.isSimple())
    return false;
  const auto *Class = dyn_cast<MDNode>(Tag->getOperand(0));
  const auto *Name = Class ? dyn_cast<MDString>(Class->getOperand(0)) : nullptr;
  return Name && Name->getString() == "header";
}

Word wordOf(const LoadInst &Load) {
  const DataLayout &DL = Load.getDataLayout();
  Value *Pointer = const_cast<Value *>(Load.getPointerOperand());
  APInt Offset(DL.getIndexTypeSizeInBits(Pointer->getType()), 0);
  Value *Reference = Pointer->stripAndAccumulateConstantOffsets(
      DL, Offset, /*AllowNonInbounds=*/true);
  return {Reference, Offset.getZExtValue()};
}

/// The first place where \p Reference can be read, if something can be
/// inserted there and all of \p End bytes are known to be there.
Instruction *placeToRead(Function &F, Value &Reference, uint64_t End) {
  bool CanBeNull = true, CanBeFreed = true;
  if (Reference.getPointerDereferenceableBytes(F.getDataLayout(), CanBeNull,
                                               CanBeFreed) < End ||
      CanBeNull)
    return nullptr;
  if (isa<Argument>(Reference))
    return &*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
  auto *Maker = dyn_cast<CallInst>(&Reference);
  return Maker ? Maker->getNextNode() : nullptr;
}

} // namespace

PreservedAnalyses HeaderLoadsPass::run(Function &F,
                                       FunctionAnalysisManager &AM) {
  MapVector<std::pair<Value *, uint64_t>, SmallVector<LoadInst *, 4>> Words;
  ReversePostOrderTraversal<Function *> Order(&F);
  for (BasicBlock *BB : Order)
    for (Instruction &I : *BB)
      if (auto *Load = dyn_cast<LoadInst>(&I); Load && readsHeader(*Load)) {
        Word W = wordOf(*Load);
        Words[{W.Reference, W.Offset}].push_back(Load);
      }
  if (Words.empty())
    return PreservedAnalyses::all();

  DominatorTree &DT = AM.getResult<DominatorTreeAnalysis>(F);
  bool Changed = false;
  for (auto &[Key, Loads] : Words) {
    LoadInst *First = Loads.front();
    if (any_of(Loads,
               [&](LoadInst *L) { return L->getType() != First->getType(); }))
      continue;
    const uint64_t Size =
        F.getDataLayout().getTypeStoreSize(First->getType()).getFixedValue();
    if (Instruction *At = placeToRead(F, *Key.first, Key.second + Size);
        At && At != First && At->getParent() != First->getParent()) {
      IRBuilder<> B(At);
      Value *Address =
          B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Key.first, Key.second);
      First->moveBefore(At->getIterator());
      First->setOperand(First->getPointerOperandIndex(), Address);
      Changed = true;
    }
    // In reverse post-order, so that what dominates comes first.
    for (size_t I = 1; I < Loads.size(); ++I)
      for (size_t J = 0; J < I; ++J)
        if (Loads[J] && DT.dominates(Loads[J], Loads[I])) {
          Loads[I]->replaceAllUsesWith(Loads[J]);
          Loads[I]->eraseFromParent();
          Loads[I] = nullptr;
          Changed = true;
          break;
        }
  }
  if (!Changed)
    return PreservedAnalyses::all();
  PreservedAnalyses PA;
  PA.preserveSet<CFGAnalyses>();
  return PA;
}
