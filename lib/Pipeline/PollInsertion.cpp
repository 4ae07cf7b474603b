#include "Pipeline/PollInsertion.h"

#include "ABI/ExecutionContext.h"
#include "Pipeline/ContextArgument.h"
#include "Pipeline/LateChecks.h"
#include "Pipeline/Sanitizers.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PatternMatch.h"

using namespace jitrun;
using namespace llvm;
using namespace llvm::PatternMatch;

namespace {

/// A loop that executes fewer instructions than this is over before anybody
/// could want to stop it: some 10 microseconds.
constexpr uint64_t ShortLoop = 1 << 15;

/// How many instructions a counted loop executes between two polls.
constexpr uint64_t StripInstructions = 1 << 14;

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

/// The end of a loop that counts up or down to a value by a constant: its latch
/// compares `Next`, which is `Counter + Step`, with `End` for equality; or
/// `Counter` does, which is then one step behind.
struct CountedLatch {
  BasicBlock *Latch;
  BranchInst *Branch;
  ICmpInst *Compare;
  PHINode *Counter;
  Value *Next;
  Value *End;
  APInt Step;
  bool IsBehind;
  BasicBlock *Exit;
};

std::optional<CountedLatch> findCountedLatch(const Loop &L) {
  CountedLatch C;
  C.Latch = L.getLoopLatch();
  if (!L.isInnermost() || !C.Latch || !L.getLoopPredecessor())
    return std::nullopt;
  C.Branch = dyn_cast<BranchInst>(C.Latch->getTerminator());
  if (!C.Branch || !C.Branch->isConditional())
    return std::nullopt;
  C.Compare = dyn_cast<ICmpInst>(C.Branch->getCondition());
  bool ContinuesIfTrue = C.Branch->getSuccessor(0) == L.getHeader();
  C.Exit = C.Branch->getSuccessor(ContinuesIfTrue ? 1 : 0);
  if (!C.Compare || !C.Compare->hasOneUse() || L.contains(C.Exit) ||
      C.Compare->getPredicate() !=
          (ContinuesIfTrue ? CmpInst::ICMP_NE : CmpInst::ICMP_EQ))
    return std::nullopt;
  for (unsigned Side : {0, 1}) {
    Value *Compared = C.Compare->getOperand(Side);
    C.End = C.Compare->getOperand(1 - Side);
    auto *Phi = dyn_cast<PHINode>(Compared);
    C.IsBehind = Phi && Phi->getParent() == L.getHeader();
    C.Next = C.IsBehind ? Phi->getIncomingValueForBlock(C.Latch) : Compared;
    const APInt *Step;
    Value *Counter;
    if (!L.isLoopInvariant(C.End) ||
        !match(C.Next, m_Add(m_Value(Counter), m_APInt(Step))) ||
        Step->isZero() || Step->isMinSignedValue())
      continue;
    C.Counter = dyn_cast<PHINode>(Counter);
    C.Step = *Step;
    if (C.Counter && C.Counter->getParent() == L.getHeader() &&
        C.Counter->getIncomingValueForBlock(C.Latch) == C.Next &&
        (!C.IsBehind || C.Counter == Phi))
      return C;
  }
  return std::nullopt;
}

class PollInserter {
public:
  PollInserter(Function &F, Argument &Context) : F(F), Context(Context) {}

  void insert(Loop &L);

private:
  DebugLoc locationOf(const Loop &L) const;
  void emitPoll(Instruction *At, const DebugLoc &Location);
  void mineStrips(Loop &L, CountedLatch C, uint64_t Iterations,
                  const DebugLoc &Location);

