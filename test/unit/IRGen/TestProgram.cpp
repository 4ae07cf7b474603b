#include "TestProgram.h"

#include "Pipeline/OptimizePipeline.h"
#include "Runtime/Context.h"
#include "Runtime/Runtime.h"
#include "Sema/Sema.h"
#include "Speculation/ProfileSites.h"
#include "Support/Diagnostics.h"

#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

#include <csetjmp>
#include <cstring>

using namespace jitrun;
using namespace jitrun::test;
using namespace jitrun::tast;

namespace {

constexpr unsigned ModuleNumber = 7;

CodeGenerator &generatorOf(irgen::Tier T) {
  static auto Baseline = unwrap(CodeGenerator::create(CodegenTier::Baseline));
  static auto Optimized = unwrap(CodeGenerator::create(CodegenTier::Optimized));
  return T == irgen::Tier::Baseline ? *Baseline : *Optimized;
}

/// Of the call that is running.
struct Activation {
  std::jmp_buf Landing;
  std::string Output;
};

void raise(abi::ExecutionContext *Ctx, void *) {
  std::longjmp(static_cast<Activation *>(Ctx->Host)->Landing, 1);
}

void write(abi::ExecutionContext *Ctx, const char *Data, size_t Size) {
  static_cast<Activation *>(Ctx->Host)->Output.append(Data, Size);
}

void callsTripped(abi::ExecutionContext *, uint32_t, const uint64_t *) {}

void backEdgesTripped(abi::ExecutionContext *, uint32_t, uint32_t) {}

const abi::Hooks Handlers = {raise, write, callsTripped, backEdgesTripped};

} // namespace

struct TestProgram::State {
  explicit State(const Module &M) : Data(M) {
    for (const runtime::Symbol &R : runtime::symbols())
      Jit.define(std::string(R.Name), reinterpret_cast<void *>(R.Address));
    Jit.define("memcpy", reinterpret_cast<void *>(&std::memcpy));
    Jit.define("memset", reinterpret_cast<void *>(&std::memset));
    Jit.define("memmove", reinterpret_cast<void *>(&std::memmove));
  }

  ModuleData Data;
  TestJit Jit;
  std::vector<std::atomic<uint64_t> *> Slots;
  std::vector<abi::FunctionCounters *> Counters;
  std::map<std::string, uint64_t> Thunks;
  std::vector<FunctionId> All;
  irgen::ModuleFactsPtr Facts;
  bool Interrupt = false;
};

TestProgram::TestProgram()
    : Owned(std::make_unique<Module>()), M(Owned.get()) {}

TestProgram::TestProgram(const std::string &Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.addText("test.jit", Text);
  Owned = sema::check(Sources, File, {}, Diags);
  M = Owned.get();
  if (!M)
    throw std::runtime_error(Diags.render());
}

TestProgram::~TestProgram() = default;

irgen::Request TestProgram::request(irgen::Tier Tier) {
  if (!S) {
    S = std::make_unique<State>(*M);
    for (const auto &F : M->Functions)
      S->All.push_back(F->Id);
  }
  irgen::Request R;
  R.M = M;
  R.Data = &S->Data;
  R.ModuleNumber = ModuleNumber;
  R.FirstIndex = 100;
  R.Level = Tier;
  R.Version = Tier == irgen::Tier::Baseline ? 1 : 2;
  R.Roots = S->All;
  R.Counters = Tier == irgen::Tier::Baseline;
  if (Tier == irgen::Tier::Optimized) {
    S->Facts = irgen::analyze(*M);
    R.Facts = S->Facts.get();
  }
  return R;
}

std::unique_ptr<llvm::Module>
TestProgram::generate(llvm::LLVMContext &C, irgen::Tier Tier,
                      const FunctionProfile *Profile, FunctionId Profiled) {
  CodeGenerator &G = generatorOf(Tier);
  irgen::Generator IR(C, G.dataLayout(), HostTarget::get().Triple);
  irgen::Request R = request(Tier);
  speculation::Plan Plan;
  if (Profile) {
    speculation::FunctionEvidence E;
    E.F = &M->function(Profiled);
    E.Profile = Profile;
    Plan.Functions.push_back({Profiled, {}, {}});
    speculation::Planner().planExpectations(E, Plan.Functions[0]);
    R.Plan = &Plan;
    R.Profile = [&](FunctionId F) { return F == Profiled ? Profile : nullptr; };
  }
  auto Out = unwrap(IR.generate(R));
  std::string Why;
  llvm::raw_string_ostream Stream(Why);
  if (llvm::verifyModule(*Out, &Stream)) {
    Out->print(Stream, nullptr);
    throw std::runtime_error(Why);
  }
  return Out;
}

