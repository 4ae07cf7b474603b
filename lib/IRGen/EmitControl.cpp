#include "IRGen/FunctionEmitter.h"
#include "TypedAST/Walk.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::speculation;
using namespace jitrun::tast;
using namespace llvm;

void FunctionEmitter::startBlock(BasicBlock *BB) {
  if (reachable() && !B.GetInsertBlock()->getTerminator())
    B.CreateBr(BB);
  BB->insertInto(&Into);
  B.SetInsertPoint(BB);
}

void FunctionEmitter::emitList(StmtList List) {
  while (reachable() && !List.empty()) {
    if (Forced)
      emitForcedExit(before(*List.front()));
    size_t Done = LikelyHeld && !QuickExit && !Forced ? emitRegion(List) : 0;
    if (!Done)
      emitStmt(*List[Done++]);
    List = List.subspan(Done);
  }
}

void FunctionEmitter::emitStmt(const Stmt &S) {
  switch (S.Kind) {
  case StmtKind::Assign:
    return emitAssign(as<AssignStmt>(S));
  case StmtKind::MultiAssign:
    return emitMultiAssign(as<MultiAssignStmt>(S));
  case StmtKind::OpAssign:
    return emitOpAssign(as<OpAssignStmt>(S));
  case StmtKind::Eval: {
    const Expr &E = *as<EvalStmt>(S).Value;
    if (E.Ty->isAggregate())
      emitAddress(E);
    else
      emit(E);
    return;
  }
  case StmtKind::Call:
    return emitCall(as<CallStmt>(S));
  case StmtKind::CallValue:
    return emitCallValue(as<CallValueStmt>(S));
  case StmtKind::ExternCall:
    return emitExternCall(as<ExternCallStmt>(S));
  case StmtKind::Operation:
    return emitOperation(as<OperationStmt>(S));
  case StmtKind::If:
    return emitIf(as<IfStmt>(S));
  case StmtKind::While:
    return emitWhile(as<WhileStmt>(S));
  case StmtKind::ForRange:
    return emitForRange(as<ForRangeStmt>(S));
  case StmtKind::Loop:
    return emitLoop(as<LoopStmt>(S));
  case StmtKind::Break: {
    LoopState &L = Loops[size_t(as<BreakStmt>(S).Loop)];
    L.Breaks = true;
    join(L.AtBreak, Live);
    branchTo(L.Break);
    return;
  }
  case StmtKind::Continue: {
    LoopState &L = Loops[size_t(as<ContinueStmt>(S).Loop)];
    L.Continues = true;
    join(L.AtContinue, Live);
    branchTo(L.Continue);
    return;
  }
  case StmtKind::Return:
    return emitReturn(as<ReturnStmt>(S));
  case StmtKind::Block:
    return emitBlock(as<BlockStmt>(S));
  }
}

//===----------------------------------------------------------------------===//
// Assignment

/// Whether evaluating \p E reads slot \p S.
static bool mentions(const Expr &E, SlotId S) {
  struct : Walker {
    SlotId Slot = NoSlot;
    bool Found = false;
    void onPlace(const Place &P) override {
      Found |= P.Base == PlaceBase::Local && P.Slot == Slot;
    }
  } W;
  W.Slot = S;
  W.expr(E);
  return W.Found;
}

/// References that need no counting: literals and zero values are immortal.
static bool isImmortal(const Expr &E) {
  return E.Kind == ExprKind::TextConstant || E.Kind == ExprKind::Zero;
}

void FunctionEmitter::storeSlot(SlotId S, Value *Address, bool Owned) {
  const jitrun::Type *T = slotType(S);
  Value *Memory = slotMemory(S);
  if (isOwned(S)) {
    if (!Owned)
      retainValue(T, Address);
    bool Releases = Live.Maybe.test(unsigned(S));
    Slots[size_t(S)].NeedsNull |= Releases && !Live.Certain.test(unsigned(S));
    Live.Maybe.set(unsigned(S));
    Live.Certain.set(unsigned(S));
    if (Releases)
      return replaceValue(T, Address, Memory);
  }
  B.CreateMemCpy(Memory, Align(T->align()), Address, Align(T->align()),
                 T->size());
}

