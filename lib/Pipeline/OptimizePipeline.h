#ifndef JITRUN_PIPELINE_OPTIMIZEPIPELINE_H
#define JITRUN_PIPELINE_OPTIMIZEPIPELINE_H

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace jitrun {

/// Something that a pass did, or declined to do, for --explain.
struct OptimizationRemark {
  enum class Kind : uint8_t { Done, Missed, Reason };

  Kind What = Kind::Done;
  /// The pass, e.g. `loop-vectorize`, and its name for the remark.
  std::string Pass;
  std::string Name;
  /// The IR function's symbol.
  std::string Function;
  /// As in the IR's DILocations; 0 if unknown.
  uint32_t Line = 0;
  uint32_t Column = 0;
  /// For inlining: symbols of who was to be inlined.
  std::string Callee;
  std::string Message;
};

/// A call of a trap function, which a range check leads to.
struct TrapCall {
  std::string Trap; ///< Its symbol.
  uint32_t Line = 0;
  uint32_t Column = 0;

  auto operator<=>(const TrapCall &) const = default;
};

/// What optimising a module did to it, functions marked as cold aside.
struct OptimizationReport {
  std::vector<OptimizationRemark> Remarks;
  /// Each once, sorted: before anything was done, and in the end.
  std::vector<TrapCall> TrapsBefore, TrapsAfter;
};

struct OptimizeOptions {
  /// 1 to 3, as -O.
  unsigned Level = 3;
  bool HoistBoundsChecks = true;
  /// Polls and stack checks. Without them nothing stops the code.
  bool InsertChecks = true;
  /// Loops with more instructions than this are not versioned.
  unsigned MaxVersionedLoopSize = 300;
  /// Version loops that LLVM could vectorise with their checks, too.
  bool VersionEagerly = false;
  /// Verify the module after each of the passes.
  bool Verify = false;
  /// Filled with what was done; null: that is not collected.
  OptimizationReport *Report = nullptr;
};

/// Optimises \p M in place for \p TM, which must be of the optimised tier.
///
/// Thread-safe for different modules (of different contexts) and machines.
/// Use an Optimizer where many modules are optimised.
void optimize(llvm::Module &M, llvm::TargetMachine &TM,
              const OptimizeOptions &Options = {});

} // namespace jitrun

#endif // JITRUN_PIPELINE_OPTIMIZEPIPELINE_H
