#ifndef JITRUN_SEMA_ARM_H
#define JITRUN_SEMA_ARM_H

#include "Sema/Checker.h"

namespace jitrun::sema {

/// An arm's pattern, and later its body.
struct Checker::Arm {
  const syntax::MatchArm *Syntax = nullptr;
  bool IsReached = true;
  /// Null after an error, and in a match on an `any`.
  const MatchPattern *Pattern = nullptr;
  /// Of a match on an `any`: the type that is tested, which is any itself when
  /// nothing is, and null after an error; the name that is bound, or empty.
  const Type *Held = nullptr;
  std::string_view Bound;
  SourceRange BoundRange;
  StmtVector Body;
};

/// One match, while it is lowered.
struct Checker::Matching {
  bool Ok = true;     ///< No error so far, and control gets there.
  bool Never = false; ///< The subject never comes.
  PlaceRef Subject;
  SlotId Tag = tast::NoSlot; ///< Of an enum with several variants.
  std::vector<Arm> Arms;
  PatternPool Pool;
};

} // namespace jitrun::sema

#endif // JITRUN_SEMA_ARM_H
