#ifndef JITRUN_SEMA_ARM_H
#define JITRUN_SEMA_ARM_H

#include "Sema/Checker.h"

namespace jitrun::sema {

/// An arm's pattern, and later its body.
struct Checker::Arm {
  const syntax::MatchArm *Syntax = nullptr;
  Value Test = nullptr; ///< Null: always.
  /// Values covered, of integers and bools.
  __int128 Lo = 0, Hi = -1;
  std::string_view Bound; ///< Name that the pattern binds, or empty.
  SourceRange BoundRange;
  SlotId BoundSlot = tast::NoSlot; ///< Where it is, if not in the subject.
  StmtVector Prologue;             ///< Runs when the test holds.
  StmtVector Body;
};

} // namespace jitrun::sema

#endif // JITRUN_SEMA_ARM_H
