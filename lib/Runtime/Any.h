#ifndef JITRUN_RUNTIME_ANY_H
#define JITRUN_RUNTIME_ANY_H

#include "Runtime/Memory.h"

/// Values of type `any`: what generated code, once it has no fast path, and
/// the evaluator need.
namespace jitrun::runtime {

/// Where the value is that the `any` at \p At holds, which is not `()`.
inline const char *payloadAddress(const char *At) {
  auto Value = load<abi::AnyValue>(At);
  if (abi::isBoxed(*Value.type()))
    return reinterpret_cast<abi::AnyBox *>(Value.Payload)->Value;
  return At + offsetof(abi::AnyValue, Payload);
}

/// `==` of two anys: false when they hold different types, else memberwise.
/// Raises Cast when the type has no `==`.
bool equalAny(abi::ExecutionContext &Ctx, const char *Left, const char *Right);

/// Raises Cast: an operator was given two types. Null stands for `()`.
[[noreturn]] void raiseTypesDiffer(abi::ExecutionContext &Ctx,
                                   abi::AnyOperator Op,
                                   const abi::TypeDescriptor *Left,
                                   const abi::TypeDescriptor *Right);
/// Raises Cast: an operator that values of this type have not.
[[noreturn]] void raiseNoOperator(abi::ExecutionContext &Ctx,
                                  abi::AnyOperator Op,
                                  const abi::TypeDescriptor *Type);

/// Whether values of a type have the operator. Of arrays and of what holds
/// them, no one has.
bool hasOperator(abi::AnyOperator Op, const abi::TypeDescriptor *Type);

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_ANY_H
