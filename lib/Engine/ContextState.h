#ifndef JITRUN_ENGINE_CONTEXTSTATE_H
#define JITRUN_ENGINE_CONTEXTSTATE_H

#include "ABI/ExecutionContext.h"
#include "Runtime/Context.h"

#include <array>
#include <atomic>
#include <csetjmp>
#include <cstdint>
#include <memory>

namespace jitrun::engine {

class EngineImpl;

/// Where a host entry comes back to when the call is left by a trap.
struct Landing {
  /// Of the entry's own frame: frames below it belong to the call.
  uint64_t StackPointer = 0;
  std::jmp_buf Buffer; ///< In sanitizer builds.
  Landing *Outer = nullptr;
};

/// The return addresses in generated code that a trap left behind, innermost
/// first. Of a deep stack only the first and the last few.
struct TrapTrace {
  static constexpr size_t MaxFirst = 48;
  static constexpr size_t MaxLast = 8;

  std::array<uint64_t, MaxFirst> First;
  std::array<uint64_t, MaxLast> Last; ///< A ring.
  size_t Count = 0;

  void clear() { Count = 0; }
  void add(uint64_t ReturnAddress) {
    if (Count < MaxFirst)
      First[Count] = ReturnAddress;
    else
      Last[(Count - MaxFirst) % MaxLast] = ReturnAddress;
    ++Count;
  }
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
  TrapTrace Trace;
  std::unique_ptr<runtime::ProgramArguments> Arguments;
  /// Objects of earlier calls that the host still holds, while one runs: a trap
  /// must not free them.
  abi::LedgerNode HeldByHost;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_CONTEXTSTATE_H
