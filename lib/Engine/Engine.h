#ifndef JITRUN_ENGINE_ENGINE_H
#define JITRUN_ENGINE_ENGINE_H

#include "Engine/Explanation.h"
#include "Engine/Statistics.h"
#include "Engine/TrapReport.h"
#include "Profile/FunctionProfile.h"
#include "Support/Trace.h"
#include "TypedAST/TypedAST.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Runs typed modules: compiles each function on its first call, and the hot
/// ones again, better, in the background.
namespace jitrun::engine {

class Engine;
class EngineImpl;
class LoadedModule;
struct ContextState;

enum class TierMode : uint8_t {
  /// Baseline first, optimised when hot.
  Auto,
  /// Baseline only.
  Baseline,
  /// Optimised at the first call.
  Optimized,
};

/// What is made to happen everywhere, for tests: the slow paths of code that is
/// right must be taken too.
enum class ForceMode : uint8_t {
  None,
  /// Every back edge of baseline code enters an optimised continuation, which
  /// is compiled then and there.
  OSR,
  /// Optimised code is left at statements and back edges, for baseline code.
  Deopt,
  Both,
};

struct EngineOptions {
  TierMode Mode = TierMode::Auto;
  /// Calls, and loop iterations, of a baseline function after which it is
  /// compiled again. At least 1.
  uint32_t CallThreshold = 1000;
  uint32_t LoopThreshold = 10000;
  /// Whoever trips a counter compiles then and there: for tests that must not
  /// depend on timing.
  bool SyncCompile = false;
  /// Whether a loop that runs long in baseline code is left for an optimised
  /// continuation. (Without it, functions that loop begin with optimised code.)
  bool EnterLoops = true;
  /// OSR and Both imply SyncCompile and a LoopThreshold of 1.
  ForceMode Force = ForceMode::None;
  /// Background workers.
  unsigned CompileThreads = 1;
  /// At most so many callees are compiled along with a function's first
  /// compile, where that is cheap.
  unsigned Neighbours = 10;
  /// Baseline code counts. Without, nothing ever rises: to measure what
  /// counting costs.
  bool Counters = true;
  /// Bet on what the profile suggests.
  bool Speculate = true;
  /// Keep what explain() tells; compiling then takes a little longer.
  bool Explain = false;
  /// Bytes of heap objects alive in one context.
  int64_t MemoryLimit = INT64_MAX;
  /// Bytes of code and its data.
  size_t CodeLimit = SIZE_MAX;
  /// Of each stack that functions are compiled on. Committed as touched.
  size_t CompileStackBytes = size_t(64) << 20;
  /// Where events go; null: nowhere. Must outlive the engine.
  TraceSink *Trace = nullptr;
  /// Gets what print writes, in pieces; null: standard output. Called by the
  /// thread that prints, several at a time if several do. An empty piece says
  /// that the program is going to wait for input: show what there is.
  std::function<void(std::string_view)> Output;
  /// Gives the address of an `extern fn`, or null to look in the process.
  std::function<void *(const std::string &Name)> FindHost;
};

/// Which part of what is compiled a dump shows.
enum class DumpTier : uint8_t { Baseline, Optimized };

/// What a call may use. Applies to the outermost entry of a context.
struct CallOptions {
  /// From now on; zero: no deadline.
  std::chrono::nanoseconds Timeout{0};
  /// Instead of the engine's.
  std::optional<int64_t> MemoryLimit;
  /// Of the calling thread's stack, below the caller's frame, that the call may
  /// use; 0: all that the thread has, up to a margin.
  size_t StackBytes = 0;
};

/// State of host calls by one thread at a time; expensive enough to make (a few
/// microseconds) that a thread should keep it. Must not outlive its engine.
class Context {
public:
  Context(Context &&Other) noexcept;
  Context &operator=(Context &&Other) noexcept;
  ~Context();

  /// What the program sees as `args`. Not during a call.
  void setArguments(std::span<const std::string> Arguments);

  /// Makes the call that runs in this context, or the next one if none does,
  /// trap soon with Kind Interrupt. Safe in a signal handler and from any
  /// thread, as long as the context lives.
  void interrupt();

  /// The hidden first argument of generated code.
  abi::ExecutionContext *raw() const;

  /// Bytes of heap objects that calls have left alive: results handed to the
  /// host, or leaks.
  int64_t bytesAlive() const;

