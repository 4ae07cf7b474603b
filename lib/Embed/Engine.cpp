#include "jitrun/Engine.h"

#include "Embed/ContextPool.h"
#include "Embed/ErrorData.h"
#include "Embed/Loader.h"

#include <algorithm>

namespace jitrun {

namespace detail {

class EngineState {
public:
  /// Null, with the reason in Failure, when the machine does not allow it.
  std::unique_ptr<engine::Engine> Core;
  std::shared_ptr<embed::ContextPool> Contexts;
  std::string Failure;
};

class ModuleState {
public:
  std::shared_ptr<EngineState> Owner;
  std::shared_ptr<SourceManager> Sources;
  std::shared_ptr<const tast::Module> Checked;
  std::shared_ptr<engine::LoadedModule> Loaded;
};

class FunctionState {
public:
  std::shared_ptr<ModuleState> Owner;
  const tast::Function *Callee;
};

std::optional<Error> invoke(const FunctionState &F, uint64_t *Cells,
                            const Limits &L) {
  const ModuleState &M = *F.Owner;
  engine::CallOptions Options;
  Options.Timeout = L.Deadline;
  if (L.Memory)
    Options.MemoryLimit =
        int64_t(std::min<uint64_t>(L.Memory, uint64_t(INT64_MAX)));
  auto *AsCells = reinterpret_cast<engine::Cell *>(Cells);
  auto Report =
      M.Owner->Core->call(M.Owner->Contexts->current(), *M.Loaded, F.Callee->Id,
                          {AsCells, size_t(F.Callee->Parameters) + 1}, Options);
  if (!Report)
    return std::nullopt;
  return embed::trapError(*M.Sources, *Report);
}

static std::string signatureText(const char *Result,
                                 std::span<const char *const> Parameters) {
  std::string Text = "fn(";
  for (size_t I = 0; I < Parameters.size(); ++I)
    Text += (I ? ", " : "") + std::string(Parameters[I]);
  return Text + ") -> " + Result;
}

std::optional<Error> checkSignature(const FunctionState &F, const char *Result,
                                    std::span<const char *const> Parameters) {
  const tast::Function &Callee = *F.Callee;
  std::vector<const char *> Own;
  for (uint32_t I = 0; I < Callee.Parameters; ++I)
    Own.push_back(Callee.Locals[I].Ty->name().c_str());
  bool Same = Callee.Result->name() == Result &&
              std::equal(Own.begin(), Own.end(), Parameters.begin(),
                         Parameters.end(), [](const char *A, const char *B) {
                           return std::string_view(A) == B;
                         });
  if (Same)
    return std::nullopt;
  return Error(ErrorKind::Signature,
               "'" + Callee.Name + "' is " +
                   signatureText(Callee.Result->name().c_str(), Own) +
                   ", asked for as " + signatureText(Result, Parameters));
}

} // namespace detail

static engine::TierMode tierMode(Tier T) {
  switch (T) {
  case Tier::Auto:
    return engine::TierMode::Auto;
  case Tier::Baseline:
    return engine::TierMode::Baseline;
  case Tier::Optimized:
    return engine::TierMode::Optimized;
  }
  return engine::TierMode::Auto;
}

static uint32_t threshold(uint64_t Count) {
  return uint32_t(std::clamp<uint64_t>(Count, 1, INT32_MAX));
}

Engine::Engine(const Options &O)
    : State(std::make_shared<detail::EngineState>()) {
  engine::EngineOptions E;
  E.Mode = tierMode(O.Mode);
  E.CompileThreads = O.CompileThreads;
  E.CallThreshold = threshold(O.CallThreshold);
  E.LoopThreshold = threshold(O.LoopThreshold);
  State->Core = engine::Engine::create(std::move(E), State->Failure);
  if (State->Core)
    State->Contexts = std::make_shared<embed::ContextPool>(*State->Core);
}

/// Checks \p File and registers the program with the engine.
static Expected<std::shared_ptr<detail::ModuleState>>
loadInto(std::shared_ptr<detail::EngineState> State,
         std::shared_ptr<SourceManager> Sources, FileId File,
         const embed::LoadRequest &Request) {
  if (!State->Core)
    return Error(ErrorKind::Internal,
                 "cannot start the engine: " + State->Failure);
  embed::LoadResult Loaded = embed::load(*Sources, File, Request);
  if (!Loaded.Checked) {
    auto D = std::make_shared<Error::Data>();
    D->Kind = Loaded.IsSyntax ? ErrorKind::Syntax : ErrorKind::Type;
    D->Message = Loaded.FirstMessage;
    D->Rendered = Loaded.Diagnostics;
    D->Where = D->position(*Sources, Loaded.FirstRange);
    return Error(std::move(D));
  }
  auto M = std::make_shared<detail::ModuleState>();
  M->Owner = std::move(State);
  M->Sources = std::move(Sources);
  M->Checked = std::move(Loaded.Checked);
  engine::LoadResult Registered = M->Owner->Core->loadModule(M->Checked);
  if (!Registered.Module) {
    std::string Names;
    for (tast::ExternId Id : Registered.Unresolved)
      Names += (Names.empty() ? "'" : ", '") +
               M->Checked->Externs[size_t(Id)].Name + "'";
    return Error(ErrorKind::Link, "cannot find host function " + Names);
  }
  M->Loaded = std::move(Registered.Module);
  return M;
}

static Expected<std::shared_ptr<detail::ModuleState>>
loadText(const std::shared_ptr<detail::EngineState> &State,
         std::string_view Text, std::string_view Name,
         const embed::LoadRequest &Request) {
  auto Sources = std::make_shared<SourceManager>();
  FileId File = Sources->addText(std::string(Name), std::string(Text));
  if (File == FileId::Invalid)
    return Error(ErrorKind::Syntax, "the text is too long");
  return loadInto(State, std::move(Sources), File, Request);
}

Expected<Module> Engine::load(std::string_view Text, std::string_view Name) {
  auto M = loadText(State, Text, Name, {});
  if (!M)
    return M.error();
  return Module(std::move(*M));
}

Expected<Module> Engine::loadFile(const std::string &Path) {
  auto Sources = std::make_shared<SourceManager>();
  std::string Reason;
  FileId File = Sources->addFile(Path, Reason);
  if (File == FileId::Invalid)
    return Error(ErrorKind::Link, "cannot read '" + Path + "': " + Reason);
  auto M = loadInto(State, std::move(Sources), File, {});
  if (!M)
    return M.error();
  return Module(std::move(*M));
}

Expected<std::shared_ptr<const detail::FunctionState>>
Engine::makeFormula(std::string_view Text,
                    std::span<const std::string_view> Names,
                    std::span<const char *const> Types, const char *Result) {
  if (Names.size() != Types.size())
    return Error(ErrorKind::Signature,
                 std::to_string(Names.size()) + " names for the " +
                     std::to_string(Types.size()) +
                     " parameters of a formula's signature");
  std::vector<std::pair<std::string, std::string>> Parameters;
  for (size_t I = 0; I < Names.size(); ++I)
    Parameters.emplace_back(Names[I], Types[I]);
  embed::LoadRequest Request;
  Request.Mode = embed::LoadMode::Formula;
  Request.Parameters = Parameters;
  Request.Result = Result;
  auto M = loadText(State, Text, "<formula>", Request);
  if (!M)
    return M.error();
  const tast::Function *Main = (*M)->Checked->Main;
  return std::make_shared<const detail::FunctionState>(
      detail::FunctionState{std::move(*M), Main});
}

Expected<std::shared_ptr<const detail::FunctionState>>
Module::find(std::string_view Name) const {
  const tast::Function *F = State->Checked->findFunction(Name);
  if (!F)
    return Error(ErrorKind::Link,
                 "there is no function '" + std::string(Name) + "'");
  return std::make_shared<const detail::FunctionState>(
      detail::FunctionState{State, F});
}

} // namespace jitrun
