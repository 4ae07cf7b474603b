#include "IRGen/FunctionEmitter.h"
#include "TypedAST/Walk.h"

#include "ABI/Heap.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

/// Whether \p E is read from slot \p S, directly or through projections.
static bool readsFrom(const Expr &E, SlotId S) {
  if (E.Kind != ExprKind::Load)
    return false;
  const Place &P = *as<LoadExpr>(E).From;
  return P.Base == PlaceBase::Local && P.Slot == S;
}

FunctionEmitter::CallOperands
FunctionEmitter::emitArguments(const Signature &Sig,
                               ArrayRef<const Expr *> Given,
                               const jitrun::Type *ResultType, SlotId Dest) {
  CallOperands O;
  SmallVector<Value *, 8> Values;
  bool DestIsRead = false;
  for (const Expr *E : Given) {
    const jitrun::Type *T = E->Ty;
    if (T->isAny()) {
      DestIsRead |= readsFrom(*E, Dest);
      Values.push_back(anyAddress(*E));
      continue;
    }
    if (T->isAggregate()) {
      Value *Address = emitAddress(*E);
      DestIsRead |= readsFrom(*E, Dest);
      // The callee may write the elements of any array.
      if (E->Kind == ExprKind::Load &&
          as<LoadExpr>(*E).From->Base == PlaceBase::Element) {
        Value *Copy = allocate(T);
        B.CreateMemCpy(Copy, Align(T->align()), Address, Align(T->align()),
                       T->size());
        Address = Copy;
      }
      Values.push_back(Address);
      continue;
    }
    if (T->isArray())
      O.AllUnit = O.AllUnit && isUnit(*E);
    Value *V = emit(*E);
    Values.push_back(V ? toPassed(T, V) : nullptr);
  }

  O.Args.resize(Sig.Type->getNumParams());
  O.Args[0] = Context;
  if (Sig.ResultInMemory) {
    // What an `any` slot holds is to stay in registers.
    O.InPlace = Dest != NoSlot && !DestIsRead &&
                !(Optimized && ResultType->isAny()) &&
                !(isOwned(Dest) && Live.Maybe.test(unsigned(Dest)));
    O.Result = O.InPlace ? slotMemory(Dest) : allocate(ResultType);
    O.Args[1] = O.Result;
  }
  if (Sig.Cells)
    O.Args.back() = scratch(Sig.Cells);
  for (size_t I = 0; I < Values.size(); ++I) {
    const ParameterPass &Pass = Sig.Parameters[I];
    if (Pass.Where == ParameterPass::Register)
      O.Args[Pass.Index] = Values[I];
    else if (Pass.Where == ParameterPass::Cell)
      B.CreateStore(Values[I], cell(O.Args.back(), Pass.Index));
  }
  return O;
}

CallInst *FunctionEmitter::emitCallOf(const Signature &Sig, Value *Code,
                                      const CallOperands &O, SiteId Site) {
  CallInst *Call = B.CreateCall(Sig.Type, Code, O.Args);
  if (Optimized)
    Call->setAttributes(C.LanguageCall);
  setSite(Call, Site);
  return Call;
}

CallInst *FunctionEmitter::emitCallOf(FunctionId Id, const CallOperands &O,
                                      SiteId Site) {
  Callable &Callee = ME.callable(Id);
  llvm::Function *Direct =
      Callee.Unit && O.AllUnit ? Callee.Unit : Callee.Wrapper;
  Value *Code = Direct ? static_cast<Value *>(Direct)
                       // Volatile: another version may be stored at any time.
                       : loadShared(C.Ptr, ME.slot(Id), true);
  return emitCallOf(Callee.Sig, Code, O, Site);
}

void FunctionEmitter::finishCall(const CallOperands &O, Value *Returned,
                                 const jitrun::Type *ResultType, SlotId Dest) {
  if (!O.Result) {
    Value *V = ResultType->isUnit() || ResultType->isNever()
                   ? nullptr
                   : fromPassed(ResultType, Returned);
    if (V)
      moveResult(Dest, ResultType, V);
    return;
  }
  if (Dest == NoSlot) {
    releaseValue(ResultType, O.Result);
    return;
  }
  if (!O.InPlace)
    storeSlot(Dest, O.Result, /*Owned=*/true);
  else if (isOwned(Dest)) {
    Live.Maybe.set(unsigned(Dest));
    Live.Certain.set(unsigned(Dest));
  }
}

void FunctionEmitter::emitCall(const CallStmt &S) {
  const jitrun::Type *ResultType = ME.M.function(S.Callee).Result;
  CallOperands O = emitArguments(
      ME.callable(S.Callee).Sig,
      ArrayRef(S.Arguments.data(), S.Arguments.size()), ResultType, S.Dest);
  finishCall(O, emitCallOf(S.Callee, O, S.Site), ResultType, S.Dest);
}

//===----------------------------------------------------------------------===//
// Function values

/// Comparing with more callees than this costs more than it may gain.
static constexpr size_t MaxGuessed = 4;

