#include "IRGen/FunctionEmitter.h"
#include "TypedAST/Walk.h"

#include "ABI/Heap.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

FunctionEmitter::BodyFacts FunctionEmitter::examineBody() {
  struct : Walker {
    struct Info {
      uint32_t List = ~0u; ///< Where it was assigned.
      bool Assigned = false;
      bool Single = true;
    };
    BodyFacts Facts;
    std::vector<Info> Slots;
    /// Numbers of the lists around the current statement.
    SmallVector<uint32_t, 16> Open;
    std::vector<bool> IsOpen;

    void enterList() override {
      Open.push_back(uint32_t(IsOpen.size()));
      IsOpen.push_back(true);
    }
    void leaveList() override { IsOpen[Open.pop_back_val()] = false; }
    void onStmt(const Stmt &S) override {
      Facts.Calls |= S.Kind == StmtKind::Call ||
                     S.Kind == StmtKind::ExternCall ||
                     S.Kind == StmtKind::CallValue;
      Facts.Returns += S.Kind == StmtKind::Return;
    }
    void onAssign(SlotId S, const Expr *, const Stmt &At) override {
      Info &I = Slots[size_t(S)];
      if (I.Assigned || At.Kind == StmtKind::ForRange)
        I.Single = false;
      I.Assigned = true;
      I.List = Open.back();
    }
    void onPlace(const Place &P) override {
      if (P.Base != PlaceBase::Local)
        return;
      Info &I = Slots[size_t(P.Slot)];
      if (!I.Assigned || !IsOpen[I.List])
        I.Single = false;
    }
  } W;
  W.Slots.resize(F.Locals.size());
  W.list(F.Body);
  for (size_t I = F.Parameters; I < F.Locals.size(); ++I)
    Slots[I].Single = W.Slots[I].Single && W.Slots[I].Assigned &&
                      !F.Locals[I].Ty->isAggregate();
  return W.Facts;
}

Value *FunctionEmitter::slotMemory(SlotId S) {
  Slot &Info = Slots[size_t(S)];
  if (isParameter(S) && slotType(S)->isAggregate())
    return Info.Value;
  assert(!isParameter(S) && "parameters are never assigned");
  if (OwnFrame) {
    // Instructions of the same block fold it.
    if (Info.AddressIn != B.GetInsertBlock()) {
      Info.Address = offset(OwnFrame, Layout->slot(S));
      Info.AddressIn = B.GetInsertBlock();
    }
    return Info.Address;
  }
  if (!Info.Memory) {
    Info.Memory = allocate(slotType(S));
  }
  return Info.Memory;
}

Value *FunctionEmitter::loadSlot(SlotId S) {
  const jitrun::Type *T = slotType(S);
  if (T->isUnit())
    return nullptr;
  Slot &Info = Slots[size_t(S)];
  if (Info.Value)
    return Info.Value;
  if (T->isAggregate())
    return slotMemory(S);
  // A value known in this block need not be loaded again.
  if (Info.SeenIn != B.GetInsertBlock()) {
    Info.Seen = loadValue(T, slotMemory(S));
    Info.SeenIn = B.GetInsertBlock();
  }
  return Info.Seen;
}

void FunctionEmitter::assignSlot(SlotId S, Value *V) {
  const jitrun::Type *T = slotType(S);
  assert(!T->isAggregate() && "aggregates are copied");
  if (!V)
    return;
  Slot &Info = Slots[size_t(S)];
  if (Info.Single) {
    Info.Value = V;
    if (!T->isCounted())
      return;
  }
  Value *Memory = slotMemory(S);
  Info.Seen = V;
  Info.SeenIn = B.GetInsertBlock();
  if (!T->isCounted()) {
    storeValue(T, V, Memory);
    return;
  }
  Value *Old = nullptr;
  bool NotNull = Live.Certain.test(unsigned(S));
  if (Live.Maybe.test(unsigned(S))) {
    Old = loadValue(T, Memory);
    Info.NeedsNull |= !NotNull;
  }
  storeValue(T, V, Memory);
  Live.Maybe.set(unsigned(S));
  Live.Certain.set(unsigned(S));
  if (Old)
    release(T, Old);
}

