#include "Pipeline/Sanitizers.h"

#include "llvm/IR/Module.h"

#if defined(JITRUN_PIPELINE_ASAN) || defined(JITRUN_PIPELINE_TSAN)
#include "llvm/IR/Instructions.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Instrumentation/AddressSanitizer.h"
#include "llvm/Transforms/Instrumentation/ThreadSanitizer.h"
#endif

using namespace jitrun;
using namespace llvm;

#if defined(JITRUN_PIPELINE_ASAN) || defined(JITRUN_PIPELINE_TSAN)

void jitrun::instrumentForSanitizers(Module &M) {
  for (Function &F : M) {
    if (F.isDeclaration())
      continue;
    if (InstrumentsAddresses)
      F.addFnAttr(Attribute::SanitizeAddress);
    if (InstrumentsThreads)
      F.addFnAttr(Attribute::SanitizeThread);
  }
  for (GlobalVariable &G : M.globals()) {
    GlobalValue::SanitizerMetadata MD;
    if (G.hasSanitizerMetadata())
      MD = G.getSanitizerMetadata();
    MD.NoAddress = true;
    G.setSanitizerMetadata(MD);
  }

  LoopAnalysisManager LAM;
  FunctionAnalysisManager FAM;
  CGSCCAnalysisManager CGAM;
  ModuleAnalysisManager MAM;
  PassBuilder PB;
  PB.registerModuleAnalyses(MAM);
  PB.registerCGSCCAnalyses(CGAM);
  PB.registerFunctionAnalyses(FAM);
  PB.registerLoopAnalyses(LAM);
  PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);

  ModulePassManager MPM;
  if (InstrumentsAddresses) {
    AddressSanitizerOptions Options;
    Options.UseAfterReturn = AsanDetectStackUseAfterReturnMode::Never;
    MPM.addPass(AddressSanitizerPass(Options, /*UseGlobalGC=*/false,
                                     /*UseOdrIndicator=*/false,
                                     AsanDtorKind::None, AsanCtorKind::None));
  }
  if (InstrumentsThreads)
    MPM.addPass(createModuleToFunctionPassAdaptor(ThreadSanitizerPass()));
  MPM.run(M, MAM);

  // ThreadSanitizer has room for 65536 calls, and overruns it; the language's
  // recursion is bounded by the stack only.
  for (StringRef Name : {"__tsan_func_entry", "__tsan_func_exit"})
    if (Function *F = M.getFunction(Name)) {
      for (User *U : make_early_inc_range(F->users()))
        cast<CallInst>(U)->eraseFromParent();
      F->eraseFromParent();
    }
}

#else

void jitrun::instrumentForSanitizers(Module &) {}

#endif
