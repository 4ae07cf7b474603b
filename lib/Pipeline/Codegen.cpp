#include "Pipeline/Codegen.h"

#include "Pipeline/ImageStreamer.h"
#include "Pipeline/LibraryNames.h"
#include "Pipeline/Sanitizers.h"
#include "Pipeline/SiteRecorder.h"

#include "llvm/Analysis/RuntimeLibcallInfo.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/CodeGen/AsmPrinter.h"
#include "llvm/CodeGen/CodeGenTargetMachineImpl.h"
#include "llvm/CodeGen/LibcallLoweringInfo.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCAsmBackend.h"
#include "llvm/MC/MCCodeEmitter.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/PassInfo.h"
#include "llvm/PassRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Target/TargetMachine.h"

#include <mutex>

using namespace jitrun;
using namespace llvm;

namespace {

/// Which passes come between a module and the assembly printer.
enum class PassList { FewestAtO0, All };

/// Keeps LoopStrengthReduce out of the passes that are added while this lives.
/// The option that says so is the whole process's, so for moments only.
class WithoutStrengthReduction {
public:
  WithoutStrengthReduction() : Lock(Mutex) {
    auto &Options = cl::getRegisteredOptions();
    if (auto It = Options.find("disable-lsr"); It != Options.end())
      Disable = static_cast<cl::opt<bool> *>(It->second);
    if (Disable) {
      Before = *Disable;
      *Disable = true;
    }
  }
  ~WithoutStrengthReduction() {
    if (Disable)
      *Disable = Before;
  }

private:
  static inline std::mutex Mutex;
  std::lock_guard<std::mutex> Lock;
  cl::opt<bool> *Disable = nullptr;
  bool Before = false;
};

/// A pass manager that ends in an assembly printer, to be run again and again.
class EmitPasses {
public:
  /// The end is assembly text in \p Text, which must outlive this, or an image
  /// if that is null.
  static Expected<std::unique_ptr<EmitPasses>>
  create(CodeGenTargetMachineImpl &TM, PassList List,
         raw_pwrite_stream *Text = nullptr);

  void run(Module &M) { PM.run(M); }
  /// What the last module came to.
  ObjectCode take() { return {Images->take(), Sites->take()}; }

private:
  bool addFewestPasses(CodeGenTargetMachineImpl &TM, TargetPassConfig &Config);

