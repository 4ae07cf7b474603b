#include "Pipeline/Codegen.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/LoopAccessAnalysis.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace jitrun;
using namespace llvm;

const HostTarget &HostTarget::get() {
  // Not through ORC's detectHost(): it looks at the machine at each call, and
  // each cpuid is an exit to the hypervisor on a virtual machine.
  static const HostTarget Host = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    // Tested once for all rows of a loop nest, rows of one array always
    // overlap; tested for each row, they do not.
    VectorizerParams::HoistRuntimeChecks = false;
    SubtargetFeatures Features;
    for (const auto &[Feature, Enabled] : sys::getHostCPUFeatures())
      Features.AddFeature(Feature, Enabled);
    return HostTarget{sys::getProcessTriple(), sys::getHostCPUName().str(),
                      Features.getString()};
  }();
  return Host;
}

Expected<std::unique_ptr<TargetMachine>>
jitrun::createTargetMachine(CodegenTier Tier) {
  const HostTarget &Host = HostTarget::get();
  llvm::Triple TT(Host.Triple);
  std::string Message;
  const Target *T = TargetRegistry::lookupTarget(TT, Message);
  if (!T || !TT.isX86_64() || !TT.isOSBinFormatELF())
    return createStringError("cannot generate code for '%s': only x86-64 ELF "
                             "hosts are supported",
                             Host.Triple.c_str());

  TargetOptions Options;
  // Tiers, and the evaluator, must agree in every bit.
  Options.AllowFPOpFusion = FPOpFusion::Strict;
  bool Baseline = Tier == CodegenTier::Baseline;
  std::unique_ptr<TargetMachine> TM(T->createTargetMachine(
      TT, Host.CPU, Host.Features, Options, Reloc::PIC_, CodeModel::Small,
      Baseline ? CodeGenOptLevel::None : CodeGenOptLevel::Aggressive,
      /*JIT=*/true));
  if (!TM)
    return createStringError("cannot create a target machine for '%s'",
                             Host.Triple.c_str());
  if (Baseline) {
    TM->setFastISel(true);
    TM->setO0WantsFastISel(true);
  }
  return TM;
}
