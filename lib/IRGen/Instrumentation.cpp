#include "IRGen/FunctionEmitter.h"

#include "ABI/ExecutionContext.h"

#include "llvm/IR/MDBuilder.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

/// Frames up to this size are covered by the slack below the stack limit.
static constexpr uint64_t SmallFrame = 4096;

LoadInst *FunctionEmitter::loadShared(llvm::Type *Ty, Value *Address,
                                      bool Volatile) {
  LoadInst *Load = B.CreateLoad(Ty, Address, Volatile);
  if (ME.R.SanitizeThread) {
    // Whoever reads a slot also sees what the code it leads to refers to.
    Load->setAtomic(AtomicOrdering::Acquire);
    Load->setAlignment(Align(Ty->getPrimitiveSizeInBits() == 32 ? 4 : 8));
  }
  return Load;
}

void FunctionEmitter::emitStackCheck() {
  static_assert(offsetof(abi::ExecutionContext, StackLimit) == 0,
                "the limit is loaded from the context's address");
  CallInst *Frame =
      B.CreateIntrinsic(C.Ptr, llvm::Intrinsic::frameaddress, {B.getInt32(0)});
  Value *Address = B.CreatePtrToInt(Frame, C.I64);
  if (FrameBytes > SmallFrame)
    Address = B.CreateSub(Address, B.getInt64(FrameBytes));
  LoadInst *Limit = loadShared(C.I64, Context, false);
  if (Optimized)
    Limit->setMetadata(LLVMContext::MD_tbaa, C.ContextTag);
  callIf(B.CreateICmpULT(Address, Limit), Runtime::jr_stack_slow, {Context},
         ownSite(F));
}

void FunctionEmitter::countCall() {
  Counters = ME.nearData(countersSymbol(ME.R.ModuleNumber, F.Id), C.I64);
  LoadInst *Old = loadShared(C.I64, Counters, false);
  Value *Less = B.CreateAdd(Old, B.getInt64(-1));
  StoreInst *Store = B.CreateStore(Less, Counters);
  if (ME.R.SanitizeThread)
    Store->setAtomic(AtomicOrdering::Monotonic);
  callIf(
      B.CreateICmpEQ(Less, B.getInt64(0)), Runtime::jr_counter_tripped,
      {Context, B.getInt32(ME.R.FirstIndex + uint32_t(F.Id)), B.getInt32(~0u)},
      ownSite(F));
}

void FunctionEmitter::emitBackEdge(LoopId Loop) {
  // Polls of optimised code are the pipeline's.
  if (Optimized)
    return;
  if (Counters) {
    Value *At = offset(Counters, offsetof(abi::FunctionCounters, BackEdges));
    LoadInst *Old = loadShared(C.I64, At, false);
    Value *Less = B.CreateAdd(Old, B.getInt64(-1));
    StoreInst *Store = B.CreateStore(Less, At);
    if (ME.R.SanitizeThread)
      Store->setAtomic(AtomicOrdering::Monotonic);
    callIf(B.CreateICmpEQ(Less, B.getInt64(0)), Runtime::jr_counter_tripped,
           {Context, B.getInt32(ME.R.FirstIndex + uint32_t(F.Id)),
            B.getInt32(uint32_t(Loop))},
           ownSite(F));
  }
  LoadInst *Flag = loadShared(
      C.I32, offset(Context, offsetof(abi::ExecutionContext, Interrupt)), true);
  callIf(B.CreateICmpNE(Flag, B.getInt32(0)), Runtime::jr_poll, {Context},
         ownSite(F));
}

static constexpr uint64_t wordOf(unsigned Branch, uint64_t Field) {
  return uint64_t(Branch) * sizeof(BranchCounts) + Field;
}

unsigned FunctionEmitter::countExecuted() {
  unsigned Branch = NextBranch++;
  if (Optimized || !Counters)
    return Branch;
  if (!Branches)
    Branches = ME.nearData(branchesSymbol(ME.R.ModuleNumber, F.Id), C.I64);
  Value *At =
      offset(Branches, wordOf(Branch, offsetof(BranchCounts, Executed)));
  LoadInst *Old = loadShared(C.I32, At, false);
  StoreInst *Store = B.CreateStore(B.CreateAdd(Old, B.getInt32(1)), At);
  if (ME.R.SanitizeThread)
    Store->setAtomic(AtomicOrdering::Monotonic);
  return Branch;
}

void FunctionEmitter::countTaken(unsigned Branch) {
  if (!Branches)
    return;
  Value *At = offset(Branches, wordOf(Branch, offsetof(BranchCounts, Taken)));
  LoadInst *Old = loadShared(C.I32, At, false);
  StoreInst *Store = B.CreateStore(B.CreateAdd(Old, B.getInt32(1)), At);
  if (ME.R.SanitizeThread)
    Store->setAtomic(AtomicOrdering::Monotonic);
}

MDNode *FunctionEmitter::branchWeights() {
  if (!Profile || NextBranch >= Profile->Branches.size())
    return nullptr;
  const BranchCounts &Counts = Profile->Branches[NextBranch];
  // Lossy counters may even disagree.
  uint32_t Taken = std::min(Counts.Taken, Counts.Executed);
  if (!Counts.Executed)
    return nullptr;
  return MDBuilder(C.C).createBranchWeights(Taken, Counts.Executed - Taken);
}

void FunctionEmitter::setSite(CallInst *Call, SiteId Site) {
  unsigned Line = unsigned(Site == NoSite ? ownSite(F) : Site) + 1;
  Call->setDebugLoc(DILocation::get(C.C, Line, 0, Scope));
}

CallInst *FunctionEmitter::call(Runtime R, ArrayRef<Value *> Args,
                                SiteId Site) {
  CallInst *Call = B.CreateCall(ME.runtime(R), Args);
  // A function with a DISubprogram may only inline calls that have a location,
  // so all get one; but FastISel need not see those that cannot trap.
  if (Site != NoSite)
    setSite(Call, Site);
  return Call;
}

void FunctionEmitter::trapUnless(Value *Good, Runtime Trap,
                                 ArrayRef<Value *> Args, SiteId Site) {
  BasicBlock *Bad = newBlock(), *Next = newBlock();
  B.CreateCondBr(Good, Next, Bad, Optimized ? C.LikelyWeights : nullptr);
  B.SetInsertPoint(Bad);
  call(Trap, Args, Site == NoSite ? ownSite(F) : Site);
  B.CreateUnreachable();
  Cold.push_back(Bad);
  startBlock(Next);
}

void FunctionEmitter::callIf(Value *Rare, Runtime R, ArrayRef<Value *> Args,
                             SiteId Site) {
  BasicBlock *Slow = newBlock(), *Next = newBlock();
  B.CreateCondBr(Rare, Slow, Next, Optimized ? C.UnlikelyWeights : nullptr);
  B.SetInsertPoint(Slow);
  call(R, Args, Site);
  B.CreateBr(Next);
  Cold.push_back(Slow);
  startBlock(Next);
}
