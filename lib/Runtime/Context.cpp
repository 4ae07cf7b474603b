#include "Runtime/Context.h"

#include "Runtime/Memory.h"
#include "Runtime/Trap.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <vector>

namespace jitrun::runtime {

using namespace abi;

void initialiseContext(ExecutionContext &Ctx, const Hooks &Handlers, void *Host,
                       uint64_t StackLimit, int64_t MemoryLimit) {
  Ctx.StackLimit.store(StackLimit);
  Ctx.Interrupt.store(0);
  Ctx.Permissions = 0;
  Ctx.MemoryUsed = 0;
  Ctx.MemoryLimit = MemoryLimit;
  Ctx.Ledger = {&Ctx.Ledger, &Ctx.Ledger};
  Ctx.Handlers = &Handlers;
  Ctx.Host = Host;
  Ctx.TrueStackLimit = StackLimit;
  Ctx.Deadline = 0;
  Ctx.InterruptKind.store(0);
  Ctx.ArgumentCount = 0;
  Ctx.Arguments = nullptr;
  Ctx.Frame = nullptr;
  Ctx.FrameBytes = 0;
  Ctx.Trap = {};
  Ctx.WatchesClock = false;
}

void ensureFrame(ExecutionContext &Ctx, uint64_t Bytes) {
  if (Ctx.FrameBytes >= Bytes)
    return;
  // Frames of many functions pass here: room for the next ones too.
  const uint64_t Wanted = std::max<uint64_t>(Bytes, 2 * Ctx.FrameBytes);
  void *Larger = std::malloc(Wanted);
  if (!Larger)
    raise(Ctx, TrapKind::Memory, {}, int64_t(Bytes));
  std::free(Ctx.Frame);
  Ctx.Frame = static_cast<char *>(Larger);
  Ctx.FrameBytes = Wanted;
}

void freeFrame(ExecutionContext &Ctx) {
  std::free(Ctx.Frame);
  Ctx.Frame = nullptr;
  Ctx.FrameBytes = 0;
}

uint64_t currentStackLimit(uint64_t Reserve) {
  pthread_attr_t Attributes;
  if (pthread_getattr_np(pthread_self(), &Attributes) != 0)
    return 0;
  void *Lowest = nullptr;
  size_t Size = 0;
  pthread_attr_getstack(&Attributes, &Lowest, &Size);
  pthread_attr_destroy(&Attributes);
  return uint64_t(Lowest) + Reserve;
}

struct ProgramArguments::Storage {
  TypeDescriptor Str = {};
  std::vector<std::unique_ptr<char[]>> Objects;
  std::vector<StrHeader *> Texts;
  ArrayHeader *Array = nullptr;
};

ProgramArguments::ProgramArguments(std::span<const std::string> Words)
    : Store(std::make_unique<Storage>()) {
  Store->Str.Kind = DescriptorKind::Str;
  Store->Str.Size = Store->Str.Align = sizeof(void *);
  Store->Str.Counted = Store->Str.PatternZero = true;
  for (const std::string &Word : Words) {
    auto &Object = Store->Objects.emplace_back(
        new char[sizeof(StrHeader) + Word.size()]());
    auto *S = reinterpret_cast<StrHeader *>(Object.get());
    S->Head.Count = ImmortalCount;
    S->Length = int64_t(Word.size());
    std::memcpy(Object.get() + offsetof(StrHeader, Data), Word.data(),
                Word.size());
    Store->Texts.push_back(S);
  }
  auto &Object = Store->Objects.emplace_back(
      new char[offsetof(ArrayHeader, Shape) + 2 * sizeof(int64_t)]());
  auto *A = reinterpret_cast<ArrayHeader *>(Object.get());
  A->Head.Count = ImmortalCount;
  A->Flags = ArrayContiguous | ArrayUnitInner | ArrayBorrowed | ArrayReadOnly;
  A->Rank = 1;
  A->Data = reinterpret_cast<char *>(Store->Texts.data());
  A->Element = &Store->Str;
  A->shape()[0] = int64_t(Words.size());
  A->strides()[0] = 1;
  Store->Array = A;
}

ProgramArguments::~ProgramArguments() = default;

void ProgramArguments::giveTo(ExecutionContext &Ctx) const {
  Ctx.ArgumentCount = uint32_t(Store->Texts.size());
  Ctx.Arguments = Store->Array;
}

} // namespace jitrun::runtime
