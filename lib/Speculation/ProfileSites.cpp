#include "Speculation/ProfileSites.h"

#include "TypedAST/Walk.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;

ProfileSites::Parameters::Parameters(const Function &F) {
  for (uint32_t I = 0; I < F.Parameters; ++I) {
    const Type *T = F.Locals[I].Ty;
    if (T->isScalar())
      Values.push_back(SlotId(I));
    else if (T->isArray())
      Arrays.push_back(SlotId(I));
  }
}

class ProfileSites::Numberer : public Walker {
public:
  explicit Numberer(ProfileSites &To) : To(To) {}

  /// Whether some iteration of a loop may not reach its latch.
  bool LeavesBodies = false;

private:
  void onStmt(const Stmt &S) override {
    At = S.Range.Begin;
    if (auto Loop = loopOf(S))
      To.Loops[size_t(*Loop)] = &S;
    switch (S.Kind) {
    case StmtKind::If:
      add(&S, To.Branches, &as<IfStmt>(S));
      findMatch(as<IfStmt>(S));
      break;
    case StmtKind::CallValue:
      add(&S, To.Callees, &as<CallValueStmt>(S));
      break;
    case StmtKind::Operation: {
      const auto &O = as<OperationStmt>(S);
      const bool IsUnary = O.Which == tast::Operation::AnyUnary;
      if (IsUnary || O.Which == tast::Operation::AnyBinary)
        add(&S, To.Tags, Operator{At, O.Operator, IsUnary});
      break;
    }
    case StmtKind::Break:
      LeavesBodies = true;
      break;
    case StmtKind::Return:
      LeavesBodies |= LoopDepth != 0;
      break;
    default:
      break;
    }
  }

  void onExpr(const Expr &E) override {
    if (E.Kind != ExprKind::Binary || !as<BinaryExpr>(E).Left->Ty->isAny())
      return;
    const auto What = abi::AnyOperator(uint32_t(as<BinaryExpr>(E).Op));
    add(&E, To.Tags, Operator{At, What, false});
  }

  void findMatch(const IfStmt &First) {
    const SlotId Of = slotAsked(First);
    if (Of == NoSlot || Later.contains(&First))
      return;
    TypeMatch Tests;
    llvm::SmallPtrSet<const Type *, 8> Asked;
    for (const IfStmt *S = &First;
         S && slotAsked(*S) == Of && Asked.insert(typeAskedBy(*S)).second;
         S = onlyIf(S->Else)) {
      Tests.push_back(S);
      Later.insert(S);
    }
    To.Matches.push_back(std::move(Tests));
  }

  /// The local `any` whose type decides an if, or NoSlot.
  static SlotId slotAsked(const IfStmt &S) {
    return S.Condition->Kind == ExprKind::AnyIs
               ? loadedSlot(*as<AnyIsExpr>(*S.Condition).Operand)
               : NoSlot;
  }
  static const IfStmt *onlyIf(StmtList List) {
    return List.size() == 1 && List.front()->Kind == StmtKind::If
               ? &as<IfStmt>(*List.front())
               : nullptr;
  }

  template <class List, class Item>
  void add(const void *Node, List &Items, const Item &I) {
    To.Numbers[Node] = uint32_t(Items.size());
    Items.push_back(I);
  }

  ProfileSites &To;
  SourceLocation At;
  /// Tests that belong to a match.
  llvm::SmallPtrSet<const IfStmt *, 8> Later;
};

ProfileSites::ProfileSites(const Function &F) : Sampled(F) {
  Loops.resize(F.LoopCount);
  Numberer N(*this);
  N.list(F.Body);
  Layout.OnlyLoop = F.LoopCount == 1 && !N.LeavesBodies;
  Layout.Loops = Layout.OnlyLoop ? 0 : F.LoopCount;
  Layout.Values = uint32_t(Sampled.Values.size());
  Layout.Arrays = uint32_t(Sampled.Arrays.size());
  Layout.Callees = uint32_t(Callees.size());
  Layout.Tags = uint32_t(Tags.size());
  Layout.Branches = uint32_t(Branches.size());
}

std::optional<uint32_t> ProfileSites::matchAt(const IfStmt &S) const {
  auto It = llvm::find_if(Matches,
                          [&](const TypeMatch &M) { return M.front() == &S; });
  if (It == Matches.end())
    return std::nullopt;
  return uint32_t(It - Matches.begin());
}

const Type *jitrun::speculation::typeAskedBy(const IfStmt &S) {
  return as<AnyIsExpr>(*S.Condition).Of;
}
