#ifndef JITRUN_ABI_EXECUTIONCONTEXT_H
#define JITRUN_ABI_EXECUTIONCONTEXT_H

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace jitrun::abi {

struct ExecutionContext;

enum class TrapKind : uint32_t {
#define JITRUN_TRAP(Name, Word, Format) Name,
#include "ABI/Traps.def"
};

/// Node of the ledger: the circular list of what calls have allocated and not
/// given away. Every heap object starts with one (see HeapObject).
struct LedgerNode {
  LedgerNode *Previous;
  LedgerNode *Next;
};

/// What the runtime reaches the rest of the system through. Filled by the
/// engine (or the evaluator); never null in a live context.
struct Hooks {
  /// Called by a generated or runtime trap after Trap has been filled. Does
  /// not return: it leaves to the innermost host entry (or throws, in the
  /// evaluator). \p FrameAddress is the frame pointer of the function that
  /// raised, from which the call stack is walked.
  void (*Raise)(ExecutionContext *, void *FrameAddress);
  /// Appends to the program's output. Nothing (Size 0) before the program waits
  /// for input: all that it has written should be seen now.
  void (*Write)(ExecutionContext *, const char *Data, size_t Size);
  /// Function \p FunctionIndex counted its calls, or the back edges of its
  /// loops, down to zero; the engine sets the counter anew. \p Cells: the
  /// arguments of the call, as LiveProfile::sampleArguments, or null. Must be
  /// quick and take no lock that a compile holds.
  void (*CallsTripped)(ExecutionContext *, uint32_t FunctionIndex,
                       const uint64_t *Cells);
  void (*BackEdgesTripped)(ExecutionContext *, uint32_t FunctionIndex,
                           uint32_t Loop);
  /// The same at a back edge, with the frame that may be left there: the
  /// address of a continuation that goes on from that loop's latch, with Frame
  /// large enough for it; or null.
  void *(*BackEdgeTripped)(ExecutionContext *, uint32_t FunctionIndex,
                           uint32_t Loop, const char *Frame) = nullptr;
  /// Something came along that optimised code of the function has no code of
  /// its own for, in one of a sample of such cases. As quick.
  void (*ExpectationMissed)(ExecutionContext *,
                            uint32_t FunctionIndex) = nullptr;
  /// Optimised code of the function goes no further at that resume point. The
  /// address of a continuation that does, with Frame large enough for it.
  /// Raises if there can be none.
  void *(*Deoptimize)(ExecutionContext *, uint32_t FunctionIndex,
                      uint32_t Point, uint32_t Reason, int64_t Seen) = nullptr;
};

/// What a trap leaves for the host to report.
struct TrapRecord {
  TrapKind Kind;
  uint32_t Reserved;
  int64_t Arguments[3];
  char Text[232]; ///< Zero-terminated.
};

enum ContextPermissions : uint32_t {
  /// Read standard input, read and write files.
  ContextMayDoIO = 1,
};

/// State of one host call into language code, and what it can reach: the
/// hidden first parameter of every generated function. Belongs to one thread
/// at a time; only StackLimit and Interrupt are written by other threads.
struct ExecutionContext {
  /// Lowest stack address a function may be entered with. An interrupting
  /// thread stores ~0 here, so that the next function entry takes the slow
  /// path.
  std::atomic<uint64_t> StackLimit;
  /// Nonzero makes the next poll of a loop take the slow path.
  std::atomic<uint32_t> Interrupt;
  /// ContextPermissions: what the program may do beyond computing.
  uint32_t Permissions;
  /// Bytes of heap objects alive and their limit.
  int64_t MemoryUsed;
  int64_t MemoryLimit;
  LedgerNode Ledger;
  const Hooks *Handlers;
  /// The engine's (or evaluator's) own state for this context.
  void *Host;
  /// The true stack limit, to restore StackLimit from.
  uint64_t TrueStackLimit;
  /// Absolute monotonic time in ns, or 0: checked by polls' slow path, which a
  /// timer triggers.
  int64_t Deadline;
  /// Set by whoever interrupts: a TrapKind (Interrupt or Deadline).
  std::atomic<uint32_t> InterruptKind;
  uint32_t ArgumentCount;
  /// The program's `args`: an array of str, borrowed.
  struct ArrayHeader *Arguments;
  /// Where a frame lies on its way from one version of a function's code to
  /// another: filled by the one that leaves, read by the other before anything
  /// else. Made large enough by whoever gives the address to leave to.
  char *Frame;
  uint64_t FrameBytes;
  TrapRecord Trap;
  /// Nobody reminds of the deadline: every poll looks at the clock.
  bool WatchesClock;
};

static_assert(offsetof(ExecutionContext, StackLimit) == 0,
              "IRGen and Pipeline load the stack limit from here");
static_assert(offsetof(ExecutionContext, Interrupt) == 8,
              "IRGen and Pipeline poll here");
static_assert(sizeof(std::atomic<uint64_t>) == 8 &&
                  std::atomic<uint64_t>::is_always_lock_free,
              "generated code loads the stack limit as a plain i64");

/// Counters of one function, counted down by baseline code. Relaxed and
/// lossy: two threads may drop a tick, never invent one. Calls trips when it is
/// counted down to zero or less; so does BackEdges, shared by the function's
/// loops. Loops that count have no other poll: BackEdges is never set to more
/// than PollPeriod.
struct FunctionCounters {
  int64_t Calls;
  int64_t BackEdges;
};

/// Baseline code polls every so many back edges. One iteration between them
/// takes microseconds at most: functions that are called, and what the runtime
/// does that may take longer, poll by themselves.
inline constexpr int64_t PollPeriod = 1024;

static_assert(offsetof(FunctionCounters, BackEdges) == 8,
              "IRGen's instrumentation relies on it");

} // namespace jitrun::abi

#endif // JITRUN_ABI_EXECUTIONCONTEXT_H
