#include "Support/Log.h"

#include <spdlog/logger.h>

namespace jitrun {

const std::shared_ptr<spdlog::logger> &logger() {
  static const std::shared_ptr<spdlog::logger> Logger = [] {
    auto L = std::make_shared<spdlog::logger>("jitrun");
    L->set_level(spdlog::level::off);
    return L;
  }();
  return Logger;
}

} // namespace jitrun
