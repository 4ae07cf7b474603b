#include "IRGen/FunctionEmitter.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;

Value *FunctionEmitter::integer(const jitrun::Type *T, uint64_t V) {
  auto *Ty = cast<IntegerType>(registerType(T));
  return ConstantInt::get(C.C, APInt(Ty->getBitWidth(), V, /*isSigned=*/false,
                                     /*implicitTrunc=*/true));
}

Value *FunctionEmitter::normalize(const jitrun::Type *T, Value *V) {
  llvm::Type *Memory = C.memoryType(T);
  if (V->getType() == Memory || Memory->isPointerTy())
    return V;
  Value *Low = B.CreateTrunc(V, Memory);
  return T->isSigned() ? B.CreateSExt(Low, V->getType())
                       : B.CreateZExt(Low, V->getType());
}

Value *FunctionEmitter::emitUnary(const UnaryExpr &E) {
  Value *V = emit(*E.Operand);
  switch (E.Op) {
  case UnaryOp::Negate:
    return E.Ty->isFloat() ? B.CreateFNeg(V) : normalize(E.Ty, B.CreateNeg(V));
  case UnaryOp::Not:
    return B.CreateXor(V, B.getTrue());
  case UnaryOp::BitNot:
    return normalize(E.Ty, B.CreateNot(V));
  }
  return nullptr;
}

Value *FunctionEmitter::emitFused(const jitrun::Type *T, Value *A, Value *X,
                                  Value *Addend, bool NegateProduct,
                                  bool NegateAddend) {
  if (NegateProduct)
    A = B.CreateFNeg(A);
  if (NegateAddend)
    Addend = B.CreateFNeg(Addend);
  if (Optimized)
    return B.CreateIntrinsic(A->getType(), llvm::Intrinsic::fma,
                             {A, X, Addend});
  return callMaths(Runtime::jr_fma_f64, T, {A, X, Addend});
}

Value *FunctionEmitter::emitBinary(const BinaryExpr &E) {
  if (isComparison(E.Op)) {
    if (E.Left->Ty->isAny())
      return emitAnyComparison(E);
    Value *L = emit(*E.Left);
    return emitComparison(E.Op, E.Left->Ty, L, emit(*E.Right));
  }
  if (E.Fused) {
    const auto &Product = as<BinaryExpr>(E.FusedLeft ? *E.Left : *E.Right);
    bool Minus = E.Op == BinaryOp::Sub;
    Value *Addend = E.FusedLeft ? nullptr : emit(*E.Left);
    Value *A = emit(*Product.Left);
    Value *X = emit(*Product.Right);
    if (E.FusedLeft)
      Addend = emit(*E.Right);
    return emitFused(E.Ty, A, X, Addend, Minus && !E.FusedLeft,
                     Minus && E.FusedLeft);
  }
  Value *L = emit(*E.Left);
  Value *R = emit(*E.Right);
  return emitArithmetic(E.Op, E.Ty, L, R, E.Site);
}

Value *FunctionEmitter::emitArithmetic(BinaryOp Op, const jitrun::Type *T,
                                       Value *L, Value *R, SiteId Site) {
  if (!T->isFloat())
    return emitIntegerArithmetic(Op, T, L, R, Site);
  switch (Op) {
  case BinaryOp::Add:
    return B.CreateFAdd(L, R);
  case BinaryOp::Sub:
    return B.CreateFSub(L, R);
  case BinaryOp::Mul:
    return B.CreateFMul(L, R);
  case BinaryOp::Div:
    return B.CreateFDiv(L, R);
  case BinaryOp::Rem:
    return callMaths(Runtime::jr_fmod_f64, T, {L, R});
  case BinaryOp::Pow:
    return callMaths(Runtime::jr_pow_f64, T, {L, R});
  case BinaryOp::And:
  case BinaryOp::Or:
  case BinaryOp::Xor:
  case BinaryOp::Shl:
  case BinaryOp::Shr:
  case BinaryOp::Eq:
  case BinaryOp::Ne:
  case BinaryOp::Lt:
  case BinaryOp::Le:
  case BinaryOp::Gt:
  case BinaryOp::Ge:
    break;
  }
  assert(false && "operator not defined on floats");
  return nullptr;
}

