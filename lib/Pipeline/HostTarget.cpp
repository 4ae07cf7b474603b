#include "Pipeline/Codegen.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/LoopAccessAnalysis.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace jitrun;
using namespace llvm;

/// The host's features that the name of its CPU does not already say. Each one
/// that is spelled out costs microseconds whenever a subtarget is made, and
/// there are over a hundred.
static std::string featuresBeyondName(const llvm::Triple &TT, StringRef CPU) {
  std::string Message;
  const Target *T = TargetRegistry::lookupTarget(TT, Message);
  std::unique_ptr<MCSubtargetInfo> Named(
      T ? T->createMCSubtargetInfo(TT, CPU, "") : nullptr);
  SubtargetFeatures Beyond;
  const StringMap<bool> Host = sys::getHostCPUFeatures();
  if (Named)
    for (const SubtargetFeatureKV &F : Named->getAllProcessorFeatures())
      if (auto It = Host.find(F.Key);
          It != Host.end() && It->second != Named->hasFeature(F.Value))
        Beyond.AddFeature(It->first(), It->second);
  return Beyond.getString();
}

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
    HostTarget H{sys::getProcessTriple(), sys::getHostCPUName().str(), {}};
    H.Features = featuresBeyondName(llvm::Triple(H.Triple), H.CPU);
    return H;
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
