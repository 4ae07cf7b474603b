#include "IRGen/FunctionEmitter.h"

#include "ABI/Heap.h"

#include <limits>

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;
using Which = tast::Intrinsic;

Value *FunctionEmitter::callMaths(Runtime OfF64, const jitrun::Type *T,
                                  ArrayRef<Value *> Args, SiteId Site) {
  // The f32 form of each follows its f64 form in the list.
  Runtime R = T->kind() == TypeKind::F32 ? Runtime(size_t(OfF64) + 1) : OfF64;
  return call(R, Args, Site);
}

Value *FunctionEmitter::emitMinMax(bool Max, const jitrun::Type *T, Value *A,
                                   Value *X) {
  if (T->isFloat()) {
    if (!Optimized)
      return callMaths(Max ? Runtime::jr_max_f64 : Runtime::jr_min_f64, T,
                       {A, X});
    return B.CreateBinaryIntrinsic(
        Max ? llvm::Intrinsic::maximum : llvm::Intrinsic::minimum, A, X);
  }
  if (!Optimized)
    return B.CreateSelect(
        emitComparison(Max ? BinaryOp::Gt : BinaryOp::Lt, T, A, X), A, X);
  auto Id = T->isSigned()
                ? (Max ? llvm::Intrinsic::smax : llvm::Intrinsic::smin)
                : (Max ? llvm::Intrinsic::umax : llvm::Intrinsic::umin);
  return B.CreateBinaryIntrinsic(Id, A, X);
}

Value *FunctionEmitter::emitBits(const IntrinsicExpr &E, Value *A) {
  bool Wide = E.Operands[0]->Ty->kind() == TypeKind::F64;
  llvm::Type *Ty = Wide ? C.I64 : C.I32;
  uint64_t QuietNaN = Wide ? 0x7ff8000000000000 : 0x7fc00000;
  return B.CreateSelect(B.CreateFCmpUNO(A, A), ConstantInt::get(Ty, QuietNaN),
                        B.CreateBitCast(A, Ty));
}

Value *FunctionEmitter::emitBitCount(Which W, const jitrun::Type *T, Value *A) {
  // Selected by SelectionDAG in baseline as well: rare, and two instructions.
  llvm::Type *Narrow = C.memoryType(T), *Ty = A->getType();
  if (Ty != Narrow)
    A = B.CreateTrunc(A, Narrow);
  Value *R = nullptr;
  switch (W) {
  case Which::Popcount:
    R = B.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, A);
    break;
  case Which::Clz:
    R = B.CreateBinaryIntrinsic(llvm::Intrinsic::ctlz, A, B.getFalse());
    break;
  case Which::Ctz:
    R = B.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, A, B.getFalse());
    break;
  default:
    R = T->bits() == 8 ? A : B.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, A);
    break;
  }
  if (Ty == Narrow)
    return R;
  return T->isSigned() ? B.CreateSExt(R, Ty) : B.CreateZExt(R, Ty);
}

Value *FunctionEmitter::emitRotate(bool Left, const jitrun::Type *T, Value *A,
                                   Value *Count) {
  // Any integer type counts; its low bits decide.
  if (Count->getType()->getIntegerBitWidth() >
      A->getType()->getIntegerBitWidth())
    Count = B.CreateTrunc(Count, A->getType());
  else
    Count = B.CreateZExt(Count, A->getType());
  unsigned Bits = T->bits();
  if (Optimized)
    return B.CreateIntrinsic(
        A->getType(), Left ? llvm::Intrinsic::fshl : llvm::Intrinsic::fshr,
        {A, A, Count});
  Value *Mask = integer(T, Bits - 1);
  Value *There = B.CreateAnd(Count, Mask);
  Value *Back = B.CreateAnd(B.CreateNeg(Count), Mask);
  if (!Left)
    std::swap(There, Back);
  Value *Low = A;
  if (T->isSigned() && Bits < 32)
    Low = B.CreateAnd(A, ConstantInt::get(C.I32, (1u << Bits) - 1));
  return normalize(
      T, B.CreateOr(B.CreateShl(Low, There), B.CreateLShr(Low, Back)));
}

