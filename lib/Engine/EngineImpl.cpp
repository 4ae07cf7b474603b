#include "Engine/EngineImpl.h"

#include "Engine/HostEntry.h"
#include "Engine/JobPlanner.h"
#include "Pipeline/OptimizePipeline.h"
#include "Runtime/Runtime.h"
#include "Runtime/Trap.h"

#include <chrono>
#include <cstdio>
#include <dlfcn.h>

using namespace llvm;

namespace jitrun::engine {

namespace {

/// So many blocks of function indices there can be.
constexpr size_t DirectorySize = size_t(1) << 22;

ContextState &stateOf(abi::ExecutionContext *C) {
  return *static_cast<ContextState *>(C->Host);
}

ThresholdOptions policyOptions(const EngineOptions &O) {
  ThresholdOptions P;
  switch (O.Mode) {
  case TierMode::Auto:
    P.Use = ThresholdOptions::Tiers::Both;
    break;
  case TierMode::Baseline:
    P.Use = ThresholdOptions::Tiers::OnlyBaseline;
    break;
  case TierMode::Optimized:
    P.Use = ThresholdOptions::Tiers::OnlyOptimized;
    break;
  }
  P.CallThreshold = O.CallThreshold;
  P.LoopThreshold = O.LoopThreshold;
  P.Workers = O.CompileThreads;
  P.EntersLoops = O.EnterLoops;
  P.CountOnly = O.SyncCompile;
  return P;
}

/// With what some options imply.
EngineOptions normalised(EngineOptions O) {
  if (O.Force == ForceMode::OSR || O.Force == ForceMode::Both) {
    O.EnterLoops = true;
    O.SyncCompile = true;
    O.LoopThreshold = 1;
  }
  return O;
}

/// Tests with low thresholds bet on little evidence, and so often lose.
speculation::PlannerOptions plannerOptions(const EngineOptions &O) {
  speculation::PlannerOptions P;
  P.MinSamples = std::min(P.MinSamples, O.CallThreshold);
  P.MinExecutions = std::min<uint64_t>(P.MinExecutions, O.CallThreshold);
  if (!O.Speculate) {
    P.MinSamples = UINT32_MAX;
    P.MinExecutions = UINT64_MAX;
  }
  return P;
}

const char *tierWord(irgen::Tier T) {
  return T == irgen::Tier::Baseline ? "baseline" : "optimized";
}

/// Enters functions without parameters and result, such as every program's
/// `main`: no thunk needs to be compiled for them.
void plainThunk(void *Context, void *Code, void *) {
  reinterpret_cast<void (*)(void *)>(Code)(Context);
}

} // namespace

EngineImpl::EngineImpl(EngineOptions O)
    : Options(normalised(std::move(O))), Policy(policyOptions(Options)),
      Limits(plannerOptions(Options)),
      Trace(Options.Trace ? Options.Trace : &Silent),
      Compilers(Options.CompileStackBytes), Story(Options.Explain) {
  Hooks.Raise = [](abi::ExecutionContext *C, void *FrameAddress) {
    ContextState &S = stateOf(C);
    leaveByTrap(S, *S.Engine->Memory, FrameAddress);
  };
  Hooks.Write = [](abi::ExecutionContext *C, const char *Data, size_t Size) {
    const EngineOptions &O = stateOf(C).Engine->Options;
    if (O.Output) {
      // The runtime must not be unwound: it may hold something.
      if (runtime::throwsInto(*C, [&] { O.Output({Data, Size}); }))
        runtime::raiseFilled(*C);
    } else if (Size) {
      std::fwrite(Data, 1, Size, stdout);
    } else {
      std::fflush(stdout);
    }
  };
  Hooks.BackEdgeTripped = [](abi::ExecutionContext *C, uint32_t Index,
                             uint32_t Loop, const char *Frame) {
    return stateOf(C).Engine->Tiers->backEdgeTripped(*C, Index,
                                                     tast::LoopId(Loop), Frame);
  };
  Hooks.ExpectationMissed = [](abi::ExecutionContext *C, uint32_t Index) {
    stateOf(C).Engine->Tiers->expectationMissed(Index);
  };
  Hooks.Deoptimize = [](abi::ExecutionContext *C, uint32_t Index,
                        uint32_t Point, uint32_t Reason, int64_t Seen) {
    return stateOf(C).Engine->deoptimize(
        *C, Index, speculation::ResumePoint::fromWord(Point), Reason, Seen);
  };
  Hooks.CallsTripped = [](abi::ExecutionContext *C, uint32_t Index,
                          const uint64_t *Cells) {
    stateOf(C).Engine->Tiers->callsTripped(Index, Cells);
  };
  Hooks.BackEdgesTripped = [](abi::ExecutionContext *C, uint32_t Index,
                              uint32_t) {
    stateOf(C).Engine->Tiers->tripped(Index);
  };
}

EngineImpl::~EngineImpl() = default;

Error EngineImpl::initialise() {
  CodeMemoryOptions MemoryOptions;
  MemoryOptions.LimitBytes = Options.CodeLimit;
  auto M = CodeMemory::create(MemoryOptions);
  if (!M)
    return M.takeError();
  Memory = std::move(*M);
  Unwinding.emplace(*Memory);
  auto L = CodeLinker::create(
      *Memory, [this](StringRef Name) { return bindInside(Name); },
      [this](StringRef Name) { return bindOutside(Name); });
  if (!L)
    return L.takeError();
  Linker = std::move(*L);
  Old = std::make_unique<Reclaimer>(
      Sites, [this](const CodeUnit &U) { dropLoopEntries(U); });
  Directory.reset(static_cast<std::atomic<LoadedModule *> *>(
      std::calloc(DirectorySize, sizeof(std::atomic<LoadedModule *>))));
  if (!Directory)
    return createStringError("out of memory");
  Tiers = std::make_unique<TierController>(*this);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Modules and symbols

LoadResult EngineImpl::loadModule(std::shared_ptr<const tast::Module> M) {
  LoadResult Result;
  for (size_t I = 0; I < M->Externs.size(); ++I)
    if (!findHost(M->Externs[I].Name))
      Result.Unresolved.push_back(tast::ExternId(I));
  if (!Result.Unresolved.empty())
    return Result;

  std::lock_guard Lock(ModulesMutex);
  const uint32_t Blocks =
      uint32_t(M->Functions.size() / LoadedModule::IndexAlignment + 1);
  const uint32_t FirstBlock = NextIndex / LoadedModule::IndexAlignment;
  if (FirstBlock + Blocks > DirectorySize) {
    Result.Error = "too many functions";
    return Result;
  }
  auto L = LoadedModule::create(std::move(M), unsigned(Modules.size()),
                                NextIndex, *Memory);
  if (L &&
      (Options.Force == ForceMode::Deopt || Options.Force == ForceMode::Both))
    (*L)->forceExits();
  if (!L) {
    Result.Error = toString(L.takeError());
    return Result;
  }
  NextIndex += Blocks * LoadedModule::IndexAlignment;
  for (uint32_t B = FirstBlock; B < FirstBlock + Blocks; ++B)
    Directory[B].store(L->get(), std::memory_order_release);
  Modules.push_back(std::move(*L));
  // The engine owns it; the handle is a name for it.
  Result.Module = std::shared_ptr<LoadedModule>(std::shared_ptr<void>(),
                                                Modules.back().get());
  return Result;
}

void *EngineImpl::findHost(const std::string &Name) {
  {
    std::lock_guard Lock(SymbolsMutex);
    if (auto It = HostFunctions.find(Name); It != HostFunctions.end())
      return reinterpret_cast<void *>(It->second);
  }
  // Without the lock: the host may use the engine to find its answer.
  void *Address = Options.FindHost ? Options.FindHost(Name) : nullptr;
  if (!Address)
    Address = dlsym(RTLD_DEFAULT, Name.c_str());
  if (!Address)
    return nullptr;
  // Another thread may have asked at the same time: the first answer stays.
  std::lock_guard Lock(SymbolsMutex);
  return reinterpret_cast<void *>(
      HostFunctions.emplace(Name, reinterpret_cast<uint64_t>(Address))
          .first->second);
}

std::optional<uint64_t> EngineImpl::bindInside(StringRef Name) {
  Name.consume_front("jr.");
  unsigned Number;
  const auto [First, Rest] = Name.split('.');
  if (First.getAsInteger(10, Number))
    return std::nullopt;
  LoadedModule *M;
  {
    std::lock_guard Lock(ModulesMutex);
    if (Number >= Modules.size())
      return std::nullopt;
    M = Modules[Number].get();
  }
  return M->bind(Rest);
}

std::optional<uint64_t> EngineImpl::bindOutside(StringRef Name) {
  void *Address;
  if (Name.consume_front("jr.ext."))
    Address = findHost(Name.str());
  else if (void *Own = runtime::findSymbol(std::string_view(Name)))
    Address = Own;
  else
    // What LLVM calls by itself (memcpy), and the sanitizers' run-time library.
    Address = dlsym(RTLD_DEFAULT, Name.str().c_str());
  if (!Address)
    return std::nullopt;
  return reinterpret_cast<uint64_t>(Address);
}

const std::string &EngineImpl::nameAt(uint32_t Index) const {
  const LoadedModule &M = *moduleAt(Index);
  return M.function(M.functionAt(Index)).Name;
}

//===----------------------------------------------------------------------===//
// First calls

uint64_t EngineImpl::resolve(abi::ExecutionContext *C, uint32_t Index) {
  LoadedModule &M = *moduleAt(Index);
  const tast::FunctionId F = M.functionAt(Index);
  if (!ensureBorn(M, F))
    runtime::raise(*C, abi::TrapKind::Compile, M.detail(F)->Error);
  return M.slot(F).load(std::memory_order_acquire);
}

bool EngineImpl::ensureBorn(LoadedModule &M, tast::FunctionId F) {
  std::atomic<CodeState> &State = M.record(F).State;
  while (true) {
    CodeState Now = State.load(std::memory_order_acquire);
    switch (Now) {
    case CodeState::Unborn:
      if (State.compare_exchange_strong(Now, CodeState::Compiling))
        giveBirth(M, F);
      break;
    case CodeState::Compiling:
      State.wait(CodeState::Compiling, std::memory_order_acquire);
      break;
    case CodeState::Failed:
      return false;
    case CodeState::Baseline:
    case CodeState::Queued:
    case CodeState::Optimizing:
    case CodeState::Optimized:
    case CodeState::Settled:
      return true;
    }
  }
}

void EngineImpl::leaveCompiling(LoadedModule &M, tast::FunctionId F,
                                CodeState To) {
  std::atomic<CodeState> &State = M.record(F).State;
  State.store(To, std::memory_order_release);
  State.notify_all();
}

void EngineImpl::giveBirth(LoadedModule &M, tast::FunctionId F) {
  std::vector<tast::FunctionId> Claimed{F};
  CodeState Next = CodeState::Baseline;
  Error Failure = Compilers.run([&](Compiler &C) -> Error {
    // The detail exists from here on, also of a function that fails.
    auto D = M.ensureDetail(F, *Memory);
    if (!D)
      return D.takeError();
    (*D)->Requested = true;
    auto First = [&](tast::FunctionId G) {
      return Options.Mode == TierMode::Auto ? Policy.firstTier(M.staticFacts(G))
                                            : Policy.firstTier({});
    };
    if (First(F) == FirstTier::Optimized) {
      Next = CodeState::Optimized;
      return compileAndPublish(planOptimization(M, F, 1, Limits), C);
    }

    auto MayJoin = [&](tast::FunctionId G) {
      return First(G) == FirstTier::Baseline;
    };
    if (Options.Neighbours)
      for (tast::FunctionId G :
           chooseNeighbours(M, F, Options.Neighbours, MayJoin)) {
        CodeState Unborn = CodeState::Unborn;
        if (M.record(G).State.compare_exchange_strong(Unborn,
                                                      CodeState::Compiling))
          Claimed.push_back(G);
      }
    Error E = compileBaseline(M, Claimed, C);
    if (!E || Claimed.size() == 1)
      return E;
    // It may be a neighbour's fault.
    consumeError(std::move(E));
    for (size_t I = 1; I < Claimed.size(); ++I)
      leaveCompiling(M, Claimed[I], CodeState::Unborn);
    Claimed.resize(1);
    return compileBaseline(M, Claimed, C);
  });
  if (!Failure) {
    for (tast::FunctionId G : Claimed)
      leaveCompiling(M, G, Next);
    return;
  }
  const std::string Why = toString(std::move(Failure));
  Story.note(M, F, {.What = TierStep::Kind::Failed, .Text = Why});
  const std::string Reason =
      "cannot compile '" + M.function(F).Name + "': " + Why;
  for (size_t I = 1; I < Claimed.size(); ++I)
    leaveCompiling(M, Claimed[I], CodeState::Unborn);
  M.setError(F, Reason);
  leaveCompiling(M, F, CodeState::Failed);
}

Error EngineImpl::compileBaseline(LoadedModule &M,
                                  std::vector<tast::FunctionId> Functions,
                                  Compiler &C) {
  // A program that is nothing but its top level is over soon.
  if (!M.function(Functions.front()).IsMain || Functions.size() > 1)
    Tiers->prepare();
  const TierDecision Birth = Policy.atBirth();
  for (tast::FunctionId F : Functions) {
    auto D = M.ensureDetail(F, *Memory);
    if (!D)
      return D.takeError();
    // Its code may have run already: what it was inlined into was left.
    (*D)->lockCounters();
    (*D)->Live.rearm(Birth.CallsToTrip, Birth.BackEdgesToTrip);
    (*D)->unlockCounters();
  }
  CompileJob Job;
  Job.M = &M;
  Job.Roots = std::move(Functions);
  Job.Counters = Options.Counters;
  Job.EntersLoops = entersLoops() && Options.Counters;
  return compileAndPublish(Job, C);
}

Error EngineImpl::compileAnew(LoadedModule &M, tast::FunctionId F) {
  CompileJob Job;
  Job.M = &M;
  Job.Version = M.detail(F)->Versions + 1;
  Job.Roots = {F};
  Job.Counters = Options.Counters;
  Job.EntersLoops = entersLoops() && Options.Counters;
  return compileAndPublish(Job);
}

std::optional<std::string>
EngineImpl::compileTogether(LoadedModule &M,
                            std::span<const tast::FunctionId> Functions) {
  std::vector<tast::FunctionId> Claimed;
  if (Options.Mode != TierMode::Optimized)
    for (tast::FunctionId F : Functions) {
      CodeState Unborn = CodeState::Unborn;
      if (M.record(F).State.compare_exchange_strong(Unborn,
                                                    CodeState::Compiling))
        Claimed.push_back(F);
    }
  if (!Claimed.empty()) {
    Error Failure = Compilers.run(
        [&](Compiler &C) { return compileBaseline(M, Claimed, C); });
    for (tast::FunctionId F : Claimed)
      leaveCompiling(M, F, Failure ? CodeState::Unborn : CodeState::Baseline);
    consumeError(std::move(Failure));
  }
  // Those that are left, and all if one of them spoiled it: one by one.
  for (tast::FunctionId F : Functions)
    if (!ensureBorn(M, F))
      return M.detail(F)->Error;
  return std::nullopt;
}

Error EngineImpl::compileAndPublish(const CompileJob &Job) {
  return Compilers.run([&](Compiler &C) { return compileAndPublish(Job, C); });
}

Expected<EngineImpl::Built> EngineImpl::build(const CompileJob &Job,
                                              Compiler &C,
                                              OptimizationReport *Report) {
  const auto Start = std::chrono::steady_clock::now();
  auto Code = C.compile(Job, Report);
  if (!Code)
    return Code.takeError();
  auto Linked = Linker->link(Code->Image);
  if (!Linked)
    return Linked.takeError();

  Built B;
  B.Unit = std::make_shared<CodeUnit>(*Linker, std::move(Linked->Memory));
  B.Addresses = std::move(Linked->Functions);
  for (FunctionSites &S : Code->Functions) {
    B.Sizes[S.Symbol] = S.SizeInBytes;
    B.Bytes += S.SizeInBytes;
    if (auto It = B.Addresses.find(S.Symbol); It != B.Addresses.end()) {
      B.Unit->Bases.push_back(It->second);
      Sites.add(It->second, std::move(S));
    }
  }
  B.Nanoseconds = uint64_t(
      std::chrono::nanoseconds(std::chrono::steady_clock::now() - Start)
          .count());
  return B;
}

Error EngineImpl::compileAndPublish(const CompileJob &Job, Compiler &C) {
  LoadedModule &M = *Job.M;
  OptimizationReport Report;
  auto Made = build(Job, C, Story.enabled() ? &Report : nullptr);
  if (!Made)
    return Made.takeError();
  Built &B = *Made;
  std::vector<std::string> Symbols;
  for (tast::FunctionId F : Job.Roots)
    Symbols.push_back(irgen::symbolOf(M.number(), F, Job.Version));
  B.Unit->Entered = uint32_t(Job.Roots.size());
  uint64_t Internal = B.Bytes;
  for (const std::string &Symbol : Symbols)
    Internal -= B.Sizes.lookup(Symbol);

  for (size_t I = 0; I < Job.Roots.size(); ++I) {
    const tast::FunctionId F = Job.Roots[I];
    FunctionDetail &D = *M.detail(F);
    LiveTierStatistics &T =
        Job.Level == irgen::Tier::Baseline ? D.Baseline : D.Optimized;
    if (Job.Level == irgen::Tier::Baseline)
      B.Unit->Baseline.push_back(M.indexOf(F));
    // Internal functions are there for the first root.
    if (Job.Level == irgen::Tier::Optimized)
      Story.note(M, F,
                 {.What = D.Versions ? TierStep::Kind::Optimized
                                     : TierStep::Kind::StartedOptimized,
                  .Took = B.Nanoseconds,
                  .Count = Job.Version,
                  .Text = Options.Mode == TierMode::Optimized
                              ? "as it was asked for"
                              : "as its loops may keep it busy for long"});
    else
      Story.note(M, F,
                 {.What = I            ? TierStep::Kind::AlongWith
                          : D.Versions ? TierStep::Kind::StartedOver
                                       : TierStep::Kind::Called,
                  .Took = B.Nanoseconds,
                  .Other = Job.Roots.front()});
    T.addVersion(B.Nanoseconds / Job.Roots.size(),
                 B.Sizes.lookup(Symbols[I]) + (I ? 0 : Internal));
    D.Versions = Job.Version;
    if (Job.Level == irgen::Tier::Optimized) {
      std::lock_guard Lock(D.PastMutex);
      D.CurrentPlan = std::make_shared<const speculation::Plan>(Job.Plan);
      D.Past.restart();
    }
    std::shared_ptr<CodeUnit> Before = std::exchange(D.Current, B.Unit);
    // From here on whoever calls the function runs the new code.
    M.slot(F).store(B.Addresses.lookup(Symbols[I]));
    if (Before && Before->Entered.fetch_sub(1) == 1)
      Old->retire(std::move(Before));
    if (Trace->enabled(TraceChannel::Compile))
      Trace->line(TraceChannel::Compile)
          .field("fn", M.function(F).Name)
          .field("tier", tierWord(Job.Level));
  }
  if (Job.Level == irgen::Tier::Optimized)
    Story.noteCode(Job, Report);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Calls by the host

std::unique_ptr<ContextState> EngineImpl::createContext() {
  auto S = std::make_unique<ContextState>();
  S->Engine = this;
  runtime::initialiseContext(S->Raw, Hooks, S.get(), 0, Options.MemoryLimit);
  Old->add(*S);
  return S;
}

void EngineImpl::destroyContext(ContextState &S) {
  runtime::freeLedger(S.Raw);
  runtime::freeFrame(S.Raw);
  Old->remove(S);
}

Expected<uint64_t> EngineImpl::thunkFor(LoadedModule &M, tast::FunctionId F) {
  const tast::Function &Function = M.function(F);
  if (Function.Parameters == 0 && Function.Result->isUnit())
    return reinterpret_cast<uint64_t>(&plainThunk);
  const std::string Symbol = "jr.thunk." + irgen::thunkKey(Function);
  {
    std::lock_guard Lock(SymbolsMutex);
    if (auto It = Thunks.find(Symbol); It != Thunks.end())
      return It->second;
  }
  uint64_t Address = 0;
  std::shared_ptr<CodeUnit> Unit;
  if (Error E = Compilers.run([&](Compiler &C) -> Error {
        auto Code = C.compileThunk(Function, Symbol);
        if (!Code)
          return Code.takeError();
        auto Linked = Linker->link(Code->Image);
        if (!Linked)
          return Linked.takeError();
        Address = Linked->Functions.lookup(Symbol);
        Unit = std::make_shared<CodeUnit>(*Linker, std::move(Linked->Memory));
        return Error::success();
      }))
    return std::move(E);
  // Another thread may have made one at the same time: the first stays.
  std::lock_guard Lock(SymbolsMutex);
  auto [It, IsNew] = Thunks.emplace(Symbol, Address);
  if (IsNew)
    ThunkUnits.push_back(std::move(Unit));
  return It->second;
}

/// Moves the objects of \p From, which keeps none, into the empty list \p To.
static void moveLedger(abi::LedgerNode &From, abi::LedgerNode &To) {
  if (From.Next == &From) {
    To.Next = To.Previous = &To;
    return;
  }
  To = From;
  To.Next->Previous = &To;
  To.Previous->Next = &To;
  From.Next = From.Previous = &From;
}

/// Moves the objects of \p From into \p To, which may have some.
static void joinLedgers(abi::LedgerNode &From, abi::LedgerNode &To) {
  if (From.Next == &From)
    return;
  From.Next->Previous = To.Previous;
  To.Previous->Next = From.Next;
  From.Previous->Next = &To;
  To.Previous = From.Previous;
  From.Next = From.Previous = &From;
}

/// Asking costs a system call or two.
static uint64_t threadStackLimit() {
  static thread_local const uint64_t Limit = runtime::currentStackLimit();
  return Limit;
}

void EngineImpl::beginOutermost(ContextState &S, const CallOptions &O) {
  abi::ExecutionContext &C = S.Raw;
  C.MemoryLimit = O.MemoryLimit.value_or(Options.MemoryLimit);
  C.TrueStackLimit = threadStackLimit();
  if (O.StackBytes) {
    const auto Here = uint64_t(__builtin_frame_address(0));
    C.TrueStackLimit =
        std::max(C.TrueStackLimit, Here - std::min(Here, O.StackBytes));
  }
  C.StackLimit = C.TrueStackLimit;
  C.Deadline = 0;
  if (C.Interrupt) {
    // A reminder of an earlier call's deadline, or a wish to interrupt this
    // one, which may still be on its way.
    C.Interrupt = 0;
    if (C.InterruptKind) {
      C.Interrupt = 1;
      C.StackLimit = ~uint64_t(0);
    }
  }
  if (O.Timeout.count() > 0) {
    C.Deadline = runtime::monotonicNow() + O.Timeout.count();
    C.WatchesClock = !Timer.schedule(C);
    if (C.WatchesClock)
      runtime::requestInterrupt(C, abi::TrapKind::Deadline);
  }
  Old->enter(S);
}

void EngineImpl::endOutermost(ContextState &S) {
  abi::ExecutionContext &C = S.Raw;
  Old->leave(S);
  if (C.Deadline) {
    Timer.cancel(C);
    C.Deadline = 0;
    C.WatchesClock = false;
  }
}

void EngineImpl::holdObjects(ContextState &S, HeldObjects &Held) {
  moveLedger(S.Raw.Ledger, Held.Objects);
  Held.Outer = S.Held;
  S.Held = &Held;
}

void EngineImpl::giveBackObjects(ContextState &S, bool Trapped) {
  HeldObjects &Held = *S.Held;
  if (Trapped) {
    std::vector<const abi::LedgerNode *> Outside;
    for (const HeldObjects *H = &Held; H; H = H->Outer)
      Outside.push_back(&H->Objects);
    runtime::freeUnreached(S.Raw, Outside);
  }
  joinLedgers(Held.Objects, S.Raw.Ledger);
  S.Held = Held.Outer;
}

std::optional<TrapReport> EngineImpl::call(ContextState &S, LoadedModule &M,
                                           tast::FunctionId F, void *Cells,
                                           const CallOptions &O) {
  std::atomic<uint64_t> &Known = M.record(F).Thunk;
  uint64_t Thunk = Known.load(std::memory_order_acquire);
  if (!Thunk) {
    auto Made = thunkFor(M, F);
    if (!Made) {
      TrapReport R;
      R.Kind = abi::TrapKind::Compile;
      R.Message = toString(Made.takeError());
      return R;
    }
    Thunk = *Made;
    Known.store(Thunk, std::memory_order_release);
  }

  const bool Outermost = !S.Innermost;
  if (Outermost)
    beginOutermost(S, O);
  const uint64_t Code = M.slot(F).load(std::memory_order_acquire);
  HeldObjects Held;
  holdObjects(S, Held);
  std::optional<TrapReport> Report;
  if (!enterGeneratedCode(S, Thunk, Code, Cells))
    Report = report(S);
  giveBackObjects(S, Report.has_value());
  if (Outermost)
    endOutermost(S);
  return Report;
}

TrapReport EngineImpl::report(const ContextState &S) {
  TrapReport R;
  R.Kind = S.Raw.Trap.Kind;
  R.Message = runtime::trapMessage(S.Raw.Trap);
  // A deep stack consists of few different calls.
  std::unordered_map<uint64_t, std::vector<SiteFrame>> Known;
  for (uint64_t ReturnAddress : S.Trace) {
    auto [It, IsNew] = Known.try_emplace(ReturnAddress);
    if (IsNew)
      if (auto Found = Sites.lookup(ReturnAddress))
        It->second = std::move(Found->Frames);
    for (const SiteFrame &Frame : It->second) {
      if (Frame.Site == SiteFrame::TransitionSite)
        continue;
      const LoadedModule &M = *moduleAt(Frame.Function);
      const tast::Function &F = M.function(M.functionAt(Frame.Function));
      if (F.IsHidden)
        continue;
      // What has no site of its own stands for the whole function.
      R.Frames.push_back({F.Name, Frame.Site < F.Sites.size()
                                      ? F.Sites[Frame.Site]
                                      : F.Range});
    }
  }
  omitMiddle(R);
  return R;
}

} // namespace jitrun::engine
