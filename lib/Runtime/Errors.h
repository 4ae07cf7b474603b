#ifndef JITRUN_RUNTIME_ERRORS_H
#define JITRUN_RUNTIME_ERRORS_H

#include "ABI/Heap.h"

namespace jitrun::runtime {

/// Raises Shape: "shapes differ: [2, 3] and [4]".
[[noreturn]] void raiseShapesDiffer(abi::ExecutionContext &Ctx,
                                    const abi::ArrayHeader &A,
                                    const abi::ArrayHeader &B);

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_ERRORS_H
