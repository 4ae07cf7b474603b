#include "Pipeline/RangeChecks.h"

#include "Pipeline/TrapBlocks.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace jitrun;
using namespace llvm;
using namespace llvm::PatternMatch;

SmallVector<LoopCheck, 8> RangeCheckAnalysis::findChecks() {
  SmallVector<LoopCheck, 8> Checks;
  for (BasicBlock *BB : L.blocks()) {
    auto *Branch = dyn_cast<BranchInst>(BB->getTerminator());
    if (!Branch || !Branch->isConditional())
      continue;
    BasicBlock *True = Branch->getSuccessor(0);
    BasicBlock *False = Branch->getSuccessor(1);
    if (L.contains(True) == L.contains(False))
      continue;
    bool ContinuesIfTrue = L.contains(True);
    if (!isTrapBlock(ContinuesIfTrue ? *False : *True))
      continue;
    LoopCheck Check{Branch, ContinuesIfTrue ? True : False, {}, {}};
    if (!parse(Branch->getCondition(), ContinuesIfTrue, Check)) {
      Check.Conditions.clear();
      Check.Invariants.clear();
      Check.Counted = LI.getLoopFor(BB);
      Check.FailsIn = SE.getExitCount(Check.Counted, BB);
      if (isa<SCEVCouldNotCompute>(Check.FailsIn) ||
          !SE.isLoopInvariant(Check.FailsIn, &L))
        continue;
    }
    Check.Always = isMadeAlways(*BB);
    Checks.push_back(std::move(Check));
  }
  return Checks;
}

bool RangeCheckAnalysis::isMadeAlways(BasicBlock &BB) {
  BasicBlock *Here = &BB;
  for (Loop *Around = LI.getLoopFor(&BB);; Around = Around->getParentLoop()) {
    BasicBlock *Latch = Around->getLoopLatch();
    while (!DT.dominates(Here, Latch)) {
      // A test that goes the same way in each iteration, as the one whether a
      // loop is entered at all, is no obstacle.
      Here = DT.getNode(Here)->getIDom()->getBlock();
      auto *Branch = dyn_cast<BranchInst>(Here->getTerminator());
      if (!Branch ||
          (Branch->isConditional() &&
           !SE.isLoopInvariant(SE.getSCEV(Branch->getCondition()), &L)))
        return false;
    }
    if (Around == &L)
      return true;
    Here = Around->getLoopPreheader();
  }
}

bool RangeCheckAnalysis::parse(Value *Condition, bool Holds, LoopCheck &Check) {
  if (L.isLoopInvariant(Condition)) {
    Check.Invariants.push_back({Condition, Holds});
    return true;
  }
  Value *A, *B;
  if (Holds ? match(Condition, m_LogicalAnd(m_Value(A), m_Value(B)))
            : match(Condition, m_LogicalOr(m_Value(A), m_Value(B))))
    return parse(A, Holds, Check) && parse(B, Holds, Check);
  if (match(Condition, m_Not(m_Value(A))))
    return parse(A, !Holds, Check);
  if (auto *Compare = dyn_cast<ICmpInst>(Condition))
    return parseComparison(*Compare, Holds, Check);
  return false;
}

