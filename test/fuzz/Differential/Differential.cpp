#include "fuzz/Differential/Differential.h"

#include "Embed/Loader.h"
#include "Engine/Engine.h"
#include "Evaluator/Evaluator.h"
#include "Runtime/Context.h"
#include "Support/SanitizerBuild.h"
#include "TypedAST/Verifier.h"

#include <algorithm>

namespace jitrun::fuzz {

namespace {

/// A way to run a program in compiled code.
struct Configuration {
  const char *Name;
  engine::TierMode Mode;
  uint32_t CallThreshold;
  uint32_t LoopThreshold;
  bool SyncCompile;
  unsigned Runs;
  engine::ForceMode Force = engine::ForceMode::None;
};

constexpr Configuration Configurations[] = {
    {"baseline", engine::TierMode::Baseline, 1000, 10000, false, 1},
    {"optimized", engine::TierMode::Optimized, 1000, 10000, false, 1},
    {"auto-sync", engine::TierMode::Auto, 1, 1, true, 2},
    {"moving", engine::TierMode::Auto, 1, 1, true, 1, engine::ForceMode::Both},
    {"auto-background", engine::TierMode::Auto, 2, 20, false, 3},
};

/// More than any program needs that the generator makes.
constexpr int64_t MemoryLimit = int64_t(1) << 30;
/// Compiles count, and the machine may be busy.
constexpr auto Timeout = std::chrono::seconds(SanitizerBuild ? 300 : 45);
constexpr size_t OutputLimit = size_t(8) << 20;

/// One configuration found wanting.
struct Difference {
  std::string Aspect;
  std::string Details;
};

} // namespace

static std::string trapText(const SourceManager &Sources,
                            const engine::TrapReport &T) {
  std::string Text = std::string(runtime::trapWord(T.Kind)) + ": " + T.Message;
  for (const engine::TrapFrame &F : T.Frames) {
    PresumedLocation Begin = Sources.presumed(F.Range.Begin);
    PresumedLocation End = Sources.presumed(F.Range.End);
    Text += "\n  " + F.Function + " " + std::to_string(Begin.Line) + ":" +
            std::to_string(Begin.Column) + "-" + std::to_string(End.Line) +
            ":" + std::to_string(End.Column);
  }
  if (T.Omitted)
    Text += "\n  omitted " + std::to_string(T.Omitted) + " after " +
            std::to_string(T.OmittedAfter);
  return Text + "\n";
}

static bool isResourceTrap(abi::TrapKind Kind) {
  return Kind == abi::TrapKind::Stack || Kind == abi::TrapKind::Memory ||
         Kind == abi::TrapKind::Deadline || Kind == abi::TrapKind::Interrupt;
}

static Behaviour evaluate(const SourceManager &Sources, const tast::Module &M,
                          bool &Limited) {
  Behaviour B;
  tast::ModuleData Data(M);
  abi::Hooks Hooks = {};
  Hooks.Write = [](abi::ExecutionContext *Ctx, const char *Text, size_t Size) {
    auto &Output = *static_cast<std::string *>(Ctx->Host);
    Output.append(Text, Size);
    if (Output.size() > OutputLimit)
      runtime::requestInterrupt(*Ctx, abi::TrapKind::Interrupt);
  };
  abi::ExecutionContext Ctx;
  runtime::initialiseContext(Ctx, Hooks, &B.Output,
                             runtime::currentStackLimit(), MemoryLimit);
  uint64_t Result = 0;
  auto Trap = evaluator::Evaluator(M, Data).call(*M.Main, &Result, Ctx);
  if (Trap) {
    engine::TrapReport Report;
    Report.Kind = Trap->Record.Kind;
    Report.Message = runtime::trapMessage(Trap->Record);
    for (const evaluator::TrapFrame &F : Trap->Stack) {
      const auto &Sites = F.Function->Sites;
      Report.Frames.push_back({F.Function->Name, size_t(F.Site) < Sites.size()
                                                     ? Sites[size_t(F.Site)]
                                                     : F.Function->Range});
    }
    engine::omitMiddle(Report);
    B.Trap = trapText(Sources, Report);
    Limited = isResourceTrap(Report.Kind);
    runtime::freeLedger(Ctx);
  }
  B.Leaked = runtime::countLedger(Ctx);
  return B;
}

static std::string firstDifference(const std::string &A, const std::string &B) {
  size_t At = size_t(
      std::mismatch(A.begin(), A.end(), B.begin(), B.end()).first - A.begin());
  size_t Line = At ? A.rfind('\n', At - 1) : std::string::npos;
  Line = Line == std::string::npos ? 0 : Line + 1;
  auto Cut = [&](const std::string &S) {
    return S.substr(std::min(Line, S.size()),
                    std::min(S.find('\n', At), At + 80) - Line);
  };
  return "  evaluator: " + Cut(A) + "\n  compiled:  " + Cut(B) + "\n";
}

static std::optional<Difference> compare(const Behaviour &Oracle,
                                         const Behaviour &B) {
  if (B.Output != Oracle.Output)
    return Difference{"output", firstDifference(Oracle.Output, B.Output)};
  if (B.Trap != Oracle.Trap)
    return Difference{"trap", "  evaluator: " + Oracle.Trap +
                                  "  compiled:  " + B.Trap + "\n"};
  if (B.Leaked)
    return Difference{"leak",
                      "  " + std::to_string(B.Leaked) + " bytes alive\n"};
  return std::nullopt;
}

static std::optional<Difference>
runConfiguration(const SourceManager &Sources,
                 std::shared_ptr<const tast::Module> M, const Configuration &C,
                 const Behaviour &Oracle) {
  Behaviour B;
  engine::EngineOptions Options;
  Options.Mode = C.Mode;
  Options.CallThreshold = C.CallThreshold;
  Options.LoopThreshold = C.LoopThreshold;
  Options.SyncCompile = C.SyncCompile;
  Options.Force = C.Force;
  Options.MemoryLimit = MemoryLimit;
  Options.Output = [&](std::string_view Text) {
    if (B.Output.size() <= OutputLimit)
      B.Output += Text;
  };
  std::string Error;
  auto E = engine::Engine::create(std::move(Options), Error);
  if (!E)
    return Difference{"create", Error};
  engine::LoadResult Loaded = E->loadModule(M);
  if (!Loaded.Module)
    return Difference{"load", "  unresolved externs\n"};
  engine::Context Ctx = E->createContext();
  engine::CallOptions Call;
  Call.Timeout = Timeout;
  for (unsigned Run = 0; Run < C.Runs; ++Run) {
    B = {};
    engine::Cell Result = {};
    auto Trap = E->call(Ctx, *Loaded.Module, M->Main->Id, {&Result, 1}, Call);
    if (Trap) {
      B.Trap = trapText(Sources, *Trap);
      // The oracle did not meet a limit, with more work per step.
      if (isResourceTrap(Trap->Kind))
        return Difference{"limit", B.Trap};
    }
    B.Leaked = size_t(Ctx.bytesAlive());
    if (auto D = compare(Oracle, B)) {
      D->Details = "  in run " + std::to_string(Run + 1) + "\n" + D->Details;
      return D;
    }
  }
  return std::nullopt;
}

Comparison compareTiers(std::string_view Text,
                        const std::function<void(const char *)> &OnStage) {
  auto Stage = [&](const char *Name) {
    if (OnStage)
      OnStage(Name);
  };
  Stage("checker");
  Comparison Found;
  SourceManager Sources;
  FileId File = Sources.addText("fuzz.jit", std::string(Text));
  embed::LoadResult Loaded = embed::load(Sources, File, {});
  if (!Loaded.Checked) {
    Found.Result = Verdict::Rejected;
    Found.Finding = "rejected";
    Found.Report = Loaded.Diagnostics;
    return Found;
  }
  if (std::string Problem = tast::verify(*Loaded.Checked); !Problem.empty()) {
    Found.Result = Verdict::Differs;
    Found.Finding = "malformed-tree";
    Found.Report = Problem + "\n";
    return Found;
  }
  if (!Loaded.Checked->Main)
    return Found;
  bool Limited = false;
  Stage("evaluator");
  Found.Oracle = evaluate(Sources, *Loaded.Checked, Limited);
  if (Limited) {
    Found.Result = Verdict::Limited;
    return Found;
  }
  if (Found.Oracle.Leaked) {
    Found.Result = Verdict::Differs;
    Found.Finding = "evaluator-leak";
    Found.Report = "evaluator-leak: " + std::to_string(Found.Oracle.Leaked) +
                   " objects alive\n";
    return Found;
  }
  for (const Configuration &C : Configurations) {
    Stage(C.Name);
    auto D = runConfiguration(Sources, Loaded.Checked, C, Found.Oracle);
    if (D) {
      Found.Result = Verdict::Differs;
      Found.Finding = std::string(C.Name) + "-" + D->Aspect;
      Found.Report = Found.Finding + ":\n" + D->Details;
      return Found;
    }
  }
  return Found;
}

} // namespace jitrun::fuzz
