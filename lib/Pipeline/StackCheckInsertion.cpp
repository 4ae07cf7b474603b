#include "Pipeline/StackCheckInsertion.h"

#include "ABI/ExecutionContext.h"
#include "Pipeline/ContextArgument.h"
#include "Pipeline/LateChecks.h"
#include "Pipeline/Sanitizers.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// Frames up to this size are covered by the slack below the stack limit.
constexpr uint64_t SmallFrame = 4096;
/// So are locals up to this size in larger ones.
constexpr uint64_t LargeLocal = 256;

uint64_t sizeOf(const AllocaInst &Local) {
  auto Size = Local.getAllocationSize(Local.getDataLayout());
  return Size ? Size->getFixedValue() : 0;
}

uint64_t frameBytes(const Function &F) {
  uint64_t Bytes = 0;
  for (const Instruction &I : instructions(F))
    if (auto *Local = dyn_cast<AllocaInst>(&I))
      Bytes += sizeOf(*Local);
  return Bytes;
}

/// Whether \p I calls what may call on, or needs a large frame. What does not
/// is covered by the slack, like the runtime.
bool isDeepCall(const Instruction &I) {
  if (!needsStack(I))
    return false;
  const Function *Callee = cast<CallBase>(I).getCalledFunction();
  return !Callee || Callee->isDeclaration() ||
         frameBytes(*Callee) > SmallFrame ||
         any_of(instructions(*Callee), needsStack);
}

/// The block from which all deep calls are reached, and which is in no loop;
/// null if there are none. May split an edge.
BasicBlock *beforeCalls(Function &F, FunctionAnalysisManager &AM) {
  auto &DT = AM.getResult<DominatorTreeAnalysis>(F);
  BasicBlock *Before = nullptr;
  for (BasicBlock &BB : F)
    if (DT.isReachableFromEntry(&BB) && any_of(BB, isDeepCall))
      Before = Before ? DT.findNearestCommonDominator(Before, &BB) : &BB;
  if (!Before)
    return nullptr;
  Loop *Around = AM.getResult<LoopAnalysis>(F).getLoopFor(Before);
  if (!Around)
    return Before;
  Around = Around->getOutermostLoop();
  if (BasicBlock *Ahead = Around->getLoopPredecessor())
    return Ahead->getSingleSuccessor() ? Ahead
                                       : SplitEdge(Ahead, Around->getHeader());
  return DT.getNode(Around->getHeader())->getIDom()->getBlock();
}

void insertCheck(Function &F, Argument &Context, BasicBlock &In,
                 uint64_t FrameBytes) {
  static_assert(offsetof(abi::ExecutionContext, StackLimit) == 0,
                "the limit is loaded from the context's address");
  Instruction *At = &*In.getFirstNonPHIOrDbgOrAlloca();
  IRBuilder<> B(At);
  B.SetCurrentDebugLocation({});
  Value *Frame =
      B.CreateIntrinsic(B.getPtrTy(), Intrinsic::frameaddress, {B.getInt32(0)});
  Value *Address = B.CreatePtrToInt(Frame, B.getInt64Ty());
  if (FrameBytes)
    Address = B.CreateSub(Address, B.getInt64(FrameBytes));
  LoadInst *Limit = B.CreateAlignedLoad(B.getInt64Ty(), &Context, Align(8));
  if (InstrumentsThreads)
    Limit->setAtomic(AtomicOrdering::Monotonic);
  insertRareCall(At, B.CreateICmpULT(Address, Limit), "jr_stack_slow",
                 {&Context, B.getInt64(FrameBytes)}, locationOfFunction(F));
  if (!FrameBytes)
    return;
  // Memory of a fixed size in the entry block is there before the check.
  for (Instruction &I : make_early_inc_range(F.getEntryBlock()))
    if (auto *Local = dyn_cast<AllocaInst>(&I);
        Local && sizeOf(*Local) > LargeLocal)
      Local->moveBefore(At->getIterator());
}

} // namespace

PreservedAnalyses StackCheckInsertionPass::run(Function &F,
                                               FunctionAnalysisManager &AM) {
  Argument *Context = contextArgument(F);
  if (!Context)
    return PreservedAnalyses::all();
  const uint64_t Bytes = frameBytes(F);
  const bool IsLarge = Bytes > SmallFrame;
  BasicBlock *In = IsLarge ? &F.getEntryBlock() : beforeCalls(F, AM);
  if (!In)
    return PreservedAnalyses::all();
  forgetInferredAttributes(F, *Context);
  insertCheck(F, *Context, *In, IsLarge ? Bytes : 0);
  return PreservedAnalyses::none();
}
