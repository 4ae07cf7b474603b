#ifndef JITRUN_RUNTIME_TRAP_H
#define JITRUN_RUNTIME_TRAP_H

#include "ABI/ExecutionContext.h"

#include <cxxabi.h>
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

/// Leaves through Hooks::Raise with the record as it is.
[[noreturn]] void raiseFilled(abi::ExecutionContext &Ctx);

/// In a handler of an exception that a host function threw: fills the record
/// with what it says.
void fillHostTrap(abi::ExecutionContext &Ctx);

/// Calls \p Host. If it throws, the record is filled with what the exception
/// says; the exception is over then, so that one may raise.
template <class Function>
bool throwsInto(abi::ExecutionContext &Ctx, Function Host) {
  try {
    Host();
    return false;
  } catch (::abi::__forced_unwind &) {
    // The end of the thread.
    throw;
  } catch (...) {
    fillHostTrap(Ctx);
    return true;
  }
}

/// Whether to stop, asked and answered once: Interrupt, Deadline or None. The
/// slow path of polls and function entries; for who must let go of something
/// before it raises.
abi::TrapKind takeInterrupt(abi::ExecutionContext &Ctx);

[[gnu::cold]] void pollSlowly(abi::ExecutionContext &Ctx);

/// What loops of generated code do at their back edges, for long loops of the
/// runtime's own.
inline void poll(abi::ExecutionContext &Ctx) {
  if (Ctx.Interrupt.load(std::memory_order_relaxed)) [[unlikely]]
    pollSlowly(Ctx);
}

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_TRAP_H
