#include "IRGen/Walk.h"

#include "IRGen/IRGen.h"
#include "Speculation/ProfileSites.h"

#include <algorithm>

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;

void Walker::list(StmtList List) {
  enterList();
  for (const Stmt *S : List)
    stmt(*S);
  leaveList();
}

void Walker::target(const Place &P, const Expr *Value, const Stmt &S) {
  if (isWholeLocal(P))
    onAssign(P.Slot, Value, S);
  else
    place(P);
}

void Walker::stmt(const Stmt &S) {
  onStmt(S);
  auto All = [&](std::span<const Expr *const> List) {
    for (const Expr *E : List)
      expr(*E);
  };
  auto Result = [&](SlotId Dest) {
    if (Dest != NoSlot)
      onAssign(Dest, nullptr, S);
  };
  switch (S.Kind) {
  case StmtKind::Assign: {
    const auto &A = as<AssignStmt>(S);
    expr(*A.Value);
    target(*A.Target, A.Value, S);
    break;
  }
  case StmtKind::MultiAssign: {
    const auto &A = as<MultiAssignStmt>(S);
    All(A.Values);
    for (size_t I = 0; I < A.Targets.size(); ++I)
      target(*A.Targets[I], A.Values[I], S);
    break;
  }
  case StmtKind::OpAssign: {
    const auto &A = as<OpAssignStmt>(S);
    expr(*A.Value);
    place(*A.Target);
    if (isWholeLocal(*A.Target))
      onAssign(A.Target->Slot, nullptr, S);
    break;
  }
  case StmtKind::Eval:
    expr(*as<EvalStmt>(S).Value);
    break;
  case StmtKind::Call:
    All(as<CallStmt>(S).Arguments);
    Result(as<CallStmt>(S).Dest);
    break;
  case StmtKind::ExternCall:
    All(as<ExternCallStmt>(S).Arguments);
    Result(as<ExternCallStmt>(S).Dest);
    break;
  case StmtKind::Operation:
    All(as<OperationStmt>(S).Operands);
    Result(as<OperationStmt>(S).Dest);
    break;
  case StmtKind::If: {
    const auto &I = as<IfStmt>(S);
    expr(*I.Condition);
    list(I.Then);
    list(I.Else);
    break;
  }
  case StmtKind::While: {
    const auto &W = as<WhileStmt>(S);
    ++LoopDepth;
    enterList();
    for (const Stmt *P : W.Prelude)
      stmt(*P);
    expr(*W.Condition);
    list(W.Body);
    leaveList();
    --LoopDepth;
    break;
  }
  case StmtKind::ForRange: {
    const auto &R = as<ForRangeStmt>(S);
    expr(*R.Lo);
    expr(*R.Hi);
    if (R.Step)
      expr(*R.Step);
    onAssign(R.Variable, nullptr, S);
    ++LoopDepth;
    list(R.Body);
    --LoopDepth;
    break;
  }
  case StmtKind::Loop:
    ++LoopDepth;
    list(as<LoopStmt>(S).Body);
    --LoopDepth;
    break;
  case StmtKind::Break:
  case StmtKind::Continue:
    break;
  case StmtKind::Return:
    if (const Expr *E = as<ReturnStmt>(S).Value)
      expr(*E);
    break;
  case StmtKind::Block:
    list(as<BlockStmt>(S).Body);
    break;
  }
}

void Walker::expr(const Expr &E) {
  onExpr(E);
  switch (E.Kind) {
  case ExprKind::IntConstant:
  case ExprKind::FloatConstant:
  case ExprKind::TextConstant:
  case ExprKind::UnitConstant:
  case ExprKind::Zero:
    break;
  case ExprKind::Load:
    place(*as<LoadExpr>(E).From);
    break;
  case ExprKind::Unary:
    expr(*as<UnaryExpr>(E).Operand);
    break;
  case ExprKind::Binary:
    expr(*as<BinaryExpr>(E).Left);
    expr(*as<BinaryExpr>(E).Right);
    break;
  case ExprKind::Logical:
    expr(*as<LogicalExpr>(E).Left);
    expr(*as<LogicalExpr>(E).Right);
    break;
  case ExprKind::Convert:
    expr(*as<ConvertExpr>(E).Operand);
    break;
  case ExprKind::IntrinsicCall:
    for (const Expr *O : as<IntrinsicExpr>(E).Operands)
      expr(*O);
    break;
  case ExprKind::Aggregate:
    for (const Expr *P : as<AggregateExpr>(E).Parts)
      expr(*P);
    break;
  case ExprKind::FixedFill:
    expr(*as<FixedFillExpr>(E).Value);
    break;
  case ExprKind::ToAny:
    expr(*as<ToAnyExpr>(E).Operand);
    break;
  case ExprKind::AnyCast:
    expr(*as<AnyCastExpr>(E).Operand);
    break;
  case ExprKind::AnyIs:
    expr(*as<AnyIsExpr>(E).Operand);
    break;
  }
}

void Walker::place(const Place &P) {
  onPlace(P);
  if (P.Base == PlaceBase::Element) {
    expr(*P.Array);
    for (const Expr *I : P.Indices)
      expr(*I);
  }
  for (const Projection &Step : P.Projections)
    if (Step.Index)
      expr(*Step.Index);
}

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

  explicit UseFinder(const Function &F) : Found(F.Parameters) { list(F.Body); }

  std::vector<ArgumentUse> Found;

private:
  void note(const Expr &E, ArgumentUse Use) {
    for (SlotId S : Reads(E).Locals)
      if (size_t(S) < Found.size())
        Found[size_t(S)] = std::max(Found[size_t(S)], Use);
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
      note(E, ArgumentUse::Decides);
  }

  void onStmt(const Stmt &S) override {
    switch (S.Kind) {
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
      return note(*X.Right, ArgumentUse::Decides);
    default:
      return;
    }
  }
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