void FunctionEmitter::emitAssign(const AssignStmt &S) {
  const jitrun::Type *T = S.Target->Ty;
  if (isWholeLocal(*S.Target)) {
    SlotId Slot = S.Target->Slot;
    if (!T->isAggregate()) {
      Value *V = emit(*S.Value);
      if (T->isCounted() && !isImmortal(*S.Value))
        retain(V);
      assignSlot(Slot, V);
      return;
    }
    bool Fresh = !isOwned(Slot) || !Live.Maybe.test(unsigned(Slot));
    if (!Fresh || mentions(*S.Value, Slot)) {
      storeSlot(Slot, emitAddress(*S.Value), /*Owned=*/false);
      return;
    }
    Value *Memory = slotMemory(Slot);
    emitInto(*S.Value, Memory);
    if (isOwned(Slot)) {
      if (S.Value->Kind != ExprKind::Zero)
        retainValue(T, Memory);
      Live.Maybe.set(unsigned(Slot));
      Live.Certain.set(unsigned(Slot));
    }
    return;
  }
  Value *V = T->isAggregate() ? emitAddress(*S.Value) : emit(*S.Value);
  Value *Address = emitPlaceAddress(*S.Target);
  storePlace(T, V, Address, !T->isAggregate() && isImmortal(*S.Value));
}

void FunctionEmitter::emitMultiAssign(const MultiAssignStmt &S) {
  SmallVector<Value *, 4> Values;
  for (const Expr *E : S.Values)
    Values.push_back(emit(*E));
  SmallVector<PlaceOperands, 4> Targets;
  for (const Place *P : S.Targets)
    Targets.push_back(emitOperands(*P));
  for (const PlaceOperands &O : Targets)
    emitChecks(O);
  // A write may drop the last reference to a later target's array.
  SmallVector<DeferredRelease, 4> Dropped;
  Deferred = &Dropped;
  for (size_t I = 0; I < Targets.size(); ++I) {
    const Place &P = *Targets[I].P;
    const jitrun::Type *T = P.Ty;
    if (!isWholeLocal(P)) {
      storePlace(T, Values[I], emitPlaceAddress(Targets[I]), false);
    } else if (T->isAggregate()) {
      storeSlot(P.Slot, Values[I], false);
    } else {
      if (T->isCounted())
        retain(Values[I]);
      assignSlot(P.Slot, Values[I]);
    }
  }
  releaseDeferred(Dropped);
}

void FunctionEmitter::emitOpAssign(const OpAssignStmt &S) {
  const jitrun::Type *T = S.Target->Ty;
  Value *A = nullptr, *X = nullptr;
  if (S.Fused) {
    const auto &Product = as<BinaryExpr>(*S.Value);
    A = emit(*Product.Left);
    X = emit(*Product.Right);
  } else {
    X = emit(*S.Value);
  }
  bool Local = isWholeLocal(*S.Target);
  Value *Address = Local ? nullptr : emitPlaceAddress(*S.Target);
  Value *Old = Local ? loadSlot(S.Target->Slot) : loadValue(T, Address);
  Value *New = S.Fused ? emitFused(T, A, X, Old, S.Op == BinaryOp::Sub, false)
                       : emitArithmetic(S.Op, T, Old, X, S.Site);
  if (Local)
    assignSlot(S.Target->Slot, New);
  else
    storeValue(T, New, Address);
}

//===----------------------------------------------------------------------===//
// Branches

/// Whether it is quicker to compute \p E than to branch around it.
static bool isCheap(const Expr &E) {
  if (canTrap(E))
    return false;
  struct : Walker {
    unsigned Size = 0;
    void onExpr(const Expr &E) override {
      ++Size;
      if (E.Kind == ExprKind::IntrinsicCall)
        Size += 8;
    }
  } W;
  W.expr(E);
  return W.Size <= 6;
}

void FunctionEmitter::emitCondition(const Expr &E, BasicBlock *True,
                                    BasicBlock *False, MDNode *Weights) {
  if (E.Kind == ExprKind::Logical) {
    const auto &L = as<LogicalExpr>(E);
    // Baseline's compare and branch are one; bits would have to be made.
    if (!Optimized || !isCheap(*L.Right)) {
      BasicBlock *Other = newBlock();
      if (L.IsAnd)
        emitCondition(*L.Left, Other, False);
      else
        emitCondition(*L.Left, True, Other);
      startBlock(Other);
      emitCondition(*L.Right, True, False, Weights);
      return;
    }
  }
  if (E.Kind == ExprKind::Unary && as<UnaryExpr>(E).Op == UnaryOp::Not &&
      !Weights) {
    emitCondition(*as<UnaryExpr>(E).Operand, False, True);
    return;
  }
  B.CreateCondBr(emit(E), True, False, Weights);
  B.ClearInsertionPoint();
}