Value *FunctionEmitter::emitIntegerArithmetic(BinaryOp Op,
                                              const jitrun::Type *T, Value *L,
                                              Value *R, SiteId Site) {
  // The language takes counts modulo the width, LLVM does not.
  auto Count = [&] { return B.CreateAnd(R, integer(T, T->bits() - 1)); };
  switch (Op) {
  case BinaryOp::Add:
    return normalize(T, B.CreateAdd(L, R));
  case BinaryOp::Sub:
    return normalize(T, B.CreateSub(L, R));
  case BinaryOp::Mul:
    return normalize(T, B.CreateMul(L, R));
  case BinaryOp::Div:
    return emitDivision(false, T, L, R, Site);
  case BinaryOp::Rem:
    return emitDivision(true, T, L, R, Site);
  case BinaryOp::Pow:
    return emitPower(T, L, R, Site);
  case BinaryOp::And:
    return B.CreateAnd(L, R);
  case BinaryOp::Or:
    return B.CreateOr(L, R);
  case BinaryOp::Xor:
    return B.CreateXor(L, R);
  case BinaryOp::Shl:
    return normalize(T, B.CreateShl(L, Count()));
  case BinaryOp::Shr:
    return T->isSigned() ? B.CreateAShr(L, Count()) : B.CreateLShr(L, Count());
  case BinaryOp::Eq:
  case BinaryOp::Ne:
  case BinaryOp::Lt:
  case BinaryOp::Le:
  case BinaryOp::Gt:
  case BinaryOp::Ge:
    break;
  }
  assert(false && "comparisons are emitted elsewhere");
  return nullptr;
}

Value *FunctionEmitter::emitDivision(bool Remainder, const jitrun::Type *T,
                                     Value *L, Value *R, SiteId Site) {
  auto *Constant = dyn_cast<ConstantInt>(R);
  if (!Constant || Constant->isZero())
    trapUnless(B.CreateICmpNE(R, integer(T, 0)), Runtime::jr_trap_divide,
               {Context}, Site);
  if (!T->isSigned())
    return Remainder ? B.CreateURem(L, R) : B.CreateUDiv(L, R);
  if (!Constant || Constant->isMinusOne()) {
    Value *MinusOne = B.CreateICmpEQ(R, integer(T, ~uint64_t(0)));
    if (Remainder) {
      // The machine faults on lowest % -1; x % 1 is 0 as well.
      R = B.CreateSelect(MinusOne, integer(T, 1), R);
    } else {
      uint64_t Lowest = -(uint64_t(1) << (T->bits() - 1));
      Value *Overflow =
          B.CreateAnd(MinusOne, B.CreateICmpEQ(L, integer(T, Lowest)));
      trapUnless(B.CreateXor(Overflow, B.getTrue()),
                 Runtime::jr_trap_divide_overflow, {Context}, Site);
    }
  }
  return Remainder ? B.CreateSRem(L, R) : B.CreateSDiv(L, R);
}

Value *FunctionEmitter::emitPower(const jitrun::Type *T, Value *L, Value *R,
                                  SiteId Site) {
  constexpr uint64_t MaxUnrolled = 64;
  if (auto *Constant = dyn_cast<ConstantInt>(R)) {
    bool Negative = T->isSigned() && Constant->isNegative();
    uint64_t Exponent = Constant->getZExtValue();
    if (!Negative && Exponent <= MaxUnrolled) {
      Value *Result = nullptr;
      for (Value *Power = L; Exponent; Exponent >>= 1) {
        if (Exponent & 1)
          Result = Result ? normalize(T, B.CreateMul(Result, Power)) : Power;
        if (Exponent > 1)
          Power = normalize(T, B.CreateMul(Power, Power));
      }
      return Result ? Result : integer(T, 1);
    }
  }
  if (T->isSigned())
    trapUnless(B.CreateICmpSGE(R, integer(T, 0)), Runtime::jr_trap_exponent,
               {Context, toI64(T, R)}, Site);
  return fromI64(T, call(Runtime::jr_pow_int, {toI64(T, L), toI64(T, R)}));
}

