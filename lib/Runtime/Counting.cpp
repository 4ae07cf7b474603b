#include "Runtime/Memory.h"
#include "Runtime/Runtime.h"
#include "Runtime/Trap.h"

namespace jitrun::runtime {

using namespace abi;

extern "C" {

void jr_retain(Ptr Object) { retain(static_cast<HeapObject *>(Object)); }

void jr_release_str(Ptr Ctx, Ptr Object) {
  if (dropReference(static_cast<HeapObject *>(Object)))
    freeText(&contextOf(Ctx), static_cast<StrHeader *>(Object));
}

void jr_release_array(Ptr Ctx, Ptr Object) {
  if (dropReference(static_cast<HeapObject *>(Object)))
    freeArray(&contextOf(Ctx), static_cast<ArrayHeader *>(Object));
}

void jr_free_str(Ptr Ctx, Ptr Object) {
  freeText(&contextOf(Ctx), static_cast<StrHeader *>(Object));
}

void jr_free_array(Ptr Ctx, Ptr Object) {
  freeArray(&contextOf(Ctx), static_cast<ArrayHeader *>(Object));
}

void jr_release_closure(Ptr Ctx, Ptr Object) {
  if (dropReference(static_cast<HeapObject *>(Object)))
    freeClosure(&contextOf(Ctx), static_cast<ClosureHeader *>(Object));
}

void jr_free_closure(Ptr Ctx, Ptr Object) {
  freeClosure(&contextOf(Ctx), static_cast<ClosureHeader *>(Object));
}

Ptr jr_closure_new(Ptr Ctx, Ptr Of, Ptr Captures) {
  return newClosure(contextOf(Ctx), *static_cast<ClosureHeader *>(Of),
                    static_cast<const char *>(Captures));
}

void jr_retain_value(Ptr Type, Ptr At) {
  retainValue(*static_cast<const TypeDescriptor *>(Type),
              static_cast<const char *>(At));
}

void jr_release_value(Ptr Ctx, Ptr Type, Ptr At) {
  releaseValue(&contextOf(Ctx), *static_cast<const TypeDescriptor *>(Type),
               static_cast<char *>(At));
}

void jr_zero_value(Ptr Type, Ptr At) {
  zeroValue(*static_cast<const TypeDescriptor *>(Type),
            static_cast<char *>(At));
}

} // extern "C"

} // namespace jitrun::runtime