void FunctionEmitter::testExpectedTypes(const IfStmt &First) {
  const std::optional<uint32_t> Match = Sites.matchAt(First);
  if (!Plan || !Profile || !Match)
    return;
  const ProfileSites::TypeMatch &Tests = Sites.matches()[*Match];
  auto Expected = Plan->expected(ExpectationKind::HeldType, *Match);
  if (Expected.empty())
    return;
  // A loop's body may be emitted twice.
  for (const IfStmt *S : Tests)
    MovedTests.erase(S);
  // Of a test that is taken for granted no other arm is emitted.
  size_t Emitted = 0;
  while (Emitted < Tests.size()) {
    const Assumption *A = neverTaken(*Tests[Emitted++]);
    if (A && A->Value)
      break;
  }

  uint64_t Left = Expected.front().Seen;
  auto Weigh = [&](const IfStmt &S, uint64_t Times) {
    MovedTest &T = MovedTests[&S];
    const uint64_t Others = Left - std::min(Left, Times);
    if (Left)
      T.Weights = C.weights(std::min(Left, Times), Others);
    Left = Others;
  };
  for (const Expectation &X : Expected) {
    if (X.Target >= Emitted)
      continue;
    const IfStmt &S = *Tests[X.Target];
    Weigh(S, X.Times);
    MovedTest &T = MovedTests[&S];
    T.Holds = newBlock();
    BasicBlock *Next = newBlock();
    B.CreateCondBr(emit(*S.Condition), T.Holds, Next, T.Weights);
    startBlock(Next);
  }
  for (const IfStmt *S : Tests)
    if (!MovedTests.contains(S))
      Weigh(*S, Profile->Branches[Sites.branchOf(*S)].Taken);
}

void FunctionEmitter::emitTest(const IfStmt &S, BasicBlock *True,
                               BasicBlock *False, MDNode *Weights) {
  const MovedTest Moved = MovedTests.lookup(&S);
  MovedTests.erase(&S);
  if (!Moved.Holds)
    return emitCondition(*S.Condition, True, False,
                         Moved.Weights ? Moved.Weights : Weights);
  B.CreateBr(False);
  startBlock(Moved.Holds);
  B.CreateBr(True);
  B.ClearInsertionPoint();
}

void FunctionEmitter::emitIf(const IfStmt &S) {
  if (Optimized)
    testExpectedTypes(S);
  if (const speculation::Assumption *A = neverTaken(S))
    return emitGuardedIf(S, *A);
  MDNode *Weights = Optimized ? branchWeights(S) : nullptr;
  BasicBlock *Merge = newBlock();
  bool Counts = SiteBlock != nullptr;
  BasicBlock *Then = S.Then.empty() && !Counts ? Merge : newBlock();
  BasicBlock *Else = S.Else.empty() ? Merge : newBlock();
  emitTest(S, Then, Else, Weights);

  Liveness Before = Live;
  std::optional<Liveness> After;
  auto Arm = [&](BasicBlock *BB, StmtList List) {
    if (BB == Merge) {
      join(After, Before);
      return;
    }
    Live = Before;
    startBlock(BB);
    if (BB == Then)
      countTaken(S);
    emitList(List);
    if (!reachable())
      return;
    join(After, Live);
    branchTo(Merge);
  };
  Arm(Then, S.Then);
  Arm(Else, S.Else);
  if (!After) {
    delete Merge;
    return;
  }
  Live = std::move(*After);
  startBlock(Merge);
}

void FunctionEmitter::emitBlock(const BlockStmt &S) {
  emitList(S.Body);
  leaveScope(S);
}

void FunctionEmitter::leaveScope(const BlockStmt &S) {
  if (!reachable())
    return;
  for (SlotId Slot : S.Scope) {
    if (!isOwned(Slot) || !Live.Maybe.test(unsigned(Slot)))
      continue;
    releaseSlot(Slot);
    clearSlot(Slot);
  }
}

//===----------------------------------------------------------------------===//
// Loops

void FunctionEmitter::finishLoop(LoopState &L, Liveness Exit, bool Exits) {
  std::optional<Liveness> After;
  if (Exits)
    After = std::move(Exit);
  if (L.AtBreak)
    join(After, *L.AtBreak);
  if (!After) {
    delete L.Break;
    B.ClearInsertionPoint();
    return;
  }
  Live = std::move(*After);
  startBlock(L.Break);
}

bool FunctionEmitter::startLatch(LoopState &L) {
  if (!L.Continues) {
    delete L.Continue;
    return reachable();
  }
  std::optional<Liveness> At = L.AtContinue;
  if (reachable())
    join(At, Live);
  Live = std::move(*At);
  startBlock(L.Continue);
  return true;
}

