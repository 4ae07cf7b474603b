#include "IRGen/FunctionEmitter.h"
#include "TypedAST/Walk.h"

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

void FunctionEmitter::emitCall(const CallStmt &S) {
  Callable &Callee = ME.callable(S.Callee);
  const tast::Function &Target = ME.M.function(S.Callee);
  const Signature &Sig = Callee.Sig;
  const jitrun::Type *ResultType = Target.Result;

  SmallVector<Value *, 8> Values;
  bool AllUnit = Callee.Unit != nullptr, DestIsRead = false;
  for (const Expr *E : S.Arguments) {
    const jitrun::Type *T = E->Ty;
    if (T->isAny()) {
      DestIsRead |= readsFrom(*E, S.Dest);
      Values.push_back(anyAddress(*E));
      continue;
    }
    if (T->isAggregate()) {
      Value *Address = emitAddress(*E);
      DestIsRead |= readsFrom(*E, S.Dest);
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
      AllUnit = AllUnit && isUnit(*E);
    Value *V = emit(*E);
    Values.push_back(V ? toPassed(T, V) : nullptr);
  }

  SmallVector<Value *, 8> Args(Sig.Type->getNumParams());
  Args[0] = Context;
  Value *Result = nullptr;
  bool InPlace = false;
  if (Sig.ResultInMemory) {
    // What an `any` slot holds is to stay in registers.
    InPlace = S.Dest != NoSlot && !DestIsRead &&
              !(Optimized && ResultType->isAny()) &&
              !(isOwned(S.Dest) && Live.Maybe.test(unsigned(S.Dest)));
    Result = InPlace ? slotMemory(S.Dest) : allocate(ResultType);
    Args[1] = Result;
  }
  if (Sig.Cells)
    Args.back() = scratch(Sig.Cells);
  for (size_t I = 0; I < Values.size(); ++I) {
    const ParameterPass &Pass = Sig.Parameters[I];
    if (Pass.Where == ParameterPass::Register)
      Args[Pass.Index] = Values[I];
    else if (Pass.Where == ParameterPass::Cell)
      B.CreateStore(Values[I], cell(Args.back(), Pass.Index));
  }

  llvm::Function *Direct = AllUnit ? Callee.Unit : Callee.Wrapper;
  Value *Code = Direct ? static_cast<Value *>(Direct)
                       // Volatile: another version may be stored at any time.
                       : loadShared(C.Ptr, ME.slot(S.Callee), true);
  CallInst *Call = B.CreateCall(Sig.Type, Code, Args);
  if (Optimized)
    Call->setAttributes(C.LanguageCall);
  setSite(Call, S.Site);

  if (!Sig.ResultInMemory) {
    Value *V = ResultType->isUnit() || ResultType->isNever()
                   ? nullptr
                   : fromPassed(ResultType, Call);
    if (V)
      moveResult(S.Dest, ResultType, V);
    return;
  }
  if (S.Dest == NoSlot) {
    releaseValue(ResultType, Result);
    return;
  }
  if (!InPlace)
    storeSlot(S.Dest, Result, /*Owned=*/true);
  else if (isOwned(S.Dest)) {
    Live.Maybe.set(unsigned(S.Dest));
    Live.Certain.set(unsigned(S.Dest));
  }
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
