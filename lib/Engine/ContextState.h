#ifndef JITRUN_ENGINE_CONTEXTSTATE_H
#define JITRUN_ENGINE_CONTEXTSTATE_H

#include "ABI/ExecutionContext.h"
#include "Runtime/Context.h"

#include <atomic>
#include <csetjmp>
#include <cstdint>
#include <memory>
#include <vector>

namespace jitrun::engine {

class EngineImpl;

/// Where a host entry comes back to when the call is left by a trap.
struct Landing {
  /// Of the entry's own frame: frames below it belong to the call.
  uint64_t StackPointer = 0;
  std::jmp_buf Buffer; ///< In sanitizer builds.
  Landing *Outer = nullptr;
};

/// Objects that are older than a call: the host's, and those of the calls that
/// it is nested in. A trap must not free them, so they leave the ledger while
/// it runs.
struct HeldObjects {
  abi::LedgerNode Objects;
  HeldObjects *Outer;
};

/// A context and what the engine keeps beside it.
///
/// Belongs to one thread at a time; ActiveSince is read by those who free old
/// code.
struct ContextState {
  abi::ExecutionContext Raw;
  EngineImpl *Engine = nullptr;
  /// The epoch in which the outermost entry was made, or 0 outside of calls.
  std::atomic<uint64_t> ActiveSince{0};
  Landing *Innermost = nullptr;
  /// The return addresses in generated code that a trap left behind, innermost
  /// first.
  std::vector<uint64_t> Trace;
  std::unique_ptr<runtime::ProgramArguments> Arguments;
  HeldObjects *Held = nullptr;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_CONTEXTSTATE_H
