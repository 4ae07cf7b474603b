#ifndef JITRUN_PIPELINE_SITERECORDER_H
#define JITRUN_PIPELINE_SITERECORDER_H

#include "ABI/CallSites.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/CodeGen/AsmPrinterHandler.h"

#include <vector>

namespace llvm {
class AsmPrinter;
class DILocation;
class MCAssembler;
} // namespace llvm

namespace jitrun {

/// Labels each call that carries a site while the assembly printer goes by,
/// and turns the labels into offsets once the code is laid out.
///
/// Lives as long as its printer and serves one module after another.
class SiteRecorder final : public llvm::AsmPrinterHandler {
public:
  explicit SiteRecorder(llvm::AsmPrinter &Printer) : Printer(Printer) {}

  void beginModule(llvm::Module *M) override;
  void endModule() override {}
  void beginFunction(const llvm::MachineFunction *MF) override;
  void markFunctionEnd() override;
  void endFunction(const llvm::MachineFunction *) override {}
  void beginInstruction(const llvm::MachineInstr *MI) override;
  void endInstruction() override;

  /// Takes the tables of the last module. Offsets are there once
  /// resolveOffsets() was called.
  std::vector<FunctionSites> take();

  /// Replaces labels by offsets; the layout must be final.
  void resolveOffsets(const llvm::MCAssembler &Assembler);

private:
  struct PendingFunction {
    llvm::MCSymbol *Begin;
    llvm::MCSymbol *End;
    /// Labels behind the calls, in step with FunctionSites::Calls.
    llvm::SmallVector<llvm::MCSymbol *, 16> Labels;
  };

  llvm::AsmPrinter &Printer;
  const llvm::DILocation *CurrentCall = nullptr;
  std::vector<FunctionSites> Functions;
  std::vector<PendingFunction> Pending;
};

} // namespace jitrun

#endif // JITRUN_PIPELINE_SITERECORDER_H
