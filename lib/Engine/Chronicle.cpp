#include "Engine/Chronicle.h"

#include "Engine/LoadedModule.h"
#include "Pipeline/BiasedLoops.h"
#include "Pipeline/BoundsCheckHoist.h"
#include "Pipeline/OptimizePipeline.h"
#include "Speculation/FrameStates.h"
#include "Speculation/ProfileSites.h"
#include "TypedAST/Walk.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <tuple>

using namespace llvm;

namespace jitrun::engine {

namespace {

using Place = std::pair<tast::FunctionId, uint32_t>;

/// Which function, and which line of irgen's, a location stands for.
std::optional<Place> placeOf(const LoadedModule &M, uint32_t Line,
                             uint32_t Column) {
  if (!Line || !Column || Column > M.size())
    return std::nullopt;
  const auto F = tast::FunctionId(Column - 1);
  // Calls that hand a frame on have locations of yet another kind.
  if (Line >= irgen::LoopLine &&
      Line - irgen::LoopLine >= M.function(F).LoopCount)
    return std::nullopt;
  return Place(F, Line);
}

const char *checkWord(StringRef Trap) {
  return StringSwitch<const char *>(Trap)
      .Case("jr_trap_index", "bounds check")
      .Case("jr_trap_divide", "check for division by zero")
      .Case("jr_trap_divide_overflow", "check for overflow of a division")
      .Case("jr_trap_exponent", "check of an exponent")
      .Case("jr_trap_step", "check of a loop's step")
      .Default("check");
}

/// LLVM's reason, without what its users need not know, and before it what it
/// means, where that is known.
std::string explainReason(StringRef Message) {
  Message.consume_front("loop not vectorized: ");
  Message.consume_front("Loop not vectorized: ");
  // Hints about pragmas that this language does not have.
  Message = Message.split("; allow reordering").first;
  Message = Message.split(" Use ").first;
  Message = Message.rtrim(". ");
  constexpr std::pair<StringLiteral, StringLiteral> Meanings[] = {
      {"could not be identified as reduction",
       "each iteration needs what the one before computed"},
      {"more than one early exit", "it can be left in several places"},
      {"early exit", "it can be left early"},
      {"could not determine number of loop iterations",
       "how often it runs is not known when it starts"},
      {"reorder floating-point", "its sums depend on their order"},
      {"potentially faulting load",
       "it can be left before it reads all that a vector would"},
      {"Early exit loop with store",
       "it can be left early, and writes elements"},
      {"call instruction cannot be vectorized", "it calls a function"},
      {"instruction cannot be vectorized",
       "it does something that is there for single values only"},
      {"unsafe dependent memory",
       "an iteration may read what another one writes"},
      {"cannot identify array bounds",
       "which elements it touches is not known when it starts"},
      {"not beneficial", "it would not be faster"},
      {"loop control flow is not understood", "its branches are too many"},
      {"Control flow cannot be substituted",
       "what its branches do cannot be done for several elements at once"},
      {"not the innermost loop", "there is another loop in it"},
  };
  for (const auto &[Part, Meaning] : Meanings)
    if (Message.contains(Part))
      return (Meaning + " (LLVM: " + Message + ")").str();
  return ("LLVM: " + Message).str();
}

tast::FunctionId subjectOf(const CompileJob &Job) {
  return Job.Roots.empty() ? Job.Continuations.front().Function
                           : Job.Roots.front();
}

class Interpreter {
public:
  Interpreter(const CompileJob &Job, const OptimizationReport &Report)
      : M(*Job.M), Job(Job), Report(Report), Of(subjectOf(Job)) {}

  CodeExplanation run() {
    if (const auto *P = Job.Plan.find(Of))
      To.Plan = *P;
    if (!Job.Continuations.empty())
      enterAt(tast::LoopId(Job.Continuations.front().Point.Number));
    calls();
    loops();
    checks();
    return std::move(To);
  }

private:
  using Kind = OptimizationRemark::Kind;

  bool isInlinable(tast::FunctionId F) const {
    return std::ranges::find(Job.Inlinable, F) != Job.Inlinable.end();
  }

