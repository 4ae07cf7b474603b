#include "IRGen/IRGen.h"
#include "Speculation/ProfileSites.h"
#include "TypedAST/Walk.h"

#include <algorithm>

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;

std::vector<CallEdge> jitrun::irgen::callees(const Function &F) {
  struct : Walker {
    std::vector<CallEdge> Edges;
    void onStmt(const Stmt &S) override {
      if (S.Kind == StmtKind::Call)
        Edges.push_back(
            {as<CallStmt>(S).Callee, LoopDepth, as<CallStmt>(S).Site});
    }
  } W;
  W.list(F.Body);
  return std::move(W.Edges);
}

namespace {

/// Which parameters an expression reads, and whether it reads anything else.
class Reads : public Walker {
public:
  explicit Reads(const Expr &E) { expr(E); }

  std::vector<SlotId> Locals;
  bool Memory = false;

private:
  void onPlace(const Place &P) override {
    if (isWholeLocal(P))
      Locals.push_back(P.Slot);
    else
      Memory = true;
  }
};

class UseFinder : public Walker {
public:
  using ArgumentUse = speculation::ArgumentUse;

  explicit UseFinder(const Function &F) : Found(F.Parameters) {
    list(F.Body);
    if (!Calls)
      for (const Expr *E : DecideOnce)
        note(*E, ArgumentUse::Decides);
  }

  std::vector<ArgumentUse> Found;

private:
  void note(const Expr &E, ArgumentUse Use) {
    for (SlotId S : Reads(E).Locals)
      if (size_t(S) < Found.size())
        Found[size_t(S)] = std::max(Found[size_t(S)], Use);
  }
  void decides(const Expr &E) {
    if (LoopDepth)
      note(E, ArgumentUse::Decides);
    else
      DecideOnce.push_back(&E);
  }
  /// A condition that one parameter decides.
  void condition(const Expr &E) {
    if (E.Kind == ExprKind::Logical) {
      condition(*as<LogicalExpr>(E).Left);
      return condition(*as<LogicalExpr>(E).Right);
    }
    const Reads R(E);
    if (!R.Memory && std::ranges::all_of(R.Locals, [&](SlotId S) {
          return S == R.Locals.front();
        }))
      decides(E);
  }

  void onStmt(const Stmt &S) override {
    switch (S.Kind) {
    case StmtKind::Call:
    case StmtKind::CallValue:
      Calls = true;
      return;
    case StmtKind::If:
      return condition(*as<IfStmt>(S).Condition);
    case StmtKind::ForRange: {
      const auto &R = as<ForRangeStmt>(S);
      note(*R.Lo, ArgumentUse::Bound);
      note(*R.Hi, ArgumentUse::Bound);
      if (R.Step)
        note(*R.Step, ArgumentUse::Decides);
      return;
    }
    default:
      return;
    }
  }

  void onExpr(const Expr &E) override {
    if (E.Kind != ExprKind::Binary || !E.Ty->isInteger())
      return;
    const auto &X = as<BinaryExpr>(E);
    switch (X.Op) {
    case BinaryOp::Div:
    case BinaryOp::Rem:
    case BinaryOp::Pow:
      return decides(*X.Right);
    default:
      return;
    }
  }

  /// Outside of loops. That saves a few instructions a call, so it is not worth
  /// another body of a function that has more to do: of one with calls.
  std::vector<const Expr *> DecideOnce;
  bool Calls = false;
};

} // namespace

std::vector<speculation::ArgumentUse>
jitrun::irgen::argumentUses(const Function &F) {
  const UseFinder Finder(F);
  std::vector<speculation::ArgumentUse> Uses;
  const speculation::ProfileSites Sites(F);
  for (SlotId S : Sites.values())
    Uses.push_back(Finder.Found[size_t(S)]);
  return Uses;
}

unsigned jitrun::irgen::sizeOf(const Function &F) {
  struct : Walker {
    unsigned Count = 0;
    void onStmt(const Stmt &) override { ++Count; }
    void onExpr(const Expr &) override { ++Count; }
  } W;
  W.list(F.Body);
  return W.Count;
}
