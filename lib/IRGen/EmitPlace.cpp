#include "IRGen/FunctionEmitter.h"
#include "TypedAST/Walk.h"

#include "ABI/Heap.h"

#include "llvm/IR/MDBuilder.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

Value *FunctionEmitter::offset(Value *Base, uint64_t Bytes) {
  if (!Bytes)
    return Base;
  if (isa<llvm::Constant>(Base))
    return B.CreateConstInBoundsGEP1_64(C.I8, Base, Bytes);
  // Nothing to fold.
  return B.Insert(
      GetElementPtrInst::CreateInBounds(C.I8, Base, {B.getInt64(Bytes)}));
}

bool FunctionEmitter::isStable(const Expr &Reference) const {
  if (loadedSlot(Reference) != NoSlot)
    return true;
  // What the closure holds stays while it runs.
  return Optimized && Reference.Kind == ExprKind::Load &&
         as<LoadExpr>(Reference).From->Base == PlaceBase::Capture;
}

bool FunctionEmitter::isUnit(const Expr &Array) const {
  return Facts && isUnitInner(Array, *Facts, Mode);
}

Value *FunctionEmitter::loadHeader(llvm::Type *Ty, Value *Array,
                                   uint64_t Offset, bool Stable) {
  if (!Optimized)
    return B.CreateLoad(Ty, offset(Array, Offset));
  auto *Maker = dyn_cast<Instruction>(Array);
  if (!Stable || (!Maker && !isa<Argument>(Array)) ||
      (Maker && (isa<PHINode>(Maker) || Maker->isTerminator())))
    return finishHeaderLoad(B.CreateLoad(Ty, offset(Array, Offset)));
  // Once, where the reference comes to be: that is before it can be released,
  // and outside of the loops that use it.
  Value *&Known = Headers[{Array, Offset}];
  if (Known)
    return Known;
  IRBuilderBase::InsertPointGuard Guard(B);
  if (Maker && !isa<AllocaInst>(Maker)) {
    B.SetInsertPoint(Maker->getParent(), std::next(Maker->getIterator()));
  } else {
    BasicBlock::iterator First = Entry->begin();
    while (First != Entry->end() && isa<AllocaInst>(First))
      ++First;
    B.SetInsertPoint(Entry, First);
  }
  Known = finishHeaderLoad(B.CreateLoad(Ty, offset(Array, Offset)));
  return Known;
}

LoadInst *FunctionEmitter::finishHeaderLoad(LoadInst *Load) {
  // Nobody writes a header again: HeaderLoads knows that by this tag. LLVM must
  // not be told otherwise: it sinks !invariant.load past the call that frees
  // the array, and GVN follows !invariant.group on a constant address (a known
  // text's) into other functions.
  Load->setMetadata(LLVMContext::MD_tbaa, C.HeaderTag);
  Load->setMetadata(LLVMContext::MD_noundef, C.Empty);
  return Load;
}

Value *FunctionEmitter::loadLength(Value *Array, unsigned Dimension,
                                   bool Stable) {
  Value *Length = loadHeader(
      C.I64, Array, offsetof(abi::ArrayHeader, Shape) + 8 * Dimension, Stable);
  if (auto *Load = dyn_cast<LoadInst>(Length); Load && Optimized)
    Load->setMetadata(LLVMContext::MD_range, C.LengthRange);
  return Length;
}

Value *FunctionEmitter::index(const Expr &E) { return toI64(E.Ty, emit(E)); }

void FunctionEmitter::checkIndex(Value *Index, Value *Length, SiteId Site) {
  trapUnless(B.CreateICmpULT(Index, Length), Runtime::jr_trap_index,
             {Context, Index, Length}, Site);
}

FunctionEmitter::PlaceOperands FunctionEmitter::emitOperands(const Place &P) {
  PlaceOperands O;
  O.P = &P;
  if (P.Base == PlaceBase::Element) {
    O.Array = emit(*P.Array);
    for (const Expr *I : P.Indices)
      O.Indices.push_back(index(*I));
  }
  for (const Projection &Step : P.Projections)
    O.Steps.push_back(Step.Index ? index(*Step.Index) : nullptr);
  return O;
}

void FunctionEmitter::emitChecks(const PlaceOperands &O) {
  const Place &P = *O.P;
  if (P.Base == PlaceBase::Element && !P.Unchecked && !P.Linear)
    for (size_t I = 0; I < O.Indices.size(); ++I)
      checkIndex(O.Indices[I],
                 loadLength(O.Array, unsigned(I), isStable(*P.Array)), P.Site);
  const jitrun::Type *Ty = P.BaseTy;
  for (size_t I = 0; I < P.Projections.size(); ++I) {
    const Projection &Step = P.Projections[I];
    if (Step.Index && !Step.Unchecked) {
      uint64_t Count = static_cast<const FixedArrayType *>(Ty)->count();
      auto *Constant = dyn_cast<ConstantInt>(O.Steps[I]);
      if (!Constant || Constant->getZExtValue() >= Count)
        checkIndex(O.Steps[I], B.getInt64(Count), Step.Site);
    }
    Ty = Step.Ty;
  }
}

