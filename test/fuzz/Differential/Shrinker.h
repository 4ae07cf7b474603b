#ifndef JITRUN_FUZZ_DIFFERENTIAL_SHRINKER_H
#define JITRUN_FUZZ_DIFFERENTIAL_SHRINKER_H

#include <functional>
#include <string>

namespace jitrun::fuzz {

/// Makes a program smaller while \p StillShows holds of it: first whole lines
/// and blocks, then the insides of lines, token by token. Knows only braces,
/// brackets and words; whatever it breaks, the checker rejects, and then the
/// finding does not show. Gives up after \p Seconds.
std::string shrink(std::string Text,
                   const std::function<bool(const std::string &)> &StillShows,
                   unsigned Seconds);

} // namespace jitrun::fuzz

#endif // JITRUN_FUZZ_DIFFERENTIAL_SHRINKER_H
