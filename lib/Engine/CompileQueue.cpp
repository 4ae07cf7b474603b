#include "Engine/CompileQueue.h"

#include <algorithm>
#include <chrono>

namespace jitrun::engine {

QueuedHeat CompileQueue::heat(const Entry &E, int64_t Time) const {
  return {E.Ticks, Ticks(E.Item),
          uint64_t(std::max<int64_t>(Time - E.Time, 0))};
}

std::optional<CompileItem> CompileQueue::push(CompileItem Item) {
  std::optional<CompileItem> Shed;
  {
    std::lock_guard Lock(Mutex);
    Entries.push_back({Item, Ticks(Item), Now()});
    if (Entries.size() > Capacity) {
      // The newcomer has no rate yet; the others are judged by theirs.
      const int64_t Time = Now();
      auto Coldest = std::min_element(Entries.begin(), Entries.end() - 1,
                                      [&](const Entry &A, const Entry &B) {
                                        return Policy.urgency(heat(A, Time)) <
                                               Policy.urgency(heat(B, Time));
                                      });
      Shed = Coldest->Item;
      Entries.erase(Coldest);
    }
  }
  NotEmpty.notify_one();
  return Shed;
}

std::optional<CompileItem>
CompileQueue::takeHottest(std::vector<CompileItem> &Shed) {
  const int64_t Time = Now();
  std::erase_if(Entries, [&](const Entry &E) {
    if (!Policy.hasGoneCold(heat(E, Time)))
      return false;
    Shed.push_back(E.Item);
    return true;
  });
  if (Entries.empty())
    return std::nullopt;
  auto Hottest = Entries.begin();
  uint64_t Most = Policy.urgency(heat(*Hottest, Time));
  for (auto It = Entries.begin() + 1; It != Entries.end(); ++It)
    if (uint64_t U = Policy.urgency(heat(*It, Time)); U > Most) {
      Most = U;
      Hottest = It;
    }
  const CompileItem Item = Hottest->Item;
  Entries.erase(Hottest);
  // The others are judged next time by what they did since now.
  for (Entry &E : Entries)
    if (Policy.urgency(heat(E, Time)))
      E = {E.Item, Ticks(E.Item), Time};
  ++Working;
  return Item;
}

std::optional<CompileItem> CompileQueue::pop(std::vector<CompileItem> &Shed,
                                             int64_t WaitMilliseconds) {
  std::unique_lock Lock(Mutex);
  while (true) {
    if (Closed)
      return std::nullopt;
    if (auto Item = takeHottest(Shed))
      return Item;
    if (!Shed.empty()) {
      // Not idle before these have been put back where they were.
      ++Working;
      return std::nullopt;
    }
    if (!Working)
      Idle.notify_all();
    if (WaitMilliseconds < 0)
      NotEmpty.wait(Lock);
    else if (NotEmpty.wait_for(Lock,
                               std::chrono::milliseconds(WaitMilliseconds)) ==
             std::cv_status::timeout)
      return std::nullopt;
  }
}

void CompileQueue::done() {
  std::lock_guard Lock(Mutex);
  --Working;
  if (!Working && Entries.empty())
    Idle.notify_all();
}

void CompileQueue::waitUntilIdle() {
  std::unique_lock Lock(Mutex);
  Idle.wait(Lock, [&] { return Closed || (!Working && Entries.empty()); });
}

void CompileQueue::close() {
  {
    std::lock_guard Lock(Mutex);
    Closed = true;
  }
  NotEmpty.notify_all();
  Idle.notify_all();
}

size_t CompileQueue::size() const {
  std::lock_guard Lock(Mutex);
  return Entries.size();
}

bool CompileQueue::isClosed() const {
  std::lock_guard Lock(Mutex);
  return Closed;
}

} // namespace jitrun::engine
