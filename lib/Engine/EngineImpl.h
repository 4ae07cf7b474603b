#ifndef JITRUN_ENGINE_ENGINEIMPL_H
#define JITRUN_ENGINE_ENGINEIMPL_H

#include "CodeCache/CodeMemory.h"
#include "CodeCache/SiteTable.h"
#include "Engine/Chronicle.h"
#include "Engine/CodeLinker.h"
#include "Engine/CompilerPool.h"
#include "Engine/ContextState.h"
#include "Engine/DeadlineTimer.h"
#include "Engine/Engine.h"
#include "Engine/HostException.h"
#include "Engine/LoadedModule.h"
#include "Engine/Reclaimer.h"
#include "Engine/TierController.h"
#include "Speculation/Planner.h"
#include "Tiering/ThresholdPolicy.h"

#include <mutex>
#include <unordered_map>

namespace jitrun::engine {

/// What is behind an Engine: everything that more than one of its parts needs.
class EngineImpl {
public:
  explicit EngineImpl(EngineOptions Options);
  ~EngineImpl();

  /// Sets up memory and linker.
  llvm::Error initialise();

  LoadResult loadModule(std::shared_ptr<const tast::Module> M);
  std::unique_ptr<ContextState> createContext();
  void destroyContext(ContextState &S);
  std::optional<TrapReport> call(ContextState &S, LoadedModule &M,
                                 tast::FunctionId F, void *Cells,
                                 const CallOptions &CallOptions);

  /// The code to jump to for a function whose trampoline was called. Compiles
  /// it if nobody has; raises in \p C if it cannot be compiled.
  uint64_t resolve(abi::ExecutionContext *C, uint32_t Index);

  /// Returns once \p F has left Unborn and Compiling. False: it Failed.
  bool ensureBorn(LoadedModule &M, tast::FunctionId F);

  std::optional<std::string>
  compileTogether(LoadedModule &M, std::span<const tast::FunctionId> Functions);

  /// Compiles \p Job on a compile stack, links it and leads its roots' slots
  /// there. The caller owns the state of all roots.
  llvm::Error compileAndPublish(const CompileJob &Job);
  /// The same, already on the stack of \p C.
  llvm::Error compileAndPublish(const CompileJob &Job, Compiler &C);

  /// Compiles the one continuation of \p Job on a compile stack and links it.
  struct LinkedContinuation {
    uint64_t Address = 0;
    std::shared_ptr<CodeUnit> Unit;
    uint64_t Nanoseconds = 0;
  };
  llvm::Expected<LinkedContinuation> compileContinuation(const CompileJob &Job);

  /// Optimised code of a function is left at a resume point: where to.
  void *deoptimize(abi::ExecutionContext &C, uint32_t Index,
                   speculation::ResumePoint Point, uint32_t Reason,
                   int64_t Seen);

  bool entersLoops() const {
    return Options.EnterLoops && Options.Mode == TierMode::Auto;
  }

  LoadedModule *moduleAt(uint32_t Index) const {
    return Directory[Index / LoadedModule::IndexAlignment].load(
        std::memory_order_acquire);
  }
  const std::string &nameAt(uint32_t Index) const;

  /// Leads the slot of \p F, whose state is the caller's, to new baseline code.
  llvm::Error compileAnew(LoadedModule &M, tast::FunctionId F);

  /// No back edge of one function's enters a continuation any more that was
  /// made until now: what was assumed in them does not hold.
  void dropLoopEntries(FunctionDetail &D);

  EngineStatistics statistics();
  std::vector<FunctionExplanation> explain(const LoadedModule &M);
  std::string dump(LoadedModule &M, tast::FunctionId F, DumpTier Tier,
                   bool Assembly);

  const EngineOptions Options;
  const ThresholdPolicy Policy;
  const speculation::PlannerOptions Limits;
  TraceSink *Trace; ///< Never null.
  std::unique_ptr<CodeMemory> Memory;
  std::optional<UnwindEntry> Unwinding;
  SiteTable Sites;
  std::unique_ptr<CodeLinker> Linker;
  std::unique_ptr<Reclaimer> Old;
  CompilerPool Compilers;
  Chronicle Story;
  DeadlineTimer Timer;
  std::atomic<uint32_t> Swaps{0};
  std::atomic<uint32_t> Retired{0};
  std::atomic<uint32_t> LoopsCompiled{0};
  std::atomic<uint64_t> LoopEntries{0};
  std::atomic<uint64_t> Deopts{0};

private:
  /// What was compiled of a job, linked, its sites known.
  struct Built {
    std::shared_ptr<CodeUnit> Unit;
    llvm::StringMap<uint64_t> Addresses;
    llvm::StringMap<uint32_t> Sizes;
    uint64_t Bytes = 0;
    uint64_t Nanoseconds = 0;
  };
  /// The baseline continuation of a point, made now if there is none; or 0, and
  /// the trap that says why is in \p C.
  uint64_t exitOf(abi::ExecutionContext &C, LoadedModule &M, tast::FunctionId F,
                  speculation::ResumePoint Point);
  llvm::Expected<Built> build(const CompileJob &Job, Compiler &C,
                              OptimizationReport *Report = nullptr);
  /// The last baseline code of functions is about to be freed.
  void dropLoopEntries(const CodeUnit &Baseline);

  /// Compiles \p F, whose state the caller has made Compiling.
  void giveBirth(LoadedModule &M, tast::FunctionId F);
  /// Gives the functions, all Compiling, baseline code in one unit.
  llvm::Error compileBaseline(LoadedModule &M,
                              std::vector<tast::FunctionId> Functions,
                              Compiler &C);
  void leaveCompiling(LoadedModule &M, tast::FunctionId F, CodeState To);
  /// The thunk by which the host enters functions like \p F.
  llvm::Expected<uint64_t> thunkFor(LoadedModule &M, tast::FunctionId F);
  std::optional<uint64_t> bindInside(llvm::StringRef Name);
  std::optional<uint64_t> bindOutside(llvm::StringRef Name);
  void *findHost(const std::string &Name);
  void beginOutermost(ContextState &S, const CallOptions &Options);
  void endOutermost(ContextState &S);
  void holdObjects(ContextState &S, HeldObjects &Held);
  /// Ends what holdObjects has begun. Of a call that trapped, frees what it
  /// made, unless older objects refer to it by now.
  void giveBackObjects(ContextState &S, bool Trapped);
  TrapReport report(const ContextState &S);

  abi::Hooks Hooks;
  struct FreeDeleter {
    void operator()(void *P) const { std::free(P); }
  };
  /// Module of each block of IndexAlignment indices.
  std::unique_ptr<std::atomic<LoadedModule *>[], FreeDeleter> Directory;

  mutable std::mutex ModulesMutex;
  std::vector<std::unique_ptr<LoadedModule>> Modules;
  uint32_t NextIndex = 0;

  std::mutex SymbolsMutex;
  std::unordered_map<std::string, uint64_t> HostFunctions;
  std::unordered_map<std::string, uint64_t> Thunks;
  std::vector<std::shared_ptr<CodeUnit>> ThunkUnits;

  TraceSink Silent;

public:
  /// Last, so that its workers end first.
  std::unique_ptr<TierController> Tiers;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_ENGINEIMPL_H