static Runtime releaseOf(const jitrun::Type *T) {
  return T->isStr()        ? Runtime::jr_release_str
         : T->isFunction() ? Runtime::jr_release_closure
                           : Runtime::jr_release_array;
}

static Runtime freeOf(const jitrun::Type *T) {
  return T->isStr()        ? Runtime::jr_free_str
         : T->isFunction() ? Runtime::jr_free_closure
                           : Runtime::jr_free_array;
}

void FunctionEmitter::releaseDeferred(SmallVectorImpl<DeferredRelease> &List) {
  Deferred = nullptr;
  for (auto [T, V] : List)
    T->isAggregate() ? releaseValue(T, V) : release(T, V);
}

void FunctionEmitter::release(const jitrun::Type *T, Value *V) {
  if (Deferred) {
    Deferred->push_back({T, V});
    return;
  }
  if (!Optimized) {
    call(releaseOf(T), {Context, V});
    return;
  }
  // Null or immortal: nothing to do. The call that frees is out of line, so
  // that an invariant load of a header cannot sink past it.
  BasicBlock *Look = newBlock(), *Down = newBlock(), *Free = newBlock(),
             *Done = newBlock();
  B.CreateCondBr(B.CreateIsNull(V), Done, Look, C.UnlikelyWeights);
  startBlock(Look);
  Value *At = offset(V, offsetof(abi::HeapObject, Count));
  auto *Count = B.CreateLoad(C.I64, At);
  Count->setMetadata(LLVMContext::MD_tbaa, C.CountTag);
  B.CreateCondBr(B.CreateICmpSGE(Count, B.getInt64(0)), Down, Done,
                 C.LikelyWeights);
  startBlock(Down);
  Value *Less = B.CreateNSWSub(Count, B.getInt64(1));
  B.CreateStore(Less, At)->setMetadata(LLVMContext::MD_tbaa, C.CountTag);
  B.CreateCondBr(B.CreateIsNull(Less), Free, Done);
  startBlock(Free);
  call(freeOf(T), {Context, V});
  branchTo(Done);
  startBlock(Done);
}

void FunctionEmitter::retain(Value *V) {
  if (!Optimized) {
    call(Runtime::jr_retain, {V});
    return;
  }
  BasicBlock *Up = newBlock(), *Done = newBlock();
  Value *At = offset(V, offsetof(abi::HeapObject, Count));
  auto *Count = B.CreateLoad(C.I64, At);
  Count->setMetadata(LLVMContext::MD_tbaa, C.CountTag);
  B.CreateCondBr(B.CreateICmpSGE(Count, B.getInt64(0)), Up, Done,
                 C.LikelyWeights);
  startBlock(Up);
  B.CreateStore(B.CreateNSWAdd(Count, B.getInt64(1)), At)
      ->setMetadata(LLVMContext::MD_tbaa, C.CountTag);
  branchTo(Done);
  startBlock(Done);
}

void FunctionEmitter::retainValue(const jitrun::Type *T, Value *Address) {
  if (T->isAny() && Optimized) {
    retainAny(loadAny(Address));
  } else if (T->isCounted()) {
    BasicBlock *Done = skipUncounted(T, Address);
    call(Runtime::jr_retain_value, {ME.typeDescriptor(T), Address});
    if (Done)
      startBlock(Done);
  }
}

BasicBlock *FunctionEmitter::skipUncounted(const jitrun::Type *T,
                                           Value *Address) {
  if (!Optimized || !T->isEnum())
    return nullptr;
  auto Variants = static_cast<const EnumType *>(T)->variants();
  uint64_t Counted = 0;
  for (size_t I = 0; I < Variants.size() && I < 64; ++I)
    for (const Field &F : Variants[I].Payload)
      if (F.Ty->isCounted())
        Counted |= uint64_t(1) << I;
  if (Variants.size() > 64 ||
      Counted == maskTrailingOnes<uint64_t>(unsigned(Variants.size())))
    return nullptr;
  Value *Tag = B.CreateZExt(loadTag(T, Address), C.I64);
  Value *Bit = B.CreateAnd(B.CreateLShr(B.getInt64(Counted), Tag), 1);
  BasicBlock *Count = newBlock(), *Done = newBlock();
  B.CreateCondBr(B.CreateIsNull(Bit), Done, Count);
  B.ClearInsertionPoint();
  startBlock(Count);
  return Done;
}

