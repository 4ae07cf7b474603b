#include "Output.h"

#include <cerrno>
#include <unistd.h>

namespace jitrun::tool {

static bool writeAll(int To, std::string_view Text) {
  while (!Text.empty()) {
    ssize_t Done = ::write(To, Text.data(), Text.size());
    if (Done < 0 && errno == EINTR)
      continue;
    if (Done < 0)
      return false;
    Text.remove_prefix(size_t(Done));
  }
  return true;
}

Output::Output() : Interactive(::isatty(STDOUT_FILENO)) {}

void Output::write(std::string_view Text) {
  Pending += Text;
  if (Text.empty() || Pending.size() >= Limit ||
      (Interactive && Text.find('\n') != std::string_view::npos))
    flush();
}

void Output::flush() {
  if (!Pending.empty() && Good)
    Good = writeAll(STDOUT_FILENO, Pending);
  Pending.clear();
}

void writeError(std::string_view Text) { writeAll(STDERR_FILENO, Text); }

} // namespace jitrun::tool
