#ifndef JITRUN_ENGINE_TRAPREPORT_H
#define JITRUN_ENGINE_TRAPREPORT_H

#include "ABI/ExecutionContext.h"
#include "Support/SourceManager.h"

#include <cstddef>
#include <string>
#include <vector>

namespace jitrun::engine {

/// One active function of a trapped call.
struct TrapFrame {
  std::string Function;
  /// Where it trapped, or what it was calling. Invalid if unknown.
  SourceRange Range;
};

/// How a call ended that did not return.
struct TrapReport {
  abi::TrapKind Kind = abi::TrapKind::None;
  std::string Message;
  /// Innermost first. Of a deep stack only the first and last few.
  std::vector<TrapFrame> Frames;
  /// So many frames are missing after Frames[OmittedAfter - 1].
  size_t Omitted = 0;
  size_t OmittedAfter = 0;
};

/// Of a deep stack keeps the innermost and outermost few frames. Counts frames
/// as the program sees them, so that every tier reports the same.
void omitMiddle(TrapReport &Report);

} // namespace jitrun::engine

#endif // JITRUN_ENGINE_TRAPREPORT_H
