#include "IRGen/FunctionEmitter.h"
#include "TypedAST/Walk.h"

using namespace jitrun;
using namespace jitrun::irgen;
using namespace jitrun::tast;
using namespace llvm;
using abi::DescriptorKind;

// Statements in a row that compute with `any` are emitted twice. In the first,
// quick copy each operator takes its operands to hold the likeliest type, and
// no `any` to hold anything counted: so there are no calls in it, and a tag
// that was tested once, or that an operator has given, is known from there on.
// Where a test fails, control goes to the same statement of the second,
// general copy, and stays there until both meet behind the last. (A guard that
// deoptimises would do without the second copy.)
//
// A statement's effect comes last, so the general copy begins it anew; what
// ends a scope may be begun anew as well, for what has been released is null.

namespace {

/// Bounds the size of what is there twice.
constexpr size_t MaxSteps = 256;

struct Operators : Walker {
  bool Found = false;
  void onStmt(const Stmt &S) override {
    Found |= S.Kind == StmtKind::Operation;
  }
  void onExpr(const Expr &E) override {
    Found |= E.Kind == ExprKind::Binary && as<BinaryExpr>(E).Left->Ty->isAny();
  }
};

} // namespace

/// What an operand holds for certain, or null.
static const jitrun::Type *knownHeld(const Expr &E) {
  return E.Kind == ExprKind::ToAny ? as<ToAnyExpr>(E).Operand->Ty : nullptr;
}

bool FunctionEmitter::isSimple(const Stmt &S) const {
  switch (S.Kind) {
  case StmtKind::Assign: {
    const jitrun::Type *T = as<AssignStmt>(S).Target->Ty;
    return !T->isCounted() || T->isAny();
  }
  case StmtKind::OpAssign:
  case StmtKind::Eval:
    return true;
  case StmtKind::Operation: {
    const auto &O = as<OperationStmt>(S);
    if (O.Which != tast::Operation::AnyBinary &&
        O.Which != tast::Operation::AnyUnary)
      return false;
    return !fastTypes(O.Operator, Sites.tagsOf(O),
                      knownHeld(*O.Operands.front()),
                      knownHeld(*O.Operands.back()))
                .empty();
  }
  case StmtKind::Block:
    return all_of(as<BlockStmt>(S).Body,
                  [this](const Stmt *Each) { return isSimple(*Each); });
  default:
    return false;
  }
}

bool FunctionEmitter::flatten(const Stmt &S, SmallVectorImpl<Step> &To) {
  if (To.size() > MaxSteps)
    return false;
  if (S.Kind != StmtKind::Block) {
    To.push_back({&S, nullptr});
    return true;
  }
  for (const Stmt *Each : as<BlockStmt>(S).Body)
    if (!flatten(*Each, To))
      return false;
  To.push_back({nullptr, &as<BlockStmt>(S)});
  return true;
}

size_t FunctionEmitter::emitRegion(StmtList List) {
  SmallVector<Step, 32> Steps;
  Operators W;
  size_t Count = 0;
  for (; Count < List.size() && isSimple(*List[Count]); ++Count) {
    size_t Before = Steps.size();
    if (!flatten(*List[Count], Steps)) {
      Steps.truncate(Before);
      break;
    }
    W.stmt(*List[Count]);
  }
  if (!W.Found)
    return 0;

  // What is assigned in two copies is no single value. (It may have been one
  // that a continuation began with.)
  for (const Step &Each : Steps) {
    if (!Each.S || Each.S->Kind != StmtKind::Assign ||
        !isWholeLocal(*as<AssignStmt>(*Each.S).Target))
      continue;
    Slot &To = Slots[size_t(as<AssignStmt>(*Each.S).Target->Slot)];
    To.Single = false;
    To.Value = nullptr;
    To.SeenIn = nullptr;
  }

  auto Emit = [this](const Step &Each) {
    Each.S ? emitStmt(*Each.S) : leaveScope(*Each.End);
  };
  SmallVector<BasicBlock *, 32> General;
  SmallVector<Liveness, 32> Before;
  for (const Step &Each : Steps) {
    Before.push_back(Live);
    General.push_back(newBlock());
    if (!reachable())
      continue;
    QuickExit = General.back();
    Emit(Each);
    QuickExit = nullptr;
  }
  BasicBlock *Join = newBlock();
  if (reachable())
    branchTo(Join);
  for (size_t I = 0; I < Steps.size(); ++I) {
    if (!reachable() && General[I]->use_empty()) {
      delete General[I];
      continue;
    }
    if (!reachable())
      Live = std::move(Before[I]);
    startBlock(General[I]);
    Emit(Steps[I]);
  }
  startBlock(Join);
  return Count;
}

void FunctionEmitter::guessTags() {
  if (Sites.tags().empty() &&
      none_of(F.Locals, [](const Local &L) { return L.Ty->isAny(); }))
    return;
  struct : Walker {
    uint64_t Floats = 0, Integers = 0;
    void onExpr(const Expr &E) override {
      if (E.Kind != ExprKind::ToAny)
        return;
      TypeKind Held = as<ToAnyExpr>(E).Operand->Ty->kind();
      Floats += Held == TypeKind::F64;
      Integers += Held == TypeKind::I64;
    }
  } W;
  if (Plan)
    for (const speculation::Expectation &X : Plan->Expectations) {
      if (X.Kind != speculation::ExpectationKind::Tags)
        continue;
      if (X.Target == abi::kindPair(DescriptorKind::F64, DescriptorKind::F64))
        W.Floats += X.Times;
      if (X.Target == abi::kindPair(DescriptorKind::I64, DescriptorKind::I64))
        W.Integers += X.Times;
    }
  if (!W.Floats && !W.Integers)
    W.list(F.Body);
  LikelyHeld = W.Integers > W.Floats ? ME.M.Types.i64() : ME.M.Types.f64();
}
