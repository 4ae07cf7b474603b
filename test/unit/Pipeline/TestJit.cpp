#include "TestJit.h"

#include "CodeCache/ImageGraph.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"

#include <dlfcn.h>
#include <fstream>

using namespace jitrun;
using namespace jitrun::test;
using namespace llvm;
using namespace llvm::jitlink;

/// Carries one object through JITLink; everything happens before link()
/// returns.
class TestJit::LinkContext final : public JITLinkContext {
public:
  LinkContext(TestJit &Jit, Linked &Result, std::string &Failure)
      : JITLinkContext(nullptr), Jit(Jit), Result(Result), Failure(Failure) {}

  JITLinkMemoryManager &getMemoryManager() override { return Jit.Manager; }

  void notifyFailed(Error E) override { Failure = toString(std::move(E)); }

  void lookup(const LookupMap &,
              std::unique_ptr<JITLinkAsyncLookupContinuation> Done) override {
    // All names are bound before.
    Done->run(AsyncLookupResult());
  }

  Error notifyResolved(LinkGraph &G) override {
    for (Symbol *S : G.defined_symbols())
      if (S->hasName() && S->isCallable())
        Result.Functions[(*S->getName()).str()] = S->getAddress().getValue();
    return Error::success();
  }

  void notifyFinalized(JITLinkMemoryManager::FinalizedAlloc A) override {
    Result.Alloc = std::move(A);
  }

private:
  TestJit &Jit;
  Linked &Result;
  std::string &Failure;
};

TestJit::TestJit(CodeMemoryOptions Options)
    : Memory(unwrap(CodeMemory::create(Options))), Manager(*Memory),
      Names(std::make_shared<orc::SymbolStringPool>()) {}

TestJit::~TestJit() {
  for (Linked &L : Kept)
    check(Manager.deallocate(std::move(L.Alloc)));
}

std::unique_ptr<Module> TestJit::parse(const std::string &Text) {
  SMDiagnostic Diagnostic;
  std::unique_ptr<Module> M = parseAssemblyString(Text, Diagnostic, Context);
  if (!M) {
    std::string Message;
    raw_string_ostream OS(Message);
    Diagnostic.print("test", OS);
    throw std::runtime_error(Message);
  }
  return M;
}

Expected<uint64_t> TestJit::addressOf(StringRef Name) {
  if (auto It = Symbols.find(Name.str()); It != Symbols.end())
    return It->second;
  // The sanitizers' run-time library is in this program.
  if (Name.starts_with("__"))
    if (void *Address = dlsym(RTLD_DEFAULT, Name.str().c_str()))
      return reinterpret_cast<uint64_t>(Address);
  return createStringError("undefined symbol: " + Name);
}

Expected<TestJit::Linked> TestJit::tryLink(ObjectCode Code, uint64_t Tag) {
  auto G = buildLinkGraph(
      Code.Image, Names, *Memory,
      [&](StringRef Name) -> Expected<uint64_t> { return addressOf(Name); });
  if (!G)
    return G.takeError();
  Linked Result;
  std::string Failure;
  jitlink::link(std::move(*G),
                std::make_unique<LinkContext>(*this, Result, Failure));
  if (!Failure.empty())
    return createStringError(Failure);
  for (FunctionSites &F : Code.Functions) {
    uint64_t Base = Result.Functions.at(F.Symbol);
    Sites.add(Base, std::move(F), Tag);
  }
  return Result;
}

std::map<std::string, uint64_t> TestJit::link(ObjectCode Code, uint64_t Tag) {
  Kept.push_back(unwrap(tryLink(std::move(Code), Tag)));
  return Kept.back().Functions;
}

void TestJit::unlink(Linked L) {
  for (const auto &[Name, Base] : L.Functions)
    Sites.remove(Base);
  check(Manager.deallocate(std::move(L.Alloc)));
}

size_t jitrun::test::countMappings() {
  std::ifstream Maps("/proc/self/maps");
  size_t Lines = 0;
  for (std::string Line; std::getline(Maps, Line);)
    ++Lines;
  return Lines;
}
