#include "Explain.h"

#include "Speculation/ProfilePrinter.h"
#include "Speculation/ProfileSites.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace jitrun::tool {

namespace {

using engine::CallNote;
using engine::CheckNote;
using engine::CodeExplanation;
using engine::FunctionExplanation;
using engine::LoopEntryNote;
using engine::LoopNote;
using engine::TierStep;

class Explainer {
public:
  Explainer(const tast::Module &M, const SourceManager &Sources,
            const FunctionExplanation &X)
      : M(M), Sources(Sources), X(X), F(M.function(X.Function)) {}

  std::string run() {
    Text += llvm::formatv("{0} (line {1}): {2}\n", F.Name, line(F.Range.Begin),
                          ending());
    for (const TierStep &S : X.Steps)
      step(S);
    section("moved to optimised code in the middle of a call", X.Entries,
            [&](const LoopEntryNote &N) { return entry(N); });
    for (const CodeExplanation &C : X.Codes)
      code(C);
    section("did not hold", X.Failures,
            [&](const auto &R) { return failure(R); });
    return std::move(Text);
  }

private:
  void code(const CodeExplanation &C) {
    const std::string Of =
        C.Entry ? " (code for " + loopOfLine(*C.Entry) + ")" : "";
    section("assumed" + Of, C.Plan.Assumptions,
            [&](const auto &A) { return speculation::print(F, A, Sources); });
    section("expected" + Of, C.Plan.Expectations, [&](const auto &E) {
      return speculation::print(M, F, E, Sources);
    });
    section("calls" + Of, C.Calls, [&](const CallNote &N) { return call(N); });
    section("loops" + Of, C.Loops, [&](const LoopNote &N) { return loop(N); });
    section("checks" + Of, C.Checks,
            [&](const CheckNote &N) { return check(N); });
  }

  std::string line(SourceLocation At) const {
    return speculation::spellLine(Sources, At, F.Range.Begin);
  }

  /// Where something of an inlined body stands.
  std::string at(tast::FunctionId In, SourceLocation Loc) const {
    std::string Where = "line " + line(Loc);
    if (In != X.Function)
      Where += ", in " + M.function(In).Name;
    return Where + ": ";
  }
  SourceLocation siteOf(tast::FunctionId In, tast::SiteId Site) const {
    const tast::Function &G = M.function(In);
    return size_t(Site) < G.Sites.size() ? G.Sites[size_t(Site)].Begin
                                         : G.Range.Begin;
  }

  static std::string counted(uint64_t Count, const char *What) {
    return std::to_string(Count) + " " + What + (Count == 1 ? "" : "s");
  }

  std::string lineOfLoop(const tast::Function &G, tast::LoopId Loop) const {
    const speculation::ProfileSites Sites(G);
    const tast::Stmt *S = Sites.loops()[size_t(Loop)];
    return "line " + line(S ? S->Range.Begin : G.Range.Begin);
  }
  std::string loopOfLine(tast::LoopId Loop) const {
    return "the loop of " + lineOfLoop(F, Loop);
  }

  const char *ending() const {
    const std::string_view Tier = X.Tier;
    if (Tier == "optimized")
      return "runs optimised code";
    if (Tier == "baseline")
      return "runs baseline code";
    return "has no code";
  }

  /// Equal lines are said once, with how often.
  template <class List, class Say>
  void section(const std::string &Title, const List &Items, Say &&OneLine) {
    if (Items.empty())
      return;
    Text += llvm::formatv("  {0}:\n", Title);
    std::vector<std::pair<std::string, unsigned>> Lines;
    for (const auto &Item : Items) {
      std::string Line = OneLine(Item);
      auto It =
          std::ranges::find(Lines, Line, [](const auto &L) { return L.first; });
      if (It == Lines.end())
        Lines.push_back({std::move(Line), 1});
      else
        ++It->second;
    }
    for (const auto &[Line, Times] : Lines) {
      Text += "    " + Line;
      if (Times > 1)
        Text += llvm::formatv(" ({0} times)", Times);
      Text += '\n';
    }
  }

