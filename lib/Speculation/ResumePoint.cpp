#include "Speculation/ResumePoint.h"

#include "TypedAST/Walk.h"

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;

StatementNumbers::StatementNumbers(const Function &F) {
  struct : Walker {
    llvm::DenseMap<const Stmt *, uint32_t> *Numbers = nullptr;
    void onStmt(const Stmt &S) override {
      Numbers->try_emplace(&S, uint32_t(Numbers->size()));
    }
  } W;
  W.Numbers = &Numbers;
  W.list(F.Body);
}

ForcedExits::ForcedExits(const Function &F)
    : Loops(F.LoopCount), Statements(StatementNumbers(F).count()),
      Every((Statements + MaxStatements) / MaxStatements) {}

uint32_t ForcedExits::of(ResumePoint P) const {
  if (P.At == ResumePoint::Kind::Latch)
    return P.Number;
  return P.Number % Every ? ~uint32_t(0) : Loops + P.Number / Every;
}

namespace {

class PathFinder {
public:
  explicit PathFinder(ResumePoint Point) : Point(Point) {}

  bool list(StmtList List, ResumeStep::Part Of) {
    const size_t Depth = Path.size();
    Path.push_back({List, 0, Of});
    for (size_t I = 0; I < List.size(); ++I) {
      Path[Depth].Index = I;
      if (stmt(*List[I]))
        return true;
    }
    Path.pop_back();
    return false;
  }

  std::vector<ResumeStep> Path;

private:
  using Part = ResumeStep::Part;

  bool isLatch(LoopId Loop) const {
    return Point.At == ResumePoint::Kind::Latch &&
           uint32_t(Loop) == Point.Number;
  }

  bool stmt(const Stmt &S) {
    if (Next++ == Point.Number && Point.At == ResumePoint::Kind::Before)
      return true;
    switch (S.Kind) {
    case StmtKind::If:
      return list(as<IfStmt>(S).Then, Part::Then) ||
             list(as<IfStmt>(S).Else, Part::Else);
    case StmtKind::While:
      return isLatch(as<WhileStmt>(S).Loop) ||
             list(as<WhileStmt>(S).Prelude, Part::Prelude) ||
             list(as<WhileStmt>(S).Body, Part::Body);
    case StmtKind::ForRange:
      return isLatch(as<ForRangeStmt>(S).Loop) ||
             list(as<ForRangeStmt>(S).Body, Part::Body);
    case StmtKind::Loop:
      return isLatch(as<LoopStmt>(S).Loop) ||
             list(as<LoopStmt>(S).Body, Part::Body);
    case StmtKind::Block:
      return list(as<BlockStmt>(S).Body, Part::Body);
    default:
      return false;
    }
  }

  ResumePoint Point;
  uint32_t Next = 0;
};

} // namespace

std::vector<ResumeStep> speculation::findPath(const Function &F,
                                              ResumePoint Point) {
  PathFinder Finder(Point);
  Finder.list(F.Body, ResumeStep::Part::Body);
  return std::move(Finder.Path);
}

std::optional<int64_t> speculation::constantStep(const ForRangeStmt &S) {
  if (!S.Step)
    return 1;
  if (S.Step->Kind == ExprKind::IntConstant)
    return int64_t(as<IntConstant>(*S.Step).Value);
  return std::nullopt;
}