Value *FunctionEmitter::emitComparison(BinaryOp Op, const jitrun::Type *T,
                                       Value *L, Value *R) {
  if (T->isUnit())
    return B.getInt1(Op == BinaryOp::Eq || Op == BinaryOp::Le ||
                     Op == BinaryOp::Ge);
  if (T->isBool()) {
    // FastISel has no i1 comparison.
    auto Not = [&](Value *V) { return B.CreateXor(V, B.getTrue()); };
    switch (Op) {
    case BinaryOp::Eq:
      return Not(B.CreateXor(L, R));
    case BinaryOp::Ne:
      return B.CreateXor(L, R);
    case BinaryOp::Lt:
      return B.CreateAnd(Not(L), R);
    case BinaryOp::Le:
      return B.CreateOr(Not(L), R);
    case BinaryOp::Gt:
      return B.CreateAnd(L, Not(R));
    default:
      return B.CreateOr(L, Not(R));
    }
  }
  if (T->isStr()) {
    L = call(Runtime::jr_str_compare, {L, R});
    R = B.getInt32(0);
  }
  bool Signed = T->isSigned() || T->isStr();
  CmpInst::Predicate P;
  switch (Op) {
  case BinaryOp::Eq:
    P = T->isFloat() ? CmpInst::FCMP_OEQ : CmpInst::ICMP_EQ;
    break;
  case BinaryOp::Ne:
    P = T->isFloat() ? CmpInst::FCMP_UNE : CmpInst::ICMP_NE;
    break;
  case BinaryOp::Lt:
    P = T->isFloat() ? CmpInst::FCMP_OLT
                     : (Signed ? CmpInst::ICMP_SLT : CmpInst::ICMP_ULT);
    break;
  case BinaryOp::Le:
    P = T->isFloat() ? CmpInst::FCMP_OLE
                     : (Signed ? CmpInst::ICMP_SLE : CmpInst::ICMP_ULE);
    break;
  case BinaryOp::Gt:
    P = T->isFloat() ? CmpInst::FCMP_OGT
                     : (Signed ? CmpInst::ICMP_SGT : CmpInst::ICMP_UGT);
    break;
  default:
    P = T->isFloat() ? CmpInst::FCMP_OGE
                     : (Signed ? CmpInst::ICMP_SGE : CmpInst::ICMP_UGE);
    break;
  }
  return B.CreateCmp(P, L, R);
}

Value *FunctionEmitter::emitLogical(const LogicalExpr &E) {
  Value *L = emit(*E.Left);
  if (!canTrap(*E.Right)) {
    // Evaluated for nothing at worst.
    Value *R = emit(*E.Right);
    return E.IsAnd ? B.CreateAnd(L, R) : B.CreateOr(L, R);
  }
  BasicBlock *From = B.GetInsertBlock();
  BasicBlock *Other = newBlock(), *Done = newBlock();
  if (E.IsAnd)
    B.CreateCondBr(L, Other, Done);
  else
    B.CreateCondBr(L, Done, Other);
  startBlock(Other);
  Value *R = emit(*E.Right);
  BasicBlock *OtherEnd = B.GetInsertBlock();
  branchTo(Done);
  startBlock(Done);
  PHINode *Phi = B.CreatePHI(C.I1, 2);
  Phi->addIncoming(B.getInt1(!E.IsAnd), From);
  Phi->addIncoming(R, OtherEnd);
  return Phi;
}
