#ifndef JITRUN_SPECULATION_FRAMEBETS_H
#define JITRUN_SPECULATION_FRAMEBETS_H

#include "ABI/Heap.h"
#include "Speculation/FrameLayout.h"
#include "Speculation/FrameStates.h"

#include <cstdint>
#include <vector>

namespace jitrun::speculation {

/// A word in the header of an array that a slot held when a call was in a loop
/// and asked for a continuation: the same call comes there again with it.
struct FrameBet {
  tast::SlotId Slot{};
  /// Where in the header, and of how many bytes.
  uint16_t Offset = 0;
  uint8_t Bytes = 8;
  uint64_t Value = 0;

  bool isFlags() const { return Offset == offsetof(abi::ArrayHeader, Flags); }

  bool operator==(const FrameBet &) const = default;
};

/// What there is to bet on when \p Loop, or the loop \p At in it, is at its
/// latch and has the frame \p Frame: flags and lengths of the arrays in slots
/// that the nest around does not assign.
std::vector<FrameBet> readFrame(const tast::Function &F, tast::LoopId Loop,
                                tast::LoopId At, const char *Frame);

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_FRAMEBETS_H
