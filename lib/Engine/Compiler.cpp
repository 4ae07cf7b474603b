#include "Engine/Compiler.h"

#include "Engine/LoadedModule.h"
#include "Pipeline/OptimizePipeline.h"
#include "Pipeline/Sanitizers.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace jitrun::engine {

std::unique_ptr<Compiler> Compiler::create(size_t StackBytes) {
  std::unique_ptr<Compiler> C(new Compiler);
  C->Stack = CompileStack::create(StackBytes);
  return C->Stack ? std::move(C) : nullptr;
}

Compiler::~Compiler() = default;

Expected<CodeGenerator *> Compiler::generator(CodegenTier Tier) {
  auto &G = Tier == CodegenTier::Baseline ? Baseline : Optimized;
  if (!G) {
    auto Made = CodeGenerator::create(Tier);
    if (!Made)
      return Made.takeError();
    G = std::move(*Made);
  }
  return G.get();
}

irgen::Generator &Compiler::irGenerator(CodeGenerator &G, bool KeepNames) {
  constexpr unsigned UsesPerContext = 500;
  if (!IR || ++Uses > UsesPerContext || Named != KeepNames) {
    IR.reset();
    Context = std::make_unique<LLVMContext>();
    Context->setDiscardValueNames(!KeepNames);
    IR = std::make_unique<irgen::Generator>(
        *Context, G.dataLayout(), G.targetMachine().getTargetTriple().str());
    Uses = 0;
    Named = KeepNames;
  }
  return *IR;
}

Expected<std::unique_ptr<Module>>
Compiler::makeModule(const CompileJob &Job, CodeGenerator &G, bool KeepNames,
                     OptimizationReport *Report) {
  const bool Optimize = Job.Level == irgen::Tier::Optimized;
  irgen::Request R;
  R.M = &Job.M->typed();
  R.Data = &Job.M->data();
  R.Facts = Optimize ? &Job.M->irgenFacts() : nullptr;
  R.ModuleNumber = Job.M->number();
  R.FirstIndex = Job.M->firstIndex();
  R.Level = Job.Level;
  R.Version = Job.Version;
  R.Roots = Job.Roots;
  R.Continuations = Job.Continuations;
  R.Inlinable = Job.Inlinable;
  R.Plan = &Job.Plan;
  R.LocateLoops = Report != nullptr;
  R.Counters = Job.Counters;
  R.EntersLoops = Job.EntersLoops;
  R.ForcesExits = Job.ForcesExits;
  R.SanitizeThread = InstrumentsThreads;
  if (Job.Profile)
    R.Profile = [&](tast::FunctionId F) {
      return Job.Profile->find(uint32_t(F));
    };
  auto M = irGenerator(G, KeepNames).generate(R);
  if (!M)
    return M.takeError();
  if (Optimize) {
    OptimizeOptions Options;
    Options.Report = Report;
    optimize(**M, G.targetMachine(), Options);
  }
  return M;
}

static CodegenTier codegenTier(irgen::Tier T) {
  return T == irgen::Tier::Baseline ? CodegenTier::Baseline
                                    : CodegenTier::Optimized;
}

Expected<ObjectCode> Compiler::compile(const CompileJob &Job,
                                       OptimizationReport *Report) {
  auto G = generator(codegenTier(Job.Level));
  if (!G)
    return G.takeError();
  auto M = makeModule(Job, **G, false, Report);
  if (!M)
    return M.takeError();
  return (*G)->run(**M);
}

Expected<ObjectCode> Compiler::compileThunk(const tast::Function &F,
                                            const std::string &Symbol) {
  auto G = generator(CodegenTier::Baseline);
  if (!G)
    return G.takeError();
  auto M = irGenerator(**G, false).generateThunk(F, Symbol);
  if (!M)
    return M.takeError();
  return (*G)->run(**M);
}

Expected<std::string> Compiler::printIR(const CompileJob &Job) {
  auto G = generator(codegenTier(Job.Level));
  if (!G)
    return G.takeError();
  auto M = makeModule(Job, **G, true);
  if (!M)
    return M.takeError();
  std::string Text;
  raw_string_ostream Out(Text);
  irgen::print(**M, Out);
  return Text;
}

Expected<std::string> Compiler::printAssembly(const CompileJob &Job) {
  auto G = generator(codegenTier(Job.Level));
  if (!G)
    return G.takeError();
  auto M = makeModule(Job, **G, false);
  if (!M)
    return M.takeError();
  return (*G)->printAssembly(**M);
}

} // namespace jitrun::engine
