#include "IRGen/Facts.h"

#include "TypedAST/Walk.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;

bool jitrun::irgen::isUnitInner(const Expr &E, const FunctionFacts &Facts,
                                ArrayMode Mode) {
  if (E.Kind == ExprKind::Zero)
    return true;
  if (E.Kind == ExprKind::IntrinsicCall)
    return as<IntrinsicExpr>(E).Which == tast::Intrinsic::Args;
  SlotId S = loadedSlot(E);
  return S != NoSlot && Facts.UnitSlots[size_t(Mode)].test(unsigned(S));
}

/// Whether `/` or `%` of \p T by \p Divisor can trap.
static bool divisionTraps(const Type *T, const Expr &Divisor, bool IsDiv) {
  if (T->isFloat())
    return false;
  if (Divisor.Kind != ExprKind::IntConstant)
    return true;
  uint64_t V = as<IntConstant>(Divisor).Value;
  return V == 0 || (IsDiv && T->isSigned() && V == ~uint64_t(0));
}

static bool powerTraps(const Type *T, const Expr &Exponent) {
  return T->isSigned() && (Exponent.Kind != ExprKind::IntConstant ||
                           int64_t(as<IntConstant>(Exponent).Value) < 0);
}

static bool operatorTraps(BinaryOp Op, const Type *T, const Expr &Right) {
  switch (Op) {
  case BinaryOp::Div:
  case BinaryOp::Rem:
    return divisionTraps(T, Right, Op == BinaryOp::Div);
  case BinaryOp::Pow:
    return powerTraps(T, Right);
  default:
    return false;
  }
}

static bool intrinsicTraps(const IntrinsicExpr &E) {
  switch (E.Which) {
  case tast::Intrinsic::Dim:
    return E.Operands[1]->Kind != ExprKind::IntConstant;
  case tast::Intrinsic::StrIndex:
  case tast::Intrinsic::Mean:
  case tast::Intrinsic::MinOf:
  case tast::Intrinsic::MaxOf:
  case tast::Intrinsic::ArgMin:
  case tast::Intrinsic::ArgMax:
  case tast::Intrinsic::Dot:
  case tast::Intrinsic::ParseI64:
  case tast::Intrinsic::ParseF64:
  // Reads no trap, but has to happen where it stands.
  case tast::Intrinsic::Clock:
    return true;
  default:
    return false;
  }
}

namespace {

/// Finds traps of expressions and places.
class TrapFinder : public Walker {
public:
  bool Found = false;
  /// Reads payloads of enums.
  bool Guarded = false;

protected:
  void onExpr(const Expr &E) override {
    if (E.Kind == ExprKind::Binary) {
      const auto &Op = as<BinaryExpr>(E);
      Found |= operatorTraps(Op.Op, E.Ty, *Op.Right) || Op.Left->Ty->isAny();
    } else if (E.Kind == ExprKind::AnyCast) {
      Found |= E.Site != NoSite;
    } else if (E.Kind == ExprKind::IntrinsicCall) {
      Found |= intrinsicTraps(as<IntrinsicExpr>(E));
    }
  }
  void onPlace(const Place &P) override {
    Found |= P.Base == PlaceBase::Element && !P.Unchecked && !P.Linear;
    for (const Projection &Step : P.Projections) {
      Found |= Step.Index && !Step.Unchecked &&
               Step.Index->Kind != ExprKind::IntConstant;
      Guarded |= Step.Variant != NoVariant;
    }
  }
};

/// Does one function's share of the fixpoint.
class Analysis : public TrapFinder {
public:
  Analysis(const tast::Function &F, std::vector<FunctionFacts> &All)
      : F(F), All(All), Own(All[size_t(F.Id)]) {}

  /// Whether anything changed.
  bool run() {
    list(F.Body);
    if (Found && !Own.MayTrap)
      Own.MayTrap = Changed = true;
    return Changed;
  }

private:
  void onStmt(const Stmt &S) override {
    switch (S.Kind) {
    case StmtKind::Call:
      Found |= All[size_t(as<CallStmt>(S).Callee)].MayTrap;
      break;
    case StmtKind::ExternCall:
    case StmtKind::CallValue:
    case StmtKind::Operation:
      Found = true;
      break;
    case StmtKind::OpAssign: {
      const auto &A = as<OpAssignStmt>(S);
      Found |= operatorTraps(A.Op, A.Target->Ty, *A.Value);
      break;
    }
    case StmtKind::ForRange: {
      const Expr *Step = as<ForRangeStmt>(S).Step;
      Found |= Step && (Step->Kind != ExprKind::IntConstant ||
                        as<IntConstant>(*Step).Value == 0);
      break;
    }
    case StmtKind::Return:
      if (const Expr *V = as<ReturnStmt>(S).Value; V && V->Ty->isArray())
        for (ArrayMode M : {ArrayMode::General, ArrayMode::Unit})
          clear(Own.UnitResult[size_t(M)], isUnitInner(*V, Own, M));
      break;
    default:
      break;
    }
  }

  void onPlace(const Place &P) override {
    TrapFinder::onPlace(P);
    if (P.Base == PlaceBase::Element &&
        isUnitInner(*P.Array, Own, ArrayMode::Unit) &&
        !isUnitInner(*P.Array, Own, ArrayMode::General) &&
        !Own.IndexesParameter)
      Own.IndexesParameter = Changed = true;
  }

