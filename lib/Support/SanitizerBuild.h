#ifndef JITRUN_SUPPORT_SANITIZERBUILD_H
#define JITRUN_SUPPORT_SANITIZERBUILD_H

namespace jitrun {

/// Which sanitizer this program was built with.
inline constexpr bool AddressSanitizerBuild =
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

inline constexpr bool ThreadSanitizerBuild =
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

/// Whether this program watches stacks: then they are not switched, and host
/// entries are left by longjmp, which the sanitizers understand.
inline constexpr bool SanitizerBuild =
    AddressSanitizerBuild || ThreadSanitizerBuild;

} // namespace jitrun

#endif // JITRUN_SUPPORT_SANITIZERBUILD_H
