#include "Driver.h"

#include "Dump.h"
#include "Options.h"
#include "Output.h"
#include "Runners.h"
#include "Signals.h"

#include "Embed/Loader.h"
#include "Support/Log.h"
#include "Support/SanitizerBuild.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <pthread.h>

#include <cstdio>
#include <functional>

namespace jitrun::tool {

/// Deep recursion of the program, in the evaluator above all, needs more
/// stack than a process starts with. Committed as touched. AddressSanitizer
/// cleans up at most 64 MiB when a trap leaves frames behind, and
/// ThreadSanitizer follows no more than 65536 calls.
static constexpr size_t ProgramStackBytes =
    size_t(ThreadSanitizerBuild    ? 16
           : AddressSanitizerBuild ? 60
                                   : 512)
    << 20;

/// Runs \p Body on a thread with a large stack. On the present one when there
/// can be no such thread.
static void onLargeStack(const std::function<void()> &Body) {
  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
  pthread_attr_setstacksize(&Attributes, ProgramStackBytes);
  pthread_t Thread;
  auto Start = [](void *Function) -> void * {
    (*static_cast<const std::function<void()> *>(Function))();
    return nullptr;
  };
  bool Started =
      pthread_create(&Thread, &Attributes, Start,
                     const_cast<std::function<void()> *>(&Body)) == 0;
  pthread_attr_destroy(&Attributes);
  if (!Started)
    return Body();
  leaveSignalsToOthers();
  pthread_join(Thread, nullptr);
}

static void showLog() {
  logger()->sinks().push_back(
      std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger()->set_level(spdlog::level::debug);
}

/// The program's text; Invalid after an error message.
static FileId readProgram(SourceManager &Sources, const Options &O) {
  FileId File;
  std::string Reason = "it is too long";
  std::string Name = O.File;
  if (O.Expression) {
    Name = "<expression>";
    File = Sources.addText(Name, *O.Expression);
  } else if (O.File == "-") {
    Name = "<stdin>";
    File = Sources.addStream(Name, stdin, Reason);
  } else {
    File = Sources.addFile(O.File, Reason);
  }
  if (File == FileId::Invalid)
    writeError("jitrun: cannot read '" + Name + "': " + Reason + "\n");
  return File;
}

static int runOnThisStack(const Options &O) {
  SourceManager Sources;
  FileId File = readProgram(Sources, O);
  if (File == FileId::Invalid)
    return 1;
  if (O.Dump == Stage::Tokens || O.Dump == Stage::AST)
    return dumpSyntax(Sources, File, O);

  embed::LoadRequest Request;
  if (O.Expression)
    Request.Mode = embed::LoadMode::PrintedExpression;
  embed::LoadResult Program = embed::load(Sources, File, Request);
  if (!Program.Diagnostics.empty())
    writeError(Program.Diagnostics);
  if (!Program.Checked)
    return 1;
  if (O.Dump == Stage::Typed)
    return dumpTyped(*Program.Checked, O);
  if (O.Tier == TierChoice::Evaluator && O.Dump == Stage::None)
    return runEvaluator(Sources, Program.Checked, O);
  return runEngine(Sources, Program.Checked, O);
}

int run(const Options &O) {
  if (O.Verbose)
    showLog();
  int ExitCode = 0;
  onLargeStack([&] { ExitCode = runOnThisStack(O); });
  return ExitCode;
}

} // namespace jitrun::tool