Value *FunctionEmitter::emitElementAddress(const PlaceOperands &O) {
  const Place &P = *O.P;
  const auto *Ty = static_cast<const jitrun::ArrayType *>(P.Array->Ty);
  bool Stable = isStable(*P.Array);
  unsigned Rank = Ty->rank();
  Value *Index = nullptr;
  for (size_t I = 0; I < O.Indices.size(); ++I) {
    Value *Term = O.Indices[I];
    bool Last = I + 1 == O.Indices.size();
    if (!P.Linear && !(Last && isUnit(*P.Array))) {
      Value *Stride = loadHeader(
          C.I64, O.Array, offsetof(abi::ArrayHeader, Shape) + 8 * (Rank + I),
          Stable);
      Term = B.CreateMul(Term, Stride, "", false, /*HasNSW=*/true);
    }
    Index = Index ? B.CreateAdd(Index, Term, "", false, true) : Term;
  }
  Value *Data =
      loadHeader(C.Ptr, O.Array, offsetof(abi::ArrayHeader, Data), Stable);
  const jitrun::Type *Element = Ty->element();
  if (!Element->size())
    return Data;
  if (Element->isAggregate())
    return B.CreateInBoundsGEP(llvm::ArrayType::get(C.I8, Element->size()),
                               Data, Index);
  return B.CreateInBoundsGEP(C.memoryType(Element), Data, Index);
}

Value *FunctionEmitter::emitPlaceAddress(const PlaceOperands &O) {
  const Place &P = *O.P;
  Value *Address = nullptr;
  switch (P.Base) {
  case PlaceBase::Local:
    Address = slotMemory(P.Slot);
    break;
  case PlaceBase::Element:
    Address = emitElementAddress(O);
    break;
  case PlaceBase::Constant:
    Address = ME.constant(P.Constant);
    break;
  case PlaceBase::Capture:
    Address =
        offset(loadSlot(SlotId(0)), offsetof(abi::ClosureHeader, Data) +
                                        F.Captures->field(P.Capture).Offset);
    break;
  }
  const jitrun::Type *Ty = P.BaseTy;
  // Constant steps add up.
  uint64_t Bytes = 0;
  for (size_t I = 0; I < P.Projections.size(); ++I) {
    const Projection &Step = P.Projections[I];
    if (!Step.Index) {
      Bytes += fieldOf(Ty, Step).Offset;
    } else if (auto *Constant = dyn_cast<ConstantInt>(O.Steps[I])) {
      Bytes += Constant->getZExtValue() * Step.Ty->size();
    } else {
      Address = offset(Address, Bytes);
      Bytes = 0;
      llvm::Type *Element = Step.Ty->isAggregate()
                                ? llvm::ArrayType::get(C.I8, Step.Ty->size())
                                : C.memoryType(Step.Ty);
      if (Step.Ty->size())
        Address = B.CreateInBoundsGEP(Element, Address, O.Steps[I]);
    }
    Ty = Step.Ty;
  }
  return offset(Address, Bytes);
}

Value *FunctionEmitter::emitPlaceAddress(const Place &P) {
  PlaceOperands O = emitOperands(P);
  emitChecks(O);
  return emitPlaceAddress(O);
}

Value *FunctionEmitter::emitLoad(const LoadExpr &E) {
  const Place &P = *E.From;
  if (isWholeLocal(P))
    return loadSlot(P.Slot);
  if (P.Base == PlaceBase::Capture && P.Projections.empty() && Optimized &&
      !E.Ty->isAggregate())
    return loadCapture(P);
  PlaceOperands O = emitOperands(P);
  emitChecks(O);
  if (E.Ty->isUnit())
    return nullptr;
  Value *Address = emitPlaceAddress(O);
  return E.Ty->isAggregate() ? Address : loadValue(E.Ty, Address);
}

LoadInst *FunctionEmitter::loadTag(const jitrun::Type *Enum, Value *Address) {
  LoadInst *Tag = B.CreateLoad(C.I32, Address);
  if (Optimized) {
    auto Count = static_cast<const EnumType *>(Enum)->variants().size();
    Tag->setMetadata(LLVMContext::MD_tbaa, C.VariantTag);
    Tag->setMetadata(
        LLVMContext::MD_range,
        MDBuilder(C.C).createRange(APInt(32, 0), APInt(32, Count)));
  }
  return Tag;
}

Value *FunctionEmitter::emitTag(const TagExpr &E) {
  return loadTag(E.Of->Ty, emitPlaceAddress(*E.Of));
}

Value *FunctionEmitter::loadCapture(const Place &P) {
  if (P.Ty->isUnit())
    return nullptr;
  uint64_t At =
      offsetof(abi::ClosureHeader, Data) + F.Captures->field(P.Capture).Offset;
  if (!Slots[0].Value)
    return loadValue(P.Ty, offset(loadSlot(SlotId(0)), At));
  // It never changes: once, at the entry.
  if (Captures.empty())
    Captures.resize(F.Captures->fields().size());
  Value *&Known = Captures[P.Capture];
  if (Known)
    return Known;
  IRBuilderBase::InsertPointGuard Guard(B);
  Value *Closure = Slots[0].Value;
  if (auto *Made = dyn_cast<Instruction>(Closure)) {
    B.SetInsertPoint(Made->getParent(), std::next(Made->getIterator()));
  } else {
    BasicBlock::iterator First = Entry->begin();
    while (First != Entry->end() && isa<AllocaInst>(First))
      ++First;
    B.SetInsertPoint(Entry, First);
  }
  Known = loadValue(P.Ty, offset(Closure, At));
  return Known;
}

void FunctionEmitter::storePlace(const jitrun::Type *T, Value *V,
                                 Value *Address, bool Owned) {
  if (T->isAggregate()) {
    if (T->isCounted()) {
      if (!Owned)
        retainValue(T, V);
      return replaceValue(T, V, Address);
    }
    B.CreateMemCpy(Address, Align(T->align()), V, Align(T->align()), T->size());
    return;
  }
  if (!V)
    return;
  if (!T->isCounted()) {
    storeValue(T, V, Address);
    return;
  }
  if (!Owned)
    retain(V);
  Value *Old = loadValue(T, Address);
  storeValue(T, V, Address);
  release(T, Old);
}
