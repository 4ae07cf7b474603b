#ifndef JITRUN_EMBED_ERRORDATA_H
#define JITRUN_EMBED_ERRORDATA_H

#include "Engine/TrapReport.h"
#include "jitrun/Error.h"

#include <deque>
#include <string>
#include <vector>

namespace jitrun {

/// What an Error owns. Views in Where and Stack point into Names.
struct Error::Data {
  ErrorKind Kind = ErrorKind::Internal;
  std::string Message;
  std::string Rendered;
  SourcePosition Where;
  std::vector<Frame> Stack;
  std::deque<std::string> Names;

  /// A position that refers to a file name owned here.
  SourcePosition position(const SourceManager &Sources, SourceRange Range);
};

namespace embed {
/// The public error of a trapped call.
Error trapError(const SourceManager &Sources, const engine::TrapReport &Report);
} // namespace embed

} // namespace jitrun

#endif // JITRUN_EMBED_ERRORDATA_H