FunctionEmitter::LoopState &FunctionEmitter::openLoop(LoopId Loop) {
  LoopState &L = Loops[size_t(Loop)];
  L = LoopState();
  L.Continue = newBlock();
  L.Break = newBlock();
  return L;
}

void FunctionEmitter::emitWhile(const WhileStmt &S) {
  emitWholeWhile(S, openLoop(S.Loop));
}

void FunctionEmitter::emitWholeWhile(const WhileStmt &S, LoopState &L) {
  enterLoop(S.Body, S.Prelude);
  BasicBlock *Header = newBlock(), *Body = newBlock();
  startBlock(Header);
  emitList(S.Prelude);
  if (!reachable()) {
    // The condition is never reached.
    delete Body;
    delete L.Continue;
    finishLoop(L, {}, false);
    return;
  }
  emitCondition(*S.Condition, Body, L.Break,
                loopWeights(S.Loop, /*AtLatch=*/false));
  Liveness AtExit = Live;
  startBlock(Body);
  countIteration(S.Loop);
  emitList(S.Body);
  if (startLatch(L)) {
    emitBackEdge(S.Loop);
    locateLoop(branchTo(Header), S.Loop);
  }
  finishLoop(L, std::move(AtExit), true);
}

void FunctionEmitter::emitLoop(const LoopStmt &S) {
  emitWholeLoop(S, openLoop(S.Loop));
}

void FunctionEmitter::emitWholeLoop(const LoopStmt &S, LoopState &L) {
  enterLoop(S.Body, {});
  BasicBlock *Header = newBlock();
  startBlock(Header);
  countIteration(S.Loop);
  emitList(S.Body);
  if (startLatch(L)) {
    emitBackEdge(S.Loop);
    locateLoop(branchTo(Header), S.Loop);
  }
  finishLoop(L, {}, false);
}

void FunctionEmitter::emitForRange(const ForRangeStmt &S) {
  const jitrun::Type *T = slotType(S.Variable);
  Value *Lo = emit(*S.Lo);
  Value *Hi = emit(*S.Hi);
  Value *Step = S.Step ? emit(*S.Step) : integer(T, 1);
  // As the tree says it, and not what folds: all code of a function must count
  // alike.
  const std::optional<int64_t> Constant = speculation::constantStep(S);
  bool Up = Constant == 1;
  bool Down = Constant == -1;
  using Op = BinaryOp;
  auto Compare = [&](Op Which, Value *A, Value *X) {
    return emitComparison(Which, T, A, X);
  };

  // The loop is entered if it runs at all. Steps of 1 and -1 compare the
  // variable with the bound; all others count down the iterations left.
  Value *Runs = nullptr;
  AllocaInst *Left = nullptr;
  if (Up || Down) {
    Runs = Compare(Up ? (S.Inclusive ? Op::Le : Op::Lt)
                      : (S.Inclusive ? Op::Ge : Op::Gt),
                   Lo, Hi);
  } else {
    if (!Constant || !*Constant)
      trapUnless(B.CreateICmpNE(Step, integer(T, 0)), Runtime::jr_trap_step,
                 {Context}, S.Site);
    Value *Above = Compare(S.Inclusive ? Op::Le : Op::Lt, Lo, Hi);
    Value *Below = Compare(S.Inclusive ? Op::Ge : Op::Gt, Lo, Hi);
    Value *Span, *Size;
    if (Constant) {
      bool Rises = *Constant >= 0;
      Runs = Rises ? Above : Below;
      Span = Rises ? B.CreateSub(Hi, Lo) : B.CreateSub(Lo, Hi);
      Size = Rises ? Step : B.CreateNeg(Step);
    } else {
      Value *Rises =
          B.CreateICmpSGT(Step, llvm::Constant::getNullValue(Step->getType()));
      // FastISel has no selection of bits.
      Runs = B.CreateOr(B.CreateAnd(Rises, Above),
                        B.CreateAnd(B.CreateXor(Rises, B.getTrue()), Below));
      Span = B.CreateSelect(Rises, B.CreateSub(Hi, Lo), B.CreateSub(Lo, Hi));
      Size = B.CreateSelect(Rises, Step, B.CreateNeg(Step));
    }
    if (!S.Inclusive)
      Span = B.CreateSub(Span, integer(T, 1));
    // Without an iteration this is garbage that nobody reads.
    Left = allocate(Span->getType(), Align(8));
    B.CreateStore(B.CreateUDiv(Span, Size), Left);
  }
  storeValue(T, Lo, slotMemory(S.Variable));

  LoopState &L = openLoop(S.Loop);
  L.Range = {Hi, Step, Left};
  emitWholeRange(S, L, Runs);
}