SmallVector<FunctionEmitter::ExpectedCallee, 4>
FunctionEmitter::expectedCallees(const CallValueStmt &S) const {
  SmallVector<ExpectedCallee, 4> Found;
  if (!Optimized)
    return Found;
  const uint32_t Site = Sites.calleeOf(S);
  if (Profile && Site < Profile->Callees.size() &&
      Profile->Callees[Site].seen()) {
    if (!Plan)
      return Found;
    uint64_t Before = 0;
    for (const speculation::Expectation &X :
         Plan->expected(speculation::ExpectationKind::Callee, Site)) {
      if (ME.callable(FunctionId(X.Target)).Wrapper)
        Found.push_back({FunctionId(X.Target),
                         C.weights(X.Times, X.Seen - Before - X.Times)});
      Before += X.Times;
    }
    return Found;
  }
  for (auto List : {ME.R.Roots, ME.R.Inlinable})
    for (FunctionId Id : List) {
      const tast::Function &Of = ME.M.function(Id);
      if (Of.IsClosure && Of.Locals[0].Ty == S.Callee->Ty &&
          Found.size() < MaxGuessed)
        Found.push_back({Id, nullptr});
    }
  return Found;
}

bool FunctionEmitter::expects(speculation::ExpectationKind Kind,
                              uint32_t Site) const {
  return Plan && !Plan->expected(Kind, Site).empty();
}

void FunctionEmitter::emitCallValue(const CallValueStmt &S) {
  const auto &T = static_cast<const jitrun::FunctionType &>(*S.Callee->Ty);
  SmallVector<const jitrun::Type *, 8> Types{&T};
  Types.append(T.parameters().begin(), T.parameters().end());
  SmallVector<const Expr *, 8> Values{S.Callee};
  Values.append(S.Arguments.begin(), S.Arguments.end());
  Signature Sig = C.signature(Types, T.result());
  CallOperands O = emitArguments(Sig, Values, T.result(), S.Dest);
  Value *Closure = O.Args[Sig.Parameters[0].Index];
  auto Number = [&] {
    return loadClosure(C.I32, Closure, offsetof(abi::ClosureHeader, Function));
  };
  const uint32_t Site = Sites.calleeOf(S);
  auto Sample = [&] {
    sampleSite(Sites.layout().calleeAt(Site), Runtime::jr_target_seen,
               [&] { return SmallVector<Value *, 2>{Number()}; });
  };
  if (!Optimized)
    Sample();

  const auto Expected = expectedCallees(S);
  bool Returns = !Sig.Type->getReturnType()->isVoidTy();
  SmallVector<std::pair<Value *, BasicBlock *>, 4> Results;
  BasicBlock *Done = Expected.empty() ? nullptr : newBlock();
  if (!Expected.empty()) {
    Value *Callee = Number();
    for (auto [Id, Weights] : Expected) {
      BasicBlock *Is = newBlock(), *IsNot = newBlock();
      B.CreateCondBr(B.CreateICmpEQ(Callee, B.getInt32(uint32_t(Id))), Is,
                     IsNot, Weights);
      startBlock(Is);
      Results.push_back({emitCallOf(Id, O, S.Site), B.GetInsertBlock()});
      branchTo(Done);
      startBlock(IsNot);
    }
    if (expects(speculation::ExpectationKind::Callee, Site))
      Sample();
  }
  Value *Slot = loadClosure(C.Ptr, Closure, offsetof(abi::ClosureHeader, Slot));
  CallInst *Call = emitCallOf(Sig, loadShared(C.Ptr, Slot, true), O, S.Site);
  Value *Returned = Call;
  if (Done) {
    Results.push_back({Call, B.GetInsertBlock()});
    branchTo(Done);
    startBlock(Done);
    if (Returns) {
      auto *Phi = B.CreatePHI(Call->getType(), unsigned(Results.size()));
      for (auto [V, From] : Results)
        Phi->addIncoming(V, From);
      Returned = Phi;
    }
  }
  finishCall(O, Returned, T.result(), S.Dest);
}

LoadInst *FunctionEmitter::loadClosure(llvm::Type *Ty, Value *Closure,
                                       uint64_t Offset) {
  LoadInst *Load = B.CreateLoad(Ty, offset(Closure, Offset));
  return Optimized ? finishHeaderLoad(Load) : Load;
}

Value *FunctionEmitter::emitMakeClosure(const OperationStmt &S) {
  const RecordType &T = *ME.M.function(S.Target).Captures;
  Value *Memory = allocate(&T);
  for (uint32_t I = 0; I < S.Operands.size(); ++I)
    emitInto(*S.Operands[I], offset(Memory, T.field(I).Offset));
  Value *Closure = call(Runtime::jr_closure_new,
                        {Context, ME.closure(S.Target), Memory}, S.Site);
  if (Optimized) {
    // What the optimiser cannot see of a new closure: whom it calls.
    Value *Number =
        loadClosure(C.I32, Closure, offsetof(abi::ClosureHeader, Function));
    B.CreateAssumption(B.CreateICmpEQ(Number, B.getInt32(uint32_t(S.Target))));
  }
  return Closure;
}

void FunctionEmitter::emitExternCall(const ExternCallStmt &S) {
  SmallVector<Value *, 8> Args;
  for (const Expr *E : S.Arguments)
    if (Value *V = emit(*E))
      Args.push_back(toPassed(E->Ty, V));
  CallInst *Call = B.CreateCall(ME.externFunction(S.Callee), Args);
  setSite(Call, S.Site);
  const jitrun::Type *T = ME.M.Externs[size_t(S.Callee)].Result;
  if (T->isUnit() || S.Dest == NoSlot)
    return;
  Value *V = Call;
  // C leaves the upper bits of a small result undefined.
  if (T->isBool())
    V = B.CreateICmpNE(B.CreateTrunc(V, C.I8), B.getInt8(0));
  else if (T->bits() < 32)
    V = Optimized ? B.CreateTrunc(V, C.memoryType(T)) : normalize(T, V);
  assignSlot(S.Dest, V);
}
