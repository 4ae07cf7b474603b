#ifndef JITRUN_ENGINE_TIERCONTROLLER_H
#define JITRUN_ENGINE_TIERCONTROLLER_H

#include "ABI/ExecutionContext.h"
#include "Engine/CompileQueue.h"
#include "Speculation/Plan.h"
#include "Tiering/CodeState.h"
#include "TypedAST/TypedAST.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace jitrun::engine {

class EngineImpl;
class LoadedModule;

/// Acts on what the tiering policy decides: moves hot functions through the
/// queue to the optimised tier.
class TierController {
public:
  explicit TierController(EngineImpl &Engine);
  ~TierController();

  /// A counter of this function has reached zero. Called from generated code:
  /// quick, and takes no lock that a compile holds, unless SyncCompile says
  /// that the caller compiles.
  void tripped(uint32_t Index);
  /// The same at a call: \p Cells are its arguments for the profile, or null.
  void callsTripped(uint32_t Index, const uint64_t *Cells);

  /// The same at the back edge of a loop: the continuation that the caller,
  /// whose frame is \p Frame, with its frame buffer large enough, leaves to; or
  /// null.
  void *backEdgeTripped(abi::ExecutionContext &C, uint32_t Index,
                        tast::LoopId Loop, const char *Frame);

  /// Code of this function, in whatever unit, was left because something that
  /// it assumed does not hold: speculation::reasonWord() and what was there, in
  /// the low half; the high half says whose code it is. Counts it; withdraws
  /// the assumption after a few, and has that code made anew.
  void assumptionFailed(uint32_t Index, uint32_t Reason, uint64_t Seen);

  /// A loop's continuation of this function was entered with another frame than
  /// it was made for: the next one is for any.
  void frameDiffered(uint32_t Index);

  /// Code of this function met something that it did not expect, in one of a
  /// sample of such cases. After many, it is compiled anew with what comes now.
  void expectationMissed(uint32_t Index);

  /// Optimises a function whose state the caller has made Optimizing. The
  /// reason if that failed.
  std::optional<std::string> optimize(LoadedModule &M, tast::FunctionId F);

  /// Starts the background workers, if there are to be any and none run yet:
  /// the caller at a swap should not have to. Without threads callers compile.
  void prepare();

  void waitUntilIdle();

private:
  void work();
  /// What the policy says of a loop whose function's counters are due; gives
  /// back the right to set them.
  void loopIsDue(LoadedModule &M, tast::FunctionId F, tast::LoopId Loop,
                 const char *Frame);
  /// The outermost loop around \p Loop to whose latch control comes soon: the
  /// further out, the less code its continuation repeats.
  tast::LoopId loopToEnter(LoadedModule &M, tast::FunctionId F,
                           tast::LoopId Loop, const LoopHeat &Heat) const;
  /// Whether there is nobody else to do it.
  bool callersCompile();
  void enterState(LoadedModule &M, tast::FunctionId F, CodeState To);
  enum class ShedReason : uint8_t { Full, Cold };
  void shed(CompileItem Item, ShedReason Why);
  uint64_t ticks(uint32_t Index) const;
  /// Compiles a continuation that the caller has requested.
  void compileEntry(LoadedModule &M, tast::FunctionId F, tast::LoopId Loop);
  /// Has \p F, if it is Baseline, optimised: here, or by a worker.
  void rise(LoadedModule &M, tast::FunctionId F, const FunctionHeat &Heat);
  void enqueue(CompileItem Item);
  /// Gives a function whose state the caller has made Optimizing baseline code
  /// again, and counts from nothing: what it bet on has changed.
  void startOver(LoadedModule &M, tast::FunctionId F);
  /// \p Factor: how much hotter than at first it must get.
  void restartProfile(LoadedModule &M, tast::FunctionId F, uint32_t Factor);
  /// Whether \p Plan has something in it that was withdrawn since.
  bool isStale(LoadedModule &M, const speculation::Plan &Plan) const;

  EngineImpl &Engine;
  CompileQueue Queue;
  /// As Queue.size(), without its lock.
  std::atomic<uint32_t> Waiting{0};
  std::once_flag Started;
  /// False where the system gives no threads: callers compile then.
  std::atomic<bool> HasWorkers{true};
  std::vector<std::thread> Workers;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_TIERCONTROLLER_H
