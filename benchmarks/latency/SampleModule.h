#ifndef JITRUN_BENCHMARKS_LATENCY_SAMPLEMODULE_H
#define JITRUN_BENCHMARKS_LATENCY_SAMPLEMODULE_H

#include "TypedAST/TypedAST.h"

#include <memory>

namespace jitrun {

/// A module of \p Count functions `(n: i64, a: i64, x: f64) -> i64`, different
/// from one another, each with a loop, branches and six variables: about 80 IR
/// instructions at baseline without counters and polls. The same every time.
std::shared_ptr<const tast::Module> makeSampleModule(unsigned Count);

} // namespace jitrun

#endif // JITRUN_BENCHMARKS_LATENCY_SAMPLEMODULE_H
