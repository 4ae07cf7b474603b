#include "Evaluator/Arithmetic.h"

#include "ABI/Heap.h"
#include "Runtime/Runtime.h"

#include <algorithm>

namespace jitrun::evaluator {

using tast::BinaryOp;
using tast::UnaryOp;

namespace {

/// Wraps: computed on unsigned numbers wide enough to have no promotion to
/// int.
template <class T>
using Wrapping = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;

template <class T>
T integer(BinaryOp Op, T Left, T Right, abi::ExecutionContext &Ctx) {
  using U = Wrapping<T>;
  constexpr unsigned Bits = sizeof(T) * 8;
  U L = U(Left), R = U(Right);
  unsigned Count = unsigned(R) & (Bits - 1);
  switch (Op) {
  case BinaryOp::Add:
    return T(L + R);
  case BinaryOp::Sub:
    return T(L - R);
  case BinaryOp::Mul:
    return T(L * R);
  case BinaryOp::Div:
    if (Right == 0)
      runtime::jr_trap_divide(&Ctx);
    if constexpr (std::is_signed_v<T>)
      if (Right == -1) {
        if (Left == std::numeric_limits<T>::min())
          runtime::jr_trap_divide_overflow(&Ctx);
        return T(U(0) - L);
      }
    return T(Left / Right);
  case BinaryOp::Rem:
    if (Right == 0)
      runtime::jr_trap_divide(&Ctx);
    if constexpr (std::is_signed_v<T>)
      if (Right == -1)
        return 0;
    return T(Left % Right);
  case BinaryOp::Pow: {
    if constexpr (std::is_signed_v<T>)
      if (Right < 0)
        runtime::jr_trap_exponent(&Ctx, int64_t(Right));
    U Result = 1, Base = L;
    for (auto E = std::make_unsigned_t<T>(Right); E; E >>= 1) {
      if (E & 1)
        Result *= Base;
      Base *= Base;
    }
    return T(Result);
  }
  case BinaryOp::And:
    return T(L & R);
  case BinaryOp::Or:
    return T(L | R);
  case BinaryOp::Xor:
    return T(L ^ R);
  case BinaryOp::Shl:
    return T(L << Count);
  case BinaryOp::Shr:
    return T(Left >> Count);
  case BinaryOp::Eq:
  case BinaryOp::Ne:
  case BinaryOp::Lt:
  case BinaryOp::Le:
  case BinaryOp::Gt:
  case BinaryOp::Ge:
    break;
  }
  assert(false && "comparisons are not arithmetic");
  return 0;
}

template <class T> T floating(BinaryOp Op, T L, T R) {
  constexpr bool Narrow = sizeof(T) == 4;
  switch (Op) {
  case BinaryOp::Add:
    return L + R;
  case BinaryOp::Sub:
    return L - R;
  case BinaryOp::Mul:
    return L * R;
  case BinaryOp::Div:
    return L / R;
  case BinaryOp::Rem:
    return Narrow ? T(runtime::jr_fmod_f32(float(L), float(R)))
                  : T(runtime::jr_fmod_f64(double(L), double(R)));
  case BinaryOp::Pow:
    return Narrow ? T(runtime::jr_pow_f32(float(L), float(R)))
                  : T(runtime::jr_pow_f64(double(L), double(R)));
  default:
    break;
  }
  assert(false && "no operator on floats");
  return 0;
}

template <class T> bool compareValues(BinaryOp Op, T L, T R) {
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
  case BinaryOp::Ge:
    return L >= R;
  default:
    break;
  }
  assert(false && "not a comparison");
  return false;
}

/// <0, 0 or >0, by bytes, a prefix first.
int compareTexts(const abi::StrHeader &A, const abi::StrHeader &B) {
  int Order = std::memcmp(A.Data, B.Data, size_t(std::min(A.Length, B.Length)));
  if (Order)
    return Order;
  return (A.Length > B.Length) - (A.Length < B.Length);
}

template <class To, class From> To toInteger(From X) {
  if (std::isnan(X))
    return 0;
  X = std::trunc(X);
  // 2^width (or half of it) is exact in both float types.
  From Limit = std::ldexp(From(1), int(sizeof(To) * 8) - std::is_signed_v<To>);
  if (X >= Limit)
    return std::numeric_limits<To>::max();
  if (std::is_signed_v<To> ? X < -Limit : X < 0)
    return std::numeric_limits<To>::min();
  return To(X);
}

} // namespace

Cell binary(BinaryOp Op, TypeKind Kind, Cell Left, Cell Right,
            abi::ExecutionContext &Ctx) {
  return withKind(Kind, [&]<class T>() -> Cell {
    if constexpr (std::is_floating_point_v<T>)
      return put(floating(Op, get<T>(Left), get<T>(Right)));
    else
      return put(integer(Op, get<T>(Left), get<T>(Right), Ctx));
  });
}

bool compare(BinaryOp Op, TypeKind Kind, Cell Left, Cell Right) {
  if (Kind == TypeKind::Str)
    return compareValues(Op,
                         compareTexts(*get<const abi::StrHeader *>(Left),
                                      *get<const abi::StrHeader *>(Right)),
                         0);
  return withKind(Kind, [&]<class T>() {
    return compareValues(Op, get<T>(Left), get<T>(Right));
  });
}

Cell unary(UnaryOp Op, TypeKind Kind, Cell Operand) {
  if (Op == UnaryOp::Not && Kind == TypeKind::Bool)
    return !Operand;
  return withKind(Kind, [&]<class T>() -> Cell {
    T X = get<T>(Operand);
    if constexpr (std::is_floating_point_v<T>) {
      assert(Op == UnaryOp::Negate && "no such operator on floats");
      return put(-X);
    } else {
      using U = Wrapping<T>;
      return put(Op == UnaryOp::Negate ? T(U(0) - U(X)) : T(~U(X)));
    }
  });
}

Cell convert(TypeKind To, TypeKind From, Cell Operand) {
  return withKind(From, [&]<class F>() {
    F X = get<F>(Operand);
    return withKind(To, [&]<class T>() -> Cell {
      if constexpr (std::is_floating_point_v<F> && std::is_integral_v<T>)
        return put(toInteger<T>(X));
      else
        return put(T(X));
    });
  });
}

Cell fusedMultiplyAdd(TypeKind Kind, Cell X, Cell Y, Cell Z, bool NegateX,
                      bool NegateZ) {
  auto Compute = [&]<class T>() {
    T A = get<T>(X), C = get<T>(Z);
    return put(std::fma(NegateX ? -A : A, get<T>(Y), NegateZ ? -C : C));
  };
  return Kind == TypeKind::F32 ? Compute.operator()<float>()
                               : Compute.operator()<double>();
}

} // namespace jitrun::evaluator
