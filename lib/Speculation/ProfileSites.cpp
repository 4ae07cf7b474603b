#include "Speculation/ProfileSites.h"

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;

ProfileSites::ProfileSites(const Function &F) {
  Loops.resize(F.LoopCount);
  number(F.Body);
  for (uint32_t I = 0; I < F.Parameters; ++I) {
    const Type *T = F.Locals[I].Ty;
    if (T->isScalar())
      Values.push_back(SlotId(I));
    else if (T->isArray())
      Arrays.push_back(SlotId(I));
  }
  Layout.Loops = F.LoopCount;
  Layout.Values = uint32_t(Values.size());
  Layout.Arrays = uint32_t(Arrays.size());
  Layout.Branches = uint32_t(Branches.size());
}

void ProfileSites::number(StmtList List) {
  for (const Stmt *S : List)
    switch (S->Kind) {
    case StmtKind::If: {
      const auto &I = as<IfStmt>(*S);
      Numbers[S] = uint32_t(Branches.size());
      Branches.push_back(&I);
      number(I.Then);
      number(I.Else);
      break;
    }
    case StmtKind::While: {
      const auto &W = as<WhileStmt>(*S);
      Loops[size_t(W.Loop)] = S;
      number(W.Prelude);
      number(W.Body);
      break;
    }
    case StmtKind::ForRange: {
      const auto &R = as<ForRangeStmt>(*S);
      Loops[size_t(R.Loop)] = S;
      number(R.Body);
      break;
    }
    case StmtKind::Loop: {
      const auto &L = as<LoopStmt>(*S);
      Loops[size_t(L.Loop)] = S;
      number(L.Body);
      break;
    }
    case StmtKind::Block:
      number(as<BlockStmt>(*S).Body);
      break;
    default:
      break;
    }
}
