#ifndef JITRUN_EVALUATOR_ARITHMETIC_H
#define JITRUN_EVALUATOR_ARITHMETIC_H

#include "Evaluator/Cell.h"
#include "TypedAST/TypedAST.h"

#include "ABI/ExecutionContext.h"

#include <cmath>
#include <limits>

/// The language's scalar arithmetic, written down for the evaluator alone.
namespace jitrun::evaluator {

/// Any operator but a comparison, on operands of scalar type \p Kind. Division
/// and integer powers may raise.
Cell binary(tast::BinaryOp Op, TypeKind Kind, Cell Left, Cell Right,
            abi::ExecutionContext &Ctx);

/// A comparison of two scalars or texts.
bool compare(tast::BinaryOp Op, TypeKind Kind, Cell Left, Cell Right);

Cell unary(tast::UnaryOp Op, TypeKind Kind, Cell Operand);

/// Between scalar types.
Cell convert(TypeKind To, TypeKind From, Cell Operand);

/// X * Y + Z with the signs asked for, rounded once. f32 or f64.
Cell fusedMultiplyAdd(TypeKind Kind, Cell X, Cell Y, Cell Z, bool NegateX,
                      bool NegateZ);

/// `min` and `max` of two numbers of one type.
template <class T> T lesser(T A, T B) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(A) || std::isnan(B))
      return std::numeric_limits<T>::quiet_NaN();
    if (A == 0 && B == 0)
      return std::signbit(A) || std::signbit(B) ? T(-0.0) : T(0);
  }
  return B < A ? B : A;
}

template <class T> T greater(T A, T B) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(A) || std::isnan(B))
      return std::numeric_limits<T>::quiet_NaN();
    if (A == 0 && B == 0)
      return std::signbit(A) && std::signbit(B) ? T(-0.0) : T(0);
  }
  return B > A ? B : A;
}

} // namespace jitrun::evaluator

#endif // JITRUN_EVALUATOR_ARITHMETIC_H