void TestProgram::defineData(const llvm::Module &Module) {
  for (const llvm::GlobalVariable &G : Module.globals()) {
    std::string Name = G.getName().str();
    unsigned Number = 0;
    std::string What = Name.substr(Name.find('.', 3) + 1);
    auto Is = [&](const char *Prefix) {
      size_t Length = std::strlen(Prefix);
      if (What.compare(0, Length, Prefix) != 0)
        return false;
      Number = unsigned(std::stoul(What.substr(Length)));
      return true;
    };
    const void *At = nullptr;
    if (Is("type."))
      At = S->Data.descriptor(M->Types.type(Number));
    else if (Is("text."))
      At = S->Data.text(TextId(Number));
    else if (Is("const."))
      At = S->Data.constant(ConstantId(Number));
    else if (Is("format."))
      At = S->Data.formatPlan(Number);
    else
      continue;
    S->Jit.define(Name, const_cast<void *>(At));
  }
}

void TestProgram::compile(irgen::Tier Tier) {
  auto Out =
      generate(S ? S->Jit.Context : (request(Tier), S->Jit.Context), Tier);
  CodeGenerator &G = generatorOf(Tier);
  for (size_t I = S->Slots.size(); I < M->Functions.size(); ++I) {
    FunctionId F = M->Functions[I]->Id;
    S->Slots.push_back(new (unwrap(S->Jit.Memory->allocateData(8, 8)).Address)
                           std::atomic<uint64_t>(0));
    S->Jit.define(irgen::slotSymbol(ModuleNumber, F), S->Slots.back());
    const SiteLayout L = speculation::ProfileSites(*M->Functions[I]).layout();
    auto Range = unwrap(S->Jit.Memory->allocateData(16 + L.size(), 16));
    std::memset(Range.Address, 0, 16 + L.size());
    S->Counters.push_back(
        reinterpret_cast<abi::FunctionCounters *>(Range.Address));
    S->Jit.define(irgen::countersSymbol(ModuleNumber, F), S->Counters.back());
    S->Jit.define(irgen::sitesSymbol(ModuleNumber, F), Range.Address + 16);
  }
  for (abi::FunctionCounters *C : S->Counters)
    *C = {1 << 30, 1 << 30};
  defineData(*Out);
  if (Tier == irgen::Tier::Optimized)
    optimize(*Out, G.targetMachine());
  auto Linked = S->Jit.link(unwrap(G.run(*Out)));
  unsigned Version = Tier == irgen::Tier::Baseline ? 1 : 2;
  for (const auto &F : M->Functions) {
    *S->Slots[size_t(F->Id)] =
        Linked.at(irgen::symbolOf(ModuleNumber, F->Id, Version));
    std::string Key = "thunk." + irgen::thunkKey(*F);
    if (S->Thunks.contains(Key))
      continue;
    CodeGenerator &Base = generatorOf(irgen::Tier::Baseline);
    irgen::Generator IR(S->Jit.Context, Base.dataLayout(),
                        HostTarget::get().Triple);
    auto Thunk = unwrap(IR.generateThunk(*F, Key));
    S->Thunks[Key] = S->Jit.link(unwrap(Base.run(*Thunk))).at(Key);
  }
}

std::vector<std::string> TestProgram::fastISelMisses() {
  struct Handler : llvm::DiagnosticHandler {
    std::vector<std::string> *Lines;
    bool isMissedOptRemarkEnabled(llvm::StringRef Pass) const override {
      return Pass == "sdagisel";
    }
    bool isAnyRemarkEnabled() const override { return true; }
    bool handleDiagnostics(const llvm::DiagnosticInfo &Info) override {
      std::string Text;
      llvm::raw_string_ostream Stream(Text);
      llvm::DiagnosticPrinterRawOStream Printer(Stream);
      Info.print(Printer);
      if (Text.find("FastISel") != std::string::npos)
        Lines->push_back(Text);
      return true;
    }
  };
  std::vector<std::string> Lines;
  llvm::LLVMContext C;
  auto H = std::make_unique<Handler>();
  H->Lines = &Lines;
  C.setDiagnosticHandler(std::move(H));
  auto Out = generate(C, irgen::Tier::Baseline);
  unwrap(generatorOf(irgen::Tier::Baseline).run(*Out));
  return Lines;
}

