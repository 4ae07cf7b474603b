#include "Engine/Engine.h"

#include "Engine/EngineImpl.h"
#include "Engine/JobPlanner.h"

namespace jitrun::engine {

Context::Context(std::unique_ptr<ContextState> S) : State(std::move(S)) {}
Context::Context(Context &&Other) noexcept = default;

Context &Context::operator=(Context &&Other) noexcept {
  // The other's destructor disposes of what was here.
  std::swap(State, Other.State);
  return *this;
}

Context::~Context() {
  if (State)
    State->Engine->destroyContext(*State);
}

void Context::setArguments(std::span<const std::string> Arguments) {
  State->Arguments = std::make_unique<runtime::ProgramArguments>(Arguments);
  State->Arguments->giveTo(State->Raw);
}

void Context::interrupt() {
  runtime::requestInterrupt(State->Raw, abi::TrapKind::Interrupt);
}

abi::ExecutionContext *Context::raw() const { return &State->Raw; }

int64_t Context::bytesAlive() const { return State->Raw.MemoryUsed; }

void Context::freeAll() { runtime::freeLedger(State->Raw); }

std::unique_ptr<Engine> Engine::create(EngineOptions Options,
                                       std::string &Error) {
  auto Impl = std::make_unique<EngineImpl>(std::move(Options));
  if (llvm::Error E = Impl->initialise()) {
    Error = llvm::toString(std::move(E));
    return nullptr;
  }
  return std::unique_ptr<Engine>(new Engine(std::move(Impl)));
}

Engine::Engine(std::unique_ptr<EngineImpl> I) : Impl(std::move(I)) {}
Engine::~Engine() = default;

LoadResult Engine::loadModule(std::shared_ptr<const tast::Module> M) {
  return Impl->loadModule(std::move(M));
}

Context Engine::createContext() { return Context(Impl->createContext()); }

std::optional<TrapReport> Engine::call(Context &C, const LoadedModule &M,
                                       tast::FunctionId F,
                                       std::span<Cell> Cells,
                                       const CallOptions &Options) {
  return Impl->call(*C.State, const_cast<LoadedModule &>(M), F, Cells.data(),
                    Options);
}

std::optional<TrapReport> Engine::callNested(abi::ExecutionContext *C,
                                             const LoadedModule &M,
                                             tast::FunctionId F,
                                             std::span<Cell> Cells) {
  return Impl->call(*static_cast<ContextState *>(C->Host),
                    const_cast<LoadedModule &>(M), F, Cells.data(), {});
}

std::optional<std::string> Engine::compile(const LoadedModule &Module,
                                           tast::FunctionId F, DumpTier Tier) {
  auto &M = const_cast<LoadedModule &>(Module);
  if (!Impl->ensureBorn(M, F))
    return M.detail(F) ? M.detail(F)->Error : "out of memory";
  if (Tier == DumpTier::Baseline)
    return std::nullopt;
  std::atomic<CodeState> &State = M.record(F).State;
  while (true) {
    CodeState Now = CodeState::Baseline;
    if (State.compare_exchange_strong(Now, CodeState::Optimizing))
      return Impl->Tiers->optimize(M, F);
    if (Now == CodeState::Settled)
      return M.detail(F)->Error;
    if (Now == CodeState::Optimized)
      return std::nullopt;
    // A worker or another caller is about to; or it is shed.
    State.wait(Now, std::memory_order_acquire);
  }
}

std::optional<std::string>
Engine::compileTogether(const LoadedModule &M,
                        std::span<const tast::FunctionId> Functions) {
  return Impl->compileTogether(const_cast<LoadedModule &>(M), Functions);
}

std::string Engine::dumpIR(const LoadedModule &M, tast::FunctionId F,
                           DumpTier Tier) {
  return Impl->dump(const_cast<LoadedModule &>(M), F, Tier, false);
}

std::string Engine::dumpAssembly(const LoadedModule &M, tast::FunctionId F,
                                 DumpTier Tier) {
  return Impl->dump(const_cast<LoadedModule &>(M), F, Tier, true);
}

FunctionProfile Engine::profile(const LoadedModule &M,
                                tast::FunctionId F) const {
  return profileOf(M, F);
}

speculation::Plan Engine::plan(const LoadedModule &M,
                               tast::FunctionId F) const {
  return planOptimization(const_cast<LoadedModule &>(M), F, 1, Impl->Limits)
      .Plan;
}

std::vector<FunctionExplanation> Engine::explain(const LoadedModule &M) const {
  return Impl->explain(M);
}

void Engine::waitForCompiles() {
  Impl->Tiers->waitUntilIdle();
  Impl->Retired += uint32_t(Impl->Old->collect());
}

EngineStatistics Engine::statistics() const { return Impl->statistics(); }

const tast::Module &typedModule(const LoadedModule &M) { return M.typed(); }

} // namespace jitrun::engine
