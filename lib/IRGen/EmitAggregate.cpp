#include "IRGen/FunctionEmitter.h"

#include "ABI/Heap.h"

#include <cmath>

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

/// Fills of at most this many elements are written out.
static constexpr uint64_t MaxUnrolledFill = 8;

Value *FunctionEmitter::emitZero(const jitrun::Type *T) {
  if (T->isUnit())
    return nullptr;
  if (T->isStr() || T->isArray()) {
    LoadInst *Zero =
        B.CreateLoad(C.Ptr, offset(ME.typeDescriptor(T),
                                   offsetof(abi::TypeDescriptor, Zero)));
    if (Optimized)
      Zero->setMetadata(LLVMContext::MD_invariant_load, C.Empty);
    return Zero;
  }
  assert(!T->isAggregate() && "aggregates are written to memory");
  return llvm::Constant::getNullValue(registerType(T));
}

Value *FunctionEmitter::emitAddress(const Expr &E) {
  assert(E.Ty->isAggregate());
  if (E.Kind == ExprKind::Load)
    return emitLoad(as<LoadExpr>(E));
  if (E.Kind == ExprKind::AnyCast)
    return emitAnyCast(as<AnyCastExpr>(E));
  Value *Memory = allocate(E.Ty);
  emitInto(E, Memory);
  return Memory;
}

static bool isZeroConstant(const Expr &E) {
  if (E.Kind == ExprKind::IntConstant)
    return as<IntConstant>(E).Value == 0;
  if (E.Kind == ExprKind::FloatConstant) {
    double V = as<FloatConstant>(E).Value;
    return V == 0 && !std::signbit(V);
  }
  return E.Kind == ExprKind::Zero && E.Ty->isScalar();
}

void FunctionEmitter::emitFill(const FixedFillExpr &E, Value *To) {
  const auto *T = static_cast<const FixedArrayType *>(E.Ty);
  const jitrun::Type *Element = T->element();
  uint64_t Count = T->count(), Size = Element->size();
  Align ElementAlign(Element->align());
  if (isZeroConstant(*E.Value)) {
    B.CreateMemSet(To, B.getInt8(0), T->size(), ElementAlign);
    return;
  }
  // The value is there for each element, so it is made even for none.
  Value *V = Element->isAggregate() ? emitAddress(*E.Value) : emit(*E.Value);
  if (!Size || !Count)
    return;
  auto Write = [&](Value *At) {
    if (Element->isAggregate())
      B.CreateMemCpy(At, ElementAlign, V, ElementAlign, Size);
    else
      storeValue(Element, V, At);
  };
  if (Count <= MaxUnrolledFill) {
    for (uint64_t I = 0; I < Count; ++I)
      Write(offset(To, I * Size));
    return;
  }
  BasicBlock *From = B.GetInsertBlock();
  BasicBlock *Loop = newBlock(), *Done = newBlock();
  B.CreateBr(Loop);
  startBlock(Loop);
  PHINode *I = B.CreatePHI(C.I64, 2);
  I->addIncoming(B.getInt64(0), From);
  Write(B.CreateInBoundsGEP(llvm::ArrayType::get(C.I8, Size), To, I));
  Value *Next = B.CreateAdd(I, B.getInt64(1), "", true, true);
  I->addIncoming(Next, B.GetInsertBlock());
  B.CreateCondBr(B.CreateICmpULT(Next, B.getInt64(Count)), Loop, Done);
  startBlock(Done);
}

void FunctionEmitter::emitInto(const Expr &E, Value *To) {
  const jitrun::Type *T = E.Ty;
  Align A(T->align());
  if (!T->isAggregate()) {
    if (Value *V = emit(E))
      storeValue(T, V, To);
    return;
  }
  switch (E.Kind) {
  case ExprKind::Aggregate: {
    const auto &Parts = as<AggregateExpr>(E).Parts;
    for (size_t I = 0; I < Parts.size(); ++I) {
      uint64_t Offset =
          T->kind() == TypeKind::FixedArray
              ? I * static_cast<const FixedArrayType *>(T)->element()->size()
              : static_cast<const RecordType *>(T)->field(uint32_t(I)).Offset;
      emitInto(*Parts[I], offset(To, Offset));
    }
    return;
  }
  case ExprKind::Variant: {
    const auto &V = as<VariantExpr>(E);
    StoreInst *Tag = B.CreateStore(B.getInt32(V.Number), To);
    if (Optimized)
      Tag->setMetadata(LLVMContext::MD_tbaa, C.VariantTag);
    auto Payload = static_cast<const EnumType *>(T)->variant(V.Number).Payload;
    for (size_t I = 0; I < Payload.size(); ++I)
      emitInto(*V.Parts[I], offset(To, Payload[I].Offset));
    return;
  }
  case ExprKind::FixedFill:
    emitFill(as<FixedFillExpr>(E), To);
    return;
  case ExprKind::ToAny:
    storeAny(emitAny(E), To);
    return;
  case ExprKind::Zero:
    if (T->isCounted() && !T->isAny())
      call(Runtime::jr_zero_value, {ME.typeDescriptor(T), To});
    else
      B.CreateMemSet(To, B.getInt8(0), T->size(), A);
    return;
  default:
    B.CreateMemCpy(To, A, emitAddress(E), A, T->size());
    return;
  }
}
