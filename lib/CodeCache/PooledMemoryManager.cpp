#include "CodeCache/CodeMemory.h"

#include "llvm/ExecutionEngine/JITLink/JITLink.h"

#include <cstring>

using namespace jitrun;
using namespace llvm;
using llvm::jitlink::BasicLayout;
using llvm::jitlink::JITLinkMemoryManager;
using llvm::jitlink::LinkGraph;

/// What a finalized object holds. Its address is the FinalizedAlloc's.
struct PooledMemoryManager::Record {
  CodeMemory::Range Code;
  CodeMemory::Range Data;
  std::vector<orc::shared::WrapperFunctionCall> DeallocActions;
};

class PooledMemoryManager::InFlight final
    : public JITLinkMemoryManager::InFlightAlloc {
public:
  InFlight(CodeMemory &Memory, LinkGraph &G, std::unique_ptr<Record> R,
           CodeMemory::Range FinalizeOnly)
      : Memory(Memory), G(G), Kept(std::move(R)), FinalizeOnly(FinalizeOnly) {}

  void abandon(OnAbandonedFunction OnAbandoned) override {
    release();
    OnAbandoned(Error::success());
  }

  void finalize(OnFinalizedFunction OnFinalized) override {
    // The working memory is another view of the final one, and x86 keeps
    // instruction fetches coherent: there is nothing to copy or flush.
    if (!G.allocActions().empty()) {
      auto Actions = orc::shared::runFinalizeActions(G.allocActions());
      if (!Actions) {
        release();
        OnFinalized(Actions.takeError());
        return;
      }
      Kept->DeallocActions = std::move(*Actions);
    }
    Memory.free(FinalizeOnly);
    OnFinalized(FinalizedAlloc(orc::ExecutorAddr::fromPtr(Kept.release())));
  }

private:
  void release() {
    Memory.free(FinalizeOnly);
    Memory.free(Kept->Code);
    Memory.free(Kept->Data);
    Kept.reset();
  }

  CodeMemory &Memory;
  LinkGraph &G;
  std::unique_ptr<Record> Kept;
  CodeMemory::Range FinalizeOnly;
};

namespace {

/// Segments that share one range, laid out one behind the other.
struct Group {
  size_t Size = 0;
  size_t Alignment = 1;

  void add(const BasicLayout::Segment &Segment) {
    size_t SegmentAlignment = Segment.Alignment.value();
    Size = alignTo(Size, SegmentAlignment) + Segment.ContentSize +
           Segment.ZeroFillSize;
    Alignment = std::max(Alignment, SegmentAlignment);
  }
};

/// Gives a segment its place in \p R behind what \p Cursor has placed.
void place(BasicLayout::Segment &Segment, const CodeMemory::Range &R,
           size_t &Cursor) {
  Cursor = alignTo(Cursor, Segment.Alignment.value());
  Segment.Addr = orc::ExecutorAddr::fromPtr(R.Address + Cursor);
  Segment.WorkingMem = R.Working + Cursor;
  std::memset(Segment.WorkingMem + Segment.ContentSize, 0,
              Segment.ZeroFillSize);
  Cursor += Segment.ContentSize + Segment.ZeroFillSize;
}

bool isWritable(const orc::AllocGroup &AG) {
  return (AG.getMemProt() & orc::MemProt::Write) != orc::MemProt::None;
}

bool isFinalizeOnly(const orc::AllocGroup &AG) {
  return AG.getMemLifetime() == orc::MemLifetime::Finalize;
}

} // namespace

void PooledMemoryManager::allocate(const jitlink::JITLinkDylib *, LinkGraph &G,
                                   OnAllocatedFunction OnAllocated) {
  BasicLayout Layout(G);
  Group Code, Data, Finalize;
  for (auto &[AG, Segment] : Layout.segments())
    (isFinalizeOnly(AG) ? Finalize : isWritable(AG) ? Data : Code).add(Segment);

  auto R = std::make_unique<Record>();
  CodeMemory::Range FinalizeOnly;
  auto Allocate = [&]() -> Error {
    // Finalize-only segments may be of any protection; nothing here makes
    // executable ones, so the writable pool serves them all.
    struct {
      Group &Wanted;
      CodeMemory::Range &Result;
      bool IsCode;
    } Ranges[] = {{Code, R->Code, true},
                  {Data, R->Data, false},
                  {Finalize, FinalizeOnly, false}};
    for (auto &[Wanted, Result, IsCode] : Ranges) {
      if (!Wanted.Size)
        continue;
      auto Got = IsCode ? Memory.allocateCode(Wanted.Size, Wanted.Alignment)
                        : Memory.allocateData(Wanted.Size, Wanted.Alignment);
      if (!Got)
        return Got.takeError();
      Result = *Got;
    }
    size_t CodeCursor = 0, DataCursor = 0, FinalizeCursor = 0;
    for (auto &[AG, Segment] : Layout.segments()) {
      if (isFinalizeOnly(AG))
        place(Segment, FinalizeOnly, FinalizeCursor);
      else if (isWritable(AG))
        place(Segment, R->Data, DataCursor);
      else
        place(Segment, R->Code, CodeCursor);
    }
    return Layout.apply();
  };
  if (Error E = Allocate()) {
    Memory.free(R->Code);
    Memory.free(R->Data);
    Memory.free(FinalizeOnly);
    OnAllocated(std::move(E));
    return;
  }
  OnAllocated(
      std::make_unique<InFlight>(Memory, G, std::move(R), FinalizeOnly));
}

void PooledMemoryManager::deallocate(std::vector<FinalizedAlloc> Allocs,
                                     OnDeallocatedFunction OnDeallocated) {
  Error Failures = Error::success();
  while (!Allocs.empty()) {
    std::unique_ptr<Record> R(Allocs.back().release().toPtr<Record *>());
    Allocs.pop_back();
    Failures = joinErrors(std::move(Failures),
                          orc::shared::runDeallocActions(R->DeallocActions));
    Memory.free(R->Code);
    Memory.free(R->Data);
  }
  OnDeallocated(std::move(Failures));
}
