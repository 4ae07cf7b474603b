#include "CompileLatency.h"

#include "CallTimer.h"
#include "CodeCache/CodeMemory.h"
#include "Engine/Engine.h"
#include "IRGen/IRGen.h"
#include "Pipeline/Codegen.h"
#include "Runtime/Runtime.h"
#include "SampleModule.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/ExecutionEngine/Orc/ThreadSafeModule.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <algorithm>
#include <cstdio>
#include <sys/mman.h>
#include <time.h>

using namespace llvm;

namespace jitrun {

namespace {

/// Microseconds of this thread's processor time: all that is measured runs on
/// the calling thread, and other programs do not count.
double now() {
  timespec T;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &T);
  return double(T.tv_sec) * 1e6 + double(T.tv_nsec) * 1e-3;
}

ExitOnError OrExit("bench-latency: ");

/// The engine, from the typed tree to an address, one function after another;
/// or in batches through main functions that call the others.
class OwnEngine {
public:
  explicit OwnEngine(std::shared_ptr<const tast::Module> M) {
    engine::EngineOptions O;
    O.Mode = engine::TierMode::Auto;
    // Every function with its loop would begin optimised otherwise; the
    // counters count, but not so far.
    O.CallThreshold = 1;
    O.LoopThreshold = 1000000;
    O.Neighbours = 0;
    std::string Error;
    E = engine::Engine::create(std::move(O), Error);
    Loaded = E->loadModule(std::move(M)).Module;
  }

  void compile(std::span<const tast::FunctionId> Functions) {
    if (auto Error = E->compileTogether(*Loaded, Functions)) {
      std::fprintf(stderr, "%s\n", Error->c_str());
      std::exit(1);
    }
  }

  int64_t call(tast::FunctionId F, engine::Context &C) {
    engine::Cell Cells[4] = {};
    Cells[0].Int = 100;
    Cells[1].Int = 7;
    Cells[2].F64 = 1.5;
    if (E->call(C, *Loaded, F, Cells))
      std::exit(1);
    return Cells[3].Int;
  }

  engine::Engine &engine() { return *E; }

private:
  std::unique_ptr<engine::Engine> E;
  std::shared_ptr<engine::LoadedModule> Loaded;
};

/// LLJIT as its builder makes it, but without optimisation, given the same IR.
class StockJit {
public:
  explicit StockJit(std::shared_ptr<const tast::Module> Typed)
      : Typed(std::move(Typed)), Data(*this->Typed),
        Context(std::make_unique<LLVMContext>()) {
    HostTarget::get();
    auto Target = OrExit(orc::JITTargetMachineBuilder::detectHost());
    Target.setCodeGenOptLevel(CodeGenOptLevel::None);
    Target.setCodeModel(CodeModel::Small);
    Target.setRelocationModel(Reloc::PIC_);
    Layout = std::make_unique<DataLayout>(
        OrExit(Target.createTargetMachine())->createDataLayout());
    Triple = Target.getTargetTriple().str();
    Jit = OrExit(orc::LLJITBuilder()
                     .setJITTargetMachineBuilder(std::move(Target))
                     .create());
    Context.withContextDo([&](LLVMContext *C) {
      C->setDiscardValueNames(true);
      IR = std::make_unique<irgen::Generator>(*C, *Layout, Triple);
    });
    defineSymbols();
  }

  void compile(std::span<const tast::FunctionId> Functions) {
    std::unique_ptr<Module> M;
    Context.withContextDo([&](LLVMContext *) {
      irgen::Request R;
      R.M = Typed.get();
      R.Data = &Data;
      R.Version = 1;
      R.Roots = Functions;
      R.Counters = true;
      M = OrExit(IR->generate(R));
      for (Function &F : *M)
        Instructions += F.getInstructionCount();
    });
    OrExit(Jit->addIRModule(orc::ThreadSafeModule(std::move(M), Context)));
    for (tast::FunctionId F : Functions)
      OrExit(Jit->lookup(irgen::symbolOf(0, F, 1)));
  }

  size_t instructions() const { return Instructions; }

private:
  /// What generated code refers to: the run-time functions, and counters that
  /// nobody reads, somewhere near the code.
  void defineSymbols() {
    constexpr size_t Bytes = 1 << 16;
    void *Scratch = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    orc::SymbolMap Symbols;
    auto Add = [&](const std::string &Name, const void *Address) {
      Symbols[Jit->mangleAndIntern(Name)] = {
          orc::ExecutorAddr::fromPtr(Address), JITSymbolFlags::Exported};
    };
    for (const runtime::Symbol &S : runtime::symbols())
      Add(std::string(S.Name), reinterpret_cast<const void *>(S.Address));
    for (size_t I = 0; I < Typed->Functions.size(); ++I) {
      Add(irgen::countersSymbol(0, tast::FunctionId(I)), Scratch);
      Add(irgen::sitesSymbol(0, tast::FunctionId(I)), Scratch);
    }
    OrExit(Jit->getMainJITDylib().define(
        orc::absoluteSymbols(std::move(Symbols))));
  }

  std::shared_ptr<const tast::Module> Typed;
  tast::ModuleData Data;
  orc::ThreadSafeContext Context;
  std::unique_ptr<DataLayout> Layout;
  std::string Triple;
  std::unique_ptr<orc::LLJIT> Jit;
  std::unique_ptr<irgen::Generator> IR;
  size_t Instructions = 0;
};

/// Compiles \p Count functions from \p First on in batches, and notes the
/// microseconds that each batch took for one function.
template <class Jit>
void measure(Jit &J, unsigned First, unsigned Count, unsigned Batch,
             std::vector<double> &Times) {
  for (unsigned I = 0; I < Count; I += Batch) {
    std::vector<tast::FunctionId> Functions;
    for (unsigned K = 0; K < Batch; ++K)
      Functions.push_back(tast::FunctionId(First + I + K));
    const double Start = now();
    J.compile(Functions);
    Times.push_back((now() - Start) / Batch);
  }
}

} // namespace

void measureCompileLatency(unsigned Count) {
  constexpr unsigned Round = 50;
  constexpr unsigned Batch = 10;
  const unsigned Rounds = std::max(2u, Count / Round);
  auto M = makeSampleModule(2 * Rounds * Round);
  StockJit Stock(M);
  OwnEngine Own(M);
  std::vector<double> StockOne, OwnOne, OwnBatch;
  // The first functions pay for what is set up once. From then on in turns, as
  // the machine's speed changes.
  for (unsigned R = 0; R < Rounds; ++R) {
    if (R == 1) {
      StockOne.clear();
      OwnOne.clear();
      OwnBatch.clear();
    }
    measure(Stock, R * Round, Round, 1, StockOne);
    measure(Own, R * Round, Round, 1, OwnOne);
    measure(Own, (Rounds + R) * Round, Round, Batch, OwnBatch);
  }
  const double Size = double(Stock.instructions()) / (Rounds * Round);
  const double Reference = median(StockOne);
  std::printf("compile latency: us of processor time a function, from typed "
              "tree to address\n"
              "(median; %u functions of %.0f IR instructions, counters and "
              "polls included)\n",
              (Rounds - 1) * Round, Size);
  auto Line = [&](const char *What, double Value, const char *Bar) {
    std::printf("  %-36s %7.1f   ratio %.3f%s\n", What, Value,
                Value / Reference, Bar);
  };
  Line("stock LLJIT, one function a module", Reference, "");
  Line("engine, one function at a time", median(OwnOne), " (at most 0.55)");
  Line("engine, in batches of 10", median(OwnBatch), " (at most 0.35)");
}

} // namespace jitrun
