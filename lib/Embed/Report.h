#ifndef JITRUN_EMBED_REPORT_H
#define JITRUN_EMBED_REPORT_H

#include "Engine/TrapReport.h"

#include <string>

namespace jitrun::embed {

/// The text of a trap for people: place, message, source line, call stack.
/// \p Report's ranges are of \p Sources.
std::string renderTrap(const SourceManager &Sources,
                       const engine::TrapReport &Report);

} // namespace jitrun::embed

#endif // JITRUN_EMBED_REPORT_H