Outcome TestProgram::call(FunctionId F, std::vector<uint64_t> Cells) {
  Outcome O;
  Activation A;
  abi::ExecutionContext Ctx;
  runtime::initialiseContext(Ctx, Handlers, &A, runtime::currentStackLimit());
  if (S->Interrupt)
    runtime::requestInterrupt(Ctx, abi::TrapKind::Interrupt);
  Cells.push_back(0);
  const Function &Body = M->function(F);
  auto *Thunk = reinterpret_cast<void (*)(void *, void *, uint64_t *)>(
      S->Thunks.at("thunk." + irgen::thunkKey(Body)));
  if (setjmp(A.Landing) == 0) {
    Thunk(&Ctx, reinterpret_cast<void *>(S->Slots[size_t(F)]->load()),
          Cells.data());
  } else {
    O.Trap = Ctx.Trap.Kind;
    std::copy(std::begin(Ctx.Trap.Arguments), std::end(Ctx.Trap.Arguments),
              O.TrapArguments);
    runtime::freeLedger(Ctx);
  }
  O.Result = Cells.back();
  O.Output = A.Output;
  O.Leaked = runtime::countLedger(Ctx);
  return O;
}

Outcome TestProgram::callMain() { return call(M->Main->Id, {}); }

FunctionId TestProgram::find(const std::string &Name) const {
  return M->findFunction(Name)->Id;
}

abi::FunctionCounters TestProgram::counters(FunctionId F) const {
  return *S->Counters[size_t(F)];
}

void TestProgram::setInterrupt() { S->Interrupt = true; }

//===----------------------------------------------------------------------===//
// Building by hand

Function &TestProgram::function(std::vector<const Type *> Parameters,
                                const Type *Result) {
  auto F = std::make_unique<Function>();
  F->Id = FunctionId(M->Functions.size());
  F->Name = "f" + std::to_string(M->Functions.size());
  F->Result = Result;
  F->Parameters = uint32_t(Parameters.size());
  for (const Type *T : Parameters)
    F->Locals.push_back({"", T});
  F->Sites.resize(1);
  M->Functions.push_back(std::move(F));
  return *M->Functions.back();
}

SlotId TestProgram::local(Function &F, const Type *T) {
  F.Locals.push_back({"", T});
  return SlotId(F.Locals.size() - 1);
}

const Expr *TestProgram::integer(const Type *T, uint64_t V) {
  return M->make<IntConstant>(T, V);
}

const Expr *TestProgram::floating(const Type *T, double V) {
  return M->make<FloatConstant>(T, V);
}

const Place *TestProgram::place(const Function &F, SlotId S) {
  Place *P = M->make<Place>();
  P->Slot = S;
  P->BaseTy = P->Ty = F.Locals[size_t(S)].Ty;
  return P;
}

const Expr *TestProgram::load(const Function &F, SlotId S) {
  return M->make<LoadExpr>(F.Locals[size_t(S)].Ty, place(F, S));
}

const Expr *TestProgram::binary(BinaryOp Op, const Expr *L, const Expr *R) {
  const Type *T = isComparison(Op) ? M->Types.boolean() : L->Ty;
  return M->make<BinaryExpr>(T, Op, L, R, SiteId(0));
}

const Expr *TestProgram::intrinsic(const Type *T, tast::Intrinsic W,
                                   std::vector<const Expr *> O) {
  return M->make<IntrinsicExpr>(T, W, M->copy(O), SiteId(0));
}

const Expr *TestProgram::convert(const Type *T, const Expr *E) {
  return M->make<ConvertExpr>(T, E);
}

const Stmt *TestProgram::assign(const Function &F, SlotId S, const Expr *E,
                                bool Init) {
  return M->make<AssignStmt>(SourceRange(), place(F, S), E, Init);
}

const Stmt *TestProgram::give(const Expr *E) {
  return M->make<ReturnStmt>(SourceRange(), E);
}

StmtList TestProgram::list(std::vector<const Stmt *> S) { return M->copy(S); }
