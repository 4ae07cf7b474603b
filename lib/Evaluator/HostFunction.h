#ifndef JITRUN_EVALUATOR_HOSTFUNCTION_H
#define JITRUN_EVALUATOR_HOSTFUNCTION_H

#include "Evaluator/Cell.h"
#include "TypedAST/TypedAST.h"

#include <ffi.h>
#include <vector>

namespace jitrun::evaluator {

/// A C function behind an `extern fn`, ready to be called.
struct HostFunction {
  HostFunction(const tast::ExternFunction &E, void *At);

  /// Result and arguments in memory layout; each argument is at its pointer.
  void call(void **Arguments, char *Result);

  void *Address;

private:
  const Type *ResultType;
  std::vector<ffi_type *> Parameters;
  ffi_cif Interface;
};

} // namespace jitrun::evaluator

#endif // JITRUN_EVALUATOR_HOSTFUNCTION_H