Value *FunctionEmitter::emitReduction(const IntrinsicExpr &E, Value *A) {
  const jitrun::Type *Element =
      static_cast<const jitrun::ArrayType *>(E.Operands[0]->Ty)->element();
  // Rows of the runtime stand in the order: integers, f64, f32.
  auto Form = [&](Runtime OfIntegers) {
    unsigned Step = Element->kind() == TypeKind::F64   ? 1
                    : Element->kind() == TypeKind::F32 ? 2
                                                       : 0;
    return Runtime(size_t(OfIntegers) + Step);
  };
  switch (E.Which) {
  case Which::Sum:
    return call(Form(Runtime::jr_sum_i), {A});
  case Which::Prod:
    return call(Form(Runtime::jr_prod_i), {A});
  case Which::Mean:
    return call(Form(Runtime::jr_mean_i), {Context, A}, E.Site);
  case Which::MinOf:
  case Which::MaxOf: {
    Value *R = call(Form(E.Which == Which::MinOf ? Runtime::jr_min_of_i
                                                 : Runtime::jr_max_of_i),
                    {Context, A}, E.Site);
    if (!E.Ty->isInteger())
      return R;
    return registerType(E.Ty) == C.I64 ? R
                                       : B.CreateTrunc(R, registerType(E.Ty));
  }
  case Which::ArgMin:
    return call(Runtime::jr_argmin, {Context, A}, E.Site);
  case Which::ArgMax:
    return call(Runtime::jr_argmax, {Context, A}, E.Site);
  case Which::AnyOf:
  case Which::AllOf:
    return B.CreateTrunc(
        call(E.Which == Which::AnyOf ? Runtime::jr_any_of : Runtime::jr_all_of,
             {A}),
        C.I1);
  default:
    assert(false && "not a reduction");
    return nullptr;
  }
}

