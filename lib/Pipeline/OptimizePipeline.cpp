#include "Pipeline/OptimizePipeline.h"

#include "Pipeline/BoundsCheckHoist.h"
#include "Pipeline/ContextArgument.h"
#include "Pipeline/HeaderLoads.h"
#include "Pipeline/LibraryNames.h"
#include "Pipeline/PollInsertion.h"
#include "Pipeline/StoreSpeculation.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/StandardInstrumentations.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

using namespace jitrun;
using namespace llvm;

namespace {

/// Calls with sites stay apart: LLVM may copy them, but two merged into one
/// would have no location.
struct PinSitesPass : PassInfoMixin<PinSitesPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    for (Function &F : M)
      for (Instruction &I : instructions(F))
        if (auto *Call = dyn_cast<CallInst>(&I); Call && Call->getDebugLoc())
          Call->addFnAttr(Attribute::NoMerge);
    return PreservedAnalyses::all();
  }
};

struct UnpinContextArgumentsPass : PassInfoMixin<UnpinContextArgumentsPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    unpinContextArguments(M);
    return PreservedAnalyses::all();
  }
};

/// Range checks out of loops, and what LLVM could not move past them after
/// them.
class FreeLoopsOfChecksPass : public PassInfoMixin<FreeLoopsOfChecksPass> {
public:
  FreeLoopsOfChecksPass(unsigned MaxLoopSize, bool Eager)
      : Hoist(MaxLoopSize, Eager) {}

  PreservedAnalyses run(Function &F, FunctionAnalysisManager &AM) {
    size_t Blocks = F.size();
    PreservedAnalyses PA = Hoist.run(F, AM);
    if (F.size() == Blocks)
      return PA;
    AM.invalidate(F, PA);
    FunctionPassManager FPM;
    FPM.addPass(createFunctionToLoopPassAdaptor(LICMPass(LICMOptions()),
                                                /*UseMemorySSA=*/true));
    PA.intersect(FPM.run(F, AM));
    return PA;
  }

private:
  BoundsCheckHoistPass Hoist;
};

/// Collects what vectorisation passes say they could not do.
class RemarkCollector final : public DiagnosticHandler {
public:
  explicit RemarkCollector(std::vector<MissedOptimization> &Remarks)
      : Remarks(Remarks) {}

  bool isMissedOptRemarkEnabled(StringRef Pass) const override {
    return Pass == "loop-vectorize" || Pass == "slp-vectorizer";
  }
  bool isAnalysisRemarkEnabled(StringRef Pass) const override {
    return isMissedOptRemarkEnabled(Pass);
  }
  bool isPassedOptRemarkEnabled(StringRef) const override { return false; }
  bool isAnyRemarkEnabled() const override { return true; }

  bool handleDiagnostics(const DiagnosticInfo &DI) override {
    auto *Remark = dyn_cast<DiagnosticInfoOptimizationBase>(&DI);
    if (!Remark || !Remark->isEnabled())
      return true;
    uint32_t SitePlusOne = 0;
    if (Remark->isLocationAvailable())
      SitePlusOne = Remark->getLocation().getLine();
    Remarks.push_back(
        {Remark->getPassName().str(), Remark->getRemarkName().str(),
         Remark->getFunction().getName().str(), SitePlusOne, Remark->getMsg()});
    return true;
  }

private:
  std::vector<MissedOptimization> &Remarks;
};

OptimizationLevel levelOf(unsigned Level) {
  switch (Level) {
  case 0:
  case 1:
    return OptimizationLevel::O1;
  case 2:
    return OptimizationLevel::O2;
  default:
    return OptimizationLevel::O3;
  }
}

/// What this pipeline adds to LLVM's, in the order in which it runs.
void addOurPasses(PassBuilder &PB, const OptimizeOptions &Options) {
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(PinSitesPass());
      });

  // Early, so that loops over arrays of known lengths are unrolled.
  PB.registerPeepholeEPCallback(
      [](FunctionPassManager &FPM, OptimizationLevel) {
        FPM.addPass(HeaderLoadsPass());
      });

  // All inlining is done.
  PB.registerOptimizerEarlyEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel, ThinOrFullLTOPhase) {
        MPM.addPass(UnpinContextArgumentsPass());
      });

  if (Options.HoistBoundsChecks)
    PB.registerVectorizerStartEPCallback(
        [Size = Options.MaxVersionedLoopSize, Eager = Options.VersionEagerly](
            FunctionPassManager &FPM, OptimizationLevel) {
          // LLVM rotates loops here too, but after this.
          FPM.addPass(createFunctionToLoopPassAdaptor(LoopRotatePass()));
          FPM.addPass(FreeLoopsOfChecksPass(Size, Eager));
        });

  PB.registerVectorizerStartEPCallback(
      [](FunctionPassManager &FPM, OptimizationLevel) {
        // Loops freed of their checks still have the branches.
        FPM.addPass(SimplifyCFGPass());
        FPM.addPass(StoreSpeculationPass());
      });

  if (Options.InsertPolls)
    PB.registerOptimizerLastEPCallback(
        [](ModulePassManager &MPM, OptimizationLevel, ThinOrFullLTOPhase) {
          MPM.addPass(createModuleToFunctionPassAdaptor(PollInsertionPass()));
        });
}

} // namespace

void jitrun::optimize(Module &M, TargetMachine &TM,
                      const OptimizeOptions &Options) {
  if (M.getDataLayout().isDefault())
    M.setDataLayout(TM.createDataLayout());
  if (M.getTargetTriple().empty())
    M.setTargetTriple(TM.getTargetTriple());
  pinContextArguments(M);

  LLVMContext &Context = M.getContext();
  std::unique_ptr<DiagnosticHandler> Previous;
  if (Options.Remarks) {
    Previous = Context.getDiagnosticHandler();
    Context.setDiagnosticHandler(
        std::make_unique<RemarkCollector>(*Options.Remarks));
  }

  LoopAnalysisManager LAM;
  FunctionAnalysisManager FAM;
  CGSCCAnalysisManager CGAM;
  ModuleAnalysisManager MAM;
  PipelineTuningOptions Tuning;
  Tuning.SLPVectorization = Options.Level >= 2;
  // Its section is for static linkers; JITLink rejects an object that has it.
  Tuning.CallGraphProfile = false;
  PassInstrumentationCallbacks Callbacks;
  StandardInstrumentations Instrumentations(Context, /*DebugLogging=*/false,
                                            Options.Verify);
  if (Options.Verify)
    Instrumentations.registerCallbacks(Callbacks, &MAM);
  PassBuilder PB(&TM, Tuning, std::nullopt, &Callbacks);
  // Before the others: the first registration counts.
  FAM.registerPass([&] {
    return TargetLibraryAnalysis(knownLibraryNames(TM.getTargetTriple()));
  });
  PB.registerModuleAnalyses(MAM);
  PB.registerCGSCCAnalyses(CGAM);
  PB.registerFunctionAnalyses(FAM);
  PB.registerLoopAnalyses(LAM);
  PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);
  addOurPasses(PB, Options);

  // Built anew each time: LLVM's pass managers of this kind crash when run
  // twice.
  PB.buildPerModuleDefaultPipeline(levelOf(Options.Level)).run(M, MAM);
  unpinContextArguments(M);

  if (Options.Remarks)
    Context.setDiagnosticHandler(std::move(Previous));
}
