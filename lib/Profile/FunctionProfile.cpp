#include "Profile/FunctionProfile.h"

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

} // namespace

void LiveProfile::rearm(int64_t CallsToTrip, int64_t BackEdgesToTrip) {
  write(CallsBase, read(CallsBase) + CallsToTrip - read(Counters->Calls));
  write(Counters->Calls, CallsToTrip);
  write(BackEdgesBase,
        read(BackEdgesBase) + BackEdgesToTrip - read(Counters->BackEdges));
  write(Counters->BackEdges, BackEdgesToTrip);
}

uint64_t LiveProfile::calls() const {
  return Counters ? ticks(CallsBase, Counters->Calls) : 0;
}

uint64_t LiveProfile::backEdges() const {
  return Counters ? ticks(BackEdgesBase, Counters->BackEdges) : 0;
}

FunctionProfile LiveProfile::snapshot() const {
  FunctionProfile P{calls(), backEdges(), {}};
  P.Branches.reserve(Branches.size());
  for (const BranchCount &B : Branches)
    P.Branches.push_back({read(B.Taken), read(B.Executed)});
  return P;
}

} // namespace jitrun