Value *FunctionEmitter::emitIntrinsic(const IntrinsicExpr &E) {
  const jitrun::Type *T = E.Ty;
  SmallVector<Value *, 3> O;
  for (const Expr *Operand : E.Operands)
    O.push_back(emit(*Operand));
  const jitrun::Type *First = E.Operands.empty() ? nullptr : E.Operands[0]->Ty;
  // Functions that one instruction computes exactly.
  auto Exact = [&](llvm::Intrinsic::ID Id, Runtime R) -> Value * {
    return Optimized ? B.CreateUnaryIntrinsic(Id, O[0]) : callMaths(R, T, O);
  };
  switch (E.Which) {
#define JITRUN_IRGEN_MATHS(Name, Function)                                     \
  case Which::Name:                                                            \
    return callMaths(Runtime::jr_##Function##_f64, T, O);
    JITRUN_IRGEN_MATHS(Cbrt, cbrt)
    JITRUN_IRGEN_MATHS(Exp, exp)
    JITRUN_IRGEN_MATHS(Exp2, exp2)
    JITRUN_IRGEN_MATHS(Expm1, expm1)
    JITRUN_IRGEN_MATHS(Log, log)
    JITRUN_IRGEN_MATHS(Log2, log2)
    JITRUN_IRGEN_MATHS(Log10, log10)
    JITRUN_IRGEN_MATHS(Log1p, log1p)
    JITRUN_IRGEN_MATHS(Sin, sin)
    JITRUN_IRGEN_MATHS(Cos, cos)
    JITRUN_IRGEN_MATHS(Tan, tan)
    JITRUN_IRGEN_MATHS(Asin, asin)
    JITRUN_IRGEN_MATHS(Acos, acos)
    JITRUN_IRGEN_MATHS(Atan, atan)
    JITRUN_IRGEN_MATHS(Sinh, sinh)
    JITRUN_IRGEN_MATHS(Cosh, cosh)
    JITRUN_IRGEN_MATHS(Tanh, tanh)
    JITRUN_IRGEN_MATHS(Erf, erf)
    JITRUN_IRGEN_MATHS(Atan2, atan2)
    JITRUN_IRGEN_MATHS(Hypot, hypot)
#undef JITRUN_IRGEN_MATHS
  case Which::Sqrt:
    return B.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, O[0]);
  case Which::Floor:
    return Exact(llvm::Intrinsic::floor, Runtime::jr_floor_f64);
  case Which::Ceil:
    return Exact(llvm::Intrinsic::ceil, Runtime::jr_ceil_f64);
  case Which::Trunc:
    return Exact(llvm::Intrinsic::trunc, Runtime::jr_trunc_f64);
  case Which::Round:
    return Exact(llvm::Intrinsic::round, Runtime::jr_round_f64);
  case Which::RoundEven:
    return Exact(llvm::Intrinsic::roundeven, Runtime::jr_round_even_f64);
  case Which::Copysign: {
    if (!Optimized)
      return callMaths(Runtime::jr_copysign_f64, T, O);
    // A NaN has no sign.
    Value *Sign = B.CreateSelect(B.CreateFCmpUNO(O[1], O[1]),
                                 ConstantFP::get(O[1]->getType(), 1.0), O[1]);
    return B.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, O[0], Sign);
  }
  case Which::Fma:
    return emitFused(T, O[0], O[1], O[2], false, false);
  case Which::Abs:
    if (T->isFloat()) {
      if (Optimized)
        return B.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, O[0]);
      bool Wide = O[0]->getType() == C.F64;
      llvm::Type *Bits = Wide ? C.I64 : C.I32;
      uint64_t Mask = Wide ? INT64_MAX : INT32_MAX;
      return B.CreateBitCast(B.CreateAnd(B.CreateBitCast(O[0], Bits),
                                         ConstantInt::get(Bits, Mask)),
                             O[0]->getType());
    }
    if (T->isUnsigned())
      return O[0];
    if (Optimized)
      return B.CreateBinaryIntrinsic(llvm::Intrinsic::abs, O[0], B.getFalse());
    return B.CreateSelect(B.CreateICmpSLT(O[0], integer(T, 0)),
                          normalize(T, B.CreateNeg(O[0])), O[0]);
  case Which::Sign: {
    if (T->isUnsigned())
      return B.CreateSelect(B.CreateICmpEQ(O[0], integer(T, 0)), O[0],
                            integer(T, 1));
    llvm::Type *Ty = O[0]->getType();
    // Zeros and NaN are their own sign.
    Value *Zero = llvm::Constant::getNullValue(Ty);
    Value *One = T->isFloat() ? ConstantFP::get(Ty, 1.0) : integer(T, 1);
    Value *Minus =
        T->isFloat() ? ConstantFP::get(Ty, -1.0) : integer(T, ~uint64_t(0));
    Value *Above = emitComparison(BinaryOp::Gt, T, O[0], Zero);
    Value *Below = emitComparison(BinaryOp::Lt, T, O[0], Zero);
    return B.CreateSelect(Above, One, B.CreateSelect(Below, Minus, O[0]));
  }
  case Which::Min2:
    return emitMinMax(false, T, O[0], O[1]);
  case Which::Max2:
    return emitMinMax(true, T, O[0], O[1]);
  case Which::Clamp:
    return emitMinMax(false, T, emitMinMax(true, T, O[0], O[1]), O[2]);
  case Which::IsNan:
    return B.CreateFCmpUNO(O[0], O[0]);
  case Which::IsInf: {
    llvm::Type *Ty = O[0]->getType();
    return B.CreateOr(B.CreateFCmpOEQ(O[0], ConstantFP::getInfinity(Ty)),
                      B.CreateFCmpOEQ(O[0], ConstantFP::getInfinity(Ty, true)));
  }
  case Which::Bits:
    return emitBits(E, O[0]);
  case Which::F64FromBits:
  case Which::F32FromBits:
    return B.CreateBitCast(O[0], registerType(T));
  case Which::Popcount:
  case Which::Clz:
  case Which::Ctz:
  case Which::Bswap:
    return emitBitCount(E.Which, T, O[0]);
  case Which::Rotl:
  case Which::Rotr:
    return emitRotate(E.Which == Which::Rotl, T, O[0], O[1]);
  case Which::Dim: {
    bool Stable = isStable(*E.Operands[0]);
    if (E.Operands[1]->Kind == ExprKind::IntConstant) {
      unsigned Rank = static_cast<const jitrun::ArrayType *>(First)->rank();
      uint64_t D = as<IntConstant>(*E.Operands[1]).Value;
      if (D < Rank)
        return loadLength(O[0], unsigned(D), Stable);
    }
    unsigned Rank = static_cast<const jitrun::ArrayType *>(First)->rank();
    checkIndex(O[1], B.getInt64(Rank), E.Site);
    LoadInst *Length = B.CreateLoad(
        C.I64,
        B.CreateInBoundsGEP(
            C.I64, offset(O[0], offsetof(abi::ArrayHeader, Shape)), O[1]));
    return Length;
  }
  case Which::StrLen:
    return loadHeader(C.I64, O[0], offsetof(abi::StrHeader, Length),
                      isStable(*E.Operands[0]));
  case Which::StrIndex: {
    Value *Length = loadHeader(C.I64, O[0], offsetof(abi::StrHeader, Length),
                               isStable(*E.Operands[0]));
    checkIndex(O[1], Length, E.Site);
    Value *At = B.CreateInBoundsGEP(
        C.I8, offset(O[0], offsetof(abi::StrHeader, Data)), O[1]);
    return loadValue(T, At);
  }
  case Which::Sum:
  case Which::Prod:
  case Which::Mean:
  case Which::MinOf:
  case Which::MaxOf:
  case Which::ArgMin:
  case Which::ArgMax:
  case Which::AnyOf:
  case Which::AllOf:
    return emitReduction(E, O[0]);
  case Which::Dot:
    return callMaths(Runtime::jr_dot_f64, T, {Context, O[0], O[1]}, E.Site);
  case Which::ParseI64:
    return call(Runtime::jr_parse_i64, {Context, O[0]}, E.Site);
  case Which::ParseF64:
    return call(Runtime::jr_parse_f64, {Context, O[0]}, E.Site);
  case Which::Clock:
    return call(Runtime::jr_clock, {});
  case Which::Args:
    return call(Runtime::jr_args, {Context}, E.Site);
  }
  return nullptr;
}
