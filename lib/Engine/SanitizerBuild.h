#ifndef JITRUN_ENGINE_SANITIZERBUILD_H
#define JITRUN_ENGINE_SANITIZERBUILD_H

namespace jitrun::engine {

/// Whether this program watches stacks: then they are not switched, and host
/// entries are left by longjmp, which the sanitizers understand.
inline constexpr bool SanitizerBuild =
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_SANITIZERBUILD_H
