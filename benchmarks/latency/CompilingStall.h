#ifndef JITRUN_BENCHMARKS_LATENCY_COMPILINGSTALL_H
#define JITRUN_BENCHMARKS_LATENCY_COMPILINGSTALL_H

namespace jitrun {

/// Prints how much longer the longest call of two threads is while a worker
/// compiles the functions that they call than when nothing is compiled.
void measureCompilingStall();

} // namespace jitrun

#endif // JITRUN_BENCHMARKS_LATENCY_COMPILINGSTALL_H
