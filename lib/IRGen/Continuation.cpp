#include "IRGen/FunctionEmitter.h"
#include "TypedAST/Walk.h"

#include "ABI/CallSites.h"
#include "ABI/Heap.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::speculation;
using namespace jitrun::tast;
using namespace llvm;

const FrameState *FunctionEmitter::frameState(ResumePoint P) {
  if (!States) {
    const bool All = Plan || Forced || EndsWithNest ||
                     (Resume && Resume->At == ResumePoint::Kind::Before);
    if (!Layout)
      Layout.emplace(F);
    States.emplace(F, All ? FrameStates::Points::All
                          : FrameStates::Points::Latches);
  }
  return States->at(P);
}

//===----------------------------------------------------------------------===//
// Entering

static void dropTag(BasicBlock &BB, Instruction *After) {
  for (Instruction &I : make_range(
           After ? std::next(After->getIterator()) : BB.begin(), BB.end()))
    I.setMetadata(LLVMContext::MD_tbaa, nullptr);
}

Value *FunctionEmitter::loadFromFrame(const jitrun::Type *T, Value *Address,
                                      bool Certain) {
  BasicBlock &BB = *B.GetInsertBlock();
  Instruction *Last = BB.empty() ? nullptr : &BB.back();
  Value *V = loadValue(T, Address);
  dropTag(BB, Last);
  if (Optimized && Certain && T->isCounted()) {
    cast<LoadInst>(V)->setMetadata(LLVMContext::MD_nonnull, C.Empty);
    cast<LoadInst>(V)->setMetadata(LLVMContext::MD_noundef, C.Empty);
  }
  return V;
}

void FunctionEmitter::storeToFrame(const jitrun::Type *T, Value *V,
                                   Value *Address) {
  BasicBlock &BB = *B.GetInsertBlock();
  Instruction *Last = BB.empty() ? nullptr : &BB.back();
  storeValue(T, V, Address);
  dropTag(BB, Last);
}

void FunctionEmitter::restoreFrame() {
  const FrameState &State = *frameState(*Resume);
  Path = findPath(F, *Resume);
  Value *Frame = Into.getArg(1);
  if (F.Result->isAggregate())
    ResultAddress = B.CreateLoad(C.Ptr, offset(Frame, Layout->resultAddress()));
  for (size_t I = 0; I < Slots.size(); ++I) {
    const auto S = SlotId(I);
    const jitrun::Type *T = slotType(S);
    if (!State.carries(F, S) || T->isUnit())
      continue;
    Slot &Info = Slots[I];
    if (T->isAggregate()) {
      if (isParameter(S))
        Info.Value = allocate(T);
      Value *To = slotMemory(S);
      B.CreateMemCpy(To, Align(T->align()), offset(Frame, Layout->slot(S)),
                     Align(T->align()), T->size());
      continue;
    }
    const bool Certain = isParameter(S) || State.Certain.test(unsigned(I));
    Value *V = loadFromFrame(T, offset(Frame, Layout->slot(S)), Certain);
    const bool Holds = Info.Single && State.Live.test(unsigned(I));
    if (isParameter(S) || Holds)
      Info.Value = V;
    if (!isParameter(S) && (!Holds || T->isCounted()))
      storeValue(T, V, slotMemory(S));
  }
  if (!Live.Maybe.empty()) {
    Live.Maybe = State.Maybe;
    Live.Certain = State.Certain;
  }
  assumeBets();
}

void FunctionEmitter::assumeBets() {
  for (const FrameBet &Bet : Bets) {
    Value *Array = Slots[size_t(Bet.Slot)].Value;
    if (!Array)
      continue; // It is not the only value that the slot ever has.
    auto *Known = ConstantInt::get(B.getIntNTy(8 * Bet.Bytes), Bet.Value);
    // Inlined callees read it again.
    B.CreateAssumption(B.CreateICmpEQ(
        loadHeader(Known->getType(), Array, Bet.Offset, true), Known));
    Headers[{Array, Bet.Offset}] = Known;
  }
  // Lengths come first: strides follow from them.
  for (const FrameBet &Bet : Bets)
    if (Bet.isFlags() && (Bet.Value & abi::ArrayContiguous))
      if (Value *Array = Slots[size_t(Bet.Slot)].Value)
        assumeContiguous(Array, Bet.Slot);
}

