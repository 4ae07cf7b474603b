#include "Speculation/ProfileSites.h"

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

ProfileSites::ProfileSites(const Function &F) : Sampled(F) {
  Loops.resize(F.LoopCount);
  number(F.Body);
  Layout.OnlyLoop = F.LoopCount == 1 && !LeavesBodies;
  Layout.Loops = Layout.OnlyLoop ? 0 : F.LoopCount;
  Layout.Values = uint32_t(Sampled.Values.size());
  Layout.Arrays = uint32_t(Sampled.Arrays.size());
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
      ++LoopDepth;
      number(W.Prelude);
      number(W.Body);
      --LoopDepth;
      break;
    }
    case StmtKind::ForRange: {
      const auto &R = as<ForRangeStmt>(*S);
      Loops[size_t(R.Loop)] = S;
      ++LoopDepth;
      number(R.Body);
      --LoopDepth;
      break;
    }
    case StmtKind::Loop: {
      const auto &L = as<LoopStmt>(*S);
      Loops[size_t(L.Loop)] = S;
      ++LoopDepth;
      number(L.Body);
      --LoopDepth;
      break;
    }
    case StmtKind::Block:
      number(as<BlockStmt>(*S).Body);
      break;
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
