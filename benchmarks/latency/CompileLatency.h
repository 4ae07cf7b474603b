#ifndef JITRUN_BENCHMARKS_LATENCY_COMPILELATENCY_H
#define JITRUN_BENCHMARKS_LATENCY_COMPILELATENCY_H

namespace jitrun {

/// Prints what it costs to get from the typed tree to callable baseline code,
/// next to a stock LLJIT given the same IR.
void measureCompileLatency(unsigned Count);

} // namespace jitrun

#endif // JITRUN_BENCHMARKS_LATENCY_COMPILELATENCY_H
