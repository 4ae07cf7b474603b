#include "TestJit.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/ExecutionEngine/JITLink/ELF.h"
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

  void lookup(const LookupMap &Wanted,
              std::unique_ptr<JITLinkAsyncLookupContinuation> Done) override {
    AsyncLookupResult Found;
    for (const auto &[Name, Flags] : Wanted) {
      auto It = Jit.Symbols.find((*Name).str());
      uint64_t Address = It == Jit.Symbols.end() ? 0 : It->second;
      // The sanitizers' run-time library is in this program.
      if (It == Jit.Symbols.end() && (*Name).starts_with("__"))
        Address = reinterpret_cast<uint64_t>(
            dlsym(RTLD_DEFAULT, (*Name).str().c_str()));
      if (!Address && It == Jit.Symbols.end()) {
        Done->run(createStringError("undefined symbol: " + *Name));
        return;
      }
      Found[Name] = {orc::ExecutorAddr(Address),
                     JITSymbolFlags::Exported | JITSymbolFlags::Callable};
    }
    Done->run(std::move(Found));
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

  Error modifyPassConfig(LinkGraph &, PassConfiguration &Config) override {
    Config.PrePrunePasses.push_back(markAllSymbolsLive);
    return Error::success();
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

Expected<TestJit::Linked> TestJit::tryLink(ObjectCode Code, uint64_t Tag) {
  auto G = createLinkGraphFromObject(Code.Object->getMemBufferRef(), Names);
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
