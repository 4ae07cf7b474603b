#include "IRGen/FunctionEmitter.h"

#include "ABI/ExecutionContext.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

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

Value *FunctionEmitter::addTo(Value *Address, Value *Number) {
  Value *Old = loadShared(Number->getType(), Address, false);
  Value *New = B.CreateAdd(Old, Number);
  StoreInst *Store = B.CreateStore(New, Address);
  if (ME.R.SanitizeThread)
    Store->setAtomic(AtomicOrdering::Monotonic);
  return New;
}

void FunctionEmitter::emitStackCheck() {
  static_assert(offsetof(abi::ExecutionContext, StackLimit) == 0,
                "the limit is loaded from the context's address");
  CallInst *Frame =
      B.CreateIntrinsic(C.Ptr, llvm::Intrinsic::frameaddress, {B.getInt32(0)});
  Value *Address = B.CreatePtrToInt(Frame, C.I64);
  Value *Bytes = B.getInt64(FrameBytes > SmallFrame ? FrameBytes : 0);
  if (FrameBytes > SmallFrame)
    Address = B.CreateSub(Address, Bytes);
  LoadInst *Limit = loadShared(C.I64, Context, false);
  callIf(B.CreateICmpULT(Address, Limit), Runtime::jr_stack_slow,
         {Context, Bytes}, ownSite(F));
  if (FrameBytes > SmallFrame)
    BehindCheck = B.GetInsertBlock();
}

BasicBlock::iterator FunctionEmitter::placeLocals() {
  BasicBlock::iterator First = Entry->begin();
  while (isa<AllocaInst>(First))
    ++First;
  if (!BehindCheck)
    return First;
  // Memory of a fixed size in the entry block is there before the check.
  BasicBlock::iterator Start = BehindCheck->begin();
  for (Instruction &I : make_early_inc_range(make_range(Entry->begin(), First)))
    if (auto Size = cast<AllocaInst>(I).getAllocationSize(Into.getDataLayout());
        Size && Size->getFixedValue() > LargeLocal)
      I.moveBefore(*BehindCheck, Start);
  return Start;
}

void FunctionEmitter::countCall() {
  Counters = ME.nearData(countersSymbol(ME.R.ModuleNumber, F.Id), C.I64);
  if (Sites.layout().size())
    SiteBlock = ME.nearData(sitesSymbol(ME.R.ModuleNumber, F.Id), C.I64);
  if (Resume)
    return;
  Value *Less = addTo(Counters, B.getInt64(-1));
  // Not "equal": another thread may have counted past zero meanwhile.
  BasicBlock *Trip = newBlock(), *Next = newBlock();
  B.CreateCondBr(B.CreateICmpSLE(Less, B.getInt64(0)), Trip, Next);
  // Stores are made in the function only; its place is at the end.
  Trip->insertInto(&Into);
  B.SetInsertPoint(Trip);
  call(Runtime::jr_calls_tripped,
       {Context, B.getInt32(ME.R.FirstIndex + uint32_t(F.Id)), argumentCells()},
       ownSite(F));
  B.CreateBr(Next);
  Trip->removeFromParent();
  Cold.push_back(Trip);
  startBlock(Next);
}

Value *FunctionEmitter::argumentCells() {
  if (Sites.values().empty() && Sites.arrays().empty())
    return ConstantPointerNull::get(cast<PointerType>(C.Ptr));
  if (OwnFrame)
    return offset(OwnFrame, Layout->arguments());
  Value *Cells =
      scratch(unsigned(Sites.values().size() + Sites.arrays().size()));
  storeArguments(Cells);
  return Cells;
}

void FunctionEmitter::storeArguments(Value *Cells) {
  unsigned Next = 0;
  for (SlotId S : Sites.values()) {
    const jitrun::Type *T = slotType(S);
    Value *V = toPassed(T, Slots[size_t(S)].Value);
    Value *At = cell(Cells, Next++);
    if (V->getType() == C.I32)
      V = T->isSigned() ? B.CreateSExt(V, C.I64) : B.CreateZExt(V, C.I64);
    else if (V->getType() == C.F32)
      B.CreateStore(B.getInt64(0), At); // The bytes that V leaves.
    B.CreateStore(V, At);
  }
  for (SlotId S : Sites.arrays())
    B.CreateStore(Slots[size_t(S)].Value, cell(Cells, Next++));
}

