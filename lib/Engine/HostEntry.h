#ifndef JITRUN_ENGINE_HOSTENTRY_H
#define JITRUN_ENGINE_HOSTENTRY_H

#include "ABI/ExecutionContext.h"

#include <cstdint>

namespace jitrun {
class CodeMemory;
}

namespace jitrun::engine {

struct ContextState;

/// Calls Thunk(context, code, cells) with a landing of its own. False if a
/// trap left it; then State.Raw.Trap and State.Trace tell about it.
bool enterGeneratedCode(ContextState &State, uint64_t Thunk, uint64_t Code,
                        void *Cells);

/// Hooks::Raise: collects the return addresses into \p Memory between
/// \p FrameAddress and the innermost host entry, then goes there.
[[noreturn]] void leaveByTrap(ContextState &State, const CodeMemory &Memory,
                              void *FrameAddress);

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_HOSTENTRY_H
