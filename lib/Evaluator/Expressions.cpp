#include "Evaluator/Arithmetic.h"
#include "Evaluator/Temporary.h"
#include "Evaluator/Walker.h"
#include "Runtime/Runtime.h"

namespace jitrun::evaluator {

using namespace tast;

Cell Walker::value(Frame &F, const Expr &E) {
  switch (E.Kind) {
  case ExprKind::IntConstant:
    return as<IntConstant>(E).Value;
  case ExprKind::FloatConstant: {
    double V = as<FloatConstant>(E).Value;
    return E.Ty->kind() == TypeKind::F32 ? put(float(V)) : put(V);
  }
  case ExprKind::TextConstant:
    return put(P.text(as<TextConstant>(E).Text));
  case ExprKind::UnitConstant:
    return 0;
  case ExprKind::FunctionConstant:
    return put(P.Data.closure(as<FunctionConstant>(E).Target, nullptr));
  case ExprKind::Zero:
    return E.Ty->isCounted() ? put(descriptor(E.Ty)->Zero) : 0;
  case ExprKind::Load: {
    const char *At = address(F, *as<LoadExpr>(E).From);
    return E.Ty->size() ? readCell(E.Ty->kind(), At) : 0;
  }
  case ExprKind::Unary: {
    const auto &Unary = as<UnaryExpr>(E);
    return evaluator::unary(Unary.Op, E.Ty->kind(), value(F, *Unary.Operand));
  }
  case ExprKind::Binary:
    return binary(F, as<BinaryExpr>(E));
  case ExprKind::Logical: {
    const auto &Logical = as<LogicalExpr>(E);
    Cell Left = value(F, *Logical.Left);
    return bool(Left) == Logical.IsAnd ? value(F, *Logical.Right) : Left;
  }
  case ExprKind::Convert: {
    const Expr &Operand = *as<ConvertExpr>(E).Operand;
    return convert(E.Ty->kind(), Operand.Ty->kind(), value(F, Operand));
  }
  case ExprKind::IntrinsicCall:
    return intrinsic(F, as<IntrinsicExpr>(E));
  case ExprKind::AnyCast:
    return cast(F, as<AnyCastExpr>(E)).Payload;
  case ExprKind::AnyIs: {
    const auto &Is = as<AnyIsExpr>(E);
    return holds(any(F, *Is.Operand), Is.Of);
  }
  case ExprKind::Tag:
    return read<uint32_t>(address(F, *as<TagExpr>(E).Of));
  case ExprKind::Aggregate:
  case ExprKind::Variant:
  case ExprKind::FixedFill:
  case ExprKind::ToAny:
    break;
  }
  assert(false && "an aggregate is no cell");
  return 0;
}

Cell Walker::binary(Frame &F, const BinaryExpr &E) {
  if (E.Fused) {
    const auto &Product = as<BinaryExpr>(E.FusedLeft ? *E.Left : *E.Right);
    bool Minus = E.Op == BinaryOp::Sub;
    Cell X, Y, Other;
    if (E.FusedLeft) {
      X = value(F, *Product.Left);
      Y = value(F, *Product.Right);
      Other = value(F, *E.Right);
    } else {
      Other = value(F, *E.Left);
      X = value(F, *Product.Left);
      Y = value(F, *Product.Right);
    }
    return fusedMultiplyAdd(E.Ty->kind(), X, Y, Other, Minus && !E.FusedLeft,
                            Minus && E.FusedLeft);
  }
  if (E.Left->Ty->isAny())
    return compareAny(F, E);
  Cell Left = value(F, *E.Left), Right = value(F, *E.Right);
  if (isComparison(E.Op))
    return compare(E.Op, E.Left->Ty->kind(), Left, Right);
  F.Site = E.Site;
  return evaluator::binary(E.Op, E.Ty->kind(), Left, Right, Ctx);
}

void Walker::aggregateInto(Frame &F, const AggregateExpr &E, char *To) {
  if (E.Ty->kind() == TypeKind::FixedArray) {
    uint64_t Size = as<FixedArrayType>(*E.Ty).element()->size();
    for (const Expr *Part : E.Parts) {
      valueInto(F, *Part, To);
      To += Size;
    }
    return;
  }
  const auto &T = as<RecordType>(*E.Ty);
  for (uint32_t I = 0; I < E.Parts.size(); ++I)
    valueInto(F, *E.Parts[I], To + T.field(I).Offset);
}

void Walker::valueInto(Frame &F, const Expr &E, char *To) {
  const Type *T = E.Ty;
  if (!T->isAggregate()) {
    Cell V = value(F, E);
    if (T->size())
      writeCell(T->kind(), To, V);
    return;
  }
  // Padding is zero, whatever the memory held.
  std::memset(To, 0, T->size());
  switch (E.Kind) {
  case ExprKind::Load:
    std::memcpy(To, address(F, *as<LoadExpr>(E).From), T->size());
    return;
  case ExprKind::Zero:
    runtime::jr_zero_value(const_cast<abi::TypeDescriptor *>(descriptor(T)),
                           To);
    return;
  case ExprKind::Aggregate:
    return aggregateInto(F, as<AggregateExpr>(E), To);
  case ExprKind::Variant: {
    const auto &Made = as<VariantExpr>(E);
    auto Payload = as<EnumType>(*T).variant(Made.Number).Payload;
    write(To, Made.Number);
    for (size_t I = 0; I < Payload.size(); ++I)
      valueInto(F, *Made.Parts[I], To + Payload[I].Offset);
    return;
  }
  case ExprKind::FixedFill: {
    const auto &Array = as<FixedArrayType>(*T);
    uint64_t Size = Array.element()->size();
    const Expr &Value = *as<FixedFillExpr>(E).Value;
    char *Element = JITRUN_TEMPORARY(Size);
    valueInto(F, Value, Element);
    for (uint64_t I = 0; I < Array.count(); ++I)
      std::memcpy(To + I * Size, Element, Size);
    return;
  }
  case ExprKind::ToAny: {
    const Expr &Operand = *as<ToAnyExpr>(E).Operand;
    abi::AnyValue V = {0, value(F, Operand)};
    if (!Operand.Ty->isUnit())
      V.Tag = put(descriptor(Operand.Ty)) |
              (Operand.Ty->isCounted() ? abi::AnyCounted : 0);
    return write(To, V);
  }
  case ExprKind::AnyCast: {
    abi::AnyValue V = cast(F, as<AnyCastExpr>(E));
    std::memcpy(To, get<const abi::AnyBox *>(V.Payload)->Value, T->size());
    return;
  }
  default:
    break;
  }
  assert(false && "no such aggregate expression");
}

} // namespace jitrun::evaluator
