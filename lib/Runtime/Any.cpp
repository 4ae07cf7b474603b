#include "Runtime/Any.h"

#include "ABI/TargetCount.h"
#include "Runtime/Runtime.h"
#include "Runtime/Scalars.h"
#include "Runtime/Trap.h"

#include <cstdio>

namespace jitrun::runtime {

using namespace abi;

namespace {

const char *nameOf(const TypeDescriptor *Type) {
  return Type ? Type->Spelling : "()";
}

bool isInteger(const TypeDescriptor &Type) {
  return Type.Kind >= DescriptorKind::I8 && Type.Kind <= DescriptorKind::U64;
}
bool isFloat(const TypeDescriptor &Type) {
  return Type.Kind == DescriptorKind::F32 || Type.Kind == DescriptorKind::F64;
}

bool hasEquality(const TypeDescriptor &Type) {
  switch (Type.Kind) {
  case DescriptorKind::Array:
  case DescriptorKind::Function:
    return false;
  case DescriptorKind::Record:
    for (uint32_t I = 0; I < Type.Count; ++I)
      if (!hasEquality(*Type.Fields[I].Type))
        return false;
    return true;
  case DescriptorKind::FixedArray:
    return hasEquality(*Type.Element);
  case DescriptorKind::Enum:
    for (uint32_t I = 0; I < Type.Count; ++I)
      for (uint32_t J = 0; J < Type.Variants[I].Count; ++J)
        if (!hasEquality(*Type.Variants[I].Fields[J].Type))
          return false;
    return true;
  default:
    return true;
  }
}

bool equalValues(ExecutionContext &Ctx, const TypeDescriptor &Type,
                 const char *A, const char *B) {
  switch (Type.Kind) {
  case DescriptorKind::Unit:
    return true;
  case DescriptorKind::Str:
    return view(*load<const StrHeader *>(A)) ==
           view(*load<const StrHeader *>(B));
  case DescriptorKind::Any:
    return equalAny(Ctx, A, B);
  case DescriptorKind::Record:
    for (uint32_t I = 0; I < Type.Count; ++I) {
      const FieldDescriptor &F = Type.Fields[I];
      if (!equalValues(Ctx, *F.Type, A + F.Offset, B + F.Offset))
        return false;
    }
    return true;
  case DescriptorKind::FixedArray:
    for (uint64_t I = 0; I < Type.Length; ++I)
      if (!equalValues(Ctx, *Type.Element, A + I * Type.Element->Size,
                       B + I * Type.Element->Size))
        return false;
    return true;
  case DescriptorKind::Enum: {
    if (load<uint32_t>(A) != load<uint32_t>(B))
      return false;
    const VariantDescriptor &V = variantOf(Type, A);
    for (uint32_t I = 0; I < V.Count; ++I) {
      const FieldDescriptor &F = V.Fields[I];
      if (!equalValues(Ctx, *F.Type, A + F.Offset, B + F.Offset))
        return false;
    }
    return true;
  }
  default:
    return withScalar(Type.Kind,
                      [&]<class T>() { return load<T>(A) == load<T>(B); });
  }
}

/// A scalar as the payload of an any.
template <class T> uint64_t toPayload(T Value) {
  if constexpr (std::is_same_v<T, float>)
    return __builtin_bit_cast(uint32_t, Value);
  else if constexpr (std::is_same_v<T, double>)
    return __builtin_bit_cast(uint64_t, Value);
  else
    return uint64_t(int64_t(Value));
}
template <class T> T fromPayload(uint64_t Payload) {
  if constexpr (std::is_same_v<T, float>)
    return __builtin_bit_cast(float, uint32_t(Payload));
  else if constexpr (std::is_same_v<T, double>)
    return __builtin_bit_cast(double, Payload);
  else
    return T(Payload);
}

template <class T> T floating(AnyOperator Op, T L, T R) {
  constexpr bool Narrow = std::is_same_v<T, float>;
  switch (Op) {
  case AnyOperator::Add:
    return L + R;
  case AnyOperator::Sub:
    return L - R;
  case AnyOperator::Mul:
    return L * R;
  case AnyOperator::Div:
    return L / R;
  case AnyOperator::Rem:
    if constexpr (Narrow)
      return jr_fmod_f32(L, R);
    else
      return jr_fmod_f64(L, R);
  default:
    if constexpr (Narrow)
      return jr_pow_f32(L, R);
    else
      return jr_pow_f64(L, R);
  }
}

template <class T> T integer(ExecutionContext &Ctx, AnyOperator Op, T L, T R) {
  constexpr uint64_t CountMask = sizeof(T) * 8 - 1;
  // Wraps: the low bits are those of the 64-bit result.
  uint64_t A = uint64_t(int64_t(L)), B = uint64_t(int64_t(R));
  switch (Op) {
  case AnyOperator::Add:
    return T(A + B);
  case AnyOperator::Sub:
    return T(A - B);
  case AnyOperator::Mul:
    return T(A * B);
  case AnyOperator::Div:
  case AnyOperator::Rem:
    if (R == 0)
      jr_trap_divide(&Ctx);
    if constexpr (std::is_signed_v<T>)
      if (R == T(-1)) {
        if (Op == AnyOperator::Rem)
          return 0;
        if (L == std::numeric_limits<T>::min())
          jr_trap_divide_overflow(&Ctx);
        return T(-A);
      }
    return Op == AnyOperator::Div ? T(L / R) : T(L % R);
  case AnyOperator::Pow:
    if constexpr (std::is_signed_v<T>)
      if (R < 0)
        jr_trap_exponent(&Ctx, R);
    return T(jr_pow_int(I64(A), I64(std::make_unsigned_t<T>(R))));
  case AnyOperator::And:
    return T(A & B);
  case AnyOperator::Or:
    return T(A | B);
  case AnyOperator::Xor:
    return T(A ^ B);
  case AnyOperator::Shl:
    return T(A << (B & CountMask));
  default:
    return T(L >> (B & CountMask));
  }
}

template <class T> bool inOrder(AnyOperator Op, T L, T R) {
  switch (Op) {
  case AnyOperator::Lt:
    return L < R;
  case AnyOperator::Le:
    return L <= R;
  case AnyOperator::Gt:
    return L > R;
  default:
    return L >= R;
  }
}

/// The type that both operands have, which has the operator; or raises.
const TypeDescriptor &commonType(ExecutionContext &Ctx, AnyOperator Op,
                                 const AnyValue &L, const AnyValue &R) {
  if (L.Tag != R.Tag)
    raiseTypesDiffer(Ctx, Op, L.type(), R.type());
  if (!hasOperator(Op, L.type()))
    raiseNoOperator(Ctx, Op, L.type());
  return *L.type();
}

const TypeDescriptor *typeOf(Ptr Tag) {
  return AnyValue{reinterpret_cast<uint64_t>(Tag), 0}.type();
}

StrHeader *textOf(const AnyValue &V) {
  return reinterpret_cast<StrHeader *>(V.Payload);
}

} // namespace

bool hasOperator(AnyOperator Op, const TypeDescriptor *Type) {
  if (Op == AnyOperator::Eq || Op == AnyOperator::Ne)
    return !Type || hasEquality(*Type);
  if (!Type)
    return false;
  bool Bool = Type->Kind == DescriptorKind::Bool;
  bool Str = Type->Kind == DescriptorKind::Str;
  bool Number = isInteger(*Type) || isFloat(*Type);
  switch (Op) {
  case AnyOperator::Add:
  case AnyOperator::Lt:
  case AnyOperator::Le:
  case AnyOperator::Gt:
  case AnyOperator::Ge:
    return Number || Str;
  case AnyOperator::And:
  case AnyOperator::Or:
  case AnyOperator::Xor:
  case AnyOperator::Not:
    return Bool || isInteger(*Type);
  case AnyOperator::Shl:
  case AnyOperator::Shr:
  case AnyOperator::BitNot:
    return isInteger(*Type);
  default:
    return Number;
  }
}

void raiseTypesDiffer(ExecutionContext &Ctx, AnyOperator Op,
                      const TypeDescriptor *Left, const TypeDescriptor *Right) {
  char Text[sizeof(TrapRecord::Text)];
  int N = std::snprintf(Text, sizeof(Text),
                        "operator '%s' on values of different types: '%.80s' "
                        "and '%.80s'",
                        spelling(Op), nameOf(Left), nameOf(Right));
  raise(Ctx, TrapKind::Cast, {Text, size_t(N)});
}

void raiseNoOperator(ExecutionContext &Ctx, AnyOperator Op,
                     const TypeDescriptor *Type) {
  char Text[sizeof(TrapRecord::Text)];
  int N = std::snprintf(Text, sizeof(Text),
                        "operator '%s' is not defined on '%.80s'", spelling(Op),
                        nameOf(Type));
  raise(Ctx, TrapKind::Cast, {Text, size_t(N)});
}

bool equalAny(ExecutionContext &Ctx, const char *Left, const char *Right) {
  // Boxes may be in boxes without end.
  if (reinterpret_cast<uint64_t>(__builtin_frame_address(0)) <
      Ctx.TrueStackLimit)
    raise(Ctx, TrapKind::Stack);
  auto L = load<AnyValue>(Left), R = load<AnyValue>(Right);
  if (L.Tag != R.Tag)
    return false;
  const TypeDescriptor *Type = L.type();
  if (!hasOperator(AnyOperator::Eq, Type))
    raiseNoOperator(Ctx, AnyOperator::Eq, Type);
  return !Type ||
         equalValues(Ctx, *Type, payloadAddress(Left), payloadAddress(Right));
}

extern "C" {

Ptr jr_box(Ptr Ctx, Ptr Type, Ptr Value) {
  return newBox(contextOf(Ctx), *static_cast<const TypeDescriptor *>(Type),
                static_cast<const char *>(Value));
}

void jr_release_any(Ptr Ctx, Ptr Tag, Ptr Object) {
  releaseHeld(&contextOf(Ctx), static_cast<HeapObject *>(Object), *typeOf(Tag));
}

void jr_tags_seen(Ptr Site, Ptr Left, Ptr Right) {
  sampleTarget(*static_cast<TargetCount *>(Site),
               heldKinds(*static_cast<const AnyValue *>(Left),
                         *static_cast<const AnyValue *>(Right)));
}

void jr_trap_cast(Ptr Ctx, Ptr Tag, Ptr Wanted) {
  char Text[sizeof(TrapRecord::Text)];
  int N = std::snprintf(
      Text, sizeof(Text), "the value is of type '%.80s', not '%.80s'",
      nameOf(typeOf(Tag)), nameOf(static_cast<const TypeDescriptor *>(Wanted)));
  raise(contextOf(Ctx), TrapKind::Cast, {Text, size_t(N)});
}

void jr_any_binary(Ptr Context, I32 Operator, Ptr Left, Ptr Right, Ptr Result) {
  ExecutionContext &Ctx = contextOf(Context);
  auto Op = AnyOperator(Operator);
  auto L = load<AnyValue>(Left), R = load<AnyValue>(Right);
  const TypeDescriptor &Type = commonType(Ctx, Op, L, R);
  AnyValue To = {L.Tag, 0};
  if (Type.Kind == DescriptorKind::Str) {
    To.Payload =
        reinterpret_cast<uint64_t>(jr_str_concat(&Ctx, textOf(L), textOf(R)));
  } else {
    To.Payload = withScalar(Type.Kind, [&]<class T>() {
      T A = fromPayload<T>(L.Payload), B = fromPayload<T>(R.Payload);
      if constexpr (std::is_floating_point_v<T>)
        return toPayload(floating(Op, A, B));
      else
        return toPayload(integer(Ctx, Op, A, B));
    });
  }
  store(Result, To);
}

void jr_any_unary(Ptr Context, I32 Operator, Ptr Operand, Ptr Result) {
  ExecutionContext &Ctx = contextOf(Context);
  auto Op = AnyOperator(Operator);
  auto V = load<AnyValue>(Operand);
  if (!hasOperator(Op, V.type()))
    raiseNoOperator(Ctx, Op, V.type());
  bool Bool = V.type()->Kind == DescriptorKind::Bool;
  V.Payload = withScalar(V.type()->Kind, [&]<class T>() {
    T X = fromPayload<T>(V.Payload);
    if constexpr (std::is_floating_point_v<T>)
      return toPayload(-X);
    else if (Op == AnyOperator::Negate)
      return toPayload(T(-uint64_t(int64_t(X))));
    else
      return Bool ? toPayload(T(X ^ 1)) : toPayload(T(~X));
  });
  store(Result, V);
}

I32 jr_any_compare(Ptr Context, I32 Operator, Ptr Left, Ptr Right) {
  ExecutionContext &Ctx = contextOf(Context);
  auto Op = AnyOperator(Operator);
  if (Op == AnyOperator::Eq || Op == AnyOperator::Ne)
    return equalAny(Ctx, static_cast<const char *>(Left),
                    static_cast<const char *>(Right)) ==
           (Op == AnyOperator::Eq);
  auto L = load<AnyValue>(Left), R = load<AnyValue>(Right);
  const TypeDescriptor &Type = commonType(Ctx, Op, L, R);
  if (Type.Kind == DescriptorKind::Str)
    return inOrder(Op, jr_str_compare(textOf(L), textOf(R)), 0);
  return withScalar(Type.Kind, [&]<class T>() {
    return inOrder(Op, fromPayload<T>(L.Payload), fromPayload<T>(R.Payload));
  });
}

} // extern "C"

} // namespace jitrun::runtime
