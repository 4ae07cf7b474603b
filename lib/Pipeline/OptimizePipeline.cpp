#include "Pipeline/OptimizePipeline.h"

#include "Pipeline/BiasedLoops.h"
#include "Pipeline/BoundsCheckHoist.h"
#include "Pipeline/ContextArgument.h"
#include "Pipeline/HeaderLoads.h"
#include "Pipeline/LibraryNames.h"
#include "Pipeline/PollInsertion.h"
#include "Pipeline/PredictiveCommoning.h"
#include "Pipeline/SmallLoopStrengthReduce.h"
#include "Pipeline/StackCheckInsertion.h"
#include "Pipeline/StoreSpeculation.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/StandardInstrumentations.h"
#include "llvm/Support/CommandLine.h"
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

/// Bodies for arguments that hardly come along are not what people ask about.
bool isRare(const Function &F) { return F.hasFnAttribute(Attribute::Cold); }

/// Collects what the passes that people care about say.
class RemarkCollector final : public DiagnosticHandler {
public:
  explicit RemarkCollector(std::vector<jitrun::OptimizationRemark> &Remarks)
      : Remarks(Remarks) {}

  bool isMissedOptRemarkEnabled(StringRef Pass) const override {
    return Pass == "loop-vectorize" || Pass == "inline";
  }
  bool isAnalysisRemarkEnabled(StringRef Pass) const override {
    return Pass == "loop-vectorize";
  }
  bool isPassedOptRemarkEnabled(StringRef Pass) const override {
    return isMissedOptRemarkEnabled(Pass) || Pass == "loop-unroll" ||
           Pass == BoundsCheckHoistPass::RemarkPass;
  }
  bool isAnyRemarkEnabled() const override { return true; }

  bool handleDiagnostics(const DiagnosticInfo &DI) override {
    auto *Remark = dyn_cast<DiagnosticInfoOptimizationBase>(&DI);
    if (!Remark || !Remark->isEnabled() || isRare(Remark->getFunction()))
      return true;
    jitrun::OptimizationRemark R;
    using Kind = jitrun::OptimizationRemark::Kind;
    R.What = Remark->isPassed()   ? Kind::Done
             : Remark->isMissed() ? Kind::Missed
                                  : Kind::Reason;
    R.Pass = Remark->getPassName().str();
    R.Name = Remark->getRemarkName().str();
    R.Function = Remark->getFunction().getName().str();
    if (Remark->isLocationAvailable()) {
      R.Line = Remark->getLocation().getLine();
      R.Column = Remark->getLocation().getColumn();
    }
    for (const auto &A : Remark->getArgs())
      if (A.Key == "Callee")
        R.Callee = A.Val;
    R.Message = Remark->getMsg();
    Remarks.push_back(std::move(R));
    return true;
  }

private:
  std::vector<jitrun::OptimizationRemark> &Remarks;
};

std::vector<TrapCall> findTrapCalls(const Module &M) {
  std::vector<TrapCall> Found;
  for (const Function &F : M) {
    if (isRare(F))
      continue;
    for (const Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallInst>(&I);
      const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
      if (Callee && Callee->doesNotReturn() && Call->getDebugLoc())
        Found.push_back({Callee->getName().str(), Call->getDebugLoc().getLine(),
                         Call->getDebugLoc().getCol()});
    }
  }
  llvm::sort(Found);
  Found.erase(llvm::unique(Found), Found.end());
  return Found;
}

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
        FPM.addPass(BiasedLoopsPass());
      });

  // What LLVM wanted to vectorise or unroll is so now.
  PB.registerVectorizerEndEPCallback(
      [](FunctionPassManager &FPM, OptimizationLevel) {
        FPM.addPass(PredictiveCommoningPass());
      });

  if (Options.InsertChecks)
    PB.registerOptimizerLastEPCallback(
        [](ModulePassManager &MPM, OptimizationLevel, ThinOrFullLTOPhase) {
          FunctionPassManager FPM;
          FPM.addPass(PollInsertionPass());
          FPM.addPass(StackCheckInsertionPass());
          MPM.addPass(createModuleToFunctionPassAdaptor(std::move(FPM)));
        });

  // As late as in code generation, whose place this takes.
  PB.registerOptimizerLastEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel, ThinOrFullLTOPhase) {
        MPM.addPass(createModuleToFunctionPassAdaptor(
            createFunctionToLoopPassAdaptor(SmallLoopStrengthReducePass())));
      });
}

/// Lets LLVM vectorise loops that sum floats, with the additions one after the
/// other as the program says, so with the same bits. It does so by itself for
/// some targets and not for x86, where it pays off too: in `s += f(i)` all but
/// the additions then runs in vectors, and the cost model decides.
///
/// There is no other way to say it than the option that LLVM has for its own
/// tests; it holds for the whole process.
void allowOrderedReductions() {
  static const bool Done = [] {
    constexpr char Name[] = "force-ordered-reductions";
    auto &Options = cl::getRegisteredOptions();
    // As if it were given once: LLVM asks for that.
    if (auto It = Options.find(Name); It != Options.end())
      It->second->addOccurrence(0, Name, "true");
    return true;
  }();
  (void)Done;
}

} // namespace

void jitrun::optimize(Module &M, TargetMachine &TM,
                      const OptimizeOptions &Options) {
  if (M.getDataLayout().isDefault())
    M.setDataLayout(TM.createDataLayout());
  if (M.getTargetTriple().empty())
    M.setTargetTriple(TM.getTargetTriple());
  allowOrderedReductions();
  pinContextArguments(M);

  LLVMContext &Context = M.getContext();
  std::unique_ptr<DiagnosticHandler> Previous;
  if (Options.Report) {
    Options.Report->TrapsBefore = findTrapCalls(M);
    Previous = Context.getDiagnosticHandler();
    Context.setDiagnosticHandler(
        std::make_unique<RemarkCollector>(Options.Report->Remarks));
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

  if (Options.Report) {
    Options.Report->TrapsAfter = findTrapCalls(M);
    Context.setDiagnosticHandler(std::move(Previous));
  }
}