  Function &F;
  Argument &Context;
};

/// A site in or near \p L. Without one, at least the function is named.
DebugLoc PollInserter::locationOf(const Loop &L) const {
  if (DebugLoc Start = L.getStartLoc())
    return Start;
  for (const BasicBlock *BB : L.blocks())
    for (const Instruction &I : *BB)
      if (I.getDebugLoc() && isa<CallInst>(I))
        return I.getDebugLoc();
  return locationOfFunction(F);
}

void PollInserter::emitPoll(Instruction *At, const DebugLoc &Location) {
  IRBuilder<> B(At);
  B.SetCurrentDebugLocation({});
  Value *Word = B.CreateConstInBoundsGEP1_64(
      B.getInt8Ty(), &Context, offsetof(abi::ExecutionContext, Interrupt));
  LoadInst *Interrupt = B.CreateAlignedLoad(B.getInt32Ty(), Word, Align(4));
  if (InstrumentsThreads)
    Interrupt->setAtomic(AtomicOrdering::Monotonic);
  else
    Interrupt->setVolatile(true);
  insertRareCall(At, B.CreateIsNotNull(Interrupt), "jr_poll", {&Context},
                 Location);
}

/// Makes \p L the inner one of two loops: it runs \p Iterations times at most,
/// with no poll, then the outer one polls and enters it again.
///
///     entering -> outer: limit = counter + min(end - counter, strip)
///     outer -> header ... latch: next == limit ? strip : header
///     strip: next == end ? exit : poll;  poll -> outer
void PollInserter::mineStrips(Loop &L, CountedLatch C, uint64_t Iterations,
                              const DebugLoc &Location) {
  LLVMContext &Ctx = F.getContext();
  BasicBlock *Header = L.getHeader();
  BasicBlock *Entering = L.getLoopPredecessor();
  if (C.IsBehind) {
    C.End = IRBuilder<>(Entering->getTerminator())
                .CreateAdd(C.End, ConstantInt::get(C.End->getType(), C.Step));
    // Behind the next value, which takes the counter's place.
    C.Compare->moveBefore(C.Branch->getIterator());
  }
  auto *Outer = BasicBlock::Create(Ctx, "outer", &F, Header);
  auto *Strip = BasicBlock::Create(Ctx, "strip", &F, C.Exit);
  auto *Poll = BasicBlock::Create(Ctx, "poll", &F, C.Exit);

  // The whole state of the loop goes through the outer one.
  IRBuilder<> B(Outer);
  Value *Counter = nullptr;
  for (PHINode &Inner : Header->phis()) {
    PHINode *Phi = B.CreatePHI(Inner.getType(), 2);
    Phi->addIncoming(Inner.getIncomingValueForBlock(Entering), Entering);
    Phi->addIncoming(Inner.getIncomingValueForBlock(C.Latch), Poll);
    int Index = Inner.getBasicBlockIndex(Entering);
    Inner.setIncomingValue(Index, Phi);
    Inner.setIncomingBlock(Index, Outer);
    if (&Inner == C.Counter)
      Counter = Phi;
  }
  Entering->getTerminator()->replaceSuccessorWith(Header, Outer);
  Type *T = Counter->getType();
  Value *Bound = ConstantInt::get(T, C.Step.abs() * Iterations);
  bool Up = C.Step.isStrictlyPositive();
  Value *Left = Up ? B.CreateSub(C.End, Counter) : B.CreateSub(Counter, C.End);
  Value *Length = B.CreateBinaryIntrinsic(Intrinsic::umin, Left, Bound);
  Value *Limit =
      Up ? B.CreateAdd(Counter, Length) : B.CreateSub(Counter, Length);
  B.CreateBr(Header);

  C.Compare->setOperand(0, C.Next);
  C.Compare->setOperand(1, Limit);
  C.Branch->replaceSuccessorWith(C.Exit, Strip);
  C.Exit->replacePhiUsesWith(C.Latch, Strip);
  B.SetInsertPoint(Strip);
  B.CreateCondBr(B.CreateICmpEQ(C.Next, C.End), C.Exit, Poll);
  B.SetInsertPoint(Poll);
  Instruction *Again = B.CreateBr(Outer);
  emitPoll(Again, Location);
  // emitPoll split the block: its tail is what enters the outer loop again.
  Outer->replacePhiUsesWith(Poll, Again->getParent());
}

void PollInserter::insert(Loop &L) {
  DebugLoc Location = locationOf(L);
  if (std::optional<CountedLatch> C = findCountedLatch(L)) {
    uint64_t Body = 0;
    for (BasicBlock *BB : L.blocks())
      Body += BB->size();
    uint64_t Iterations = bit_floor(StripInstructions / Body);
    unsigned Width = C->Step.getBitWidth();
    if (Iterations >= 8 && Width >= 32 && C->Step.abs().ult(1 << 14)) {
      mineStrips(L, *C, Iterations, Location);
      return;
    }
  }

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
    emitPoll(At, Location);
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
  forgetInferredAttributes(F, *Context);
  for (Loop *L : Polled)
    Inserter.insert(*L);
  return PreservedAnalyses::none();
}
