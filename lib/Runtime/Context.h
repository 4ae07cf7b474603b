#ifndef JITRUN_RUNTIME_CONTEXT_H
#define JITRUN_RUNTIME_CONTEXT_H

#include "ABI/ExecutionContext.h"
#include "ABI/Heap.h"

#include <memory>
#include <span>
#include <string>

/// Making, emptying and inspecting execution contexts, for who owns them.
namespace jitrun::runtime {

/// No limit on memory.
inline constexpr int64_t NoMemoryLimit = INT64_MAX;

/// Makes \p Ctx ready for a call. \p StackLimit is the lowest address a
/// function may be entered with (0: no check). No arguments, no permissions,
/// no deadline.
void initialiseContext(abi::ExecutionContext &Ctx, const abi::Hooks &Handlers,
                       void *Host, uint64_t StackLimit,
                       int64_t MemoryLimit = NoMemoryLimit);

/// The lowest stack address that the calling thread's functions may use, less
/// \p Reserve bytes kept for the runtime and the trap path.
uint64_t currentStackLimit(uint64_t Reserve = 64 << 10);

/// Makes the context's frame buffer at least so large; what it held is lost.
/// Raises Memory.
void ensureFrame(abi::ExecutionContext &Ctx, uint64_t Bytes);

/// Gives the frame buffer back, when the context ends.
void freeFrame(abi::ExecutionContext &Ctx);

/// Number of objects in the ledger: what a finished call has leaked.
size_t countLedger(const abi::ExecutionContext &Ctx);

/// Frees every object in the ledger without looking at counts. For after a
/// trap.
void freeLedger(abi::ExecutionContext &Ctx);

/// Frees every object in the ledger that no object in the lists \p Outside
/// refers to, directly or not. For after a trap of a nested call, which may
/// have stored what it made into what is older.
void freeUnreached(abi::ExecutionContext &Ctx,
                   std::span<const abi::LedgerNode *const> Outside);

/// Takes the value at \p Value, and all that it refers to, out of the ledger,
/// so that it outlives the call. It is freed by releaseMovedOut.
void moveOutOfLedger(abi::ExecutionContext &Ctx, const void *Value,
                     const abi::TypeDescriptor &Type);

/// Releases a value that was moved out, in any thread that owns it.
void releaseMovedOut(void *Value, const abi::TypeDescriptor &Type);

/// Asks the context's call to stop at its next poll or function entry, from
/// any thread. \p Kind is Interrupt or Deadline; Deadline has effect once
/// Ctx.Deadline has passed.
void requestInterrupt(abi::ExecutionContext &Ctx, abi::TrapKind Kind);

/// Monotonic time in nanoseconds, as Deadline is stated in.
int64_t monotonicNow();

/// The words that a program sees as `args`: immortal texts in an immortal
/// array. Must outlive the contexts it is given to.
class ProgramArguments {
public:
  explicit ProgramArguments(std::span<const std::string> Words);
  ~ProgramArguments();
  ProgramArguments(const ProgramArguments &) = delete;
  ProgramArguments &operator=(const ProgramArguments &) = delete;

  void giveTo(abi::ExecutionContext &Ctx) const;

private:
  struct Storage;
  std::unique_ptr<Storage> Store;
};

/// Creates a text owned by the caller. Raises Memory.
abi::StrHeader *newText(abi::ExecutionContext &Ctx, std::string_view Text);

/// The message of a trap, without location.
std::string trapMessage(const abi::TrapRecord &Trap);
/// The kind's word, as traces and tests call it.
const char *trapWord(abi::TrapKind Kind);

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_CONTEXT_H