  legacy::PassManager PM;
  SiteRecorder *Sites = nullptr;
  ImageWriter *Images = nullptr;
  /// Where the writer of ELF objects would write.
  raw_null_ostream Nowhere;
};

/// Returns true if LLVM lacks one of them, as its own functions of this kind
/// do.
bool EmitPasses::addFewestPasses(CodeGenTargetMachineImpl &TM,
                                 TargetPassConfig &Config) {
  bool Lacks = false;
  auto Add = [&](char &ID) {
    Pass *P = Pass::createPass(&ID);
    if (P)
      PM.add(P);
    Lacks |= !P;
  };
  // The X86 library keeps the functions that make its passes to itself.
  auto AddNamed = [&](StringRef Argument) {
    const PassInfo *Info =
        PassRegistry::getPassRegistry()->getPassInfo(Argument);
    if (Info && Info->getNormalCtor())
      PM.add(Info->createPass());
    else
      Lacks = true;
  };

  PM.add(createTargetTransformInfoWrapperPass(TM.getTargetIRAnalysis()));
  if (Config.addInstSelector())
    return true;
  Add(FinalizeISelID);
  AddNamed("x86-flags-copy-lowering");
  Add(PHIEliminationID);
  Add(TwoAddressInstructionPassID);
  PM.add(createFastRegisterAllocator());
  Add(PrologEpilogCodeInserterID);
  Add(ExpandPostRAPseudosID);
  AddNamed("x86-expand-pseudo");
  Config.setInitialized();
  return Lacks;
}

Expected<std::unique_ptr<EmitPasses>>
EmitPasses::create(CodeGenTargetMachineImpl &TM, PassList List,
                   raw_pwrite_stream *Text) {
  auto Passes = std::make_unique<EmitPasses>();
  auto Failed = [] {
    return createStringError("cannot set up code generation");
  };
  legacy::PassManager &PM = Passes->PM;
  const llvm::Triple &TT = TM.getTargetTriple();
  const TargetOptions &Options = TM.Options;

  PM.add(new TargetLibraryInfoWrapperPass(knownLibraryNames(TT)));
  PM.add(new RuntimeLibraryInfoWrapper(
      TT, Options.ExceptionModel, Options.FloatABIType, Options.EABIVersion,
      Options.MCOptions.ABIName, Options.VecLib));
  TargetPassConfig *Config = TM.createPassConfig(PM);
  Config->setDisableVerify(true);
  PM.add(Config);
  auto *MMI = new MachineModuleInfoWrapperPass(&TM);
  PM.add(MMI);
  PM.add(new LibcallLoweringInfoWrapper());
  if (List == PassList::FewestAtO0) {
    if (Passes->addFewestPasses(TM, *Config))
      return Failed();
  } else {
    const WithoutStrengthReduction Guard;
    if (Config->addISelPasses())
      return Failed();
    Config->addMachinePasses();
    Config->setInitialized();
  }

  MCContext &Context = MMI->getMMI().getContext();
  std::unique_ptr<MCStreamer> Streamer;
  if (Text) {
    auto Made = TM.createMCStreamer(*Text, nullptr,
                                    CodeGenFileType::AssemblyFile, Context);
    if (!Made)
      return Made.takeError();
    Streamer = std::move(*Made);
  } else {
    const Target &T = TM.getTarget();
    std::unique_ptr<MCCodeEmitter> Emitter(
        T.createMCCodeEmitter(*TM.getMCInstrInfo(), Context));
    std::unique_ptr<MCAsmBackend> Backend(T.createMCAsmBackend(
        *TM.getMCSubtargetInfo(), *TM.getMCRegisterInfo(), Options.MCOptions));
    auto Writer = std::make_unique<ImageWriter>(
        Backend->createObjectWriter(Passes->Nowhere));
    Passes->Images = Writer.get();
    Streamer = std::make_unique<ImageStreamer>(
        Context, std::move(Backend), std::move(Writer), std::move(Emitter));
  }
  AsmPrinter *Printer =
      TM.getTarget().createAsmPrinter(TM, std::move(Streamer));
  if (!Printer)
    return Failed();
  auto Sites = std::make_unique<SiteRecorder>(*Printer);
  Passes->Sites = Sites.get();
  if (Passes->Images)
    Passes->Images->onLayout(
        [R = Sites.get()](const MCAssembler &A) { R->resolveOffsets(A); });
  Printer->addAsmPrinterHandler(std::move(Sites));
  PM.add(Printer);
  PM.add(createFreeMachineFunctionPass());
  return Passes;
}

/// Whether FastISel or SelectionDAG selects calls of \p Id as they are, without
/// a pass that expands them first.
bool isSelectedDirectly(Intrinsic::ID Id) {
  switch (Id) {
  case Intrinsic::memcpy:
  case Intrinsic::memmove:
  case Intrinsic::memset:
  case Intrinsic::lifetime_start:
  case Intrinsic::lifetime_end:
  case Intrinsic::assume:
  case Intrinsic::expect:
  case Intrinsic::trap:
  case Intrinsic::frameaddress:
  case Intrinsic::returnaddress:
  case Intrinsic::sqrt:
  case Intrinsic::fabs:
  case Intrinsic::copysign:
  case Intrinsic::floor:
  case Intrinsic::ceil:
  case Intrinsic::trunc:
  case Intrinsic::rint:
  case Intrinsic::nearbyint:
  case Intrinsic::round:
  case Intrinsic::roundeven:
  case Intrinsic::fma:
  case Intrinsic::minnum:
  case Intrinsic::maxnum:
  case Intrinsic::minimum:
  case Intrinsic::maximum:
  case Intrinsic::fptosi_sat:
  case Intrinsic::fptoui_sat:
  case Intrinsic::abs:
  case Intrinsic::smin:
  case Intrinsic::smax:
  case Intrinsic::umin:
  case Intrinsic::umax:
  case Intrinsic::ctpop:
  case Intrinsic::ctlz:
  case Intrinsic::cttz:
  case Intrinsic::bswap:
  case Intrinsic::bitreverse:
  case Intrinsic::fshl:
  case Intrinsic::fshr:
  case Intrinsic::sadd_with_overflow:
  case Intrinsic::uadd_with_overflow:
  case Intrinsic::ssub_with_overflow:
  case Intrinsic::usub_with_overflow:
  case Intrinsic::smul_with_overflow:
  case Intrinsic::umul_with_overflow:
    return true;
  default:
    return false;
  }
}

/// Whether the fewest passes make correct code of \p I.
bool suitsFewestPasses(const Instruction &I) {
  if (I.getType()->isVectorTy())
    return false;
  switch (I.getOpcode()) {
  case Instruction::Alloca:
    return cast<AllocaInst>(I).isStaticAlloca();
  case Instruction::Load:
    return !I.getType()->isIntegerTy(128);
  case Instruction::Store: {
    Type *T = cast<StoreInst>(I).getValueOperand()->getType();
    return !T->isVectorTy() && !T->isIntegerTy(128);
  }
  case Instruction::Call:
    return !cast<CallInst>(I).isInlineAsm() &&
           !cast<CallInst>(I).isMustTailCall();
  case Instruction::AtomicRMW: {
    // Those with a machine instruction of their own; the others are loops.
    auto Op = cast<AtomicRMWInst>(I).getOperation();
    return I.use_empty() ? Op == AtomicRMWInst::Add || Op == AtomicRMWInst::Sub
                         : Op == AtomicRMWInst::Xchg;
  }
  case Instruction::IndirectBr:
  case Instruction::CallBr:
  case Instruction::Invoke:
  case Instruction::LandingPad:
  case Instruction::VAArg:
    return false;
  default:
    return true;
  }
}

bool suitsFewestPasses(const Module &M) {
  for (const Function &F : M) {
    if (F.isIntrinsic() && !isSelectedDirectly(F.getIntrinsicID()))
      return false;
    if (F.hasGC() || F.hasStackProtectorFnAttr())
      return false;
    for (const Instruction &I : instructions(F))
      if (!suitsFewestPasses(I))
        return false;
  }
  return true;
}

/// Keeps the first error that LLVM reports and drops warnings;
/// missed-optimisation remarks go to the handler that the context had, if it
/// wants them.
struct ErrorCollector final : DiagnosticHandler {
  std::string &Message;
  DiagnosticHandler *Next;
  ErrorCollector(std::string &Message, DiagnosticHandler *Next)
      : Message(Message), Next(Next) {}

