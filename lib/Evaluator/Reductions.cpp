#include "Evaluator/Reductions.h"

#include "Evaluator/Arithmetic.h"

#include <cmath>

namespace jitrun::evaluator {

namespace {

/// Element j goes to partial j mod 32; then halves are folded.
template <class T, class Combine>
T fold(int64_t Count, T Start, Combine Apply, auto Element) {
  T Partial[32];
  for (T &P : Partial)
    P = Start;
  for (int64_t J = 0; J < Count; ++J)
    Element(Partial[J % 32], J);
  for (int Half = 16; Half; Half /= 2)
    for (int K = 0; K < Half; ++K)
      Partial[K] = Apply(Partial[K], Partial[K + Half]);
  return Partial[0];
}

template <class T> T sumOf(const abi::ArrayHeader &A) {
  return fold(
      countElements(A), T(0), [](T X, T Y) { return X + Y; },
      [&](T &P, int64_t J) { P += read<T>(elementAt(A, J)); });
}

template <class T> T productOf(const abi::ArrayHeader &A) {
  return fold(
      countElements(A), T(1), [](T X, T Y) { return X * Y; },
      [&](T &P, int64_t J) { P *= read<T>(elementAt(A, J)); });
}

template <class T>
T dotOf(const abi::ArrayHeader &A, const abi::ArrayHeader &B) {
  return fold(
      countElements(A), T(0), [](T X, T Y) { return X + Y; },
      [&](T &P, int64_t J) {
        P = std::fma(read<T>(elementAt(A, J)), read<T>(elementAt(B, J)), P);
      });
}

/// Integers wrap: the order does not matter.
uint64_t integers(const abi::ArrayHeader &A, TypeKind Kind, bool Multiply) {
  uint64_t Result = Multiply;
  for (int64_t J = 0; J < countElements(A); ++J) {
    Cell X = readCell(Kind, elementAt(A, J));
    Result = Multiply ? Result * X : Result + X;
  }
  return Result;
}

} // namespace

Cell sum(const abi::ArrayHeader &A, TypeKind Kind) {
  if (Kind == TypeKind::F64)
    return put(sumOf<double>(A));
  if (Kind == TypeKind::F32)
    return put(sumOf<float>(A));
  return integers(A, Kind, false);
}

Cell product(const abi::ArrayHeader &A, TypeKind Kind) {
  if (Kind == TypeKind::F64)
    return put(productOf<double>(A));
  if (Kind == TypeKind::F32)
    return put(productOf<float>(A));
  return integers(A, Kind, true);
}

Cell mean(const abi::ArrayHeader &A, TypeKind Kind) {
  int64_t Count = countElements(A);
  if (Kind == TypeKind::F64)
    return put(sumOf<double>(A) / double(Count));
  if (Kind == TypeKind::F32)
    return put(sumOf<float>(A) / float(Count));
  return put(double(int64_t(integers(A, Kind, false))) / double(Count));
}

Cell extreme(const abi::ArrayHeader &A, TypeKind Kind, bool Greatest) {
  return withKind(Kind, [&]<class T>() {
    T Best = read<T>(elementAt(A, 0));
    for (int64_t J = 1; J < countElements(A); ++J) {
      T X = read<T>(elementAt(A, J));
      Best = Greatest ? greater(Best, X) : lesser(Best, X);
    }
    return put(Best);
  });
}

int64_t positionOfExtreme(const abi::ArrayHeader &A, TypeKind Kind,
                          bool Greatest) {
  if (Kind == TypeKind::Str) {
    int64_t At = 0;
    auto Op = Greatest ? tast::BinaryOp::Gt : tast::BinaryOp::Lt;
    for (int64_t J = 1; J < countElements(A); ++J)
      if (compare(Op, Kind, read<Cell>(elementAt(A, J)),
                  read<Cell>(elementAt(A, At))))
        At = J;
    return At;
  }
  // The first element that is the extreme, bit for bit (any NaN for a NaN).
  Cell Best = extreme(A, Kind, Greatest);
  return withKind(Kind, [&]<class T>() {
    int64_t At = 0;
    for (;; ++At) {
      T X = read<T>(elementAt(A, At));
      if constexpr (std::is_floating_point_v<T>)
        if (std::isnan(X) && std::isnan(get<T>(Best)))
          return At;
      if (put(X) == Best)
        return At;
    }
  });
}

Cell dot(const abi::ArrayHeader &A, const abi::ArrayHeader &B, TypeKind Kind) {
  return Kind == TypeKind::F32 ? put(dotOf<float>(A, B))
                               : put(dotOf<double>(A, B));
}

} // namespace jitrun::evaluator