void FunctionEmitter::releaseValue(const jitrun::Type *T, Value *Address) {
  if (!T->isCounted())
    return;
  if (Deferred) {
    Value *Copy = allocate(T);
    B.CreateMemCpy(Copy, Align(T->align()), Address, Align(T->align()),
                   T->size());
    Deferred->push_back({T, Copy});
    return;
  }
  if (T->isAny() && Optimized) {
    releaseAny(loadAny(Address));
    return;
  }
  BasicBlock *Done = skipUncounted(T, Address);
  call(Runtime::jr_release_value, {Context, ME.typeDescriptor(T), Address});
  if (Done)
    startBlock(Done);
}

void FunctionEmitter::replaceValue(const jitrun::Type *T, Value *From,
                                   Value *To) {
  Align A(T->align());
  if (QuickExit && T->isAny()) {
    // Tested before anything is written.
    exitIfCounted(loadAny(To));
    B.CreateMemCpy(To, A, From, A, T->size());
    return;
  }
  Value *Old = allocate(T);
  B.CreateMemCpy(Old, A, To, A, T->size());
  B.CreateMemCpy(To, A, From, A, T->size());
  releaseValue(T, Old);
}

void FunctionEmitter::releaseSlot(SlotId S) {
  const jitrun::Type *T = slotType(S);
  Slot &Info = Slots[size_t(S)];
  if (!Live.Certain.test(unsigned(S)))
    Info.NeedsNull = true;
  Value *Memory = slotMemory(S);
  if (T->isAggregate())
    releaseValue(T, Memory);
  else
    release(T, loadValue(T, Memory));
}

void FunctionEmitter::clearSlot(SlotId S) {
  const jitrun::Type *T = slotType(S);
  Slots[size_t(S)].SeenIn = nullptr;
  Slots[size_t(S)].AddressIn = nullptr; // This may be at the very start.
  Value *Memory = slotMemory(S);
  if (T->isAggregate())
    B.CreateMemSet(Memory, B.getInt8(0), T->size(), Align(T->align()));
  else
    storeValue(T, ConstantPointerNull::get(cast<PointerType>(C.Ptr)), Memory);
  Live.Maybe.reset(unsigned(S));
  Live.Certain.reset(unsigned(S));
}

void FunctionEmitter::releaseAll(SlotId Moved) {
  for (unsigned S : Live.Maybe.set_bits())
    if (SlotId(S) != Moved)
      releaseSlot(SlotId(S));
}

void FunctionEmitter::enterLoop(StmtList Body, StmtList Prelude) {
  if (Live.Maybe.empty())
    return;
  struct : Walker {
    FunctionEmitter *E = nullptr;
    BitVector Assigned, Scoped;
    bool Jumps = false;

    void onAssign(SlotId S, const Expr *, const Stmt &) override {
      if (E->isOwned(S))
        Assigned.set(unsigned(S));
    }
    void onPlace(const Place &P) override {
      // A part of an aggregate may be what is written.
      if (P.Base == PlaceBase::Local && E->isOwned(P.Slot))
        Assigned.set(unsigned(P.Slot));
    }
    void onStmt(const Stmt &S) override {
      Jumps |= S.Kind == StmtKind::Break || S.Kind == StmtKind::Continue;
      if (S.Kind == StmtKind::Block)
        for (SlotId Slot : as<BlockStmt>(S).Scope)
          Scoped.set(unsigned(Slot));
    }
  } W;
  W.E = this;
  W.Assigned.resize(unsigned(Slots.size()));
  W.Scoped.resize(unsigned(Slots.size()));
  W.list(Prelude);
  W.list(Body);
  if (!W.Jumps)
    W.Assigned.reset(W.Scoped);
  Live.Maybe |= W.Assigned;
  Live.Certain.reset(W.Scoped);
}