  /// A continuation has nothing of what stands before the loops around it, and
  /// leaves what stands behind them to baseline code if nothing is known of it.
  void enterAt(tast::LoopId Loop) {
    To.Entry = Loop;
    const auto Path = speculation::findPath(
        M.function(Of), speculation::ResumePoint::latch(Loop));
    auto Outermost =
        std::ranges::find_if(Path, [](const speculation::ResumeStep &S) {
          return tast::loopOf(S.stmt()).has_value();
        });
    if (Outermost == Path.end())
      return;
    Begin = Outermost->stmt().Range.Begin;
    if (Job.Continuations.front().EndsWithNest)
      End = Outermost->stmt().Range.End;
  }
  bool isElsewhere(tast::FunctionId In, tast::SiteId Site) const {
    const std::vector<SourceRange> &Sites = M.function(In).Sites;
    if (In != Of || size_t(Site) >= Sites.size())
      return false;
    const SourceLocation At = Sites[size_t(Site)].Begin;
    return At < Begin || (End && *End < At);
  }

  void calls() {
    std::vector<tast::FunctionId> Bodies = {Of};
    // Of calls by others only those whose text is in this code.
    for (const CallNote &N : inlinedCalls())
      if (std::ranges::find(Bodies, N.Callee) == Bodies.end())
        Bodies.push_back(N.Callee);
    for (tast::FunctionId In : Bodies) {
      for (const irgen::CallEdge &E : irgen::callees(M.function(In)))
        call({In, E.Site, E.Callee, false, {}});
      valueCalls(In);
    }
  }

  /// Calls of function values: what was expected, or inlined after a guess.
  void valueCalls(tast::FunctionId In) {
    const speculation::FunctionPlan *Plan = Job.Plan.find(In);
    const speculation::ProfileSites Sites(M.function(In));
    for (uint32_t I = 0; I < Sites.callees().size(); ++I) {
      const tast::SiteId Site = Sites.callees()[I]->Site;
      std::vector<tast::FunctionId> Callees;
      if (Plan)
        for (const speculation::Expectation &X :
             Plan->expected(speculation::ExpectationKind::Callee, I))
          Callees.push_back(tast::FunctionId(X.Target));
      for (const CallNote &N : inlinedCalls())
        if (N.In == In && N.Site == Site &&
            std::ranges::find(Callees, N.Callee) == Callees.end())
          Callees.push_back(N.Callee);
      for (tast::FunctionId Callee : Callees)
        call({In, Site, Callee, false, {}});
    }
  }

  std::vector<CallNote> inlinedCalls() const {
    std::vector<CallNote> Found;
    for (const OptimizationRemark &R : Report.Remarks)
      if (R.Pass == "inline" && R.What == Kind::Done)
        if (auto At = placeOf(M, R.Line, R.Column))
          if (auto Callee = irgen::functionOf(R.Callee))
            Found.push_back(
                {At->first, tast::SiteId(At->second - 1), *Callee, true, {}});
    return Found;
  }

  void call(CallNote N) {
    if (isElsewhere(N.In, N.Site))
      return;
    const auto Inlined = inlinedCalls();
    N.Inlined = std::ranges::any_of(Inlined, [&](const CallNote &I) {
      return I.In == N.In && I.Site == N.Site && I.Callee == N.Callee;
    });
    if (!N.Inlined)
      N.Why = whyNot(N);
    To.Calls.push_back(std::move(N));
  }

  std::string whyNot(const CallNote &N) const {
    if (N.Callee == N.In || N.Callee == Of)
      return "it is recursive";
    if (isInlinable(N.Callee)) {
      for (const OptimizationRemark &R : Report.Remarks) {
        // Of the same callee, there are also calls between its own bodies.
        if (R.Pass != "inline" || R.What != Kind::Missed ||
            irgen::functionOf(R.Callee) != N.Callee ||
            placeOf(M, R.Line, R.Column) != Place(N.In, uint32_t(N.Site) + 1))
          continue;
        if (StringRef(R.Message).ends_with("recursive"))
          return "it is recursive";
        return R.Name == "TooCostly" ? "too much code for what it saves"
                                     : "LLVM declined it (" + R.Name + ")";
      }
      return "this call is never reached";
    }
    for (const RefusedCallee &R : Job.Refused)
      if (tast::FunctionId(R.Callee) == N.Callee)
        switch (R.Why) {
        case InlineRefusal::Rare:
          return "it is called too rarely";
        case InlineRefusal::Large:
          return "it is too large";
        case InlineRefusal::Budget:
          return "enough others are inlined already";
        case InlineRefusal::Impossible:
          return "it cannot be compiled";
        }
    return "it was not considered";
  }

