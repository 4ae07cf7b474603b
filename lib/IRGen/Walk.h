#ifndef JITRUN_IRGEN_WALK_H
#define JITRUN_IRGEN_WALK_H

#include "TypedAST/TypedAST.h"

namespace jitrun::irgen {

/// Walks a body in the order in which code is generated for it and calls the
/// hooks that a derived class overrides.
class Walker {
public:
  virtual ~Walker() = default;

  void list(tast::StmtList List);
  void stmt(const tast::Stmt &S);
  void expr(const tast::Expr &E);
  void place(const tast::Place &P);

protected:
  /// A list of statements, with the condition that a loop's prelude computes.
  virtual void enterList() {}
  virtual void leaveList() {}
  virtual void onStmt(const tast::Stmt &) {}
  virtual void onExpr(const tast::Expr &) {}
  /// Before its operands. Not for whole locals that are assigned.
  virtual void onPlace(const tast::Place &) {}
  /// A whole slot gets a value; Value is null for results and loop variables.
  virtual void onAssign(tast::SlotId, const tast::Expr *Value,
                        const tast::Stmt &) {
    (void)Value;
  }

  uint32_t LoopDepth = 0;

private:
  void target(const tast::Place &P, const tast::Expr *Value,
              const tast::Stmt &S);
};

inline bool isWholeLocal(const tast::Place &P) {
  return P.Base == tast::PlaceBase::Local && P.Projections.empty();
}

/// The slot that \p E loads as a whole, or NoSlot.
inline tast::SlotId loadedSlot(const tast::Expr &E) {
  if (E.Kind != tast::ExprKind::Load)
    return tast::NoSlot;
  const tast::Place &P = *tast::as<tast::LoadExpr>(E).From;
  return isWholeLocal(P) ? P.Slot : tast::NoSlot;
}

} // namespace jitrun::irgen

#endif // JITRUN_IRGEN_WALK_H
