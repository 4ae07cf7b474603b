#ifndef JITRUN_BENCHMARKS_LATENCY_SWAPSTALL_H
#define JITRUN_BENCHMARKS_LATENCY_SWAPSTALL_H

namespace jitrun {

/// Prints how much longer the longest call in a loop is when a swap falls into
/// that loop than when swaps are off.
void measureSwapStall();

} // namespace jitrun

#endif // JITRUN_BENCHMARKS_LATENCY_SWAPSTALL_H
