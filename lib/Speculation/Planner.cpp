#include "Speculation/Planner.h"

#include "Speculation/ProfileSites.h"

#include <algorithm>
#include <utility>

using namespace jitrun;
using namespace jitrun::speculation;

bool Planner::isWorthFixing(const Type *T, ArgumentUse Use,
                            uint64_t Bits) const {
  switch (Use) {
  case ArgumentUse::Plain:
    return false;
  case ArgumentUse::Bound:
    return T->isInteger() && int64_t(Bits) >= 0 &&
           int64_t(Bits) <= Options.MaxBound;
  case ArgumentUse::Decides:
    // A float that is not a number is not equal to itself.
    return !T->isFloat();
  }
  return false;
}

FunctionPlan Planner::planEntry(const FunctionEvidence &E) const {
  const tast::Function &F = *E.F;
  FunctionPlan P{F.Id, {}, {}};
  if (!E.Profile || E.Size > Options.MaxSize)
    return P;
  const ProfileSites Sites(F);
  auto Assume = [&](AssumptionKind Kind, size_t Site, uint64_t Value,
                    uint64_t Evidence) {
    if (!E.Past || E.Past->allows(Kind, uint32_t(Site)))
      P.Assumptions.push_back({Kind, uint32_t(Site), Value, Evidence});
  };

  for (size_t I = 0; I < E.Profile->Values.size(); ++I) {
    const ValueCount &V = E.Profile->Values[I];
    const Type *T = F.Locals[size_t(Sites.values()[I])].Ty;
    if (V.Seen >= Options.MinSamples && V.isConstant() &&
        isWorthFixing(T, E.Uses[I], V.Bits))
      Assume(AssumptionKind::ConstantArgument, I, V.Bits, V.Seen);
  }

  if (!E.IndexesParameter)
    return P;
  auto Rank = [&](size_t I) {
    const Type *T = F.Locals[size_t(Sites.arrays()[I])].Ty;
    return static_cast<const ArrayType *>(T)->rank();
  };
  for (size_t I = 0; I < E.Profile->Arrays.size(); ++I) {
    const ArrayCount &A = E.Profile->Arrays[I];
    if (A.Seen < Options.MinSamples)
      continue;
    // Of rank 1 it says no more than that the stride is 1, which optimised code
    // tests anyway.
    if (Rank(I) > 1 && A.Contiguous == A.Seen)
      Assume(AssumptionKind::Contiguous, I, 0, A.Seen);
    size_t Leader = 0;
    while (Rank(Leader) != Rank(I))
      ++Leader;
    if (Leader != I && A.LikeLeader == A.Seen)
      Assume(AssumptionKind::SameShape, I, Leader, A.Seen);
  }
  return P;
}

/// Whether there is something in \p List that the optimiser cannot see through:
/// what merely computes is better turned into a choice, or a cold block.
static bool isWorthCutting(tast::StmtList List) {
  using tast::StmtKind;
  for (const tast::Stmt *S : List)
    switch (S->Kind) {
    case StmtKind::Call:
    case StmtKind::CallValue:
    case StmtKind::ExternCall:
    case StmtKind::Operation:
    case StmtKind::While:
    case StmtKind::ForRange:
    case StmtKind::Loop:
      return true;
    case StmtKind::If: {
      const auto &I = tast::as<tast::IfStmt>(*S);
      if (isWorthCutting(I.Then) || isWorthCutting(I.Else))
        return true;
      break;
    }
    case StmtKind::Block:
      if (isWorthCutting(tast::as<tast::BlockStmt>(*S).Body))
        return true;
      break;
    default:
      break;
    }
  return false;
}

void Planner::planBranches(const FunctionEvidence &E, FunctionPlan &P) const {
  if (!E.Profile)
    return;
  const ProfileSites Sites(*E.F);
  for (size_t I = 0; I < E.Profile->Branches.size(); ++I) {
    const BranchCount &B = E.Profile->Branches[I];
    const tast::IfStmt &S = *Sites.branches()[I];
    const bool Always = B.Taken == B.Executed;
    if (B.Executed < Options.MinExecutions || (B.Taken && !Always) ||
        !isWorthCutting(Always ? S.Else : S.Then) ||
        (E.Past && !E.Past->allows(AssumptionKind::NeverTaken, uint32_t(I))))
      continue;
    P.Assumptions.push_back(
        {AssumptionKind::NeverTaken, uint32_t(I), Always, B.Executed});
  }
}

/// Which of the two targets were seen more often, first.
static std::array<size_t, 2> byTimes(const TargetCount &T) {
  if (T.Times[1] > T.Times[0])
    return {1, 0};
  return {0, 1};
}

void Planner::planExpectations(const FunctionEvidence &E,
                               FunctionPlan &P) const {
  if (!E.Profile)
    return;
  auto Expect = [&](ExpectationKind Kind, size_t Site, const TargetCount &T,
                    size_t I) {
    P.Expectations.push_back(
        {Kind, uint32_t(Site), T.Targets[I] - 1, T.Times[I], T.seen()});
  };
  auto Recall = [&](ExpectationKind Kind, size_t Site, const TargetCount &T) {
    return E.Past ? E.Past->recall(Kind, uint32_t(Site), T) : T;
  };
  for (size_t S = 0; S < E.Profile->Callees.size(); ++S) {
    const TargetCount T =
        Recall(ExpectationKind::Callee, S, E.Profile->Callees[S]);
    const auto [First, Second] = byTimes(T);
    const uint64_t Enough = T.seen() * Options.MinCalleePercent;
    if (!T.seen() ||
        100 * (uint64_t(T.Times[First]) + T.Times[Second]) < Enough)
      continue;
    Expect(ExpectationKind::Callee, S, T, First);
    if (uint64_t(100) * T.Times[First] < Enough)
      Expect(ExpectationKind::Callee, S, T, Second);
  }
  for (size_t S = 0; S < E.Profile->Tags.size(); ++S) {
    const TargetCount T = Recall(ExpectationKind::Tags, S, E.Profile->Tags[S]);
    for (size_t I : byTimes(T))
      if (T.Times[I] &&
          uint64_t(100) * T.Times[I] >= T.seen() * Options.MinTagsPercent)
        Expect(ExpectationKind::Tags, S, T, I);
  }
  planMatches(E, P);
}

void Planner::planMatches(const FunctionEvidence &E, FunctionPlan &P) const {
  if (E.Profile->Branches.empty())
    return;
  const ProfileSites Sites(*E.F);
  auto Count = [&](const tast::IfStmt *S) -> const BranchCount & {
    return E.Profile->Branches[Sites.branchOf(*S)];
  };
  for (size_t M = 0; M < Sites.matches().size(); ++M) {
    const ProfileSites::TypeMatch &Tests = Sites.matches()[M];
    const uint64_t All = Count(Tests.front()).Executed;
    std::vector<uint32_t> Often;
    for (uint32_t T = 0; T < Tests.size(); ++T)
      if (const uint64_t Taken = Count(Tests[T]).Taken;
          Taken && 100 * Taken >= All * Options.MinHeldPercent)
        Often.push_back(T);
    std::ranges::sort(Often, {}, [&](uint32_t T) {
      return std::pair(All - std::min(All, Count(Tests[T]).Taken), T);
    });
    // Those that are first anyway need no mention.
    bool IsWritten = true;
    for (uint32_t I = 0; I < Often.size(); ++I)
      IsWritten &= Often[I] == I;
    if (!IsWritten)
      for (uint32_t T : Often)
        P.Expectations.push_back({ExpectationKind::HeldType, uint32_t(M), T,
                                  Count(Tests[T]).Taken, All});
  }
}
