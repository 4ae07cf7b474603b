#ifndef JITRUN_TOOLS_JITRUN_STATISTICS_H
#define JITRUN_TOOLS_JITRUN_STATISTICS_H

#include "Engine/Statistics.h"

#include <string>

namespace jitrun::tool {

/// For people: a table of the functions that were compiled, and totals.
std::string statisticsText(const engine::EngineStatistics &S);
/// For programs: one JSON object.
std::string statisticsJSON(const engine::EngineStatistics &S);

} // namespace jitrun::tool

#endif // JITRUN_TOOLS_JITRUN_STATISTICS_H
