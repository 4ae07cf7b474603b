#ifndef JITRUN_UNITTEST_PIPELINE_SAMPLES_H
#define JITRUN_UNITTEST_PIPELINE_SAMPLES_H

#include <string>

namespace llvm {
class Module;
} // namespace llvm

namespace jitrun::test {

/// Adds `i64 Name(ptr ctx, i64 n, i64 a, double x)` to \p M: code as a front
/// end makes it, with all locals in memory, a counted loop and some branches,
/// about 80 instructions. The same \p Seed gives the same function.
void addSampleFunction(llvm::Module &M, const std::string &Name, unsigned Seed);

/// What the function of addSampleFunction() returns.
int64_t evaluateSample(unsigned Seed, int64_t N, int64_t A, double X);

} // namespace jitrun::test

#endif // JITRUN_UNITTEST_PIPELINE_SAMPLES_H
