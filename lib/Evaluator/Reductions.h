#ifndef JITRUN_EVALUATOR_REDUCTIONS_H
#define JITRUN_EVALUATOR_REDUCTIONS_H

#include "ABI/Heap.h"
#include "Evaluator/Cell.h"
#include "TypedAST/TypedAST.h"

namespace jitrun::evaluator {

/// Element \p Position of the row-major order.
inline const char *elementAt(const abi::ArrayHeader &A, int64_t Position) {
  int64_t Offset = 0;
  for (unsigned D = A.Rank; D-- > 0;) {
    Offset += Position % A.shape()[D] * A.strides()[D];
    Position /= A.shape()[D];
  }
  return A.Data + Offset * int64_t(A.Element->Size);
}

inline int64_t countElements(const abi::ArrayHeader &A) {
  int64_t Count = 1;
  for (unsigned D = 0; D < A.Rank; ++D)
    Count *= A.shape()[D];
  return Count;
}

/// `sum` and `prod` of elements of \p Kind, in the language's order.
Cell sum(const abi::ArrayHeader &A, TypeKind Kind);
Cell product(const abi::ArrayHeader &A, TypeKind Kind);
/// The remaining ones need an element.
Cell mean(const abi::ArrayHeader &A, TypeKind Kind);
Cell extreme(const abi::ArrayHeader &A, TypeKind Kind, bool Greatest);
int64_t positionOfExtreme(const abi::ArrayHeader &A, TypeKind Kind,
                          bool Greatest);
/// Of two arrays of one shape, f32 or f64.
Cell dot(const abi::ArrayHeader &A, const abi::ArrayHeader &B, TypeKind Kind);

} // namespace jitrun::evaluator

#endif // JITRUN_EVALUATOR_REDUCTIONS_H
