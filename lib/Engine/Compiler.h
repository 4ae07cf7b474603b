#ifndef JITRUN_ENGINE_COMPILER_H
#define JITRUN_ENGINE_COMPILER_H

#include "ABI/CallSites.h"
#include "Engine/CompileStack.h"
#include "IRGen/IRGen.h"
#include "Pipeline/Codegen.h"
#include "Profile/ProfileSnapshot.h"
#include "Tiering/InlinePlanner.h"

#include <memory>
#include <span>
#include <vector>

namespace llvm {
class LLVMContext;
}

namespace jitrun {
struct OptimizationReport;
}

namespace jitrun::engine {

class LoadedModule;

/// What to compile. Owns all that the compile depends on, so the same job gives
/// the same code.
struct CompileJob {
  LoadedModule *M = nullptr;
  irgen::Tier Level = irgen::Tier::Baseline;
  uint32_t Version = 1;
  std::vector<tast::FunctionId> Roots;
  std::vector<irgen::Continuation> Continuations;
  std::vector<tast::FunctionId> Inlinable;
  speculation::Plan Plan;
  /// Callees that were left out of Inlinable; for --explain.
  std::vector<RefusedCallee> Refused;
  bool Counters = false;
  bool EntersLoops = false;
  bool ForcesExits = false;
  /// By function id; of the roots and the inlinable.
  std::shared_ptr<const ProfileSnapshot> Profile;
};

/// One worker's compiler: typed functions to objects, over and over.
///
/// Used by one thread at a time, on its own stack (run()). Keeps what is costly
/// to set up; a part that is never used is never made.
class Compiler {
public:
  /// Null when there is no memory for the stack.
  static std::unique_ptr<Compiler> create(size_t StackBytes);
  ~Compiler();

  /// Everything below must run inside of this.
  void run(const std::function<void()> &Work) { Stack->run(Work); }

  /// \p Report, if not null, gets what the optimiser did.
  llvm::Expected<ObjectCode> compile(const CompileJob &Job,
                                     OptimizationReport *Report = nullptr);
  llvm::Expected<ObjectCode> compileThunk(const tast::Function &F,
                                          const std::string &Symbol);
  llvm::Expected<std::string> printIR(const CompileJob &Job);
  llvm::Expected<std::string> printAssembly(const CompileJob &Job);

private:
  Compiler() = default;
  llvm::Expected<CodeGenerator *> generator(CodegenTier Tier);
  llvm::Expected<std::unique_ptr<llvm::Module>>
  makeModule(const CompileJob &Job, CodeGenerator &G, bool KeepNames,
             OptimizationReport *Report = nullptr);
  irgen::Generator &irGenerator(CodeGenerator &G, bool KeepNames);

  std::unique_ptr<CompileStack> Stack;
  std::unique_ptr<CodeGenerator> Baseline;
  std::unique_ptr<CodeGenerator> Optimized;
  /// Types and metadata pile up in a context, so it is replaced now and then.
  std::unique_ptr<llvm::LLVMContext> Context;
  std::unique_ptr<irgen::Generator> IR;
  unsigned Uses = 0;
  bool Named = false;
};

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_COMPILER_H
