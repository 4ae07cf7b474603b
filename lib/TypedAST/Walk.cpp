#include "TypedAST/Walk.h"

using namespace jitrun;
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
  case StmtKind::CallValue:
    expr(*as<CallValueStmt>(S).Callee);
    All(as<CallValueStmt>(S).Arguments);
    Result(as<CallValueStmt>(S).Dest);
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
  case ExprKind::FunctionConstant:
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
  case ExprKind::Variant:
    for (const Expr *P : as<VariantExpr>(E).Parts)
      expr(*P);
    break;
  case ExprKind::Tag:
    place(*as<TagExpr>(E).Of);
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
