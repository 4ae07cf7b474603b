#ifndef JITRUN_ENGINE_HOSTEXCEPTION_H
#define JITRUN_ENGINE_HOSTEXCEPTION_H

#include <array>
#include <cstdint>
#include <memory>

namespace jitrun {
class CodeMemory;
}

namespace jitrun::engine {

struct ContextState;

/// Tells the C++ run-time library about generated code, as long as it lives, so
/// that an exception which a host function throws ends there as a trap.
///
/// One entry of an unwind table covers all code of a CodeMemory: every
/// generated function keeps a frame pointer, and no exception goes past the
/// innermost of them. So calls of host functions cost nothing for it.
class UnwindEntry {
public:
  explicit UnwindEntry(const CodeMemory &Memory);
  ~UnwindEntry();
  UnwindEntry(const UnwindEntry &) = delete;
  UnwindEntry &operator=(const UnwindEntry &) = delete;

private:
  std::unique_ptr<std::array<unsigned char, 128>> Table;
};

/// The context whose generated code this thread runs; null outside of it.
/// Host entries set it.
extern thread_local constinit ContextState *EnteredContext;

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_HOSTEXCEPTION_H
