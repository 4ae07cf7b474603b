#include "Engine/CodeLinker.h"

#include "CodeCache/ImageGraph.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/ExecutionEngine/JITLink/x86_64.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h"
#include "llvm/ExecutionEngine/Orc/TaskDispatch.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace jitrun::engine {

namespace {

/// Defines the names of the outside world when they are first looked up.
class WorldGenerator final : public orc::DefinitionGenerator {
public:
  explicit WorldGenerator(CodeLinker::Binder Find) : Find(std::move(Find)) {}

  Error tryToGenerate(orc::LookupState &, orc::LookupKind, orc::JITDylib &JD,
                      orc::JITDylibLookupFlags,
                      const orc::SymbolLookupSet &Names) override {
    orc::SymbolMap Found;
    for (const auto &[Name, Flags] : Names)
      if (std::optional<uint64_t> Address = Find(*Name))
        Found[Name] = {orc::ExecutorAddr(*Address), JITSymbolFlags::Exported};
    return Found.empty() ? Error::success()
                         : JD.define(orc::absoluteSymbols(std::move(Found)));
  }

private:
  CodeLinker::Binder Find;
};

/// One link. The memory manager works at once, so everything happens inside of
/// jitlink::link().
class LinkContext final : public jitlink::JITLinkContext {
public:
  LinkContext(jitlink::JITLinkMemoryManager &Memory, CodeLinker::Linked &Result,
              Error &Failure)
      : JITLinkContext(nullptr), Memory(Memory), Result(Result),
        Failure(Failure) {}

  jitlink::JITLinkMemoryManager &getMemoryManager() override { return Memory; }

  void notifyFailed(Error E) override {
    Failure = joinErrors(std::move(Failure), std::move(E));
  }

  void
  lookup(const LookupMap &Names,
         std::unique_ptr<jitlink::JITLinkAsyncLookupContinuation> C) override {
    // All externals were bound before.
    if (Names.empty())
      C->run(jitlink::AsyncLookupResult());
    else
      C->run(createStringError("undefined symbol '%s'",
                               (*Names.begin()->first).str().c_str()));
  }

  Error notifyResolved(jitlink::LinkGraph &G) override {
    for (const jitlink::Symbol *S : G.defined_symbols())
      if (S->hasName() && S->isCallable())
        Result.Functions[*S->getName()] = S->getAddress().getValue();
    return Error::success();
  }

  void notifyFinalized(
      jitlink::JITLinkMemoryManager::FinalizedAlloc Allocation) override {
    Result.Memory = std::move(Allocation);
  }

  /// The usual passes are mostly about exception tables, which generated code
  /// does not have.
  bool shouldAddDefaultTargetPasses(const Triple &) const override {
    return false;
  }

  Error modifyPassConfig(jitlink::LinkGraph &,
                         jitlink::PassConfiguration &Config) override {
    Config.PostPrunePasses.push_back([](jitlink::LinkGraph &G) {
      jitlink::x86_64::GOTTableManager GOT(G);
      jitlink::x86_64::PLTTableManager PLT(G, GOT);
      jitlink::visitExistingEdges(G, GOT, PLT);
      return Error::success();
    });
    Config.PreFixupPasses.push_back(
        jitlink::x86_64::optimizeGOTAndStubAccesses);
    return Error::success();
  }

private:
  jitlink::JITLinkMemoryManager &Memory;
  CodeLinker::Linked &Result;
  Error &Failure;
};

} // namespace

CodeLinker::CodeLinker(CodeMemory &Memory, Binder Inside)
    : Inside(std::move(Inside)), Memory(Memory), MemoryManager(Memory) {}

Expected<std::unique_ptr<CodeLinker>>
CodeLinker::create(CodeMemory &Memory, Binder Inside, Binder Outside) {
  std::unique_ptr<CodeLinker> L(new CodeLinker(Memory, std::move(Inside)));
  auto Process = std::make_unique<orc::SelfExecutorProcessControl>(
      std::make_shared<orc::SymbolStringPool>(),
      std::make_unique<orc::InPlaceTaskDispatcher>(),
      Triple("x86_64-unknown-linux-gnu"), 4096,
      std::make_unique<PooledMemoryManager>(Memory));
  L->Session = std::make_unique<orc::ExecutionSession>(std::move(Process));
  // Failures come back from lookup().
  L->Session->setErrorReporter([](Error E) { consumeError(std::move(E)); });
  L->World = &L->Session->createBareJITDylib("world");
  L->World->addGenerator(std::make_unique<WorldGenerator>(std::move(Outside)));
  return L;
}

CodeLinker::~CodeLinker() {
  if (Session)
    if (Error E = Session->endSession())
      consumeError(std::move(E));
}

Expected<uint64_t> CodeLinker::bind(StringRef Name) {
  if (Name.starts_with("jr.") && Name.size() > 3 && llvm::isDigit(Name[3])) {
    if (std::optional<uint64_t> Address = Inside(Name))
      return *Address;
    return createStringError("undefined symbol '%s'", Name.str().c_str());
  }
  {
    std::lock_guard Lock(KnownMutex);
    if (auto It = Known.find(Name); It != Known.end())
      return It->second;
  }
  auto Found = Session->lookup({World}, Name);
  if (!Found)
    return Found.takeError();
  std::lock_guard Lock(KnownMutex);
  return Known[Name] = Found->getAddress().getValue();
}

Expected<CodeLinker::Linked> CodeLinker::link(const CodeImage &Image) {
  auto G = buildLinkGraph(Image, Session->getSymbolStringPool(), Memory,
                          [&](StringRef Name) { return bind(Name); });
  if (!G)
    return G.takeError();

  Linked Result;
  Error Failure = Error::success();
  jitlink::link(std::move(*G),
                std::make_unique<LinkContext>(MemoryManager, Result, Failure));
  if (Failure)
    return std::move(Failure);
  return Result;
}

void CodeLinker::free(
    jitlink::JITLinkMemoryManager::FinalizedAlloc Allocation) {
  if (!Allocation)
    return;
  if (Error E = MemoryManager.deallocate(std::move(Allocation)))
    consumeError(std::move(E));
}

} // namespace jitrun::engine
