#ifndef JITRUN_RUNTIME_TRAP_H
#define JITRUN_RUNTIME_TRAP_H

#include "ABI/ExecutionContext.h"

#include <string_view>

namespace jitrun::runtime {

inline abi::ExecutionContext &contextOf(void *Ctx) {
  return *static_cast<abi::ExecutionContext *>(Ctx);
}

/// Fills the context's trap record. \p Text is cut to what fits.
void fillTrap(abi::ExecutionContext &Ctx, abi::TrapKind Kind,
              std::string_view Text = {}, int64_t A = 0, int64_t B = 0,
              int64_t C = 0);

/// Fills the record and leaves through Hooks::Raise. No object with a
/// destructor may be alive in the runtime's frames.
[[noreturn]] void raise(abi::ExecutionContext &Ctx, abi::TrapKind Kind,
                        std::string_view Text = {}, int64_t A = 0,
                        int64_t B = 0, int64_t C = 0);

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_TRAP_H