bool RangeCheckAnalysis::parseComparison(ICmpInst &Compare, bool Holds,
                                         LoopCheck &Check) {
  if (!Compare.getOperand(0)->getType()->isIntegerTy())
    return false;
  CmpInst::Predicate Pred =
      Holds ? Compare.getPredicate() : Compare.getInversePredicate();
  const SCEV *Varying = SE.getSCEV(Compare.getOperand(0));
  const SCEV *Limit = SE.getSCEV(Compare.getOperand(1));
  if (SE.isLoopInvariant(Varying, &L)) {
    std::swap(Varying, Limit);
    Pred = CmpInst::getSwappedPredicate(Pred);
  }
  if (!SE.isLoopInvariant(Limit, &L))
    return false;
  unsigned Width = SE.getTypeSizeInBits(Limit->getType());
  if (SE.isLoopInvariant(Varying, &L)) {
    Check.Conditions.push_back(
        {Pred, nullptr, Varying, APInt::getZero(Width), Limit});
    return true;
  }
  if (Pred == CmpInst::ICMP_EQ)
    return false;

  const SCEV *Narrow = Varying;
  const SCEV *Cap = nullptr;
  if (auto *Extended = dyn_cast<SCEVZeroExtendExpr>(Varying)) {
    Narrow = Extended->getOperand();
    Cap = SE.getConstant(
        APInt::getMaxValue(SE.getTypeSizeInBits(Narrow->getType()))
            .zext(Width));
  } else if (auto *Extended = dyn_cast<SCEVSignExtendExpr>(Varying)) {
    Narrow = Extended->getOperand();
    Cap = SE.getConstant(
        APInt::getSignedMaxValue(SE.getTypeSizeInBits(Narrow->getType()))
            .zext(Width));
  }
  auto *Recurrence = dyn_cast<SCEVAddRecExpr>(Narrow);
  if (!Recurrence || !Recurrence->isAffine())
    return false;
  // A value that changes in a loop, used behind it, is not what it looks like.
  Loop *Counted = LI.getLoopFor(Compare.getParent());
  while (Counted && Counted != Recurrence->getLoop())
    Counted = Counted->getParentLoop();
  if (!Counted || !L.contains(Counted))
    return false;
  const SCEV *Start = Recurrence->getStart();
  if (!SE.isLoopInvariant(Start, &L))
    return false;
  const SCEV *AnyStep = Recurrence->getStepRecurrence(SE);
  auto *Step = dyn_cast<SCEVConstant>(AnyStep);
  if (!Step) {
    if (Narrow != Varying || Pred == CmpInst::ICMP_NE ||
        !SE.isLoopInvariant(AnyStep, &L))
      return false;
    Check.Conditions.push_back(
        {Pred, Counted, Start, APInt(Width, 1), Limit, AnyStep});
    return true;
  }
  if (Step->getAPInt().isMinSignedValue())
    return false;
  if (Pred == CmpInst::ICMP_NE &&
      (Narrow != Varying || !Step->getAPInt().abs().isOne()))
    return false;
  if (Narrow != Varying) {
    // Downwards the narrow value could wrap at a bound of its own, which is
    // not below the one that an unsigned comparison gives: its zero.
    if (!ICmpInst::isUnsigned(Pred) ||
        (Step->getAPInt().isNegative() && !ICmpInst::isLT(Pred) &&
         !ICmpInst::isLE(Pred)))
      return false;
    Start = isa<SCEVZeroExtendExpr>(Varying)
                ? SE.getZeroExtendExpr(Start, Limit->getType())
                : SE.getSignExtendExpr(Start, Limit->getType());
  }
  Check.Conditions.push_back({Pred, Counted, Start,
                              Step->getAPInt().sext(Width), Limit, nullptr,
                              Cap});
  return true;
}

RangeCheckAnalysis::LastIteration
RangeCheckAnalysis::lastIteration(Loop &Counted, const BasicBlock &BB) {
  SmallVector<BasicBlock *, 8> Exiting;
  Counted.getExitingBlocks(Exiting);
  const SCEV *Any = nullptr;
  const SCEV *Before = nullptr;
  auto Add = [&](const SCEV *&To, const SCEV *Count) {
    To = To ? SE.getUMinFromMismatchedTypes(To, Count) : Count;
  };
  for (BasicBlock *E : Exiting) {
    // An exit that each iteration passes bounds the number of iterations,
    // whatever else may end the loop earlier.
    if (!DT.dominates(E, Counted.getLoopLatch()))
      continue;
    BasicBlock *Stays = nullptr;
    bool IsTrap = false;
    for (BasicBlock *S : successors(E)) {
      if (Counted.contains(S))
        Stays = S;
      else
        IsTrap |= isTrapBlock(*S);
    }
    if (IsTrap || !Stays)
      continue;
    const SCEV *Count =
        SE.getExitCount(&Counted, E, ScalarEvolution::SymbolicMaximum);
    if (isa<SCEVCouldNotCompute>(Count) || !SE.isLoopInvariant(Count, &L))
      continue;
    if (DT.dominates(BasicBlockEdge(E, Stays), &BB))
      Add(Before, Count);
    Add(Any, Count);
  }
  if (Before)
    return {Before, true};
  return {Any, false};
}

