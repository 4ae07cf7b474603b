#include "Evaluator/HostFunction.h"

#include "Evaluator/Evaluator.h"

#include <dlfcn.h>

namespace jitrun::evaluator {

namespace {

ffi_type *foreignType(const Type *T) {
  switch (T->kind()) {
  case TypeKind::Bool:
  case TypeKind::U8:
    return &ffi_type_uint8;
  case TypeKind::I8:
    return &ffi_type_sint8;
  case TypeKind::I16:
    return &ffi_type_sint16;
  case TypeKind::I32:
    return &ffi_type_sint32;
  case TypeKind::I64:
    return &ffi_type_sint64;
  case TypeKind::U16:
    return &ffi_type_uint16;
  case TypeKind::U32:
    return &ffi_type_uint32;
  case TypeKind::U64:
    return &ffi_type_uint64;
  case TypeKind::F32:
    return &ffi_type_float;
  case TypeKind::F64:
    return &ffi_type_double;
  default:
    return &ffi_type_void;
  }
}

} // namespace

HostFunction::HostFunction(const tast::ExternFunction &E, void *At)
    : Address(At), ResultType(E.Result) {
  for (const Type *T : E.Parameters)
    Parameters.push_back(foreignType(T));
  [[maybe_unused]] ffi_status Status =
      ffi_prep_cif(&Interface, FFI_DEFAULT_ABI, unsigned(Parameters.size()),
                   foreignType(ResultType), Parameters.data());
  assert(Status == FFI_OK && "scalars only");
}

void HostFunction::call(void **Arguments, char *Result) {
  // Integers below a register's width come back as a whole register.
  ffi_arg Wide = 0;
  static_assert(sizeof(Wide) == 8 && sizeof(double) <= sizeof(Wide));
  ffi_call(&Interface, reinterpret_cast<void (*)()>(Address), &Wide, Arguments);
  std::memcpy(Result, &Wide, ResultType->size());
}

void *findInProcess(const tast::ExternFunction &E) {
  return dlsym(RTLD_DEFAULT, E.Name.c_str());
}

} // namespace jitrun::evaluator
