#ifndef JITRUN_PIPELINE_SANITIZERS_H
#define JITRUN_PIPELINE_SANITIZERS_H

namespace llvm {
class Module;
} // namespace llvm

namespace jitrun {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define JITRUN_PIPELINE_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define JITRUN_PIPELINE_TSAN 1
#endif
#endif

/// Which sanitizer this program was built with, so generated code gets it too.
inline constexpr bool InstrumentsAddresses =
#ifdef JITRUN_PIPELINE_ASAN
    true;
#else
    false;
#endif
inline constexpr bool InstrumentsThreads =
#ifdef JITRUN_PIPELINE_TSAN
    true;
#else
    false;
#endif

/// Adds the calls to the sanitizer's run-time library that the C++ compiler
/// adds to our own code. Nothing happens in other builds.
///
/// Generated code has no constructors, so globals get no red zones.
void instrumentForSanitizers(llvm::Module &M);

} // namespace jitrun

#endif // JITRUN_PIPELINE_SANITIZERS_H