Value *FunctionEmitter::advance(const ForRangeStmt &S, const RangeState &R) {
  const jitrun::Type *T = slotType(S.Variable);
  const bool Signed = T->isSigned();
  const std::optional<int64_t> Constant = speculation::constantStep(S);
  const bool Up = Constant == 1, Down = Constant == -1;
  Value *I = loadSlot(S.Variable);
  // What overflows is never looked at: the loop is left then.
  const bool NUW = !Signed && Constant && *Constant > 0;
  Value *Next =
      Down ? B.CreateSub(I, integer(T, 1), "", /*HasNUW=*/!Signed, Signed)
           : B.CreateAdd(I, R.Step, "", NUW, Signed);
  Value *Goes = nullptr;
  if (R.Left) {
    Value *N = B.CreateLoad(R.Left->getAllocatedType(), R.Left);
    B.CreateStore(B.CreateSub(N, ConstantInt::get(N->getType(), 1)), R.Left);
    Goes = B.CreateICmpNE(N, llvm::Constant::getNullValue(N->getType()));
  } else if (S.Inclusive) {
    Goes = B.CreateICmpNE(I, R.Hi);
  } else {
    Goes = emitComparison(Up ? BinaryOp::Lt : BinaryOp::Gt, T, Next, R.Hi);
  }
  storeValue(T, Next, slotMemory(S.Variable));
  return Goes;
}

void FunctionEmitter::emitWholeRange(const ForRangeStmt &S, LoopState &L,
                                     Value *Runs) {
  BasicBlock *Body = newBlock();
  B.CreateCondBr(Runs, Body, L.Break);
  B.ClearInsertionPoint();
  enterLoop(S.Body, {});
  Liveness AtExit = Live;
  startBlock(Body);
  countIteration(S.Loop);
  OpenRanges.push_back(&S);
  emitList(S.Body);
  if (startLatch(L)) {
    emitBackEdge(S.Loop);
    Value *Goes = advance(S, L.Range);
    locateLoop(B.CreateCondBr(Goes, Body, L.Break,
                              loopWeights(S.Loop, /*AtLatch=*/true)),
               S.Loop);
    B.ClearInsertionPoint();
  }
  OpenRanges.pop_back();
  finishLoop(L, std::move(AtExit), true);
}

//===----------------------------------------------------------------------===//
// Leaving

void FunctionEmitter::emitReturn(const ReturnStmt &S) {
  const jitrun::Type *T = F.Result;
  SlotId Moved = NoSlot;
  Value *V = nullptr;
  if (S.Value) {
    // A local that dies here gives its reference away.
    SlotId Whole = loadedSlot(*S.Value);
    if (Whole != NoSlot && isOwned(Whole) && Live.Maybe.test(unsigned(Whole)))
      Moved = Whole;
    if (T->isAggregate()) {
      emitInto(*S.Value, ResultAddress);
      if (Moved == NoSlot && S.Value->Kind != ExprKind::Zero)
        retainValue(T, ResultAddress);
    } else if ((V = emit(*S.Value))) {
      if (T->isCounted() && Moved == NoSlot && !isImmortal(*S.Value))
        retain(V);
      V = toPassed(T, V);
    }
  }
  bool Clean = true;
  for (unsigned Slot : Live.Maybe.set_bits())
    Clean &= SlotId(Slot) == Moved;
  if (Clean || !SharesExit) {
    releaseAll(Moved);
    V ? B.CreateRet(V) : B.CreateRetVoid();
    B.ClearInsertionPoint();
    return;
  }
  if (Moved != NoSlot)
    clearSlot(Moved);
  if (!Exit)
    Exit = newBlock();
  if (V) {
    if (!ExitValue)
      ExitValue = allocate(V->getType(), Align(8));
    B.CreateStore(V, ExitValue);
  }
  join(AtExit, Live);
  branchTo(Exit);
}

void FunctionEmitter::emitExit() {
  if (!Exit)
    return;
  Live = std::move(*AtExit);
  startBlock(Exit);
  releaseAll(NoSlot);
  if (ExitValue)
    B.CreateRet(B.CreateLoad(ExitValue->getAllocatedType(), ExitValue));
  else
    B.CreateRetVoid();
  B.ClearInsertionPoint();
}