  bool isMissedOptRemarkEnabled(StringRef Pass) const override {
    return Next && Next->isMissedOptRemarkEnabled(Pass);
  }

  bool handleDiagnostics(const DiagnosticInfo &DI) override {
    if (DI.getSeverity() == DS_Error && Message.empty()) {
      raw_string_ostream OS(Message);
      DiagnosticPrinterRawOStream Printer(OS);
      DI.print(Printer);
    } else if (DI.getKind() == DK_OptimizationRemarkMissed && Next) {
      Next->handleDiagnostics(DI);
    }
    return true;
  }
};

} // namespace

struct CodeGenerator::Impl {
  CodegenTier Tier;
  std::unique_ptr<TargetMachine> TM;
  DataLayout Layout;
  /// Made when first needed.
  std::unique_ptr<EmitPasses> All;
  std::unique_ptr<EmitPasses> Fewest;

  Impl(CodegenTier Tier, std::unique_ptr<TargetMachine> TM)
      : Tier(Tier), TM(std::move(TM)), Layout(this->TM->createDataLayout()) {}

  CodeGenTargetMachineImpl &machine() {
    return static_cast<CodeGenTargetMachineImpl &>(*TM);
  }

  void prepare(Module &M) {
    if (M.getDataLayout().isDefault())
      M.setDataLayout(Layout);
    if (M.getTargetTriple().empty())
      M.setTargetTriple(TM->getTargetTriple());
    instrumentForSanitizers(M);
    // Locations are for the site recorder, which finds the function in them;
    // passes that keep track of variables need not look.
    for (Function &F : M) {
      F.setSubprogram(nullptr);
      // Nobody else defines it: no second label for calls from here.
      if (F.hasExternalLinkage() && !F.isDeclaration())
        F.setVisibility(GlobalValue::HiddenVisibility);
    }
  }

  /// Runs \p Passes with errors collected instead of printed.
  Error run(EmitPasses &Passes, Module &M) {
    LLVMContext &Context = M.getContext();
    std::string Message;
    auto Previous = Context.getDiagnosticHandler();
    Context.setDiagnosticHandler(
        std::make_unique<ErrorCollector>(Message, Previous.get()));
    Passes.run(M);
    Context.setDiagnosticHandler(std::move(Previous));
    if (!Message.empty())
      return createStringError("code generation failed: %s", Message.c_str());
    return Error::success();
  }
};

CodeGenerator::CodeGenerator(std::unique_ptr<Impl> I) : State(std::move(I)) {}
CodeGenerator::~CodeGenerator() = default;

Expected<std::unique_ptr<CodeGenerator>>
CodeGenerator::create(CodegenTier Tier) {
  auto TM = createTargetMachine(Tier);
  if (!TM)
    return TM.takeError();
  return std::unique_ptr<CodeGenerator>(
      new CodeGenerator(std::make_unique<Impl>(Tier, std::move(*TM))));
}

Expected<ObjectCode> CodeGenerator::run(Module &M) {
  State->prepare(M);
  bool IsSmall = State->Tier == CodegenTier::Baseline && suitsFewestPasses(M);
  std::unique_ptr<EmitPasses> &Passes = IsSmall ? State->Fewest : State->All;
  if (!Passes) {
    auto Made = EmitPasses::create(
        State->machine(), IsSmall ? PassList::FewestAtO0 : PassList::All);
    if (!Made)
      return Made.takeError();
    Passes = std::move(*Made);
  }

  if (Error E = State->run(*Passes, M))
    return E;
  ObjectCode Code = Passes->take();
  Code.Image.Name = M.getModuleIdentifier();
  return Code;
}

Expected<std::string> CodeGenerator::printAssembly(Module &M) {
  State->prepare(M);
  SmallVector<char, 0> Text;
  raw_svector_ostream OS(Text);
  bool IsSmall = State->Tier == CodegenTier::Baseline && suitsFewestPasses(M);
  auto Passes = EmitPasses::create(
      State->machine(), IsSmall ? PassList::FewestAtO0 : PassList::All, &OS);
  if (!Passes)
    return Passes.takeError();
  if (Error E = State->run(**Passes, M))
    return E;
  return std::string(Text.begin(), Text.end());
}

TargetMachine &CodeGenerator::targetMachine() { return *State->TM; }
const DataLayout &CodeGenerator::dataLayout() const { return State->Layout; }
CodegenTier CodeGenerator::tier() const { return State->Tier; }