  LoopNote &loopAt(Place At) {
    const auto Loop = tast::LoopId(At.second - irgen::LoopLine);
    auto It = std::ranges::find_if(To.Loops, [&](const LoopNote &L) {
      return L.In == At.first && L.Loop == Loop;
    });
    if (It != To.Loops.end())
      return *It;
    To.Loops.push_back({At.first, Loop, 0, 1, {}});
    return To.Loops.back();
  }

  /// Whether a remark says why a loop is not vectorised.
  static bool isReason(const OptimizationRemark &R) {
    if (R.Pass != "loop-vectorize")
      return false;
    // That vectors do not pay off is not among the analyses. Whether several of
    // them in each turn would is another question.
    return R.Name == "VectorizationNotBeneficial" ||
           (R.What == Kind::Reason &&
            !StringRef(R.Name).starts_with("Interleaving"));
  }

  bool hasInnerLoop(const LoopNote &L) const {
    const speculation::ProfileSites Sites(M.function(L.In));
    const tast::Stmt *Outer = Sites.loops()[size_t(L.Loop)];
    return Outer &&
           std::ranges::any_of(Sites.loops(), [&](const tast::Stmt *S) {
             return S && S != Outer && Outer->Range.Begin < S->Range.Begin &&
                    S->Range.End <= Outer->Range.End;
           });
  }

  void loops() {
    for (const OptimizationRemark &R : Report.Remarks) {
      const auto At = placeOf(M, R.Line, R.Column);
      if (!At || At->second < irgen::LoopLine)
        continue;
      if (R.Pass == "loop-vectorize" && R.What == Kind::Done) {
        LoopNote &L = loopAt(*At);
        // "vectorized loop (vectorization width: 8, interleaved count: 4)"
        L.Width = std::max(L.Width, number(R.Message, "width: "));
        L.Interleaved = std::max(1u, number(R.Message, "count: "));
        L.Why.clear();
      } else if (isReason(R)) {
        // Of several versions of a loop the vectorised one counts; those that
        // are told not to be are the ones with checks.
        LoopNote &L = loopAt(*At);
        if (!L.Width && L.Why.empty() &&
            R.Message.find("explicitly disabled") == std::string::npos)
          L.Why =
              R.Name == BiasedLoopsPass::RemarkName
                  ? "it nearly always goes one way, and its elements lie apart"
                  : explainReason(R.Message);
      } else if (R.Pass == "loop-unroll" && R.What == Kind::Done) {
        LoopNote &L = loopAt(*At);
        if (R.Name == "FullyUnrolled")
          L.Interleaved = 0;
        else if (!L.Width)
          L.Interleaved = std::max(1u, number(R.Message, "factor of "));
      }
    }
    for (LoopNote &L : To.Loops)
      if (!L.Width && L.Why.empty() && hasInnerLoop(L))
        L.Why = "there is another loop in it";
    std::ranges::sort(To.Loops, {}, [](const LoopNote &L) {
      return std::pair(L.In, L.Loop);
    });
  }

  static uint32_t number(StringRef Message, StringRef Before) {
    Message = Message.substr(Message.find(Before));
    Message.consume_front(Before);
    uint32_t N = 0;
    Message.consumeInteger(10, N);
    return N;
  }

  /// Vectors are for the iterations in which no check fails, as found before;
  /// the rest is left to the scalar loop behind.
  bool isInVectorLoop(tast::FunctionId In, tast::SiteId Site) const {
    const tast::Function &F = M.function(In);
    if (size_t(Site) >= F.Sites.size())
      return false;
    const SourceRange At = F.Sites[size_t(Site)];
    const speculation::ProfileSites Sites(F);
    uint32_t Width = 0;
    SourceLocation Innermost;
    for (const LoopNote &L : To.Loops) {
      if (L.In != In)
        continue;
      const tast::Stmt *S = Sites.loops()[size_t(L.Loop)];
      if (!S || At.Begin < S->Range.Begin || S->Range.End < At.End ||
          S->Range.Begin < Innermost)
        continue;
      Innermost = S->Range.Begin;
      Width = L.Width;
    }
    return Width > 0;
  }

