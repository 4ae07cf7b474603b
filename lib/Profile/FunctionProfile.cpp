#include "Profile/FunctionProfile.h"

#include "ABI/Heap.h"

#include <algorithm>

namespace jitrun {

namespace {

/// Generated code writes these words with plain loads and stores.
template <class T> T read(const T &Word) {
  return __atomic_load_n(&Word, __ATOMIC_RELAXED);
}
template <class T> void write(T &Word, T Value) {
  __atomic_store_n(&Word, Value, __ATOMIC_RELAXED);
}

uint64_t ticks(const int64_t &Base, const int64_t &Counter) {
  return uint64_t(std::max<int64_t>(0, read(Base) - read(Counter)));
}

/// Sets \p Counter to the next \p Ticks of which a trip may pass \p Period at
/// most; gives what is left.
int64_t setCounter(int64_t &Counter, int64_t &Base, int64_t Ticks,
                   int64_t Period) {
  const int64_t Now = std::min(Ticks, Period);
  write(Base, read(Base) + Now - read(Counter));
  write(Counter, Now);
  return Ticks - Now;
}

} // namespace

int64_t LiveProfile::callsPeriod() const {
  if (!Layout.Values && !Layout.Arrays)
    return INT64_MAX;
  return std::clamp(int64_t(calls()) / SampleGrowth, SamplePeriod,
                    MaxSamplePeriod);
}

void LiveProfile::rearm(int64_t CallsToTrip, int64_t BackEdgesToTrip) {
  CallsLeft =
      setCounter(Counters->Calls, CallsBase, CallsToTrip, callsPeriod());
  BackEdgesLeft = setCounter(Counters->BackEdges, BackEdgesBase,
                             BackEdgesToTrip, abi::PollPeriod);
}

bool LiveProfile::isDue() {
  bool Due = false;
  if (read(Counters->Calls) <= 0) {
    Due |= CallsLeft <= 0;
    if (CallsLeft > 0)
      CallsLeft =
          setCounter(Counters->Calls, CallsBase, CallsLeft, callsPeriod());
  }
  if (read(Counters->BackEdges) <= 0) {
    Due |= BackEdgesLeft <= 0;
    if (BackEdgesLeft > 0)
      BackEdgesLeft = setCounter(Counters->BackEdges, BackEdgesBase,
                                 BackEdgesLeft, abi::PollPeriod);
  }
  return Due;
}

void LiveProfile::restart() {
  write(CallsBase, read(Counters->Calls) + 1);
  write(BackEdgesBase, read(Counters->BackEdges));
  static_assert(sizeof(ArrayCount) % sizeof(uint64_t) == 0 &&
                sizeof(TargetCount) % sizeof(uint64_t) == 0);
  auto *Words = reinterpret_cast<uint64_t *>(Sites);
  for (size_t I = 0; Sites && I < Layout.size() / sizeof(uint64_t); ++I)
    write(Words[I], uint64_t(0));
}

uint64_t LiveProfile::calls() const {
  return Counters ? ticks(CallsBase, Counters->Calls) : 0;
}

uint64_t LiveProfile::backEdges() const {
  return Counters ? ticks(BackEdgesBase, Counters->BackEdges) : 0;
}

static void add(uint32_t &Word) { write(Word, read(Word) + 1); }

static std::array<int64_t, ArrayCount::Lengths>
shapeOf(const abi::ArrayHeader &A) {
  std::array<int64_t, ArrayCount::Lengths> Shape{};
  Shape.back() = A.Rank >= Shape.size();
  for (uint32_t I = 0; I < A.Rank; ++I) {
    if (I + 1 < Shape.size())
      Shape[I] = A.shape()[I];
    else
      Shape.back() = int64_t(uint64_t(Shape.back()) * uint64_t(A.shape()[I]));
  }
  return Shape;
}

static void sampleValue(ValueCount &Site, uint64_t Bits) {
  if (!read(Site.Seen))
    write(Site.Bits, Bits);
  if (read(Site.Bits) == Bits)
    add(Site.Same);
  add(Site.Seen);
}

static void sampleArray(ArrayCount &Site, const abi::ArrayHeader &A,
                        const abi::ArrayHeader &Leader) {
  const auto Shape = shapeOf(A);
  const bool First = !read(Site.Seen);
  bool Same = true;
  for (size_t I = 0; I < Shape.size(); ++I) {
    if (First)
      write(Site.Shape[I], Shape[I]);
    Same &= read(Site.Shape[I]) == Shape[I];
  }
  if (A.Flags & abi::ArrayUnitInner)
    add(Site.UnitInner);
  if (A.Flags & abi::ArrayContiguous)
    add(Site.Contiguous);
  if (Same)
    add(Site.SameShape);
  if (std::equal(A.shape(), A.shape() + A.Rank, Leader.shape()))
    add(Site.LikeLeader);
  add(Site.Seen);
}

template <class T> static T &siteAt(char *Sites, size_t Offset) {
  return *reinterpret_cast<T *>(Sites + Offset);
}

void LiveProfile::sampleArguments(const uint64_t *Cells) {
  for (uint32_t I = 0; I < Layout.Values; ++I)
    sampleValue(siteAt<ValueCount>(Sites, Layout.valueAt(I)), *Cells++);
  auto Array = [&](uint32_t I) -> const abi::ArrayHeader & {
    return *reinterpret_cast<const abi::ArrayHeader *>(Cells[I]);
  };
  for (uint32_t I = 0; I < Layout.Arrays; ++I) {
    uint32_t Leader = 0;
    while (Array(Leader).Rank != Array(I).Rank)
      ++Leader;
    sampleArray(siteAt<ArrayCount>(Sites, Layout.arrayAt(I)), Array(I),
                Array(Leader));
  }
}

static TargetCount readTargets(const TargetCount &T) {
  return {{read(T.Targets[0]), read(T.Targets[1])},
          {read(T.Times[0]), read(T.Times[1])},
          read(T.Others)};
}

FunctionProfile LiveProfile::snapshot() const {
  FunctionProfile P;
  P.Calls = calls();
  P.BackEdges = backEdges();
  if (Layout.OnlyLoop)
    P.Loops.push_back({0, P.BackEdges});
  if (!Sites)
    return P;
  for (uint32_t I = 0; I < Layout.Loops; ++I)
    P.Loops.push_back({0, read(siteAt<uint64_t>(Sites, Layout.loopAt(I)))});
  for (uint32_t I = 0; I < Layout.Values; ++I) {
    auto &V = siteAt<ValueCount>(Sites, Layout.valueAt(I));
    P.Values.push_back({read(V.Bits), read(V.Same), read(V.Seen)});
  }
  for (uint32_t I = 0; I < Layout.Arrays; ++I) {
    auto &A = siteAt<ArrayCount>(Sites, Layout.arrayAt(I));
    ArrayCount C{read(A.Seen),
                 read(A.UnitInner),
                 read(A.Contiguous),
                 read(A.SameShape),
                 read(A.LikeLeader),
                 0,
                 {}};
    for (size_t D = 0; D < C.Shape.size(); ++D)
      C.Shape[D] = read(A.Shape[D]);
    P.Arrays.push_back(C);
  }
  for (uint32_t I = 0; I < Layout.Callees; ++I)
    P.Callees.push_back(
        readTargets(siteAt<TargetCount>(Sites, Layout.calleeAt(I))));
  for (uint32_t I = 0; I < Layout.Tags; ++I)
    P.Tags.push_back(readTargets(siteAt<TargetCount>(Sites, Layout.tagsAt(I))));
  for (uint32_t I = 0; I < Layout.Branches; ++I)
    P.Branches.push_back(
        {read(siteAt<uint64_t>(Sites, Layout.branchAt(I))), 0});
  return P;
}

} // namespace jitrun
