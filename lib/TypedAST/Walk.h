#ifndef JITRUN_TYPEDAST_WALK_H
#define JITRUN_TYPEDAST_WALK_H

#include "TypedAST/TypedAST.h"

#include <optional>

namespace jitrun::tast {

/// Walks a body in the order in which code is generated for it and calls the
/// hooks that a derived class overrides.
class Walker {
public:
  virtual ~Walker() = default;

  void list(StmtList List);
  void stmt(const Stmt &S);
  void expr(const Expr &E);
  void place(const Place &P);

protected:
  /// A list of statements, with the condition that a loop's prelude computes.
  virtual void enterList() {}
  virtual void leaveList() {}
  virtual void onStmt(const Stmt &) {}
  virtual void onExpr(const Expr &) {}
  /// Before its operands. Not for whole locals that are assigned.
  virtual void onPlace(const Place &) {}
  /// A whole slot gets a value; Value is null for results and loop variables.
  virtual void onAssign(SlotId, const Expr *Value, const Stmt &) {
    (void)Value;
  }

  uint32_t LoopDepth = 0;

private:
  void target(const Place &P, const Expr *Value, const Stmt &S);
};

/// The loop that \p S is, if it is one.
inline std::optional<LoopId> loopOf(const Stmt &S) {
  switch (S.Kind) {
  case StmtKind::While:
    return as<WhileStmt>(S).Loop;
  case StmtKind::ForRange:
    return as<ForRangeStmt>(S).Loop;
  case StmtKind::Loop:
    return as<LoopStmt>(S).Loop;
  default:
    return std::nullopt;
  }
}

inline bool isWholeLocal(const Place &P) {
  return P.Base == PlaceBase::Local && P.Projections.empty();
}

/// The slot that \p E loads as a whole, or NoSlot.
inline SlotId loadedSlot(const Expr &E) {
  if (E.Kind != ExprKind::Load)
    return NoSlot;
  const Place &P = *as<LoadExpr>(E).From;
  return isWholeLocal(P) ? P.Slot : NoSlot;
}

} // namespace jitrun::tast

#endif // JITRUN_TYPEDAST_WALK_H