  void step(const TierStep &S) {
    const double Ms = double(S.Nanoseconds) / 1e6;
    const double Took = double(S.Took) / 1e6;
    Text += llvm::formatv("  {0,9:f1} ms  ", Ms);
    using Kind = TierStep::Kind;
    switch (S.What) {
    case Kind::Called:
      Text += llvm::formatv(
          "first called: baseline code, compiled in {0:f1} ms", Took);
      break;
    case Kind::AlongWith:
      Text += "baseline code, compiled along with " + M.function(S.Other).Name +
              ", which calls it";
      break;
    case Kind::StartedOptimized:
      Text += llvm::formatv(
          "first called: optimised at once, in {0:f1} ms, {1}", Took, S.Text);
      break;
    case Kind::HotByCalls:
      Text += "hot: it was called " + counted(S.Count, "time");
      break;
    case Kind::HotByLoops:
      Text += "hot: its loops ran " + counted(S.Count, "iteration");
      break;
    case Kind::Shed:
      Text += (S.Loop ? loopOfLine(*S.Loop) + " is " : std::string()) +
              "not optimised after all: " + S.Text;
      break;
    case Kind::LoopHot:
      Text += "hot: its loops ran " + counted(S.Count, "iteration") +
              ", and a call is still in " + loopOfLine(*S.Loop);
      break;
    case Kind::LoopOptimized:
      Text += llvm::formatv("optimised code for {0}, compiled in {1:f1} ms",
                            loopOfLine(*S.Loop), Took);
      break;
    case Kind::LoopSettled:
      Text += loopOfLine(*S.Loop) + " stays at baseline: " + S.Text;
      break;
    case Kind::StartedOver:
      Text += "baseline code again, to see how it behaves now";
      break;
    case Kind::Withdrawn:
      Text += "something that its code assumed failed too often";
      break;
    case Kind::Outdated:
      Text += "what its code expected came too rarely";
      break;
    case Kind::Optimized:
      Text += llvm::formatv(
          "optimised code (version {0}), compiled in {1:f1} ms", S.Count, Took);
      break;
    case Kind::Settled:
      Text += "stays at baseline: " + S.Text;
      break;
    case Kind::Failed:
      Text += "first called, and cannot be compiled: " + S.Text;
      break;
    }
    Text += '\n';
  }

  std::string entry(const LoopEntryNote &N) const {
    std::vector<std::string> What;
    for (tast::SlotId S : N.Moved)
      What.push_back(F.Locals[size_t(S)].Name);
    if (N.Temporaries)
      What.push_back(std::to_string(N.Temporaries) + " unnamed");
    std::string List;
    for (size_t I = 0; I < What.size(); ++I)
      List += (!I ? "with " : I + 1 < What.size() ? ", " : " and ") + What[I];
    return lineOfLoop(F, N.Loop) + ": " + counted(N.Times, "time") + ", " +
           (List.empty() ? "with no variable" : List);
  }

  std::string failure(const speculation::FailureRecord &R) const {
    std::string What;
    if (R.Kind == speculation::AssumptionKind::NeverTaken) {
      const speculation::ProfileSites Sites(F);
      What = at(X.Function, Sites.branches()[R.Site]->Range.Begin) +
             (R.Seen ? "the condition was expected to be false, and was true"
                     : "the condition was expected to be true, and was false");
    } else {
      What = speculation::spelling(R.Kind);
    }
    return What + " " + counted(R.Failures, "time") +
           (R.Withdrawn ? "; it is not assumed any more" : "");
  }

  std::string call(const CallNote &N) const {
    return at(N.In, siteOf(N.In, N.Site)) + M.function(N.Callee).Name +
           (N.Inlined ? " is inlined" : " is not inlined: " + N.Why);
  }

  std::string loop(const LoopNote &N) const {
    const speculation::ProfileSites Sites(M.function(N.In));
    const tast::Stmt *S = Sites.loops()[size_t(N.Loop)];
    std::string Line = at(N.In, S ? S->Range.Begin : F.Range.Begin);
    if (N.Width) {
      Line += llvm::formatv("vectorised, {0} elements at a time", N.Width);
      if (N.Interleaved > 1)
        Line += llvm::formatv(", {0} vectors in each turn", N.Interleaved);
      return Line;
    }
    if (!N.Interleaved)
      return Line + "unrolled completely";
    Line += "not vectorised";
    if (!N.Why.empty())
      Line += ": " + N.Why;
    if (N.Interleaved > 1)
      Line += llvm::formatv("; unrolled {0} times", N.Interleaved);
    return Line;
  }

  std::string check(const CheckNote &N) const {
    std::string Line = at(N.In, siteOf(N.In, N.Site)) + N.What;
    switch (N.Became) {
    case CheckNote::Fate::Proved:
      return Line + " removed: it always holds";
    case CheckNote::Fate::Hoisted:
      return Line + " made once, before the loop";
    case CheckNote::Fate::Kept:
      return Line + " made each time";
    }
    return Line;
  }

  const tast::Module &M;
  const SourceManager &Sources;
  const FunctionExplanation &X;
  const tast::Function &F;
  std::string Text;
};

} // namespace

std::string explanationText(const std::vector<engine::FunctionExplanation> &All,
                            const tast::Module &M, const SourceManager &Sources,
                            const std::string &Only) {
  std::string Text;
  for (const FunctionExplanation &X : All)
    if (Only.empty() || M.function(X.Function).Name == Only)
      Text += Explainer(M, Sources, X).run();
  if (Text.empty() && !Only.empty())
    Text = Only + ": has no code of its own: it was never called, except where "
                  "it is inlined\n";
  return Text;
}

} // namespace jitrun::tool
