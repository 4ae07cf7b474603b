#include "CodeCache/SiteTable.h"

#include <algorithm>
#include <mutex>

using namespace jitrun;

void SiteTable::add(uint64_t Base, FunctionSites Sites, uint64_t Tag) {
  std::unique_lock Lock(Mutex);
  Entries.insert_or_assign(Base, Entry{std::move(Sites), Tag});
}

void SiteTable::remove(uint64_t Base) {
  std::unique_lock Lock(Mutex);
  Entries.erase(Base);
}

const std::pair<const uint64_t, SiteTable::Entry> *
SiteTable::find(uint64_t ReturnAddress) const {
  // The return address of a function's last call may be its neighbour's first
  // byte, and a return address is never a function's own first byte.
  auto It = Entries.lower_bound(ReturnAddress);
  if (It == Entries.begin())
    return nullptr;
  --It;
  if (ReturnAddress - It->first > It->second.Sites.SizeInBytes)
    return nullptr;
  return &*It;
}

std::optional<SiteTable::Location>
SiteTable::lookup(uint64_t ReturnAddress) const {
  std::shared_lock Lock(Mutex);
  auto *Found = find(ReturnAddress);
  if (!Found)
    return std::nullopt;

  const FunctionSites &Sites = Found->second.Sites;
  Location Result{{}, Found->second.Tag};
  auto Offset = static_cast<uint32_t>(ReturnAddress - Found->first);
  auto It = std::lower_bound(
      Sites.Calls.begin(), Sites.Calls.end(), Offset,
      [](const CallSite &C, uint32_t O) { return C.ReturnOffset < O; });
  if (It != Sites.Calls.end() && It->ReturnOffset == Offset) {
    auto First = Sites.Frames.begin() + It->FirstFrame;
    Result.Frames.assign(First, First + It->NumFrames);
  }
  return Result;
}

std::optional<uint64_t> SiteTable::findTag(uint64_t ReturnAddress) const {
  std::shared_lock Lock(Mutex);
  if (auto *Found = find(ReturnAddress))
    return Found->second.Tag;
  return std::nullopt;
}

size_t SiteTable::size() const {
  std::shared_lock Lock(Mutex);
  return Entries.size();
}
