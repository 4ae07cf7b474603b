#ifndef JITRUN_BENCHMARKS_LATENCY_CALLTIMER_H
#define JITRUN_BENCHMARKS_LATENCY_CALLTIMER_H

#include <algorithm>
#include <sys/resource.h>
#include <time.h>
#include <utility>
#include <vector>

namespace jitrun {

/// Looks for the longest of the calls that its thread makes.
class CallTimer {
public:
  /// Microseconds.
  double Longest = 0;
  /// Of the calls in which the thread kept its processor.
  double LongestUndisturbed = 0;
  /// Of this thread's processor time.
  double LongestProcessor = 0;
  /// How often the thread has waited for something.
  long Waits = 0;

  CallTimer() {
    const rusage U = usage();
    WaitsBefore = U.ru_nvcsw;
    Disturbances = U.ru_nivcsw;
  }

  /// \p Keep: this call counts.
  template <class Function> void call(bool Keep, Function Call) {
    const double Processor = now(CLOCK_THREAD_CPUTIME_ID);
    const double Start = now(CLOCK_MONOTONIC);
    Call();
    const double Took = now(CLOCK_MONOTONIC) - Start;
    const double Used = now(CLOCK_THREAD_CPUTIME_ID) - Processor;
    const long Before = std::exchange(Disturbances, usage().ru_nivcsw);
    if (!Keep)
      return;
    Longest = std::max(Longest, Took);
    LongestProcessor = std::max(LongestProcessor, Used);
    if (Before == Disturbances)
      LongestUndisturbed = std::max(LongestUndisturbed, Took);
  }

  void finish() { Waits = usage().ru_nvcsw - WaitsBefore; }

private:
  static double now(clockid_t Clock) {
    timespec T;
    clock_gettime(Clock, &T);
    return double(T.tv_sec) * 1e6 + double(T.tv_nsec) * 1e-3;
  }
  static rusage usage() {
    rusage Usage;
    getrusage(RUSAGE_THREAD, &Usage);
    return Usage;
  }

  long WaitsBefore;
  long Disturbances;
};

inline double median(std::vector<double> Values) {
  std::ranges::sort(Values);
  return Values[Values.size() / 2];
}

} // namespace jitrun

#endif // JITRUN_BENCHMARKS_LATENCY_CALLTIMER_H
