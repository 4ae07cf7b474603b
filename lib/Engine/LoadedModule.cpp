#include "Engine/LoadedModule.h"

#include "Engine/Assembly.h"
#include "Speculation/ProfileSites.h"

#include <cstring>

using namespace llvm;

namespace jitrun::engine {

namespace {

/// Code of the jump that all trampolines of a module share:
/// jmp *[rip+0]; address.
constexpr size_t CommonBytes = 16;

void writeCommon(char *To) {
  const unsigned char Jump[] = {0xFF, 0x25, 0, 0, 0, 0};
  const uint64_t Target = reinterpret_cast<uint64_t>(&jrEngineReenter);
  std::memset(To, 0xCC, CommonBytes);
  std::memcpy(To, Jump, sizeof(Jump));
  std::memcpy(To + sizeof(Jump), &Target, sizeof(Target));
}

/// mov r11d, Index; jmp Common.
void writeTrampoline(char *To, uint32_t Index, int64_t CommonFromHere) {
  constexpr size_t End = 11;
  const auto Displacement = int32_t(CommonFromHere - int64_t(End));
  To[0] = char(0x41);
  To[1] = char(0xBB);
  std::memcpy(To + 2, &Index, 4);
  To[6] = char(0xE9);
  std::memcpy(To + 7, &Displacement, 4);
  std::memset(To + End, 0xCC, 16 - End);
}

} // namespace

LoadedModule::LoadedModule(std::shared_ptr<const tast::Module> Typed,
                           unsigned Number, uint32_t FirstIndex)
    : M(std::move(Typed)), Data(*M), Number(Number), FirstIndex(FirstIndex) {}

LoadedModule::~LoadedModule() {
  if (!Records)
    return;
  for (size_t I = 0; I < size(); ++I)
    delete Records[I].Detail.load();
}

Expected<std::unique_ptr<LoadedModule>>
LoadedModule::create(std::shared_ptr<const tast::Module> M, unsigned Number,
                     uint32_t FirstIndex, CodeMemory &Memory) {
  std::unique_ptr<LoadedModule> L(
      new LoadedModule(std::move(M), Number, FirstIndex));
  if (Error E = L->allocate(Memory))
    return std::move(E);
  return L;
}

Error LoadedModule::allocate(CodeMemory &Memory) {
  this->Memory = &Memory;
  const size_t N = size();
  if (!N)
    return Error::success();
  auto SlotRange = Memory.allocateData(N * sizeof(uint64_t), 64);
  if (!SlotRange)
    return SlotRange.takeError();
  auto CounterRange =
      Memory.allocateData(N * sizeof(abi::FunctionCounters), 64);
  if (!CounterRange)
    return CounterRange.takeError();
  auto CodeRange = Memory.allocateCode(N * TrampolineBytes + CommonBytes, 16);
  if (!CodeRange)
    return CodeRange.takeError();

  Slots = reinterpret_cast<std::atomic<uint64_t> *>(SlotRange->Address);
  Counters = reinterpret_cast<abi::FunctionCounters *>(CounterRange->Address);
  Trampolines = uint64_t(CodeRange->Address);
  const size_t CommonAt = N * TrampolineBytes;
  for (size_t I = 0; I < N; ++I) {
    new (&Slots[I]) std::atomic<uint64_t>(trampoline(tast::FunctionId(I)));
    writeTrampoline(CodeRange->Working + I * TrampolineBytes,
                    FirstIndex + uint32_t(I),
                    int64_t(CommonAt) - int64_t(I * TrampolineBytes));
  }
  writeCommon(CodeRange->Working + CommonAt);
  // Zero pages until touched.
  Records.reset(
      static_cast<FunctionRecord *>(std::calloc(N, sizeof(FunctionRecord))));
  if (!Records)
    return createStringError("out of memory");
  return Error::success();
}

Expected<FunctionDetail *> LoadedModule::ensureDetail(tast::FunctionId F,
                                                      CodeMemory &Memory) {
  FunctionRecord &R = record(F);
  if (FunctionDetail *D = R.Detail.load(std::memory_order_acquire))
    return D;
  std::lock_guard Lock(DetailMutex);
  if (FunctionDetail *D = R.Detail.load(std::memory_order_acquire))
    return D;
  auto D = std::make_unique<FunctionDetail>();
  abi::FunctionCounters *C = &Counters[size_t(F)];
  *C = {};
  D->Live = LiveProfile(C);
  const tast::Function &Body = function(F);
  if (ForcesExits) {
    const uint32_t Count = D->Forced.emplace(Body).count();
    auto Range = Memory.allocateData(Count * sizeof(int32_t), 8);
    if (!Range)
      return Range.takeError();
    D->ExitWords = reinterpret_cast<std::atomic<int32_t> *>(Range->Address);
    D->ExitSteps.reset(new std::atomic<int32_t>[Count]);
    for (uint32_t I = 0; I < Count; ++I) {
      // Latches at once, statements at their first to third time.
      D->ExitWords[I] = I < Body.LoopCount ? 1 : 1 + int32_t(I % 3);
      D->ExitSteps[I] = 1;
    }
  }
  const SiteLayout Layout = speculation::ProfileSites(Body).layout();
  void *Sites = nullptr;
  if (const size_t Bytes = Layout.size()) {
    auto Range = Memory.allocateData(Bytes, 16);
    if (!Range)
      return Range.takeError();
    std::memset(Range->Address, 0, Bytes);
    Sites = Range->Address;
  }
  D->Live.setSites(Layout, Sites);
  R.Detail.store(D.get(), std::memory_order_release);
  return D.release();
}

void LoadedModule::setError(tast::FunctionId F, std::string Reason) {
  FunctionRecord &R = record(F);
  std::lock_guard Lock(DetailMutex);
  FunctionDetail *D = R.Detail.load();
  if (!D) {
    D = new FunctionDetail;
    R.Detail.store(D);
  }
  D->Error = std::move(Reason);
}

std::optional<uint64_t> LoadedModule::bind(StringRef Rest) {
  const auto [First, Second] = Rest.split('.');
  uint32_t Id;
  if (!First.getAsInteger(10, Id)) {
    if (Id >= size())
      return std::nullopt;
    const auto F = idFromIndex<tast::FunctionId>(Id);
    if (Second == "exits") {
      // What is inlined need not have any code yet.
      auto D = ensureDetail(F, *Memory);
      if (D)
        return reinterpret_cast<uint64_t>((*D)->ExitWords);
      consumeError(D.takeError());
      return std::nullopt;
    }
    if (Second == "slot")
      return reinterpret_cast<uint64_t>(&Slots[Id]);
    if (Second == "counters")
      return reinterpret_cast<uint64_t>(&Counters[Id]);
    if (Second == "sites")
      if (FunctionDetail *D = detail(F))
        return reinterpret_cast<uint64_t>(D->Live.sites());
    return std::nullopt;
  }
  if (Second.getAsInteger(10, Id))
    return std::nullopt;
  if (First == "type" && Id < M->Types.typeCount())
    return reinterpret_cast<uint64_t>(Data.descriptor(M->Types.type(Id)));
  if (First == "text" && Id < M->Texts.size())
    return reinterpret_cast<uint64_t>(Data.text(tast::TextId(Id)));
  if (First == "const" && Id < M->Constants.size())
    return reinterpret_cast<uint64_t>(Data.constant(tast::ConstantId(Id)));
  if (First == "closure" && Id < size())
    return reinterpret_cast<uint64_t>(
        Data.closure(tast::FunctionId(Id), &Slots[Id]));
  if (First == "format")
    return reinterpret_cast<uint64_t>(Data.formatPlan(Id));
  return std::nullopt;
}

const irgen::ModuleFacts &LoadedModule::irgenFacts() {
  std::call_once(IRGenFactsOnce, [&] { IRGenFacts = irgen::analyze(*M); });
  return *IRGenFacts;
}

StaticFacts LoadedModule::staticFacts(tast::FunctionId F) {
  std::call_once(RepeatedOnce, [&] {
    Repeated = findRepeatedlyCalled(*M);
    LoopsInCallees = findLoopsInCallees(*M);
  });
  StaticFacts Facts;
  Facts.IsMain = function(F).IsMain;
  Facts.LoopDepth = examine(function(F)).LoopDepth;
  Facts.CalledRepeatedly = Repeated[size_t(F)];
  Facts.LoopsInCallees = LoopsInCallees[size_t(F)];
  // A library or a formula; a program runs by itself.
  Facts.IsForHost = !M->Main || M->Main->Parameters;
  return Facts;
}

} // namespace jitrun::engine
