#include "Options.h"
#include "Output.h"
#include "Runners.h"
#include "Signals.h"

#include "Embed/Report.h"
#include "Evaluator/Evaluator.h"
#include "Runtime/Context.h"

#include <atomic>
#include <csignal>
#include <sys/time.h>

namespace jitrun::tool {

static std::atomic<abi::ExecutionContext *> Running;

static void stop(abi::TrapKind Kind) {
  if (abi::ExecutionContext *Ctx = Running.load())
    runtime::requestInterrupt(*Ctx, Kind);
}

static void onInterrupt(int) { stop(abi::TrapKind::Interrupt); }

static void onAlarm(int) { stop(abi::TrapKind::Deadline); }

static void startTimer(uint64_t Nanoseconds) {
  onSignalOnce(SIGALRM, onAlarm);
  itimerval Timer = {};
  Timer.it_value.tv_sec = time_t(Nanoseconds / 1000000000);
  Timer.it_value.tv_usec =
      suseconds_t(std::max<uint64_t>(Nanoseconds % 1000000000 / 1000, 1));
  setitimer(ITIMER_REAL, &Timer, nullptr);
}

static engine::TrapReport reportOf(const evaluator::Trap &T) {
  engine::TrapReport Report;
  Report.Kind = T.Record.Kind;
  Report.Message = runtime::trapMessage(T.Record);
  for (const evaluator::TrapFrame &F : T.Stack) {
    const auto &Sites = F.Function->Sites;
    Report.Frames.push_back({F.Function->Name, size_t(F.Site) < Sites.size()
                                                   ? Sites[size_t(F.Site)]
                                                   : F.Function->Range});
  }
  engine::omitMiddle(Report);
  return Report;
}

int runEvaluator(const SourceManager &Sources,
                 std::shared_ptr<const tast::Module> M, const Options &O) {
  if (!M->Main)
    return 0;
  for (const tast::ExternFunction &F : M->Externs)
    if (!evaluator::findInProcess(F)) {
      writeError(embed::renderError(Sources, F.Range,
                                    "cannot find host function '" + F.Name +
                                        "' in the process"));
      return 1;
    }

  Output Out;
  tast::ModuleData Data(*M);
  abi::Hooks Hooks = {};
  Hooks.Write = [](abi::ExecutionContext *Ctx, const char *Text, size_t Size) {
    auto &Out = *static_cast<Output *>(Ctx->Host);
    Out.write({Text, Size});
    // Nobody will ever see what it prints.
    if (!Out.good())
      stop(abi::TrapKind::Interrupt);
  };
  abi::ExecutionContext Ctx;
  runtime::initialiseContext(Ctx, Hooks, &Out, runtime::currentStackLimit(),
                             O.MaxMemory ? int64_t(O.MaxMemory)
                                         : runtime::NoMemoryLimit);
  runtime::ProgramArguments Arguments(O.Arguments);
  Arguments.giveTo(Ctx);
  Ctx.Permissions |= abi::ContextMayDoIO;
  if (O.TimeoutNs) {
    Ctx.Deadline = runtime::monotonicNow() + int64_t(O.TimeoutNs);
    startTimer(O.TimeoutNs);
  }
  Running.store(&Ctx);
  onSignalOnce(SIGINT, onInterrupt);
  uint64_t Result = 0;
  auto Trap = evaluator::Evaluator(*M, Data).call(*M->Main, &Result, Ctx);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGALRM, SIG_IGN);
  Running.store(nullptr);
  Out.flush();

  int ExitCode = 0;
  if (Trap) {
    if (Out.good() || Trap->Record.Kind != abi::TrapKind::Interrupt)
      writeError(embed::renderTrap(Sources, reportOf(*Trap)));
    runtime::freeLedger(Ctx);
    ExitCode = 1;
  }
  if (!Out.good()) {
    writeError("jitrun: cannot write to standard output\n");
    ExitCode = 1;
  }
  if (size_t Leaked = runtime::countLedger(Ctx); O.CheckLeaks && Leaked) {
    writeError("jitrun: " + std::to_string(Leaked) +
               " objects are still alive at the end\n");
    ExitCode = 1;
  }
  return ExitCode;
}

} // namespace jitrun::tool