void FunctionEmitter::restoreRange(const ForRangeStmt &S, LoopState &L) {
  const jitrun::Type *T = slotType(S.Variable);
  Value *Frame = Into.getArg(1);
  auto Word = [&](FrameLayout::LoopWord W) {
    return offset(Frame, Layout->loop(S.Loop, W));
  };
  if (S.Hi->Kind == ExprKind::IntConstant)
    L.Range.Hi = emit(*S.Hi);
  else if (comparesBound(S))
    L.Range.Hi = loadFromFrame(T, Word(FrameLayout::Bound));
  if (std::optional<int64_t> Step = constantStep(S))
    L.Range.Step = integer(T, uint64_t(*Step));
  else
    L.Range.Step = loadFromFrame(S.Step->Ty, Word(FrameLayout::Step));
  if (!comparesBound(S)) {
    L.Range.Left = allocate(registerType(T), Align(8));
    Value *N = B.CreateLoad(C.I64, Word(FrameLayout::Left));
    B.CreateStore(B.CreateTrunc(N, registerType(T)), L.Range.Left);
  }
}

void FunctionEmitter::reopenLoop(LoopState &L) {
  L.Continue = newBlock();
  L.Continues = false;
  L.AtContinue.reset();
}

bool FunctionEmitter::emitPartialIteration(LoopId Loop, LoopState &L,
                                           size_t Depth) {
  if (Depth == Path.size()) {
    // What stands at its latch has been counted there.
    delete L.Continue;
  } else {
    emitResume(Depth);
    if (!startLatch(L))
      return false;
    emitBackEdge(Loop);
  }
  reopenLoop(L);
  return true;
}

void FunctionEmitter::emitRest(const Stmt &S, size_t Depth) {
  // Whether control stands in the loop's prelude, or else in its body or at its
  // latch.
  const bool Prelude =
      Depth < Path.size() && Path[Depth].Of == ResumeStep::Part::Prelude;
  switch (S.Kind) {
  case StmtKind::If:
    emitResume(Depth);
    return;
  case StmtKind::Block:
    emitResume(Depth);
    leaveScope(as<BlockStmt>(S));
    return;
  case StmtKind::Loop: {
    const auto &Loop = as<LoopStmt>(S);
    LoopState &L = openLoop(Loop.Loop);
    if (emitPartialIteration(Loop.Loop, L, Depth))
      emitWholeLoop(Loop, L);
    else
      finishLoop(L, {}, false);
    return;
  }
  case StmtKind::While: {
    const auto &While = as<WhileStmt>(S);
    LoopState &L = openLoop(While.Loop);
    bool Goes;
    if (Prelude) {
      // The iteration that is about to begin, by itself.
      emitResume(Depth);
      if (reachable()) {
        BasicBlock *Body = newBlock();
        emitCondition(*While.Condition, Body, L.Break);
        join(L.AtBreak, Live);
        startBlock(Body);
        emitList(While.Body);
      }
      Goes = startLatch(L);
      if (Goes) {
        emitBackEdge(While.Loop);
        reopenLoop(L);
      }
    } else {
      Goes = emitPartialIteration(While.Loop, L, Depth);
    }
    if (Goes)
      emitWholeWhile(While, L);
    else
      finishLoop(L, {}, false);
    return;
  }
  case StmtKind::ForRange: {
    const auto &For = as<ForRangeStmt>(S);
    LoopState &L = openLoop(For.Loop);
    restoreRange(For, L);
    OpenRanges.push_back(&For);
    const bool Goes = emitPartialIteration(For.Loop, L, Depth);
    Value *Runs = Goes ? advance(For, L.Range) : nullptr;
    OpenRanges.pop_back();
    if (Goes)
      emitWholeRange(For, L, Runs);
    else
      finishLoop(L, {}, false);
    return;
  }
  default:
    break;
  }
  assert(false && "nothing is inside of this");
}

