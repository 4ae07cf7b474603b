#include "Runtime/Any.h"
#include "Evaluator/Arithmetic.h"
#include "Evaluator/Temporary.h"
#include "Evaluator/Walker.h"
#include "Runtime/Runtime.h"

namespace jitrun::evaluator {

using namespace tast;

namespace {

/// As a kind of type, of those that have operators.
TypeKind kindOf(const abi::TypeDescriptor &Held) {
  switch (Held.Kind) {
#define JITRUN_SCALAR_TYPE(Name, Spelling, Bytes)                              \
  case abi::DescriptorKind::Name:                                              \
    return TypeKind::Name;
#include "Types/TypeKinds.def"
  case abi::DescriptorKind::Str:
    return TypeKind::Str;
  default:
    return TypeKind::Error;
  }
}

BinaryOp binaryOf(abi::AnyOperator Op) { return BinaryOp(uint32_t(Op)); }

} // namespace

abi::AnyValue Walker::any(Frame &F, const Expr &E) {
  abi::AnyValue V;
  valueInto(F, E, reinterpret_cast<char *>(&V));
  return V;
}

bool Walker::holds(const abi::AnyValue &V, const Type *T) {
  return T->isUnit() ? V.Tag == 0 : V.type() == descriptor(T);
}

abi::AnyValue Walker::cast(Frame &F, const AnyCastExpr &E) {
  abi::AnyValue V = any(F, *E.Operand);
  if (holds(V, E.Ty)) [[likely]]
    return V;
  assert(E.Site != NoSite && "a value is known to be of another type");
  F.Site = E.Site;
  runtime::jr_trap_cast(&Ctx, get<void *>(V.Tag),
                        const_cast<abi::TypeDescriptor *>(descriptor(E.Ty)));
}

Cell Walker::compareAny(Frame &F, const BinaryExpr &E) {
  abi::AnyValue L = any(F, *E.Left), R = any(F, *E.Right);
  F.Site = E.Site;
  auto Op = abi::AnyOperator(uint32_t(E.Op));
  if (E.Op == BinaryOp::Eq || E.Op == BinaryOp::Ne)
    return runtime::equalAny(Ctx, reinterpret_cast<const char *>(&L),
                             reinterpret_cast<const char *>(&R)) ==
           (E.Op == BinaryOp::Eq);
  if (L.Tag != R.Tag)
    runtime::raiseTypesDiffer(Ctx, Op, L.type(), R.type());
  if (!runtime::hasOperator(Op, L.type()))
    runtime::raiseNoOperator(Ctx, Op, L.type());
  return compare(E.Op, kindOf(*L.type()), L.Payload, R.Payload);
}

void Walker::box(Frame &F, const OperationStmt &S) {
  const Type *T = S.Operands[0]->Ty;
  char *Value = JITRUN_TEMPORARY(T->size());
  valueInto(F, *S.Operands[0], Value);
  F.Site = S.Site;
  auto *Type = const_cast<abi::TypeDescriptor *>(descriptor(T));
  abi::AnyValue V = {put(Type) | abi::AnyCounted,
                     put(runtime::jr_box(&Ctx, Type, Value))};
  moveInto(F, S.Dest, P.M.Types.any(), reinterpret_cast<char *>(&V));
}

void Walker::anyOperator(Frame &F, const OperationStmt &S) {
  abi::AnyValue L = any(F, *S.Operands[0]), R = {};
  bool Binary = S.Which == Operation::AnyBinary;
  if (Binary)
    R = any(F, *S.Operands[1]);
  F.Site = S.Site;
  if (Binary && L.Tag != R.Tag)
    runtime::raiseTypesDiffer(Ctx, S.Operator, L.type(), R.type());
  if (!runtime::hasOperator(S.Operator, L.type()))
    runtime::raiseNoOperator(Ctx, S.Operator, L.type());
  TypeKind Kind = kindOf(*L.type());
  abi::AnyValue Result = {L.Tag, 0};
  if (!Binary) {
    bool Bits = S.Operator == abi::AnyOperator::BitNot ||
                (S.Operator == abi::AnyOperator::Not && Kind != TypeKind::Bool);
    UnaryOp Op = Bits                                  ? UnaryOp::BitNot
                 : S.Operator == abi::AnyOperator::Not ? UnaryOp::Not
                                                       : UnaryOp::Negate;
    Result.Payload = unary(Op, Kind, L.Payload);
  } else if (Kind == TypeKind::Str) {
    Result.Payload = put(runtime::jr_str_concat(&Ctx, get<void *>(L.Payload),
                                                get<void *>(R.Payload)));
  } else {
    Result.Payload = evaluator::binary(binaryOf(S.Operator), Kind, L.Payload,
                                       R.Payload, Ctx);
  }
  moveInto(F, S.Dest, P.M.Types.any(), reinterpret_cast<char *>(&Result));
}

#define JITRUN_BINARY(Name, Spelling)                                          \
  static_assert(uint32_t(BinaryOp::Name) == uint32_t(abi::AnyOperator::Name));
#include "TypedAST/Operators.def"

} // namespace jitrun::evaluator
