#include "Engine/CodeLinker.h"

#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h"
#include "llvm/ExecutionEngine/Orc/TaskDispatch.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace jitrun::engine {

namespace {

const JITSymbolFlags FunctionFlags =
    JITSymbolFlags::Exported | JITSymbolFlags::Callable;

/// One object, ready to be linked.
class ObjectUnit final : public orc::MaterializationUnit {
public:
  ObjectUnit(orc::SymbolFlagsMap Symbols, orc::LinkGraphLinkingLayer &Layer,
             std::unique_ptr<jitlink::LinkGraph> G)
      : MaterializationUnit(Interface(std::move(Symbols), nullptr)),
        Layer(Layer), G(std::move(G)) {}

  StringRef getName() const override { return "object"; }

  void
  materialize(std::unique_ptr<orc::MaterializationResponsibility> R) override {
    Layer.emit(std::move(R), std::move(G));
  }

private:
  void discard(const orc::JITDylib &, const orc::SymbolStringPtr &) override {}

  orc::LinkGraphLinkingLayer &Layer;
  std::unique_ptr<jitlink::LinkGraph> G;
};

} // namespace

/// Notes where functions come to lie. The session may run a link on any of the
/// threads that link at the time, so it is the graph that says whose it is.
class CodeLinker::AddressCollector final
    : public orc::LinkGraphLinkingLayer::Plugin {
public:
  void expect(const jitlink::LinkGraph &G, Linked &L) {
    std::lock_guard Lock(Mutex);
    InFlight[&G] = &L;
  }

  void forget(const jitlink::LinkGraph *G) {
    std::lock_guard Lock(Mutex);
    InFlight.erase(G);
  }

  void modifyPassConfig(orc::MaterializationResponsibility &,
                        jitlink::LinkGraph &,
                        jitlink::PassConfiguration &Config) override {
    Config.PostAllocationPasses.push_back([this](jitlink::LinkGraph &G) {
      Linked *L;
      {
        std::lock_guard Lock(Mutex);
        L = InFlight.lookup(&G);
      }
      for (const jitlink::Symbol *S : G.defined_symbols())
        if (L && S->hasName() && S->isCallable())
          L->Functions[*S->getName()] = S->getAddress().getValue();
      return Error::success();
    });
  }
  Error notifyFailed(orc::MaterializationResponsibility &) override {
    return Error::success();
  }
  Error notifyRemovingResources(orc::JITDylib &, orc::ResourceKey) override {
    return Error::success();
  }
  void notifyTransferringResources(orc::JITDylib &, orc::ResourceKey,
                                   orc::ResourceKey) override {}

private:
  std::mutex Mutex;
  DenseMap<const jitlink::LinkGraph *, Linked *> InFlight;
};

CodeLinker::CodeLinker(CodeMemory &Memory, Binder B)
    : Bind(std::move(B)), MemoryManager(Memory) {}

Expected<std::unique_ptr<CodeLinker>> CodeLinker::create(CodeMemory &Memory,
                                                         Binder Bind) {
  std::unique_ptr<CodeLinker> L(new CodeLinker(Memory, std::move(Bind)));
  // Links run on the thread that asks for them.
  auto Process = std::make_unique<orc::SelfExecutorProcessControl>(
      std::make_shared<orc::SymbolStringPool>(),
      std::make_unique<orc::InPlaceTaskDispatcher>(),
      Triple("x86_64-unknown-linux-gnu"), 4096,
      std::make_unique<PooledMemoryManager>(Memory));
  L->Session = std::make_unique<orc::ExecutionSession>(std::move(Process));
  // Failures come back from lookup().
  L->Session->setErrorReporter([](Error E) { consumeError(std::move(E)); });
  L->Layer = std::make_unique<orc::LinkGraphLinkingLayer>(*L->Session,
                                                          L->MemoryManager);
  L->Collector = std::make_shared<AddressCollector>();
  L->Layer->addPlugin(L->Collector);
  L->Code = &L->Session->createBareJITDylib("code");
  return L;
}

CodeLinker::~CodeLinker() {
  if (Session)
    if (Error E = Session->endSession())
      consumeError(std::move(E));
}

Expected<CodeLinker::Linked>
CodeLinker::link(const MemoryBuffer &Object,
                 std::span<const std::string> Symbols) {
  auto G = jitlink::createLinkGraphFromObject(Object.getMemBufferRef(),
                                              Session->getSymbolStringPool());
  if (!G)
    return G.takeError();

  std::vector<jitlink::Symbol *> Externals((*G)->external_symbols().begin(),
                                           (*G)->external_symbols().end());
  for (jitlink::Symbol *S : Externals) {
    const StringRef Name = *S->getName();
    std::optional<uint64_t> Address = Bind(Name);
    if (!Address)
      return createStringError("undefined symbol '%s'", Name.str().c_str());
    (*G)->makeAbsolute(*S, orc::ExecutorAddr(*Address));
  }

  orc::SymbolFlagsMap Defined;
  for (const std::string &Symbol : Symbols)
    Defined[Session->intern(Symbol)] = FunctionFlags;
  const orc::SymbolStringPtr First = Defined.begin()->first;

  Linked L{Code->createResourceTracker(), {}};
  const jitlink::LinkGraph *Key = G->get();
  Collector->expect(**G, L);
  Error Failure = Code->define(
      std::make_unique<ObjectUnit>(std::move(Defined), *Layer, std::move(*G)),
      L.Tracker);
  if (!Failure)
    Failure =
        Session
            ->lookup({{Code, orc::JITDylibLookupFlags::MatchAllSymbols}}, First)
            .takeError();
  Collector->forget(Key);
  if (Failure)
    return joinErrors(std::move(Failure), L.Tracker->remove());
  return L;
}

Error CodeLinker::remove(const orc::ResourceTrackerSP &Tracker) {
  return Tracker->remove();
}

} // namespace jitrun::engine