  void checks() {
    using Fate = CheckNote::Fate;
    for (const TrapCall &T : Report.TrapsBefore) {
      const auto At = placeOf(M, T.Line, T.Column);
      if (!At)
        continue;
      Fate Became = Fate::Kept;
      if (!std::ranges::binary_search(Report.TrapsAfter, T))
        Became = Fate::Proved;
      else if (std::ranges::any_of(
                   Report.Remarks,
                   [&](const OptimizationRemark &R) {
                     return R.Pass == BoundsCheckHoistPass::RemarkPass &&
                            R.Line == T.Line && R.Column == T.Column;
                   }) ||
               isInVectorLoop(At->first, tast::SiteId(At->second - 1)))
        Became = Fate::Hoisted;
      To.Checks.push_back(
          {At->first, tast::SiteId(At->second - 1), checkWord(T.Trap), Became});
    }
    std::ranges::sort(To.Checks, {}, [](const CheckNote &C) {
      return std::tuple(C.In, C.Site, C.Became);
    });
  }

  LoadedModule &M;
  const CompileJob &Job;
  const OptimizationReport &Report;
  const tast::FunctionId Of;
  /// What this code has of its function.
  SourceLocation Begin;
  std::optional<SourceLocation> End;
  CodeExplanation To;
};

} // namespace

void Chronicle::note(const LoadedModule &M, tast::FunctionId F, TierStep Step) {
  if (!Enabled)
    return;
  Step.Nanoseconds = uint64_t(
      std::chrono::nanoseconds(std::chrono::steady_clock::now() - Start)
          .count());
  std::lock_guard Lock(Mutex);
  FunctionExplanation &Story = Stories[M.indexOf(F)];
  Story.Function = F;
  Story.Steps.push_back(std::move(Step));
}

void Chronicle::noteCode(const CompileJob &Job,
                         const OptimizationReport &Report) {
  if (!Enabled)
    return;
  std::lock_guard Lock(Mutex);
  const tast::FunctionId F = subjectOf(Job);
  FunctionExplanation &Story = Stories[Job.M->indexOf(F)];
  Story.Function = F;
  CodeExplanation Code = Interpreter(Job, Report).run();
  // The whole function says all that can be said of its loops.
  std::erase_if(Story.Codes, [&](const CodeExplanation &Old) {
    return !Code.Entry || Old.Entry == Code.Entry;
  });
  if (Story.Codes.empty() || Story.Codes.front().Entry)
    Story.Codes.push_back(std::move(Code));
}

void Chronicle::noteEntry(const LoadedModule &M, tast::FunctionId F,
                          tast::LoopId Loop) {
  if (!Enabled)
    return;
  std::lock_guard Lock(Mutex);
  FunctionExplanation &Story = Stories[M.indexOf(F)];
  Story.Function = F;
  auto It = std::ranges::find(Story.Entries, Loop, &LoopEntryNote::Loop);
  if (It == Story.Entries.end()) {
    It = Story.Entries.emplace(It);
    It->Loop = Loop;
    const tast::Function &Function = M.function(F);
    const speculation::FrameStates States(
        Function, speculation::FrameStates::Points::Latches);
    if (const auto *S = States.at(speculation::ResumePoint::latch(Loop)))
      for (size_t I = 0; I < Function.Locals.size(); ++I)
        if (S->carries(Function, tast::SlotId(I))) {
          if (Function.Locals[I].Name.empty())
            ++It->Temporaries;
          else
            It->Moved.push_back(tast::SlotId(I));
        }
  }
  ++It->Times;
}

std::vector<FunctionExplanation>
Chronicle::explain(const LoadedModule &M) const {
  std::vector<FunctionExplanation> All;
  std::lock_guard Lock(Mutex);
  for (uint32_t I = 0; I < M.size(); ++I)
    if (auto It = Stories.find(M.firstIndex() + I); It != Stories.end())
      All.push_back(It->second);
  return All;
}

} // namespace jitrun::engine
