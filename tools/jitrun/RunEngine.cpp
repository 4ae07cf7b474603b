#include "Dump.h"
#include "Explain.h"
#include "Options.h"
#include "Output.h"
#include "Runners.h"
#include "Signals.h"
#include "Statistics.h"

#include "Embed/Report.h"
#include "Engine/Engine.h"
#include "Runtime/Context.h"
#include "Support/SanitizerBuild.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>

namespace jitrun::tool {

static std::atomic<engine::Context *> Running;

/// The first Ctrl-C stops the program as a trap; a second one ends the process
/// at once.
static void onInterrupt(int) {
  if (engine::Context *C = Running.load())
    C->interrupt();
}

static engine::EngineOptions engineOptions(const Options &O) {
  engine::EngineOptions E;
  switch (O.Tier) {
  case TierChoice::Baseline:
    E.Mode = engine::TierMode::Baseline;
    break;
  case TierChoice::Optimized:
    E.Mode = engine::TierMode::Optimized;
    break;
  case TierChoice::Auto:
  case TierChoice::Evaluator:
    E.Mode = engine::TierMode::Auto;
    break;
  }
  auto Clamp = [](uint64_t N) {
    return uint32_t(std::min<uint64_t>(N, INT32_MAX));
  };
  if (O.CallThreshold)
    E.CallThreshold = Clamp(*O.CallThreshold);
  if (O.LoopThreshold)
    E.LoopThreshold = Clamp(*O.LoopThreshold);
  if (O.Neighbours)
    E.Neighbours = *O.Neighbours;
  E.SyncCompile = O.SyncCompile;
  E.Counters = O.Counters;
  E.Speculate = O.Speculate;
  E.Explain = O.Explain;
  E.EnterLoops = !O.NoOSR;
  switch (O.Force) {
  case ForceChoice::None:
    break;
  case ForceChoice::OSR:
    E.Force = engine::ForceMode::OSR;
    break;
  case ForceChoice::Deopt:
    E.Force = engine::ForceMode::Deopt;
    break;
  case ForceChoice::Both:
    E.Force = engine::ForceMode::Both;
    break;
  }
  if (O.MaxMemory)
    E.MemoryLimit = int64_t(O.MaxMemory);
  if (O.MaxCode)
    E.CodeLimit = O.MaxCode;
  return E;
}

static int explain(const SourceManager &Sources, engine::Engine &E,
                   const engine::LoadedModule &L, const tast::Module &M,
                   const Options &O) {
  const std::string &Only = O.ExplainFunction;
  if (!Only.empty() && std::ranges::none_of(M.Functions, [&](const auto &F) {
        return F->Name == Only;
      })) {
    writeError("jitrun: there is no function '" + Only + "'\n");
    return 1;
  }
  // What is being compiled belongs to the story.
  E.waitForCompiles();
  writeError(explanationText(E.explain(L), M, Sources, Only));
  return 0;
}

int runEngine(const SourceManager &Sources,
              std::shared_ptr<const tast::Module> M, const Options &O) {
  Output Out;
  TraceSink Trace(O.TraceChannels,
                  [](std::string_view Line) { writeError(Line); });
  engine::EngineOptions E = engineOptions(O);
  E.Trace = &Trace;
  E.Output = [&Out](std::string_view Text) {
    Out.write(Text);
    // Nobody will ever see what it prints.
    if (engine::Context *C = Running.load(); C && !Out.good())
      C->interrupt();
  };
  std::string Failure;
  auto Engine = engine::Engine::create(std::move(E), Failure);
  if (!Engine) {
    writeError("jitrun: cannot start the engine: " + Failure + "\n");
    return 1;
  }
  engine::LoadResult Loaded = Engine->loadModule(M);
  if (!Loaded.Module) {
    if (!Loaded.Error.empty())
      writeError("jitrun: cannot load the program: " + Loaded.Error + "\n");
    for (tast::ExternId Id : Loaded.Unresolved) {
      const tast::ExternFunction &F = M->Externs[size_t(Id)];
      writeError(embed::renderError(Sources, F.Range,
                                    "cannot find host function '" + F.Name +
                                        "' in the process"));
    }
    return 1;
  }
  const bool RunsFirst = O.Dump == Stage::Profile || O.Dump == Stage::Plan;
  if (O.Dump != Stage::None && !RunsFirst)
    return dumpCode(*Engine, *Loaded.Module, *M, O);
  if (!M->Main)
    return 0;

  engine::Context Context = Engine->createContext();
  Context.setArguments(O.Arguments);
  Context.raw()->Permissions |= abi::ContextMayDoIO;
  Running.store(&Context);
  onSignalOnce(SIGINT, onInterrupt);
  engine::CallOptions Call;
  Call.Timeout = std::chrono::nanoseconds(O.TimeoutNs);
  engine::Cell Result = {};
  auto Trap = Engine->call(Context, *Loaded.Module, M->Main->Id,
                           std::span(&Result, 1), Call);
  std::signal(SIGINT, SIG_DFL);
  Running.store(nullptr);
  Out.flush();

  int ExitCode = 0;
  if (Trap) {
    if (Out.good() || Trap->Kind != abi::TrapKind::Interrupt)
      writeError(embed::renderTrap(Sources, *Trap));
    ExitCode = 1;
  }
  if (!Out.good()) {
    writeError("jitrun: cannot write to standard output\n");
    ExitCode = 1;
  }
  if (size_t Leaked = runtime::countLedger(*Context.raw());
      O.CheckLeaks && Leaked) {
    writeError("jitrun: " + std::to_string(Leaked) +
               " objects are still alive at the end\n");
    ExitCode = 1;
  }
  if (RunsFirst)
    ExitCode |= dumpProfile(Sources, *Engine, *Loaded.Module, *M, O);
  if (O.Explain)
    ExitCode |= explain(Sources, *Engine, *Loaded.Module, *M, O);
  if (O.Stats == StatsFormat::Text)
    writeError(statisticsText(Engine->statistics()));
  else if (O.Stats == StatsFormat::JSON)
    writeError(statisticsJSON(Engine->statistics()));
  // All is written. To end in order would mean to wait for a worker that
  // compiles what nobody will call, and to give memory back bit by bit.
  if constexpr (!SanitizerBuild)
    std::_Exit(ExitCode);
  return ExitCode;
}

} // namespace jitrun::tool