/// That the last iteration comes before iteration \p Count.
Value *RangeCheckAnalysis::emitLess(Loop &Counted, const LastIteration &Last,
                                    const SCEV *Count, SCEVExpander &Expander,
                                    Instruction *At) {
  const SCEV *LastCount = Last.Count;
  if (!LastCount)
    return nullptr;
  Type *T = LastCount->getType();
  if (SE.getTypeSizeInBits(Count->getType()) > SE.getTypeSizeInBits(T))
    T = Count->getType();
  LastCount = SE.getNoopOrZeroExtend(LastCount, T);
  Count = SE.getNoopOrZeroExtend(Count, T);
  CmpInst::Predicate Pred =
      Last.NeverIfZero ? CmpInst::ICMP_ULE : CmpInst::ICMP_ULT;
  if (SE.isLoopEntryGuardedByCond(&Counted, Pred, LastCount, Count))
    return ConstantInt::getTrue(At->getContext());
  if (SE.isLoopEntryGuardedByCond(&Counted, CmpInst::getInversePredicate(Pred),
                                  LastCount, Count) ||
      !Expander.isSafeToExpandAt(LastCount, At) ||
      !Expander.isSafeToExpandAt(Count, At))
    return nullptr;
  Value *A = Expander.expandCodeFor(LastCount, T, At);
  Value *B = Expander.expandCodeFor(Count, T, At);
  return IRBuilder<>(At).CreateICmp(Pred, A, B);
}

/// That \p Count steps of \p Stride, which is not negative, are at most
/// \p Room, an unsigned distance. By a product, as a quotient takes longer.
Value *RangeCheckAnalysis::emitTravels(const SCEV *Stride, const SCEV *Count,
                                       const SCEV *Room, SCEVExpander &Expander,
                                       Instruction *At) {
  Type *T = Room->getType();
  if (SE.getTypeSizeInBits(Count->getType()) > SE.getTypeSizeInBits(T))
    return nullptr;
  Count = SE.getNoopOrZeroExtend(Count, T);
  SmallVector<Value *, 3> Values;
  for (const SCEV *S : {Count, Stride, Room}) {
    if (!Expander.isSafeToExpandAt(S, At))
      return nullptr;
    Values.push_back(Expander.expandCodeFor(S, T, At));
  }
  IRBuilder<> B(At);
  Value *Product = B.CreateBinaryIntrinsic(Intrinsic::umul_with_overflow,
                                           Values[0], Values[1]);
  return B.CreateAnd(
      B.CreateNot(B.CreateExtractValue(Product, 1)),
      B.CreateICmpULE(B.CreateExtractValue(Product, 0), Values[2]));
}

Value *RangeCheckAnalysis::emit(const RangeCondition &C,
                                const LastIteration &Last,
                                SCEVExpander &Expander, Instruction *At) {
  if (C.Pred == CmpInst::ICMP_NE && !C.Step.isZero())
    return emitLess(*C.Counted, Last,
                    C.Step.isOne() ? SE.getMinusSCEV(C.Limit, C.Start)
                                   : SE.getMinusSCEV(C.Start, C.Limit),
                    Expander, At);

  // Proofs may use what is known where the loop in question is entered.
  Loop *Entered = C.Counted ? C.Counted : &L;
  // Fails in the first iteration: there is nothing to gain.
  if (SE.isLoopEntryGuardedByCond(Entered, CmpInst::getInversePredicate(C.Pred),
                                  C.Start, C.Limit))
    return nullptr;

  IRBuilder<> B(At);
  Value *Result = B.getTrue();
  auto Require = [&](CmpInst::Predicate Pred, const SCEV *Left,
                     const SCEV *Right) {
    if (SE.isLoopEntryGuardedByCond(Entered, Pred, Left, Right))
      return true;
    if (!Expander.isSafeToExpandAt(Left, At) ||
        !Expander.isSafeToExpandAt(Right, At))
      return false;
    Value *A = Expander.expandCodeFor(Left, Left->getType(), At);
    Value *D = Expander.expandCodeFor(Right, Right->getType(), At);
    B.SetInsertPoint(At);
    Result = B.CreateAnd(Result, B.CreateICmp(Pred, A, D));
    return true;
  };

  if (!Require(C.Pred, C.Start, C.Limit))
    return nullptr;
  if (C.Step.isZero())
    return Result;
  if (!Last.Count)
    return nullptr;

  if (C.Cap && !Require(CmpInst::ICMP_ULE, C.Start, C.Cap))
    return nullptr;
  // The first value is in range. Going up, the last one is in range, and none
  // has wrapped around, if there is room for all the steps between the first
  // value and the greatest that is allowed; going down, likewise.
  bool Signed = ICmpInst::isSigned(C.Pred);
  Type *T = C.Limit->getType();
  unsigned Width = SE.getTypeSizeInBits(T);
  const SCEV *One = SE.getOne(T);
  const SCEV *Room;
  if (C.Step.isStrictlyPositive()) {
    const SCEV *Greatest;
    if (ICmpInst::isLT(C.Pred))
      Greatest = SE.getMinusSCEV(C.Limit, One);
    else if (ICmpInst::isLE(C.Pred))
      Greatest = C.Limit;
    else
      Greatest = SE.getConstant(Signed ? APInt::getSignedMaxValue(Width)
                                       : APInt::getMaxValue(Width));
    if (C.Cap)
      Greatest = SE.getUMinExpr(Greatest, C.Cap);
    Room = SE.getMinusSCEV(Greatest, C.Start);
  } else {
    const SCEV *Least;
    if (ICmpInst::isGT(C.Pred))
      Least = SE.getAddExpr(C.Limit, One);
    else if (ICmpInst::isGE(C.Pred))
      Least = C.Limit;
    else
      Least = SE.getConstant(Signed ? APInt::getSignedMinValue(Width)
                                    : APInt::getZero(Width));
    Room = SE.getMinusSCEV(C.Start, Least);
  }
  const SCEV *Count = Last.Count;
  if (Last.NeverIfZero) {
    // A loop of no iteration is not worth a version.
    if (!Require(CmpInst::ICMP_NE, Count, SE.getZero(Count->getType())))
      return nullptr;
    Count = SE.getMinusSCEV(Count, SE.getOne(Count->getType()));
  }
  if (C.Stride) {
    if (!Require(CmpInst::ICMP_SGT, C.Stride, SE.getZero(T)))
      return nullptr;
    Value *Fits = emitTravels(C.Stride, Count, Room, Expander, At);
    return Fits ? IRBuilder<>(At).CreateAnd(Result, Fits) : nullptr;
  }
  const SCEV *Steps = SE.getUDivExpr(Room, SE.getConstant(C.Step.abs()));
  Type *Wider =
      SE.getTypeSizeInBits(Count->getType()) > Width ? Count->getType() : T;
  if (!Require(CmpInst::ICMP_ULE, SE.getNoopOrZeroExtend(Count, Wider),
               SE.getNoopOrZeroExtend(Steps, Wider)))
    return nullptr;
  return Result;
}

