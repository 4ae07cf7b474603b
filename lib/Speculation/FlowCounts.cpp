#include "Speculation/FlowCounts.h"

#include "Speculation/ProfileSites.h"

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;

namespace {

class FlowCounter {
public:
  FlowCounter(const Function &F, FunctionProfile &P)
      : Sites(F), P(P), Left(F.LoopCount + 1) {
    ValueCalls.resize(Sites.callees().size());
  }

  /// Control comes to \p List so often; gives how often it gets through.
  uint64_t list(StmtList List, uint64_t Count) {
    for (const Stmt *S : List)
      Count = stmt(*S, Count);
    return Count;
  }

  /// At each call.
  std::vector<uint64_t> Calls;

  /// At each call of a function value, by its site.
  std::vector<uint64_t> ValueCalls;

private:
  uint64_t stmt(const Stmt &S, uint64_t Count) {
    switch (S.Kind) {
    case StmtKind::If: {
      const auto &I = as<IfStmt>(S);
      BranchCount &B = P.Branches[Sites.branchOf(I)];
      B.Executed = std::max(Count, B.Taken);
      return list(I.Then, B.Taken) + list(I.Else, B.Executed - B.Taken);
    }
    case StmtKind::While: {
      const auto &W = as<WhileStmt>(S);
      return loop(W.Loop, W.Prelude, W.Body, Count);
    }
    case StmtKind::ForRange: {
      const auto &R = as<ForRangeStmt>(S);
      return loop(R.Loop, {}, R.Body, Count);
    }
    case StmtKind::Loop: {
      const auto &L = as<LoopStmt>(S);
      return loop(L.Loop, {}, L.Body, Count);
    }
    case StmtKind::Block:
      return list(as<BlockStmt>(S).Body, Count);
    case StmtKind::Break:
      return leave(1 + size_t(as<BreakStmt>(S).Loop), Count);
    case StmtKind::Continue:
      return leave(1 + size_t(as<ContinueStmt>(S).Loop), Count);
    case StmtKind::Return:
      return leave(0, Count);
    case StmtKind::Call:
      Calls.push_back(Count);
      return Count;
    case StmtKind::CallValue:
      ValueCalls[Sites.calleeOf(as<CallValueStmt>(S))] = Count;
      return Count;
    default:
      return Count;
    }
  }

  uint64_t leave(size_t Target, uint64_t Count) {
    Left[Target] += Count;
    AllLeft += Count;
    return 0;
  }

  /// Whoever enters a loop gets behind it, unless a jump leads elsewhere.
  uint64_t loop(LoopId Loop, StmtList Prelude, StmtList Body, uint64_t Count) {
    LoopCount &L = P.Loops[size_t(Loop)];
    L.Entries = std::max<uint64_t>(Count, L.Iterations != 0);
    uint64_t &Own = Left[1 + size_t(Loop)];
    const uint64_t AllBefore = AllLeft, OwnBefore = Own;
    list(Prelude, L.Entries + L.Iterations);
    list(Body, L.Iterations);
    const uint64_t Elsewhere = (AllLeft - AllBefore) - (Own - OwnBefore);
    return L.Entries - std::min(L.Entries, Elsewhere);
  }

  const ProfileSites Sites;
  FunctionProfile &P;
  /// Jumps seen so far: returns, then those to each loop; and all of them.
  std::vector<uint64_t> Left;
  uint64_t AllLeft = 0;
};

} // namespace

static bool isOf(const Function &F, const FunctionProfile &P) {
  const SiteLayout L = ProfileSites(F).layout();
  return P.Branches.size() == L.Branches &&
         P.Loops.size() == L.Loops + L.OnlyLoop &&
         P.Callees.size() == L.Callees;
}

void jitrun::speculation::completeCounts(const Function &F,
                                         FunctionProfile &P) {
  if (isOf(F, P))
    FlowCounter(F, P).list(F.Body, P.Calls);
}

CallCounts jitrun::speculation::countCalls(const Function &F,
                                           const FunctionProfile &P) {
  if (!isOf(F, P))
    return {};
  FunctionProfile Copy = P;
  FlowCounter Counter(F, Copy);
  Counter.list(F.Body, P.Calls);
  return {std::move(Counter.Calls), std::move(Counter.ValueCalls)};
}
