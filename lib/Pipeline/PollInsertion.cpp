#include "Pipeline/PollInsertion.h"

#include "ABI/ExecutionContext.h"
#include "Pipeline/ContextArgument.h"
#include "Pipeline/Sanitizers.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// A loop that executes fewer instructions than this is over before anybody
/// could want to stop it: some 10 microseconds.
constexpr uint64_t ShortLoop = 1 << 15;

/// An upper bound for the instructions that \p L executes without a poll, or
/// no more than ShortLoop if it is to have one. Adds the loops that need a poll
/// to \p Polled.
uint64_t instructionsWithoutPoll(Loop &L, ScalarEvolution &SE,
                                 SmallVectorImpl<Loop *> &Polled) {
  uint64_t Body = 0;
  for (Loop *Inner : L)
    Body += instructionsWithoutPoll(*Inner, SE, Polled);
  for (BasicBlock *BB : L.blocks())
    Body += BB->size();
  uint64_t Trips = SE.getSmallConstantMaxTripCount(&L);
  if (Trips && Trips * Body < ShortLoop)
    return Trips * Body;
  Polled.push_back(&L);
  return 0;
}

class PollInserter {
public:
  PollInserter(Function &F, Argument &Context) : F(F), Context(Context) {
    Module &M = *F.getParent();
    LLVMContext &C = F.getContext();
    Slow = M.getOrInsertFunction(
        "jr_poll", FunctionType::get(Type::getVoidTy(C),
                                     {PointerType::getUnqual(C)}, false));
    if (auto *Declaration = dyn_cast<Function>(Slow.getCallee())) {
      Declaration->addFnAttr(Attribute::Cold);
      Declaration->addFnAttr(Attribute::NoUnwind);
    }
  }

  void insert(Loop &L);

private:
  DebugLoc locationOf(const Loop &L) const;

  Function &F;
  Argument &Context;
  FunctionCallee Slow;
};

/// A site in or near \p L. Without one, at least the function is named.
DebugLoc PollInserter::locationOf(const Loop &L) const {
  if (DebugLoc Start = L.getStartLoc())
    return Start;
  for (const BasicBlock *BB : L.blocks())
    for (const Instruction &I : *BB)
      if (I.getDebugLoc() && isa<CallInst>(I))
        return I.getDebugLoc();
  if (DISubprogram *SP = F.getSubprogram())
    return DILocation::get(F.getContext(), 0, 0, SP);
  return {};
}

void PollInserter::insert(Loop &L) {
  DebugLoc Location = locationOf(L);
  SmallVector<BasicBlock *, 4> Latches;
  L.getLoopLatches(Latches);
  for (BasicBlock *Latch : Latches) {
    Instruction *At = Latch->getTerminator();
    // Keep the comparison beside its branch, where both are one instruction.
    if (auto *Branch = dyn_cast<BranchInst>(At);
        Branch && Branch->isConditional())
      if (auto *Compare = dyn_cast<CmpInst>(Branch->getCondition());
          Compare && Compare->hasOneUse() && Compare->getParent() == Latch) {
        Compare->moveBefore(At->getIterator());
        At = Compare;
      }

    IRBuilder<> B(At);
    B.SetCurrentDebugLocation({});
    Value *Word = B.CreateConstInBoundsGEP1_64(
        B.getInt8Ty(), &Context, offsetof(abi::ExecutionContext, Interrupt));
    LoadInst *Interrupt = B.CreateAlignedLoad(B.getInt32Ty(), Word, Align(4));
    if (InstrumentsThreads)
      Interrupt->setAtomic(AtomicOrdering::Monotonic);
    else
      Interrupt->setVolatile(true);
    Value *Wanted = B.CreateIsNotNull(Interrupt);
    Instruction *Taken = SplitBlockAndInsertIfThen(
        Wanted, At->getIterator(), /*Unreachable=*/false,
        MDBuilder(F.getContext()).createUnlikelyBranchWeights());
    B.SetInsertPoint(Taken);
    CallInst *Call = B.CreateCall(Slow, {&Context});
    Call->addFnAttr(Attribute::NoMerge);
    Call->setDebugLoc(Location);
  }
}

} // namespace

PreservedAnalyses PollInsertionPass::run(Function &F,
                                         FunctionAnalysisManager &AM) {
  LoopInfo &LI = AM.getResult<LoopAnalysis>(F);
  if (LI.empty())
    return PreservedAnalyses::all();
  Argument *Context = contextArgument(F);
  if (!Context)
    return PreservedAnalyses::all();
  auto &SE = AM.getResult<ScalarEvolutionAnalysis>(F);
  SmallVector<Loop *, 8> Polled;
  for (Loop *L : LI)
    instructionsWithoutPoll(*L, SE, Polled);
  if (Polled.empty())
    return PreservedAnalyses::all();
  // Loops that share a latch are one loop, so no latch is split twice; block
  // lists of the loops are not used again after the first split.
  PollInserter Inserter(F, *Context);
  for (Loop *L : Polled)
    Inserter.insert(*L);
  return PreservedAnalyses::none();
}