void FunctionEmitter::emitBackEdge(LoopId Loop) {
  // Polls of optimised code are the pipeline's.
  if (Optimized) {
    if (Forced)
      emitForcedExit(speculation::ResumePoint::latch(Loop));
    return;
  }
  if (!Counters) {
    LoadInst *Flag = loadShared(
        C.I32, offset(Context, offsetof(abi::ExecutionContext, Interrupt)),
        true);
    callIf(B.CreateICmpNE(Flag, B.getInt32(0)), Runtime::jr_poll, {Context},
           ownSite(F));
    return;
  }
  // The trip polls.
  Value *At = offset(Counters, offsetof(abi::FunctionCounters, BackEdges));
  Value *Less = addTo(At, B.getInt64(-1));
  Value *Trips = B.CreateICmpSLE(Less, B.getInt64(0));
  Value *Index = B.getInt32(ME.R.FirstIndex + uint32_t(F.Id));
  Value *Number = B.getInt32(uint32_t(Loop));
  const auto Point = speculation::ResumePoint::latch(Loop);
  if (!ME.R.EntersLoops || !frameState(Point)) {
    callIf(Trips, Runtime::jr_back_edges_tripped, {Context, Index, Number},
           ownSite(F));
    return;
  }
  BasicBlock *Slow = newBlock(), *Enter = newBlock(), *Next = newBlock();
  B.CreateCondBr(Trips, Slow, Next);
  Slow->insertInto(&Into);
  B.SetInsertPoint(Slow);
  Value *Frame = fillFrame(Point);
  Value *Code = call(Runtime::jr_back_edge_tripped,
                     {Context, Index, Number, Frame}, ownSite(F));
  B.CreateCondBr(B.CreateIsNull(Code), Next, Enter);
  B.SetInsertPoint(Enter);
  leave(Code, Frame);
  Cold.append({Slow, Enter});
  startBlock(Next);
}

void FunctionEmitter::countSite(size_t Offset) {
  if (!SiteBlock)
    return;
  Value *At = offset(SiteBlock, Offset);
  addTo(At, B.getInt64(1));
}

FunctionId FunctionEmitter::rootFunction() const {
  return ME.R.Roots.empty() ? ME.R.Continuations[0].Function : ME.R.Roots[0];
}

void FunctionEmitter::countIteration(LoopId Loop) {
  if (Sites.layout().Loops)
    countSite(Sites.layout().loopAt(size_t(Loop)));
}

void FunctionEmitter::countTaken(const IfStmt &S) {
  countSite(Sites.layout().branchAt(Sites.branchOf(S)));
}

void FunctionEmitter::sampleSite(size_t Offset, Runtime R,
                                 function_ref<SmallVector<Value *, 2>()> Seen) {
  if (!Optimized && !SiteBlock)
    return;
  // Optimised code samples here and counts nowhere.
  GlobalVariable *Block =
      SiteBlock ? SiteBlock
                : ME.nearData(sitesSymbol(ME.R.ModuleNumber, F.Id), C.I64);
  Value *Site = offset(Block, Offset);
  Value *At = offset(Block, Offset + offsetof(TargetCount, Wait));
  Value *Less = addTo(At, B.getInt32(-1));
  BasicBlock *Due = newBlock(), *Next = newBlock();
  B.CreateCondBr(B.CreateICmpSLE(Less, B.getInt32(0)), Due, Next);
  startBlock(Due);
  SmallVector<Value *, 3> Args{Site};
  Args.append(Seen());
  call(R, Args);
  if (Optimized)
    call(Runtime::jr_expectation_missed,
         {Context, B.getInt32(ME.R.FirstIndex + uint32_t(rootFunction()))});
  branchTo(Next);
  Cold.push_back(Due);
  startBlock(Next);
}

MDNode *FunctionEmitter::branchWeights(const IfStmt &S) {
  const uint32_t Branch = Sites.branchOf(S);
  if (!Profile || Branch >= Profile->Branches.size())
    return nullptr;
  const BranchCount &Count = Profile->Branches[Branch];
  if (!Count.Executed)
    return nullptr;
  return C.weights(Count.Taken, Count.Executed - Count.Taken);
}

MDNode *FunctionEmitter::loopWeights(LoopId Loop, bool AtLatch) {
  if (!Profile || size_t(Loop) >= Profile->Loops.size())
    return nullptr;
  const LoopCount &Count = Profile->Loops[size_t(Loop)];
  if (!Count.Entries || !Count.Iterations)
    return nullptr;
  // The last iteration does not go back, except to a condition before the body.
  const uint64_t Last = AtLatch ? std::min(Count.Entries, Count.Iterations) : 0;
  return C.weights(Count.Iterations - Last, Count.Entries);
}

void FunctionEmitter::setSite(CallInst *Call, SiteId Site) {
  unsigned Line = unsigned(Site == NoSite ? ownSite(F) : Site) + 1;
  Call->setDebugLoc(DILocation::get(C.C, Line, column(), Scope));
}

unsigned FunctionEmitter::column() const {
  const unsigned Column = uint32_t(F.Id) + 1;
  return ME.R.LocateLoops && Column < (1u << 16) ? Column : 0;
}

void FunctionEmitter::locateLoop(Instruction *Latch, LoopId Loop) {
  if (!ME.R.LocateLoops)
    return;
  Metadata *Parts[] = {nullptr, DILocation::get(C.C, LoopLine + uint32_t(Loop),
                                                column(), Scope)};
  MDNode *Id = MDNode::getDistinct(C.C, Parts);
  Id->replaceOperandWith(0, Id);
  Latch->setMetadata(LLVMContext::MD_loop, Id);
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
