#ifndef JITRUN_EMBED_REPORT_H
#define JITRUN_EMBED_REPORT_H

#include "Engine/TrapReport.h"

#include <string>

namespace jitrun::embed {

/// The text of a trap for people: place, message, source line, call stack.
/// \p Report's ranges are of \p Sources.
std::string renderTrap(const SourceManager &Sources,
                       const engine::TrapReport &Report);

/// The text of an error at a place in \p Sources that is no diagnostic of the
/// front end.
std::string renderError(const SourceManager &Sources, SourceRange Range,
                        const std::string &Message);

} // namespace jitrun::embed

#endif // JITRUN_EMBED_REPORT_H
