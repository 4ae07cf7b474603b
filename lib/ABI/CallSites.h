#ifndef JITRUN_ABI_CALLSITES_H
#define JITRUN_ABI_CALLSITES_H

#include <cstdint>
#include <string>
#include <vector>

namespace jitrun {

/// One level of the inline chain of a call: in which language function the
/// call was written, and at which of that function's sites.
struct SiteFrame {
  /// Somewhere in the function: a poll of a loop without sites.
  static constexpr uint32_t UnknownSite = ~uint32_t(0);
  /// The frame has been handed to a continuation, which it called: it is no
  /// activation of its own.
  static constexpr uint32_t TransitionSite = ~uint32_t(1);

  uint32_t Function;
  uint32_t Site;

  bool operator==(const SiteFrame &) const = default;
};

/// A call in generated code that may trap or that calls a language function.
struct CallSite {
  /// Bytes from the function's first to the byte after the call instruction.
  /// Equals the function's size when the call never returns.
  uint32_t ReturnOffset;
  /// Frames[FirstFrame, FirstFrame + NumFrames), innermost first.
  uint32_t FirstFrame;
  uint32_t NumFrames;
};

/// The call sites of one function of one compiled object, sorted by
/// ReturnOffset.
///
/// Relative to the function's first byte, so it can be kept on disk beside the
/// object.
struct FunctionSites {
  std::string Symbol;
  uint32_t SizeInBytes = 0;
  std::vector<CallSite> Calls;
  std::vector<SiteFrame> Frames;
};

} // namespace jitrun

#endif // JITRUN_ABI_CALLSITES_H
