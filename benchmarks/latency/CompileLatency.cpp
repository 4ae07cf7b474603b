#include "CompileLatency.h"

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
#include <chrono>
#include <cstdio>
#include <sys/mman.h>

using namespace llvm;

namespace jitrun {

namespace {

using Clock = std::chrono::steady_clock;

double microsecondsSince(Clock::time_point Start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - Start)
      .count();
}

double median(std::vector<double> Values) {
  std::ranges::sort(Values);
  return Values[Values.size() / 2];
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
    O.Neighbours = false;
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
      Add(irgen::branchesSymbol(0, tast::FunctionId(I)), Scratch);
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

/// Microseconds a function, median over the batches after the first.
template <class Jit>
double measure(Jit &J, unsigned Count, unsigned Batch, unsigned First) {
  std::vector<double> Times;
  std::vector<tast::FunctionId> Functions;
  for (unsigned I = 0; I + Batch <= Count; I += Batch) {
    Functions.clear();
    for (unsigned K = 0; K < Batch; ++K)
      Functions.push_back(tast::FunctionId(First + I + K));
    const auto Start = Clock::now();
    J.compile(Functions);
    Times.push_back(microsecondsSince(Start) / Batch);
  }
  Times.erase(Times.begin());
  return median(Times);
}

} // namespace

void measureCompileLatency(unsigned Count) {
  const unsigned Half = Count / 2;
  auto M = makeSampleModule(Count);
  StockJit Stock(M);
  OwnEngine Own(M);
  // The machine's speed drifts: interleave.
  double StockOne = measure(Stock, Half / 2, 1, 0);
  double OwnOne = measure(Own, Half / 2, 1, 0);
  StockOne = (StockOne + measure(Stock, Half / 2, 1, Half / 2)) / 2;
  OwnOne = (OwnOne + measure(Own, Half / 2, 1, Half / 2)) / 2;
  const double Size = double(Stock.instructions()) / (Half / 2 * 2);
  const double OwnTen = measure(Own, Half, 10, Half);

  std::printf("compile latency, us a function (median; %u functions of %.0f IR "
              "instructions, counters and polls included)\n",
              Count, Size);
  std::printf("  stock LLJIT, one function a module   %7.1f\n", StockOne);
  std::printf("  engine, one function at a time       %7.1f   ratio %.2f "
              "(at most 0.55)\n",
              OwnOne, OwnOne / StockOne);
  std::printf("  engine, in batches of 10             %7.1f   ratio %.2f "
              "(at most 0.35)\n",
              OwnTen, OwnTen / StockOne);
}

} // namespace jitrun