  /// Frees all of those. Pointers to them are dangling afterwards.
  void freeAll();

private:
  friend class EngineImpl;
  friend class Engine;
  explicit Context(std::unique_ptr<ContextState> S);
  std::unique_ptr<ContextState> State;
};

/// One cell of arguments or results: see "Uniform host entry thunk": scalars in
/// the low bytes, integers extended to 64 bits by their signedness, f32 in the
/// low four bytes, text and arrays as pointers to their headers (borrowed),
/// aggregates as pointers to their bytes.
union Cell {
  uint64_t Bits;
  int64_t Int;
  double F64;
  float F32;
  void *Pointer;
};
static_assert(sizeof(Cell) == 8, "thunks step over cells by 8 bytes");

/// What loadModule() gives: a handle, or the externs that nobody defines, or
/// another reason.
struct LoadResult {
  std::shared_ptr<LoadedModule> Module;
  std::vector<tast::ExternId> Unresolved;
  std::string Error;
};

/// The just-in-time compiler: registry, lazy compilation, background
/// recompilation, publication.
///
/// Thread-safe; contexts are not. Nobody who calls a function that has code
/// ever waits for a compile. Destroying it waits for compiles in progress;
/// no call may be running then. LLVM does not show in this header.
class Engine {
public:
  /// Null, with the reason in \p Error, when the machine or its memory does
  /// not allow it.
  static std::unique_ptr<Engine> create(EngineOptions Options,
                                        std::string &Error);
  ~Engine();
  Engine(const Engine &) = delete;
  Engine &operator=(const Engine &) = delete;

  /// Registers all functions of \p M and compiles none. The module lives as
  /// long as the engine.
  LoadResult loadModule(std::shared_ptr<const tast::Module> M);

  /// A context for the calling thread (or another, later).
  Context createContext();

  /// Calls a function: \p Cells are its arguments, then one for the result (a
  /// pointer to where it goes, for aggregates; unused for `()`). A counted
  /// result belongs to the caller, who releases it through the runtime with
  /// the context's raw(). Returns nothing, or what went wrong; then all that
  /// the call allocated is freed, except what it had stored into older objects.
  /// May be called from host functions that generated code called, with the
  /// same context.
  std::optional<TrapReport> call(Context &C, const LoadedModule &M,
                                 tast::FunctionId F, std::span<Cell> Cells,
                                 const CallOptions &Options = {});

  /// The same for a function found again by the generated code's context
  /// pointer (in host functions).
  std::optional<TrapReport> callNested(abi::ExecutionContext *C,
                                       const LoadedModule &M,
                                       tast::FunctionId F,
                                       std::span<Cell> Cells);

  /// Compiles \p F now if it has no code of \p Tier or better. The reason if
  /// it cannot be compiled.
  std::optional<std::string> compile(const LoadedModule &M, tast::FunctionId F,
                                     DumpTier Tier);

  /// Compiles those of \p Functions that were never called, as one unit of
  /// baseline code (except with Mode Optimized: one by one). The reason if one
  /// cannot be compiled.
  std::optional<std::string>
  compileTogether(const LoadedModule &M,
                  std::span<const tast::FunctionId> Functions);

  /// IR or assembly of what this tier would make of \p F with the profile as
  /// it is. On an error, the text says so.
  std::string dumpIR(const LoadedModule &M, tast::FunctionId F, DumpTier Tier);
  std::string dumpAssembly(const LoadedModule &M, tast::FunctionId F,
                           DumpTier Tier);

  /// What baseline code has counted of \p F until now.
  FunctionProfile profile(const LoadedModule &M, tast::FunctionId F) const;

  /// What optimised code of \p F would assume by its profile as it is now.
  speculation::Plan plan(const LoadedModule &M, tast::FunctionId F) const;

  /// The stories of the functions that were compiled, by id. Empty without
  /// EngineOptions::Explain.
  std::vector<FunctionExplanation> explain(const LoadedModule &M) const;

  /// Returns when the compile queue is empty and no worker is at work.
  void waitForCompiles();

  EngineStatistics statistics() const;

private:
  explicit Engine(std::unique_ptr<EngineImpl> I);
  std::unique_ptr<EngineImpl> Impl;
};

/// The typed module behind a handle.
const tast::Module &typedModule(const LoadedModule &M);

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_ENGINE_H