void FunctionEmitter::emitResume(size_t Depth) {
  const ResumeStep &Step = Path[Depth];
  const bool Innermost = Depth + 1 == Path.size();
  if (Innermost && Resume->At == ResumePoint::Kind::Before)
    emitStmt(Step.stmt());
  else
    emitRest(Step.stmt(), Depth + 1);
  const StmtList Behind = Step.List.subspan(Step.Index + 1);
  if (EndsWithNest && !isInLoop(Depth))
    emitUntilWork(Behind);
  else
    emitList(Behind);
}

bool FunctionEmitter::isInLoop(size_t Depth) const {
  return std::any_of(
      Path.begin(), Path.begin() + ptrdiff_t(Depth),
      [](const ResumeStep &S) { return loopOf(S.stmt()).has_value(); });
}

/// Whether \p S may take long: where all is cheap, to leave costs more.
static bool callsOrLoops(const Stmt &S) {
  struct : Walker {
    bool Found = false;
    void onStmt(const Stmt &S) override {
      Found |= S.Kind == StmtKind::Call || S.Kind == StmtKind::CallValue ||
               loopOf(S);
    }
  } W;
  W.stmt(S);
  return W.Found;
}

void FunctionEmitter::emitUntilWork(StmtList List) {
  const auto Work =
      llvm::find_if(List, [](const Stmt *S) { return callsOrLoops(*S); });
  emitList(List.first(size_t(Work - List.begin())));
  if (!reachable() || Work == List.end())
    return;
  BasicBlock *Leave = newBlock();
  B.CreateBr(Leave);
  deoptimize(Leave, before(**Work), NotReached, B.getInt64(0));
}

//===----------------------------------------------------------------------===//
// Leaving

void FunctionEmitter::deoptimize(BasicBlock *BB, ResumePoint P, uint32_t Reason,
                                 Value *Seen) {
  BB->insertInto(&Into);
  B.SetInsertPoint(BB);
  Value *Code = call(Runtime::jr_deopt,
                     {Context, B.getInt32(ME.R.FirstIndex + uint32_t(F.Id)),
                      B.getInt32(P.word()), B.getInt32(Reason), Seen},
                     ownSite(F));
  leave(Code, fillFrame(P));
  Cold.push_back(BB);
}

void FunctionEmitter::emitForcedExit(ResumePoint P) {
  const uint32_t Number = Forced->of(P);
  if (Number == ~uint32_t(0) || !frameState(P))
    return;
  if (!ExitWords)
    ExitWords = ME.nearData(exitsSymbol(ME.R.ModuleNumber, F.Id), C.I32);
  Value *At = offset(ExitWords, uint64_t(Number) * 4);
  // Volatile: its own next count comes from outside.
  LoadInst *Old = loadShared(C.I32, At, true);
  Value *Less = B.CreateSub(Old, B.getInt32(1));
  StoreInst *Store = B.CreateStore(Less, At, /*isVolatile=*/true);
  if (ME.R.SanitizeThread)
    Store->setAtomic(AtomicOrdering::Monotonic);
  BasicBlock *Leave = newBlock(), *Next = newBlock();
  B.CreateCondBr(B.CreateICmpEQ(Less, B.getInt32(0)), Leave, Next,
                 C.UnlikelyWeights);
  deoptimize(Leave, P, ForcedExit, B.getInt64(0));
  startBlock(Next);
}

