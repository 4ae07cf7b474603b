#ifndef JITRUN_BENCHMARKS_LATENCY_LOOPENTRY_H
#define JITRUN_BENCHMARKS_LATENCY_LOOPENTRY_H

namespace jitrun {

/// Prints how much longer one call takes that loops for long when it begins
/// with baseline code and is moved, than when it begins with optimised code;
/// compilation included.
void measureLoopEntry();

} // namespace jitrun

#endif // JITRUN_BENCHMARKS_LATENCY_LOOPENTRY_H
