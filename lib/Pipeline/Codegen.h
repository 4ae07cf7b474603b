#ifndef JITRUN_PIPELINE_CODEGEN_H
#define JITRUN_PIPELINE_CODEGEN_H

#include "ABI/CallSites.h"
#include "ABI/CodeImage.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class DataLayout;
class Module;
class TargetMachine;
} // namespace llvm

namespace jitrun {

/// Which of the two code generators.
enum class CodegenTier : uint8_t {
  /// FastISel at -O0 with the fewest passes: quick to compile.
  Baseline,
  /// Everything that LLVM does at its Aggressive level.
  Optimized,
};

/// What a CodeGenerator makes of a module.
struct ObjectCode {
  CodeImage Image;
  /// One entry for each function that was defined, in the image's order.
  std::vector<FunctionSites> Functions;
};

/// The machine that generated code runs on, found out once per process.
struct HostTarget {
  std::string Triple;
  std::string CPU;
  std::string Features;

  /// Thread-safe; the first call also registers LLVM's X86 target.
  static const HostTarget &get();
};

/// A target machine for the host, set up as generated code needs it: small
/// code model, PIC, strict floating point.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(CodegenTier Tier);

/// Turns modules into code, over and over, with one target machine and one
/// pass manager.
///
/// Setting up costs about a millisecond and running is cheap, so each worker
/// thread keeps one per tier. Not thread-safe. In sanitizer builds the code is
/// instrumented first, in both tiers.
class CodeGenerator {
public:
  static llvm::Expected<std::unique_ptr<CodeGenerator>>
  create(CodegenTier Tier);
  ~CodeGenerator();

  CodeGenerator(const CodeGenerator &) = delete;
  CodeGenerator &operator=(const CodeGenerator &) = delete;

  /// Compiles \p M, which gets this generator's data layout and triple if it
  /// has none. The module is changed by it and of no further use.
  ///
  /// A call whose DILocation has line n+1 makes a CallSite of site n (line 0:
  /// SiteFrame::UnknownSite); its inlinedAt chain gives the outer frames; the
  /// function ids are the linkage names of the DISubprograms, in decimal.
  llvm::Expected<ObjectCode> run(llvm::Module &M);

  /// The assembly text of what run() would make. \p M is used up as well.
  llvm::Expected<std::string> printAssembly(llvm::Module &M);

  llvm::TargetMachine &targetMachine();
  const llvm::DataLayout &dataLayout() const;
  CodegenTier tier() const;

private:
  struct Impl;
  explicit CodeGenerator(std::unique_ptr<Impl> I);

  std::unique_ptr<Impl> State;
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_CODEGEN_H
