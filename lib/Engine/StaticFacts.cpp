#include "Engine/StaticFacts.h"

#include "IRGen/IRGen.h"
#include "Support/Ids.h"
#include "TypedAST/Walk.h"

#include <algorithm>
#include <cmath>

namespace jitrun::engine {

namespace {

/// How often what stands in so many loops is done, by guess.
double timesAt(uint32_t LoopDepth) {
  return std::pow(8.0, std::min(LoopDepth, 4u));
}

class BodyWalker {
public:
  explicit BodyWalker(BodyFacts &Facts) : Facts(Facts) {}

  void walk(tast::StmtList Body) {
    for (const tast::Stmt *S : Body)
      walk(*S);
  }

private:
  void walkLoop(tast::StmtList Prelude, tast::StmtList Body) {
    ++Depth;
    Facts.LoopDepth = std::max(Facts.LoopDepth, Depth);
    walk(Prelude);
    walk(Body);
    --Depth;
  }

  void walk(const tast::Stmt &S) {
    (Depth ? Facts.Looped : Facts.Straight) += timesAt(Depth);
    switch (S.Kind) {
    case tast::StmtKind::Call:
      Facts.Calls.push_back({tast::as<tast::CallStmt>(S).Callee,
                             uint16_t(std::min(Depth, 255u)), Branches != 0});
      break;
    case tast::StmtKind::If: {
      const auto &If = tast::as<tast::IfStmt>(S);
      ++Branches;
      walk(If.Then);
      walk(If.Else);
      --Branches;
      break;
    }
    case tast::StmtKind::While: {
      const auto &While = tast::as<tast::WhileStmt>(S);
      walkLoop(While.Prelude, While.Body);
      break;
    }
    case tast::StmtKind::ForRange:
      walkLoop({}, tast::as<tast::ForRangeStmt>(S).Body);
      break;
    case tast::StmtKind::Loop:
      walkLoop({}, tast::as<tast::LoopStmt>(S).Body);
      break;
    case tast::StmtKind::Block:
      walk(tast::as<tast::BlockStmt>(S).Body);
      break;
    case tast::StmtKind::Assign:
    case tast::StmtKind::MultiAssign:
    case tast::StmtKind::OpAssign:
    case tast::StmtKind::Eval:
    case tast::StmtKind::ExternCall:
    case tast::StmtKind::CallValue:
    case tast::StmtKind::Operation:
    case tast::StmtKind::Break:
    case tast::StmtKind::Continue:
    case tast::StmtKind::Return:
      break;
    }
  }

  BodyFacts &Facts;
  uint32_t Depth = 0;
  uint32_t Branches = 0;
};

/// Marks the functions that lie on a cycle of the call graph: Tarjan's
/// strongly connected components, without recursion.
class CycleFinder {
public:
  CycleFinder(const std::vector<std::vector<StaticCall>> &Graph,
              std::vector<bool> &OnCycle)
      : Graph(Graph), OnCycle(OnCycle), Order(Graph.size(), 0),
        Low(Graph.size(), 0), Stacked(Graph.size(), false) {}

  void run() {
    for (uint32_t F = 0; F < Graph.size(); ++F)
      if (!Order[F])
        visit(F);
  }

private:
  struct Frame {
    uint32_t Function;
    size_t NextCall;
  };

  void open(uint32_t F) {
    Order[F] = Low[F] = ++Clock;
    Component.push_back(F);
    Stacked[F] = true;
    Frames.push_back({F, 0});
  }

  void visit(uint32_t Root) {
    open(Root);
    while (!Frames.empty()) {
      const uint32_t F = Frames.back().Function;
      if (Frames.back().NextCall < Graph[F].size()) {
        const auto C = uint32_t(Graph[F][Frames.back().NextCall++].Callee);
        if (C == F)
          OnCycle[F] = true;
        if (!Order[C])
          open(C);
        else if (Stacked[C])
          Low[F] = std::min(Low[F], Order[C]);
        continue;
      }
      Frames.pop_back();
      if (!Frames.empty()) {
        uint32_t &CallerLow = Low[Frames.back().Function];
        CallerLow = std::min(CallerLow, Low[F]);
      }
      if (Low[F] == Order[F])
        close(F);
    }
  }

  void close(uint32_t First) {
    const bool Several = Component.back() != First;
    uint32_t F;
    do {
      F = Component.back();
      Component.pop_back();
      Stacked[F] = false;
      if (Several)
        OnCycle[F] = true;
    } while (F != First);
  }

