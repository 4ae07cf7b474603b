#include "IRGen/FunctionEmitter.h"

#include "ABI/Heap.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

Value *FunctionEmitter::toI64(const jitrun::Type *T, Value *V) {
  if (V->getType() == C.I64)
    return V;
  return T->isSigned() ? B.CreateSExt(V, C.I64) : B.CreateZExt(V, C.I64);
}

Value *FunctionEmitter::fromI64(const jitrun::Type *T, Value *V) {
  llvm::Type *Ty = registerType(T);
  if (Ty == C.I64)
    return V;
  return normalize(T, B.CreateTrunc(V, Ty));
}

Value *FunctionEmitter::loadValue(const jitrun::Type *T, Value *Address) {
  llvm::Type *Memory = C.memoryType(T);
  LoadInst *Load = B.CreateAlignedLoad(Memory, Address, Align(T->align()));
  if (Optimized)
    Load->setMetadata(LLVMContext::MD_tbaa, C.ScalarTag[size_t(T->kind())]);
  llvm::Type *Register = registerType(T);
  if (Memory == Register)
    return Load;
  if (T->isBool())
    return Optimized ? B.CreateTrunc(Load, C.I1, "", /*IsNUW=*/true)
                     : B.CreateTrunc(Load, C.I1);
  return T->isSigned() ? B.CreateSExt(Load, Register)
                       : B.CreateZExt(Load, Register);
}

void FunctionEmitter::storeValue(const jitrun::Type *T, Value *V,
                                 Value *Address) {
  llvm::Type *Memory = C.memoryType(T);
  if (V->getType() != Memory)
    V = T->isBool() ? B.CreateZExt(V, Memory) : B.CreateTrunc(V, Memory);
  StoreInst *Store = B.CreateAlignedStore(V, Address, Align(T->align()));
  if (Optimized)
    Store->setMetadata(LLVMContext::MD_tbaa, C.ScalarTag[size_t(T->kind())]);
}

Value *FunctionEmitter::toPassed(const jitrun::Type *T, Value *V) {
  llvm::Type *Ty = C.passedType(T);
  if (V->getType() == Ty)
    return V;
  return T->isSigned() ? B.CreateSExt(V, Ty) : B.CreateZExt(V, Ty);
}

Value *FunctionEmitter::fromPassed(const jitrun::Type *T, Value *V) {
  llvm::Type *Ty = registerType(T);
  if (V->getType() == Ty)
    return V;
  return B.CreateTrunc(V, Ty);
}

Value *FunctionEmitter::emitConvert(const ConvertExpr &E) {
  const jitrun::Type *From = E.Operand->Ty, *To = E.Ty;
  Value *V = emit(*E.Operand);
  if (From == To)
    return V;
  llvm::Type *Ty = registerType(To);
  if (From->isFloat()) {
    if (To->isFloat())
      return B.CreateFPCast(V, Ty);
    if (Optimized)
      return B.CreateIntrinsic(To->isSigned() ? llvm::Intrinsic::fptosi_sat
                                              : llvm::Intrinsic::fptoui_sat,
                               {Ty, V->getType()}, {V});
    if (V->getType() == C.F32)
      V = B.CreateFPExt(V, C.F64);
    // The kinds of scalars have the same names and order in both lists.
    auto Kind = uint32_t(abi::DescriptorKind::I8) +
                (uint32_t(To->kind()) - uint32_t(TypeKind::I8));
    Value *Wide = call(Runtime::jr_float_to_int, {V, B.getInt32(Kind)});
    return Ty == C.I64 ? Wide : B.CreateTrunc(Wide, Ty);
  }
  if (To->isFloat()) {
    if (Optimized)
      return From->isSigned() ? B.CreateSIToFP(V, Ty) : B.CreateUIToFP(V, Ty);
    if (From->kind() == TypeKind::U64)
      return call(Ty == C.F32 ? Runtime::jr_u64_to_f32 : Runtime::jr_u64_to_f64,
                  {V});
    if (From->isBool())
      V = B.CreateZExt(V, C.I32);
    else if (From->kind() == TypeKind::U32)
      V = B.CreateZExt(V, C.I64);
    return B.CreateSIToFP(V, Ty);
  }
  // To an integer: the low bits, extended by the source's sign.
  Value *Sized = From->isSigned() ? B.CreateSExtOrTrunc(V, Ty)
                                  : B.CreateZExtOrTrunc(V, Ty);
  bool Fits = From->isBool() || (From->bits() < To->bits() &&
                                 (From->isUnsigned() || To->isSigned()));
  return Fits ? Sized : normalize(To, Sized);
}

static_assert(uint32_t(abi::DescriptorKind::U64) -
                          uint32_t(abi::DescriptorKind::I8) ==
                      uint32_t(TypeKind::U64) - uint32_t(TypeKind::I8) &&
                  uint32_t(abi::DescriptorKind::U8) -
                          uint32_t(abi::DescriptorKind::I8) ==
                      uint32_t(TypeKind::U8) - uint32_t(TypeKind::I8),
              "integer kinds stand in one order in both lists");
