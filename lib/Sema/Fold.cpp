#include "Sema/Fold.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/bit.h"

#include <bit>
#include <cmath>

namespace jitrun::sema {

using namespace tast;

__int128 valueOf(const IntConstant &C) {
  if (C.Ty->isSigned())
    return int64_t(C.Value);
  return C.Value;
}

__int128 lowest(const Type *T) {
  return T->isSigned() ? -(__int128(1) << (T->bits() - 1)) : 0;
}

__int128 highest(const Type *T) {
  return (__int128(1) << (T->bits() - T->isSigned())) - 1;
}

bool fits(__int128 Value, const Type *T) {
  return Value >= lowest(T) && Value <= highest(T);
}

static const Expr *makeInteger(Module &M, const Type *T, uint64_t Value) {
  unsigned Bits = T->bits();
  if (Bits < 64) {
    Value &= (uint64_t(1) << Bits) - 1;
    if (T->isSigned() && Value >> (Bits - 1))
      Value |= ~uint64_t(0) << Bits;
  }
  return M.make<IntConstant>(T, Value);
}

std::optional<uint64_t> foldInteger(BinaryOp Op, const Type *T, uint64_t L,
                                    uint64_t R) {
  bool Signed = T->isSigned();
  auto SL = int64_t(L), SR = int64_t(R);
  auto Compare = [&](auto Is) -> uint64_t {
    return Signed ? Is(SL, SR) : Is(L, R);
  };
  switch (Op) {
  case BinaryOp::Add:
    return L + R;
  case BinaryOp::Sub:
    return L - R;
  case BinaryOp::Mul:
    return L * R;
  case BinaryOp::Div:
    if (!R || (Signed && SR == -1 && SL == int64_t(lowest(T))))
      return std::nullopt;
    return Signed ? uint64_t(SL / SR) : L / R;
  case BinaryOp::Rem:
    if (!R)
      return std::nullopt;
    if (Signed)
      return SR == -1 ? 0 : uint64_t(SL % SR);
    return L % R;
  case BinaryOp::Pow: {
    if (Signed && SR < 0)
      return std::nullopt;
    uint64_t Power = 1;
    for (; R; R >>= 1, L *= L)
      if (R & 1)
        Power *= L;
    return Power;
  }
  case BinaryOp::And:
    return L & R;
  case BinaryOp::Or:
    return L | R;
  case BinaryOp::Xor:
    return L ^ R;
  case BinaryOp::Shl:
    return L << (R & (T->bits() - 1));
  case BinaryOp::Shr:
    R &= T->bits() - 1;
    return Signed ? uint64_t(SL >> R) : L >> R;
  case BinaryOp::Eq:
    return L == R;
  case BinaryOp::Ne:
    return L != R;
  case BinaryOp::Lt:
    return Compare([](auto A, auto B) { return A < B; });
  case BinaryOp::Le:
    return Compare([](auto A, auto B) { return A <= B; });
  case BinaryOp::Gt:
    return Compare([](auto A, auto B) { return A > B; });
  case BinaryOp::Ge:
    return Compare([](auto A, auto B) { return A >= B; });
  }
  return std::nullopt;
}

template <class F>
static std::optional<double> arithmetic(BinaryOp Op, F L, F R) {
  F Result;
  switch (Op) {
  case BinaryOp::Add:
    Result = L + R;
    break;
  case BinaryOp::Sub:
    Result = L - R;
    break;
  case BinaryOp::Mul:
    Result = L * R;
    break;
  case BinaryOp::Div:
    Result = L / R;
    break;
  case BinaryOp::Rem:
    Result = std::fmod(L, R);
    break;
  default:
    return std::nullopt;
  }
  if (std::isnan(Result))
    return std::nullopt;
  return Result;
}

std::optional<double> foldFloat(BinaryOp Op, const Type *T, double L,
                                double R) {
  if (T->kind() == TypeKind::F32)
    return arithmetic<float>(Op, float(L), float(R));
  return arithmetic<double>(Op, L, R);
}

static bool compareFloat(BinaryOp Op, double L, double R) {
  switch (Op) {
  case BinaryOp::Eq:
    return L == R;
  case BinaryOp::Ne:
    return L != R;
  case BinaryOp::Lt:
    return L < R;
  case BinaryOp::Le:
    return L <= R;
  case BinaryOp::Gt:
    return L > R;
  default:
    return L >= R;
  }
}

/// Truncates and saturates; a NaN gives 0.
static uint64_t toInteger(double Value, const Type *T) {
  if (std::isnan(Value))
    return 0;
  Value = std::trunc(Value);
  // The bounds as doubles round outwards to powers of two at most.
  if (Value <= double(int64_t(lowest(T))))
    return uint64_t(lowest(T));
  if (Value >= std::ldexp(1.0, int(T->bits() - T->isSigned())))
    return uint64_t(highest(T));
  return T->isSigned() ? uint64_t(int64_t(Value)) : uint64_t(Value);
}

static const Expr *foldConvert(Module &M, const Type *T, const Expr *From) {
  if (From->Kind == ExprKind::IntConstant) {
    const auto &C = as<IntConstant>(*From);
    if (!T->isFloat())
      return makeInteger(M, T, C.Value);
    bool Signed = C.Ty->isSigned();
    if (T->kind() == TypeKind::F32)
      return M.make<FloatConstant>(T, Signed ? float(int64_t(C.Value))
                                             : float(C.Value));
    return M.make<FloatConstant>(T, Signed ? double(int64_t(C.Value))
                                           : double(C.Value));
  }
  if (From->Kind == ExprKind::FloatConstant) {
    double Value = as<FloatConstant>(*From).Value;
    if (T->isFloat())
      return M.make<FloatConstant>(
          T, T->kind() == TypeKind::F32 ? double(float(Value)) : Value);
    return makeInteger(M, T, toInteger(Value, T));
  }
  return M.make<ConvertExpr>(T, From);
}

static uint64_t rotateLeft(uint64_t Value, uint64_t By, const Type *T) {
  unsigned Bits = T->bits();
  uint64_t Mask = Bits == 64 ? ~uint64_t(0) : (uint64_t(1) << Bits) - 1;
  Value &= Mask;
  By &= Bits - 1;
  return By ? (Value << By | Value >> (Bits - By)) & Mask : Value;
}

/// On integer constants.
static std::optional<uint64_t> foldIntrinsic(Intrinsic Which, const Type *T,
                                             const Type *From,
                                             llvm::ArrayRef<uint64_t> Of) {
  bool Signed = From->isSigned();
  unsigned Bits = From->bits();
  uint64_t Mask = Bits == 64 ? ~uint64_t(0) : (uint64_t(1) << Bits) - 1;
  auto Less = [&](uint64_t A, uint64_t B) {
    return Signed ? int64_t(A) < int64_t(B) : A < B;
  };
  auto Min = [&](uint64_t A, uint64_t B) { return Less(B, A) ? B : A; };
  auto Max = [&](uint64_t A, uint64_t B) { return Less(A, B) ? B : A; };
  switch (Which) {
  case Intrinsic::Abs:
    return Signed && int64_t(Of[0]) < 0 ? 0 - Of[0] : Of[0];
  case Intrinsic::Sign:
    if (Signed)
      return uint64_t((int64_t(Of[0]) > 0) - (int64_t(Of[0]) < 0));
    return Of[0] != 0;
  case Intrinsic::Min2:
    return Min(Of[0], Of[1]);
  case Intrinsic::Max2:
    return Max(Of[0], Of[1]);
  case Intrinsic::Clamp:
    return Min(Max(Of[0], Of[1]), Of[2]);
  case Intrinsic::Popcount:
    return uint64_t(std::popcount(Of[0] & Mask));
  case Intrinsic::Clz:
    return uint64_t(std::countl_zero(Of[0] & Mask)) - (64 - Bits);
  case Intrinsic::Ctz:
    return Of[0] & Mask ? uint64_t(std::countr_zero(Of[0] & Mask)) : Bits;
  case Intrinsic::Bswap:
    return llvm::byteswap(Of[0]) >> (64 - Bits);
  case Intrinsic::Rotl:
    return rotateLeft(Of[0], Of[1], T);
  case Intrinsic::Rotr:
    return rotateLeft(Of[0], 0 - Of[1], T);
  default:
    return std::nullopt;
  }
}

static const Expr *foldIntrinsicCall(Module &M, const IntrinsicExpr &E) {
  llvm::SmallVector<const Expr *, 3> Operands;
  llvm::SmallVector<uint64_t, 3> Integers;
  for (const Expr *Operand : E.Operands) {
    Operands.push_back(fold(M, Operand));
    if (!Operands.back())
      return nullptr;
    if (Operands.back()->Kind == ExprKind::IntConstant)
      Integers.push_back(as<IntConstant>(*Operands.back()).Value);
  }
  if (!Operands.empty() && Integers.size() == Operands.size() &&
      E.Ty->isInteger())
    if (auto Result = foldIntrinsic(E.Which, E.Ty, Operands[0]->Ty, Integers))
      return makeInteger(M, E.Ty, *Result);
  if (Operands.size() == 1 && Operands[0]->Kind == ExprKind::FloatConstant) {
    double Of = as<FloatConstant>(*Operands[0]).Value;
    bool Single = E.Ty->kind() == TypeKind::F32;
    // These are exact, or rounded correctly by every implementation.
    if (E.Which == Intrinsic::Sqrt && Of >= 0)
      return M.make<FloatConstant>(E.Ty, Single ? double(std::sqrt(float(Of)))
                                                : std::sqrt(Of));
    if (E.Which == Intrinsic::Abs)
      return M.make<FloatConstant>(E.Ty, std::fabs(Of));
    if (E.Which == Intrinsic::Floor)
      return M.make<FloatConstant>(E.Ty, std::floor(Of));
    if (E.Which == Intrinsic::Ceil)
      return M.make<FloatConstant>(E.Ty, std::ceil(Of));
    if (E.Which == Intrinsic::Trunc)
      return M.make<FloatConstant>(E.Ty, std::trunc(Of));
    if (E.Which == Intrinsic::IsNan)
      return makeInteger(M, E.Ty, std::isnan(Of));
    if (E.Which == Intrinsic::IsInf)
      return makeInteger(M, E.Ty, std::isinf(Of));
  }
  return M.make<IntrinsicExpr>(
      E.Ty, E.Which,
      M.copy(std::span<const Expr *const>(Operands.data(), Operands.size())),
      E.Site);
}

static const Expr *foldBinary(Module &M, const BinaryExpr &E) {
  const Expr *L = fold(M, E.Left), *R = L ? fold(M, E.Right) : nullptr;
  if (!R)
    return nullptr;
  if (L->Kind == ExprKind::IntConstant && R->Kind == ExprKind::IntConstant) {
    auto Result = foldInteger(E.Op, L->Ty, as<IntConstant>(*L).Value,
                              as<IntConstant>(*R).Value);
    return Result ? makeInteger(M, E.Ty, *Result) : nullptr;
  }
  if (!E.Fused && L->Kind == ExprKind::FloatConstant &&
      R->Kind == ExprKind::FloatConstant) {
    double A = as<FloatConstant>(*L).Value, B = as<FloatConstant>(*R).Value;
    if (isComparison(E.Op))
      return makeInteger(M, E.Ty, compareFloat(E.Op, A, B));
    if (auto Result = foldFloat(E.Op, E.Ty, A, B))
      return M.make<FloatConstant>(E.Ty, *Result);
  }
  if (L->Kind == ExprKind::TextConstant && R->Kind == ExprKind::TextConstant &&
      isComparison(E.Op)) {
    int Order = M.Texts[size_t(as<TextConstant>(*L).Text)].compare(
        M.Texts[size_t(as<TextConstant>(*R).Text)]);
    return makeInteger(M, E.Ty, compareFloat(E.Op, Order, 0));
  }
  auto *Result = M.make<BinaryExpr>(E.Ty, E.Op, L, R, E.Site);
  Result->Fused = E.Fused;
  Result->FusedLeft = E.FusedLeft;
  return Result;
}

/// From a module's constant.
static const Expr *foldLoad(Module &M, const LoadExpr &E) {
  const Place &P = *E.From;
  if (P.Base != PlaceBase::Constant)
    return &E;
  const Expr *At = M.Constants[size_t(P.Constant)].Value;
  for (const Projection &Step : P.Projections) {
    uint64_t Part = Step.Field;
    if (Step.Index) {
      const Expr *Index = fold(M, Step.Index);
      if (!Index)
        return nullptr;
      if (Index->Kind != ExprKind::IntConstant)
        return &E;
      Part = as<IntConstant>(*Index).Value;
      if (Part >= static_cast<const FixedArrayType *>(At->Ty)->count())
        return nullptr;
    }
    if (At->Kind == ExprKind::FixedFill)
      At = as<FixedFillExpr>(*At).Value;
    else if (At->Kind == ExprKind::Aggregate)
      At = as<AggregateExpr>(*At).Parts[Part];
    else if (At->Kind == ExprKind::Variant &&
             as<VariantExpr>(*At).Number == Step.Variant)
      At = as<VariantExpr>(*At).Parts[Part];
    else
      return &E;
  }
  return At;
}

const Expr *fold(Module &M, const Expr *E) {
  switch (E->Kind) {
  case ExprKind::IntConstant:
  case ExprKind::FloatConstant:
  case ExprKind::TextConstant:
  case ExprKind::UnitConstant:
  case ExprKind::Zero:
  case ExprKind::FunctionConstant:
    return E;
  case ExprKind::Load:
    return foldLoad(M, as<LoadExpr>(*E));
  case ExprKind::Unary: {
    const auto &U = as<UnaryExpr>(*E);
    const Expr *Of = fold(M, U.Operand);
    if (!Of)
      return nullptr;
    if (Of->Kind == ExprKind::IntConstant) {
      uint64_t Value = as<IntConstant>(*Of).Value;
      return makeInteger(M, E->Ty,
                         U.Op == UnaryOp::Negate   ? 0 - Value
                         : U.Op == UnaryOp::BitNot ? ~Value
                                                   : Value ^ 1);
    }
    if (Of->Kind == ExprKind::FloatConstant)
      return M.make<FloatConstant>(E->Ty, -as<FloatConstant>(*Of).Value);
    return M.make<UnaryExpr>(E->Ty, U.Op, Of);
  }
  case ExprKind::Binary:
    return foldBinary(M, as<BinaryExpr>(*E));
  case ExprKind::Logical: {
    const auto &B = as<LogicalExpr>(*E);
    const Expr *L = fold(M, B.Left);
    if (!L)
      return nullptr;
    if (L->Kind == ExprKind::IntConstant)
      return bool(as<IntConstant>(*L).Value) == B.IsAnd ? fold(M, B.Right) : L;
    const Expr *R = fold(M, B.Right);
    return R ? M.make<LogicalExpr>(E->Ty, B.IsAnd, L, R) : nullptr;
  }
  case ExprKind::Convert: {
    const Expr *Of = fold(M, as<ConvertExpr>(*E).Operand);
    return Of ? foldConvert(M, E->Ty, Of) : nullptr;
  }
  case ExprKind::IntrinsicCall:
    return foldIntrinsicCall(M, as<IntrinsicExpr>(*E));
  case ExprKind::Aggregate: {
    llvm::SmallVector<const Expr *, 8> Parts;
    for (const Expr *Part : as<AggregateExpr>(*E).Parts) {
      Parts.push_back(fold(M, Part));
      if (!Parts.back())
        return nullptr;
    }
    return M.make<AggregateExpr>(E->Ty, M.copy(std::span<const Expr *const>(
                                            Parts.data(), Parts.size())));
  }
  case ExprKind::Variant: {
    llvm::SmallVector<const Expr *, 4> Parts;
    for (const Expr *Part : as<VariantExpr>(*E).Parts) {
      Parts.push_back(fold(M, Part));
      if (!Parts.back())
        return nullptr;
    }
    return M.make<VariantExpr>(
        E->Ty, as<VariantExpr>(*E).Number,
        M.copy(std::span<const Expr *const>(Parts.data(), Parts.size())));
  }
  case ExprKind::Tag: {
    const Place &P = *as<TagExpr>(*E).Of;
    const Expr *Of = P.Base == PlaceBase::Constant
                         ? foldLoad(M, *M.make<LoadExpr>(P.Ty, &P))
                         : E;
    if (Of && Of->Kind == ExprKind::Variant)
      return makeInteger(M, E->Ty, as<VariantExpr>(*Of).Number);
    return Of ? E : nullptr;
  }
  case ExprKind::FixedFill: {
    const Expr *Of = fold(M, as<FixedFillExpr>(*E).Value);
    return Of ? M.make<FixedFillExpr>(E->Ty, Of) : nullptr;
  }
  case ExprKind::ToAny:
  case ExprKind::AnyCast:
  case ExprKind::AnyIs:
    return nullptr;
  }
  return E;
}

bool isConstantTree(const Expr *E) {
  switch (E->Kind) {
  case ExprKind::IntConstant:
  case ExprKind::FloatConstant:
  case ExprKind::TextConstant:
  case ExprKind::UnitConstant:
  case ExprKind::Zero:
    return true;
  case ExprKind::Aggregate:
    for (const Expr *Part : as<AggregateExpr>(*E).Parts)
      if (!isConstantTree(Part))
        return false;
    return true;
  case ExprKind::Variant:
    for (const Expr *Part : as<VariantExpr>(*E).Parts)
      if (!isConstantTree(Part))
        return false;
    return true;
  case ExprKind::FixedFill:
    return isConstantTree(as<FixedFillExpr>(*E).Value);
  default:
    return false;
  }
}

bool isConstantExpression(const Expr *E) {
  switch (E->Kind) {
  case ExprKind::IntConstant:
  case ExprKind::FloatConstant:
  case ExprKind::TextConstant:
  case ExprKind::UnitConstant:
  case ExprKind::Zero:
  case ExprKind::FunctionConstant:
    return true;
  case ExprKind::Load:
  case ExprKind::ToAny:
  case ExprKind::AnyCast:
  case ExprKind::AnyIs:
  case ExprKind::Tag:
    return false;
  case ExprKind::Unary:
    return isConstantExpression(as<UnaryExpr>(*E).Operand);
  case ExprKind::Convert:
    return isConstantExpression(as<ConvertExpr>(*E).Operand);
  case ExprKind::Binary: {
    const auto &B = as<BinaryExpr>(*E);
    return B.Site == NoSite && isConstantExpression(B.Left) &&
           isConstantExpression(B.Right);
  }
  case ExprKind::Logical: {
    const auto &B = as<LogicalExpr>(*E);
    return isConstantExpression(B.Left) && isConstantExpression(B.Right);
  }
  case ExprKind::IntrinsicCall: {
    const auto &I = as<IntrinsicExpr>(*E);
    if (I.Which > Intrinsic::Rotr)
      return false;
    for (const Expr *Operand : I.Operands)
      if (!isConstantExpression(Operand))
        return false;
    return true;
  }
  case ExprKind::Aggregate:
    for (const Expr *Part : as<AggregateExpr>(*E).Parts)
      if (!isConstantExpression(Part))
        return false;
    return true;
  case ExprKind::Variant:
    for (const Expr *Part : as<VariantExpr>(*E).Parts)
      if (!isConstantExpression(Part))
        return false;
    return true;
  case ExprKind::FixedFill:
    return isConstantExpression(as<FixedFillExpr>(*E).Value);
  }
  return false;
}

static void countNodes(const Expr *E, size_t &Left) {
  if (!Left)
    return;
  --Left;
  switch (E->Kind) {
  case ExprKind::Unary:
    return countNodes(as<UnaryExpr>(*E).Operand, Left);
  case ExprKind::Convert:
    return countNodes(as<ConvertExpr>(*E).Operand, Left);
  case ExprKind::Binary:
    countNodes(as<BinaryExpr>(*E).Left, Left);
    return countNodes(as<BinaryExpr>(*E).Right, Left);
  case ExprKind::Logical:
    countNodes(as<LogicalExpr>(*E).Left, Left);
    return countNodes(as<LogicalExpr>(*E).Right, Left);
  case ExprKind::IntrinsicCall:
    for (const Expr *Operand : as<IntrinsicExpr>(*E).Operands)
      countNodes(Operand, Left);
    return;
  case ExprKind::Aggregate:
    for (const Expr *Part : as<AggregateExpr>(*E).Parts)
      countNodes(Part, Left);
    return;
  case ExprKind::Variant:
    for (const Expr *Part : as<VariantExpr>(*E).Parts)
      countNodes(Part, Left);
    return;
  case ExprKind::FixedFill:
    return countNodes(as<FixedFillExpr>(*E).Value, Left);
  default:
    return;
  }
}

size_t treeSize(const Expr *E, size_t Limit) {
  size_t Left = Limit;
  countNodes(E, Left);
  return Limit - Left;
}

} // namespace jitrun::sema
