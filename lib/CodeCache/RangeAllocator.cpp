#include "CodeCache/RangeAllocator.h"

#include <cassert>

using namespace jitrun;

static size_t alignUp(size_t Value, size_t Alignment) {
  return (Value + Alignment - 1) & ~(Alignment - 1);
}

void RangeAllocator::insert(size_t Offset, size_t Size) {
  ByOffset.emplace(Offset, Size);
  BySize.emplace(Size, Offset);
}

void RangeAllocator::erase(std::map<size_t, size_t>::iterator It) {
  BySize.erase({It->second, It->first});
  ByOffset.erase(It);
}

std::optional<size_t> RangeAllocator::allocate(size_t Size, size_t Alignment) {
  assert(Size && Size % Granule == 0 && "sizes are whole granules");
  assert(Alignment && (Alignment & (Alignment - 1)) == 0 &&
         "alignments are powers of two");

  for (auto It = BySize.lower_bound({Size, 0}); It != BySize.end(); ++It) {
    auto [RangeSize, RangeOffset] = *It;
    size_t Offset = alignUp(RangeOffset, Alignment);
    if (Offset + Size > RangeOffset + RangeSize)
      continue;
    erase(ByOffset.find(RangeOffset));
    if (Offset != RangeOffset)
      insert(RangeOffset, Offset - RangeOffset);
    if (size_t Rest = RangeOffset + RangeSize - (Offset + Size))
      insert(Offset + Size, Rest);
    return Offset;
  }

  size_t Offset = alignUp(Frontier, Alignment);
  if (Offset > Capacity || Capacity - Offset < Size)
    return std::nullopt;
  if (Offset != Frontier)
    free(Frontier, Offset - Frontier);
  Frontier = Offset + Size;
  return Offset;
}

void RangeAllocator::free(size_t Offset, size_t Size) {
  auto Next = ByOffset.lower_bound(Offset);
  assert((Next == ByOffset.end() || Offset + Size <= Next->first) &&
         "a range was freed twice");
  if (Next != ByOffset.end() && Offset + Size == Next->first) {
    Size += Next->second;
    auto Joined = Next++;
    erase(Joined);
  }
  if (Next != ByOffset.begin()) {
    auto Previous = std::prev(Next);
    assert(Previous->first + Previous->second <= Offset &&
           "a range was freed twice");
    if (Previous->first + Previous->second == Offset) {
      Offset = Previous->first;
      Size += Previous->second;
      erase(Previous);
    }
  }
  insert(Offset, Size);
}