Value *RangeCheckAnalysis::decide(SmallVectorImpl<LoopCheck> &Checks,
                                  Instruction *At) {
  SCEVExpander Expander(SE, "hoist");
  IRBuilder<> B(At);
  Value *All = nullptr;
  auto Add = [&](Value *V) {
    // Each by itself: code for a check that never runs may be poison, which
    // must not hide that another one fails.
    B.SetInsertPoint(At);
    V = B.CreateFreeze(V);
    All = All ? B.CreateAnd(All, V) : V;
  };

  struct Done {
    RangeCondition Condition;
    const SCEV *Count;
    bool NeverIfZero;
    bool operator==(const Done &) const = default;
  };
  SmallVector<Done, 8> Emitted;
  SmallVector<std::pair<Value *, bool>, 4> EmittedInvariants;
  SmallVector<LoopCheck, 8> Kept;
  for (LoopCheck &Check : Checks) {
    const BasicBlock &BB = *Check.Branch->getParent();
    SmallVector<Value *, 4> Values;
    SmallVector<Done, 4> New;
    bool Possible = true;
    for (const RangeCondition &C : Check.Conditions) {
      LastIteration Last;
      if (C.Counted)
        Last = lastIteration(*C.Counted, BB);
      Done D{C, Last.Count, Last.NeverIfZero};
      if (is_contained(Emitted, D) || is_contained(New, D))
        continue;
      Value *V = emit(C, Last, Expander, At);
      if (!V) {
        Possible = false;
        break;
      }
      Values.push_back(V);
      New.push_back(D);
    }
    if (Possible && Check.FailsIn) {
      Value *V = emitLess(*Check.Counted, lastIteration(*Check.Counted, BB),
                          Check.FailsIn, Expander, At);
      Possible = V;
      Values.push_back(V);
    }
    if (!Possible ||
        any_of(Values, [](Value *V) { return match(V, m_Zero()); }))
      continue;
    for (Value *V : Values)
      if (!match(V, m_One()))
        Add(V);
    Emitted.append(New);
    for (auto [V, MustBe] : Check.Invariants) {
      if (is_contained(EmittedInvariants, std::pair(V, MustBe)))
        continue;
      EmittedInvariants.push_back({V, MustBe});
      B.SetInsertPoint(At);
      Add(MustBe ? V : B.CreateNot(V));
    }
    Kept.push_back(std::move(Check));
  }
  Checks.assign(std::make_move_iterator(Kept.begin()),
                std::make_move_iterator(Kept.end()));
  if (Checks.empty())
    return nullptr;
  return All ? All : B.getTrue();
}
