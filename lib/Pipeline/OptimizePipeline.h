#ifndef JITRUN_PIPELINE_OPTIMIZEPIPELINE_H
#define JITRUN_PIPELINE_OPTIMIZEPIPELINE_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace jitrun {

/// Something that an LLVM pass declined to do, for --explain.
struct MissedOptimization {
  /// The LLVM pass, e.g. `loop-vectorize`, and its name for the remark.
  std::string Pass;
  std::string Name;
  /// The IR function's symbol.
  std::string Function;
  /// The site near which it was, plus 1; 0 if unknown.
  uint32_t SitePlusOne = 0;
  std::string Message;
};

struct OptimizeOptions {
  /// 1 to 3, as -O.
  unsigned Level = 3;
  bool HoistBoundsChecks = true;
  bool InsertPolls = true;
  /// Loops with more instructions than this are not versioned.
  unsigned MaxVersionedLoopSize = 300;
  /// Version loops that LLVM could vectorise with their checks, too.
  bool VersionEagerly = false;
  /// Verify the module after each of the passes.
  bool Verify = false;
  /// Where missed-vectorisation remarks are appended; null: none collected.
  std::vector<MissedOptimization> *Remarks = nullptr;
};

/// Optimises \p M in place for \p TM, which must be of the optimised tier.
///
/// Thread-safe for different modules (of different contexts) and machines.
/// Use an Optimizer where many modules are optimised.
void optimize(llvm::Module &M, llvm::TargetMachine &TM,
              const OptimizeOptions &Options = {});

} // namespace jitrun

#endif // JITRUN_PIPELINE_OPTIMIZEPIPELINE_H
