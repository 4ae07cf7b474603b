#ifndef JITRUN_TOOLS_JITRUN_OUTPUT_H
#define JITRUN_TOOLS_JITRUN_OUTPUT_H

#include <string>
#include <string_view>

namespace jitrun::tool {

/// The program's standard output, gathered into large writes; on a terminal a
/// line at a time. To write nothing is to flush. Used by one thread at a time.
class Output {
public:
  Output();
  ~Output() { flush(); }
  Output(const Output &) = delete;
  Output &operator=(const Output &) = delete;

  void write(std::string_view Text);
  void flush();
  /// False once a write has failed (a closed pipe, a full disk).
  bool good() const { return Good; }

private:
  static constexpr size_t Limit = size_t(64) << 10;
  std::string Pending;
  bool Interactive;
  bool Good = true;
};

/// Writes all of \p Text to standard error.
void writeError(std::string_view Text);

} // namespace jitrun::tool

#endif // JITRUN_TOOLS_JITRUN_OUTPUT_H