  void onAssign(SlotId S, const Expr *Value, const Stmt &At) override {
    const Type *T = F.Locals[size_t(S)].Ty;
    if (!T->isArray())
      return;
    for (ArrayMode M : {ArrayMode::General, ArrayMode::Unit}) {
      bool Unit = Value
                      ? isUnitInner(*Value, Own, M)
                      : resultIsUnit(At, M, static_cast<const ArrayType *>(T));
      if (!Unit && Own.UnitSlots[size_t(M)].test(unsigned(S))) {
        Own.UnitSlots[size_t(M)].reset(unsigned(S));
        Changed = true;
      }
    }
  }

  bool resultIsUnit(const Stmt &S, ArrayMode M, const ArrayType *T) const {
    if (S.Kind == StmtKind::Call) {
      const auto &Call = as<CallStmt>(S);
      ArrayMode Callee = ArrayMode::Unit;
      for (const Expr *A : Call.Arguments)
        if (A->Ty->isArray() && !isUnitInner(*A, Own, M))
          Callee = ArrayMode::General;
      return All[size_t(Call.Callee)].UnitResult[size_t(Callee)];
    }
    if (S.Kind != StmtKind::Operation)
      return false;
    const auto &O = as<OperationStmt>(S);
    switch (O.Which) {
    case Operation::Slice: {
      const SliceDimension &Last = O.Slice.back();
      return !Last.IsIndex && !Last.HasStep &&
             isUnitInner(*O.Operands[0], Own, M);
    }
    case Operation::Transpose:
      return T->rank() == 1 && isUnitInner(*O.Operands[0], Own, M);
    case Operation::StableSource:
      return isUnitInner(*O.Operands[0], Own, M);
    default:
      // All others make fresh arrays, or need contiguous ones (reshape).
      return true;
    }
  }

  void clear(bool &Fact, bool Holds) {
    if (Fact && !Holds) {
      Fact = false;
      Changed = true;
    }
  }

  const tast::Function &F;
  std::vector<FunctionFacts> &All;
  FunctionFacts &Own;
  bool Changed = false;
};

/// Follows the paths through a function up to calls that never return.
class PathFinder {
public:
  PathFinder(const tast::Function &F, const llvm::BitVector &Endless)
      : Endless(Endless), Left(F.LoopCount) {}

  /// Whether a path leads to the end of \p List.
  bool passes(StmtList List) {
    return llvm::all_of(List, [&](const Stmt *S) { return passes(*S); });
  }
  /// Whether one leads to a `return`.
  bool Returns = false;

private:
  bool passes(const Stmt &S) {
    switch (S.Kind) {
    case StmtKind::Call:
      return !Endless.test(unsigned(as<CallStmt>(S).Callee));
    case StmtKind::If: {
      const bool Then = passes(as<IfStmt>(S).Then);
      return passes(as<IfStmt>(S).Else) || Then;
    }
    case StmtKind::Block:
      return passes(as<BlockStmt>(S).Body);
    case StmtKind::While:
      if (!passes(as<WhileStmt>(S).Prelude))
        return false;
      passes(as<WhileStmt>(S).Body);
      return true;
    case StmtKind::ForRange:
      passes(as<ForRangeStmt>(S).Body);
      return true;
    case StmtKind::Loop:
      passes(as<LoopStmt>(S).Body);
      return Left.test(unsigned(as<LoopStmt>(S).Loop));
    case StmtKind::Break:
      Left.set(unsigned(as<BreakStmt>(S).Loop));
      return false;
    case StmtKind::Return:
      Returns = true;
      return false;
    case StmtKind::Continue:
      return false;
    default:
      return true;
    }
  }

  const llvm::BitVector &Endless;
  llvm::BitVector Left; ///< Loops that a `break` leaves.
};

/// The functions of which no path returns: the greatest set such that each path
/// through one of them calls one of them, or loops for ever.
llvm::BitVector findEndless(const Module &M) {
  llvm::BitVector Endless(unsigned(M.Functions.size()), true);
  bool Changed;
  auto Visit = [&](const tast::Function &F) {
    if (!Endless.test(unsigned(F.Id)))
      return;
    PathFinder P(F, Endless);
    if (P.passes(F.Body) || P.Returns) {
      Endless.reset(unsigned(F.Id));
      Changed = true;
    }
  };
  // There and back: callees may stand before or behind their callers.
  do {
    Changed = false;
    for (const auto &F : M.Functions)
      Visit(*F);
    for (const auto &F : llvm::reverse(M.Functions))
      Visit(*F);
  } while (Changed);
  return Endless;
}

} // namespace

bool jitrun::irgen::canTrap(const Expr &E) {
  TrapFinder W;
  W.expr(E);
  return W.Found || W.Guarded;
}

ModuleFacts::ModuleFacts(const Module &M) : Functions(M.Functions.size()) {
  // They end with the stack, which LLVM would let some of them do without.
  const llvm::BitVector Endless = findEndless(M);
  for (unsigned F : Endless.set_bits())
    Functions[F].MayTrap = true;
  for (size_t I = 0; I < Functions.size(); ++I) {
    const tast::Function &F = *M.Functions[I];
    for (llvm::BitVector &Slots : Functions[I].UnitSlots)
      Slots.resize(unsigned(F.Locals.size()), true);
    Functions[I].UnitSlots[size_t(ArrayMode::General)].reset(0, F.Parameters);
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const auto &F : M.Functions)
      Changed |= Analysis(*F, Functions).run();
  }
}

ModuleFactsPtr jitrun::irgen::analyze(const Module &M) {
  return ModuleFactsPtr(new ModuleFacts(M));
}

void ModuleFactsDeleter::operator()(ModuleFacts *F) const { delete F; }

bool jitrun::irgen::indexesParameter(const ModuleFacts &Facts, FunctionId F) {
  return Facts.of(F).IndexesParameter;
}
