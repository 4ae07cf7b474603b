#ifndef JITRUN_ENGINE_LOADEDMODULE_H
#define JITRUN_ENGINE_LOADEDMODULE_H

#include "Engine/Reclaimer.h"
#include "Engine/StaticFacts.h"
#include "Engine/Statistics.h"
#include "IRGen/IRGen.h"
#include "OSR/FunctionContinuations.h"
#include "Profile/FunctionProfile.h"
#include "Speculation/History.h"
#include "Support/Ids.h"
#include "Tiering/CodeState.h"
#include "TypedAST/ModuleData.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace jitrun::engine {

/// TierStatistics that one thread adds to while others read.
struct LiveTierStatistics {
  std::atomic<uint32_t> Compiled{0};
  std::atomic<uint64_t> Nanoseconds{0};
  std::atomic<uint64_t> CodeBytes{0};

  void addVersion(uint64_t Spent, uint64_t Size) {
    Compiled.fetch_add(1, std::memory_order_relaxed);
    Nanoseconds.fetch_add(Spent, std::memory_order_relaxed);
    CodeBytes.fetch_add(Size, std::memory_order_relaxed);
  }
  TierStatistics read() const {
    return {Compiled.load(std::memory_order_relaxed),
            Nanoseconds.load(std::memory_order_relaxed),
            CodeBytes.load(std::memory_order_relaxed)};
  }
};

/// What the engine keeps of a function once it is being compiled.
///
/// Written by whoever moves the function from one CodeState to the next, and by
/// nobody else at that time; what is atomic is read by others meanwhile.
struct FunctionDetail {
  FunctionDetail() = default;
  ~FunctionDetail() { delete Continuations.load(); }

  LiveProfile Live;
  /// Where tests force it to be left: what is left to count until it is, and
  /// how far to count next.
  std::atomic<int32_t> *ExitWords = nullptr; ///< Generated code's.
  std::unique_ptr<std::atomic<int32_t>[]> ExitSteps;
  std::optional<speculation::ForcedExits> Forced;
  /// Made when first asked for.
  std::atomic<osr::FunctionContinuations *> Continuations{nullptr};
  osr::FunctionContinuations &continuations(const tast::Function &F) {
    osr::FunctionContinuations *Known =
        Continuations.load(std::memory_order_acquire);
    if (Known)
      return *Known;
    auto Made = std::make_unique<osr::FunctionContinuations>(F);
    if (Continuations.compare_exchange_strong(Known, Made.get()))
      return *Made.release();
    return *Known;
  }
  /// Versions made so far.
  uint32_t Versions = 0;
  /// Guards what follows.
  std::mutex PastMutex;
  /// How what was assumed of this function, in whatever code, has fared.
  speculation::History Past;
  /// What its own optimised code assumes, of itself and what is inlined.
  std::shared_ptr<const speculation::Plan> CurrentPlan;
  /// Compiled because somebody called it, not along with another.
  bool Requested = false;
  /// Where its slot leads, if that is not shared by all versions.
  std::shared_ptr<CodeUnit> Current;
  LiveTierStatistics Baseline;
  LiveTierStatistics Optimized;
  /// Ticks at the time when it was last found too cold to be compiled: a
  /// function must get hot anew.
  std::atomic<uint64_t> ForgottenCalls{0};
  std::atomic<uint64_t> ForgottenBackEdges{0};
  /// One thread at a time sets the counters anew; others go on.
  std::atomic_flag Rearming;
  /// Held for moments.
  void lockCounters() {
    while (Rearming.test_and_set(std::memory_order_acquire))
      std::this_thread::yield();
  }
  void unlockCounters() { Rearming.clear(std::memory_order_release); }
  /// Why it could not be compiled, or not be optimised.
  std::string Error;
};

/// A function's place in the engine. 100,000 of these are made at once, so
/// there is little in it, and all zero is Unborn.
struct FunctionRecord {
  std::atomic<CodeState> State;
  std::atomic<FunctionDetail *> Detail;
  /// The entry thunk of its signature, or 0.
  std::atomic<uint64_t> Thunk;
};
static_assert(CodeState::Unborn == CodeState(0));

/// A module's functions, their slots, trampolines and counters.
///
/// Thread-safe as far as its records are.
class LoadedModule {
public:
  /// Functions' engine-wide indices start at multiples of this.
  static constexpr uint32_t IndexAlignment = 1024;

  static llvm::Expected<std::unique_ptr<LoadedModule>>
  create(std::shared_ptr<const tast::Module> M, unsigned Number,
         uint32_t FirstIndex, CodeMemory &Memory);
  ~LoadedModule();

  const tast::Module &typed() const { return *M; }
  tast::ModuleData &data() { return Data; }
  unsigned number() const { return Number; }
  /// Functions get words for forced exits. Before any is compiled.
  void forceExits() { ForcesExits = true; }
  bool forcesExits() const { return ForcesExits; }
  uint32_t firstIndex() const { return FirstIndex; }
  size_t size() const { return M->Functions.size(); }

  uint32_t indexOf(tast::FunctionId F) const {
    return FirstIndex + uint32_t(F);
  }
  tast::FunctionId functionAt(uint32_t Index) const {
    return tast::FunctionId(Index - FirstIndex);
  }
  const tast::Function &function(tast::FunctionId F) const {
    return M->function(F);
  }
  FunctionRecord &record(tast::FunctionId F) const {
    return Records[size_t(F)];
  }
  std::atomic<uint64_t> &slot(tast::FunctionId F) const {
    return Slots[size_t(F)];
  }
  /// What the slot of an unborn function holds.
  uint64_t trampoline(tast::FunctionId F) const {
    return Trampolines + uint64_t(F) * TrampolineBytes;
  }

  /// Of a function whose State the caller has just made Compiling, or that has
  /// left Unborn. Null in a record that never was compiled.
  FunctionDetail *detail(tast::FunctionId F) const {
    return record(F).Detail.load(std::memory_order_acquire);
  }
  /// Creates it when there is none.
  llvm::Expected<FunctionDetail *> ensureDetail(tast::FunctionId F,
                                                CodeMemory &Memory);

  /// Keeps why \p F, whose State is the caller's, could not be compiled.
  void setError(tast::FunctionId F, std::string Reason);

  /// The address that `jr.<this>.<Rest>` stands for, or nothing.
  std::optional<uint64_t> bind(llvm::StringRef Rest);

  /// Computed on first use. Call on a compile stack: they look at every
  /// function.
  const irgen::ModuleFacts &irgenFacts();
  StaticFacts staticFacts(tast::FunctionId F);

private:
  static constexpr size_t TrampolineBytes = 16;

  LoadedModule(std::shared_ptr<const tast::Module> M, unsigned Number,
               uint32_t FirstIndex);
  llvm::Error allocate(CodeMemory &Memory);

  std::shared_ptr<const tast::Module> M;
  tast::ModuleData Data;
  unsigned Number;
  uint32_t FirstIndex;
  bool ForcesExits = false;
  CodeMemory *Memory = nullptr;
  std::atomic<uint64_t> *Slots = nullptr;
  abi::FunctionCounters *Counters = nullptr;
  uint64_t Trampolines = 0;
  struct FreeDeleter {
    void operator()(void *P) const { std::free(P); }
  };
  std::unique_ptr<FunctionRecord[], FreeDeleter> Records;

  std::mutex DetailMutex; ///< While one is created.
  std::once_flag IRGenFactsOnce;
  irgen::ModuleFactsPtr IRGenFacts;
  std::once_flag RepeatedOnce;
  std::vector<bool> Repeated, LoopsInCallees;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_LOADEDMODULE_H