Value *FunctionEmitter::fillFrame(ResumePoint P) {
  const FrameState &State = *frameState(P);
  // Its own frame stays where it is until the continuation has returned.
  Value *Frame = OwnFrame;
  if (!Frame)
    Frame = B.CreateLoad(
        C.Ptr, offset(Context, offsetof(abi::ExecutionContext, Frame)));
  if (F.Result->isAggregate())
    B.CreateStore(ResultAddress, offset(Frame, Layout->resultAddress()));
  for (size_t I = 0; I < Slots.size(); ++I) {
    const auto S = SlotId(I);
    const jitrun::Type *T = slotType(S);
    if (!State.carries(F, S) || T->isUnit())
      continue;
    Slot &Info = Slots[I];
    const bool Owned = isOwned(S);
    const bool Maybe = Owned && Live.Maybe.test(unsigned(I));
    assert((!Owned || !State.Certain.test(unsigned(I)) ||
            Live.Certain.test(unsigned(I))) &&
           "the frame is said to hold a reference");
    if (Maybe && !Live.Certain.test(unsigned(I)))
      Info.NeedsNull = true;
    if (OwnFrame && FrameLayout::isCell(F, S))
      continue;
    const bool InMemory = Owned || T->isAggregate() || !Info.Value;
    if (OwnFrame && InMemory && !isParameter(S) && (Maybe || !Owned)) {
      assert((!Info.Single || Owned) && "a value that is not there yet");
      continue;
    }
    Value *To = offset(Frame, Layout->slot(S));
    if (Owned && !Maybe) {
      if (T->isAggregate())
        B.CreateMemSet(To, B.getInt8(0), T->size(), Align(T->align()));
      else
        B.CreateStore(ConstantPointerNull::get(cast<PointerType>(C.Ptr)), To);
    } else if (T->isAggregate()) {
      B.CreateMemCpy(To, Align(T->align()), slotMemory(S), Align(T->align()),
                     T->size());
    } else if (Info.Value && !Owned) {
      storeToFrame(T, Info.Value, To);
    } else {
      assert((!Info.Single || Owned) && "a value that is not there yet");
      // A load of its own: what is known in the block that is left is not to be
      // kept for this.
      storeToFrame(T, loadValue(T, slotMemory(S)), To);
    }
  }
#ifndef NDEBUG
  for (unsigned S : Live.Maybe.set_bits())
    assert(State.Maybe.test(S) && "a reference would be lost");
#endif
  for (const ForRangeStmt *S : OpenRanges) {
    const RangeState &R = Loops[size_t(S->Loop)].Range;
    auto Word = [&](FrameLayout::LoopWord W) {
      return offset(Frame, Layout->loop(S->Loop, W));
    };
    if (comparesBound(*S) && S->Hi->Kind != ExprKind::IntConstant)
      storeToFrame(slotType(S->Variable), R.Hi, Word(FrameLayout::Bound));
    if (!constantStep(*S))
      storeToFrame(S->Step->Ty, R.Step, Word(FrameLayout::Step));
    if (R.Left)
      B.CreateStore(
          B.CreateZExt(B.CreateLoad(R.Left->getAllocatedType(), R.Left), C.I64),
          Word(FrameLayout::Left));
  }
  return Frame;
}

void FunctionEmitter::leave(Value *Code, Value *Frame) {
  CallInst *Call = B.CreateCall(
      llvm::FunctionType::get(Into.getReturnType(), {C.Ptr, C.Ptr}, false),
      Code, {Context, Frame});
  if (Resume)
    // The frame is not needed any more: the stack stays flat, however often
    // control moves.
    Call->setTailCallKind(CallInst::TCK_MustTail);
  else
    setSite(Call, SiteId(SiteFrame::TransitionSite));
  if (Into.getReturnType()->isVoidTy())
    B.CreateRetVoid();
  else
    B.CreateRet(Call);
  B.ClearInsertionPoint();
}

const Assumption *FunctionEmitter::neverTaken(const IfStmt &S) {
  if (!Plan)
    return nullptr;
  const uint32_t Site = Sites.branchOf(S);
  auto It = llvm::find_if(Plan->Assumptions, [&](const Assumption &A) {
    return A.Kind == AssumptionKind::NeverTaken && A.Site == Site;
  });
  if (It == Plan->Assumptions.end() || !frameState(before(S)))
    return nullptr;
  return &*It;
}

ResumePoint FunctionEmitter::before(const Stmt &S) {
  if (!Numbers)
    Numbers.emplace(F);
  return ResumePoint::before(Numbers->of(S));
}

void FunctionEmitter::emitGuardedIf(const IfStmt &S, const Assumption &A) {
  const ResumePoint Point = before(S);
  const bool Holds = A.Value;
  BasicBlock *Go = newBlock(), *Fail = newBlock();
  emitTest(S, Holds ? Go : Fail, Holds ? Fail : Go,
           Holds ? C.LikelyWeights : C.UnlikelyWeights);
  // Baseline code evaluates the condition anew: nothing has happened yet.
  const uint64_t Seen =
      uint64_t(ME.R.FirstIndex + uint32_t(rootFunction())) << 32 | !Holds;
  deoptimize(Fail, Point, reasonWord(A.Kind, A.Site), B.getInt64(Seen));
  startBlock(Go);
  emitList(Holds ? S.Then : S.Else);
}
