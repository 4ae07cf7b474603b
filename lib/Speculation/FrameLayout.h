#ifndef JITRUN_SPECULATION_FRAMELAYOUT_H
#define JITRUN_SPECULATION_FRAMELAYOUT_H

#include "TypedAST/TypedAST.h"

#include <vector>

namespace jitrun::speculation {

/// Where a frame that moves between versions of a function's code keeps what:
/// a function of the tree alone, so that all versions agree.
///
/// Every slot has a place of its size, aggregates by value, parameters too
/// (borrowed as ever). Those that the profile samples (ProfileSites) come one
/// after the other as it wants to see them, in cells of 8 bytes. A counting
/// loop has three words: its bound, its step, and the iterations left. A
/// function with an aggregate result has the address where it goes.
class FrameLayout {
public:
  enum LoopWord : uint32_t { Bound, Step, Left, LoopWords };

  explicit FrameLayout(const tast::Function &F);

  uint64_t slot(tast::SlotId S) const { return Slots[size_t(S)]; }
  uint64_t loop(tast::LoopId Loop, LoopWord Word) const {
    return Loops + 8 * (uint64_t(LoopWords) * uint64_t(Loop) + Word);
  }
  /// The cells of the parameters that are sampled.
  uint64_t arguments() const { return Arguments; }
  static bool isCell(const tast::Function &F, tast::SlotId S) {
    const Type *T = F.Locals[size_t(S)].Ty;
    return size_t(S) < F.Parameters && (T->isScalar() || T->isArray());
  }
  uint64_t resultAddress() const { return Result; }
  /// Bytes of the whole.
  uint64_t size() const { return Size; }

private:
  std::vector<uint64_t> Slots;
  uint64_t Loops = 0;
  uint64_t Arguments = 0;
  uint64_t Result = 0;
  uint64_t Size = 0;
};

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_FRAMELAYOUT_H
