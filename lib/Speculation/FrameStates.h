#ifndef JITRUN_SPECULATION_FRAMESTATES_H
#define JITRUN_SPECULATION_FRAMESTATES_H

#include "Speculation/ResumePoint.h"

#include "llvm/ADT/BitVector.h"

namespace jitrun::speculation {

/// Which slots hold something at a resume point. By slot number.
struct FrameState {
  /// May be read before they are assigned.
  llvm::BitVector Live;
  /// Slots that own references, parameters never: may hold one; surely do.
  llvm::BitVector Maybe, Certain;

  /// Whether a frame at this point has the slot's value. What has none and is
  /// counted is null.
  bool carries(const tast::Function &F, tast::SlotId S) const {
    if (isArrayParameter(F, S))
      return true;
    return owns(F, S) ? Maybe.test(unsigned(S)) : Live.test(unsigned(S));
  }
  /// Carried even when dead: continuations look at the flags of all of them
  /// before they choose a body.
  static bool isArrayParameter(const tast::Function &F, tast::SlotId S) {
    return size_t(S) < F.Parameters && F.Locals[size_t(S)].Ty->isArray();
  }
  static bool owns(const tast::Function &F, tast::SlotId S) {
    return size_t(S) >= F.Parameters && F.Locals[size_t(S)].Ty->isCounted();
  }
};

/// The states of a function's frame at its resume points: what is live, found
/// backwards, and who owns a reference, found forwards as code generation does.
///
/// A function of the tree; conservative on both sides.
class FrameStates {
public:
  /// Only of latches, or of statements too, for code that can be left anywhere.
  enum class Points : uint8_t { Latches, All };

  FrameStates(const tast::Function &F, Points Which);

  /// Null where control never comes.
  const FrameState *at(ResumePoint P) const {
    auto It = States.find(P.word());
    return It == States.end() || !It->second.Reachable ? nullptr : &It->second;
  }

private:
  friend class FrameAnalysis;
  struct Entry : FrameState {
    bool Reachable = false;
  };
  llvm::DenseMap<uint32_t, Entry> States;
};

} // namespace jitrun::speculation

#endif // JITRUN_SPECULATION_FRAMESTATES_H