  const std::vector<std::vector<StaticCall>> &Graph;
  std::vector<bool> &OnCycle;
  std::vector<uint32_t> Order;
  std::vector<uint32_t> Low;
  std::vector<bool> Stacked;
  std::vector<uint32_t> Component;
  std::vector<Frame> Frames;
  uint32_t Clock = 0;
};

} // namespace

BodyFacts examine(const tast::Function &F) {
  BodyFacts Facts;
  BodyWalker(Facts).walk(F.Body);
  Facts.Size = irgen::sizeOf(F);
  return Facts;
}

std::vector<bool> findRepeatedlyCalled(const tast::Module &M) {
  std::vector<std::vector<StaticCall>> Graph(M.Functions.size());
  for (size_t I = 0; I < Graph.size(); ++I) {
    BodyFacts Facts;
    BodyWalker(Facts).walk(M.Functions[I]->Body);
    Graph[I] = std::move(Facts.Calls);
  }
  std::vector<bool> Repeated(Graph.size(), false);
  CycleFinder(Graph, Repeated).run();
  // Who calls a function value, and how often, is not known.
  for (uint32_t F = 0; F < Graph.size(); ++F)
    if (M.Functions[F]->IsClosure)
      Repeated[F] = true;
  for (const auto &Calls : Graph)
    for (const StaticCall &C : Calls)
      if (C.LoopDepth)
        Repeated[size_t(C.Callee)] = true;

  std::vector<uint32_t> Work;
  for (uint32_t I = 0; I < Graph.size(); ++I)
    if (Repeated[I])
      Work.push_back(I);
  while (!Work.empty()) {
    const uint32_t F = Work.back();
    Work.pop_back();
    for (const StaticCall &C : Graph[F])
      if (!Repeated[size_t(C.Callee)]) {
        Repeated[size_t(C.Callee)] = true;
        Work.push_back(uint32_t(C.Callee));
      }
  }
  return Repeated;
}

/// Whether a function makes an array whose length the text says, and so short
/// that a loop over it is unrolled.
static bool makesShortArrays(const tast::Function &F) {
  constexpr uint64_t MaxLength = 8;
  struct : tast::Walker {
    bool Found = false;
    void onStmt(const tast::Stmt &S) override {
      if (S.Kind != tast::StmtKind::Operation)
        return;
      const auto &O = tast::as<tast::OperationStmt>(S);
      if (O.Which == tast::Operation::NewArray && O.Operands.size() == 1 &&
          O.Operands[0]->Kind == tast::ExprKind::IntConstant)
        Found |= tast::as<tast::IntConstant>(*O.Operands[0]).Value <= MaxLength;
    }
  } W;
  W.list(F.Body);
  return W.Found;
}

std::vector<bool> findLoopsInCallees(const tast::Module &M) {
  const size_t N = M.Functions.size();
  std::vector<bool> Result(N, false);
  std::vector<BodyFacts> Bodies(N);
  std::vector<std::vector<StaticCall>> Graph(N);
  for (size_t I = 0; I < N; ++I) {
    if (!M.Functions[I]->IsHidden && makesShortArrays(*M.Functions[I]))
      return Result;
    BodyWalker(Bodies[I]).walk(M.Functions[I]->Body);
    Graph[I] = Bodies[I].Calls;
  }
  std::vector<bool> OnCycle(N, false);
  CycleFinder(Graph, OnCycle).run();

  // Whether it, or what it calls, loops; and what a call takes.
  std::vector<bool> Busy(N, false);
  std::vector<double> Work(N);
  for (size_t I = 0; I < N; ++I) {
    Busy[I] = OnCycle[I] || Bodies[I].LoopDepth;
    Work[I] =
        (Bodies[I].Straight + Bodies[I].Looped) * (OnCycle[I] ? timesAt(2) : 1);
  }
  // Through so many calls: deeper ones hardly change who has the most.
  for (int Round = 0; Round < 4; ++Round) {
    const std::vector<double> Before = Work;
    for (size_t I = 0; I < N; ++I) {
      Work[I] = (Bodies[I].Straight + Bodies[I].Looped) *
                (OnCycle[I] ? timesAt(2) : 1);
      for (const StaticCall &C : Graph[I])
        if (!OnCycle[size_t(C.Callee)] || !OnCycle[I]) {
          Work[I] += timesAt(C.LoopDepth) * Before[size_t(C.Callee)];
          Busy[I] = Busy[I] || Busy[size_t(C.Callee)];
        }
    }
  }
  for (size_t I = 0; I < N; ++I) {
    double Own = Bodies[I].Looped, Called = 0;
    for (const StaticCall &C : Graph[I]) {
      const bool Repeated = C.LoopDepth && Busy[size_t(C.Callee)];
      (Repeated ? Called : Own) +=
          timesAt(C.LoopDepth) * Work[size_t(C.Callee)];
    }
    Result[I] = Called > Own;
  }
  return Result;
}

} // namespace jitrun::engine
