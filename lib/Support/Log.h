#ifndef JITRUN_SUPPORT_LOG_H
#define JITRUN_SUPPORT_LOG_H

#include <memory>

namespace spdlog {
class logger; // NOLINT(readability-identifier-naming)
} // namespace spdlog

namespace jitrun {

/// The logger `jitrun`, for what a maintainer wants to know and no test checks
/// (TraceSink is for the rest). Without sinks and switched off until a tool
/// gives it some. Callers include <spdlog/logger.h>.
const std::shared_ptr<spdlog::logger> &logger();

} // namespace jitrun

#endif
