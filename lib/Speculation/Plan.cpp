#include "Speculation/Plan.h"

#include "Speculation/ProfilePrinter.h"
#include "Speculation/ProfileSites.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;

std::string_view jitrun::speculation::spelling(AssumptionKind Kind) {
  switch (Kind) {
  case AssumptionKind::ConstantArgument:
    return "constant argument";
  case AssumptionKind::Contiguous:
    return "contiguous array";
  case AssumptionKind::SameShape:
    return "same shape";
  case AssumptionKind::NeverTaken:
    return "branch never taken";
  }
  return "";
}

const FunctionPlan *Plan::find(FunctionId F) const {
  auto It = std::ranges::find(Functions, F, &FunctionPlan::Function);
  return It == Functions.end() ? nullptr : &*It;
}

std::span<const Expectation> FunctionPlan::expected(ExpectationKind Kind,
                                                    uint32_t Site) const {
  auto Of = [&](const Expectation &X) {
    return X.Kind == Kind && X.Site == Site;
  };
  auto First = std::ranges::find_if(Expectations, Of);
  auto Last = std::find_if_not(First, Expectations.end(), Of);
  return {First, Last};
}

std::optional<Reason> jitrun::speculation::reasonOf(uint32_t Word) {
  const uint32_t Kind = Word >> 24;
  if (!Kind || Kind > uint32_t(AssumptionKind::NeverTaken) + 1)
    return std::nullopt;
  return Reason{AssumptionKind(Kind - 1), Word & 0xFFFFFF};
}

std::string jitrun::speculation::print(const Function &F, const Assumption &A,
                                       const SourceManager &Sources) {
  const ProfileSites Sites(F);
  auto Name = [&](SlotId S) { return F.Locals[size_t(S)].Name; };
  auto Line = [&](SourceLocation At) {
    return "line " + spellLine(Sources, At, F.Range.Begin) + ": ";
  };
  if (A.Kind == AssumptionKind::NeverTaken)
    return Line(Sites.branches()[A.Site]->Range.Begin) +
           llvm::formatv("the condition is {0} (so each of {1} times; tested "
                         "there)",
                         A.Value ? "true" : "false", A.Evidence)
               .str();
  std::string What = Line(F.Range.Begin);
  switch (A.Kind) {
  case AssumptionKind::ConstantArgument: {
    const SlotId S = Sites.values()[A.Site];
    What += Name(S) + " = " + spell(F.Locals[size_t(S)].Ty, A.Value);
    break;
  }
  case AssumptionKind::Contiguous:
    What += Name(Sites.arrays()[A.Site]) + " is contiguous";
    break;
  case AssumptionKind::SameShape:
    What += Name(Sites.arrays()[A.Site]) + " has the shape of " +
            Name(Sites.arrays()[A.Value]);
    break;
  case AssumptionKind::NeverTaken:
    break;
  }
  return llvm::formatv("{0} (so in all of {1} samples; tested at entry)", What,
                       A.Evidence);
}

std::string jitrun::speculation::print(const Module &M, const Function &F,
                                       const Expectation &X,
                                       const SourceManager &Sources) {
  const ProfileSites Sites(F);
  SourceLocation At;
  std::string What;
  const char *Counted = "samples";
  switch (X.Kind) {
  case ExpectationKind::Callee:
    At = Sites.callees()[X.Site]->Range.Begin;
    What = "the function called is mostly " + spellCallee(M, X.Target);
    break;
  case ExpectationKind::Tags: {
    const ProfileSites::Operator &Op = Sites.tags()[X.Site];
    At = Op.At;
    What = spell(Op) + " is mostly of " + spellTags(Op, X.Target);
    break;
  }
  case ExpectationKind::HeldType: {
    const ProfileSites::TypeMatch &Tests = Sites.matches()[X.Site];
    At = Tests.front()->Range.Begin;
    What = "the 'match' is often on " + typeAskedBy(*Tests[X.Target])->name();
    Counted = "times";
    break;
  }
  }
  return llvm::formatv("line {0}: {1} (in {2} of {3} {4}; tested {5})",
                       spellLine(Sources, At, F.Range.Begin), What, X.Times,
                       X.Seen, Counted,
                       X.Kind == ExpectationKind::HeldType ? "early" : "there");
}

std::string jitrun::speculation::print(const Plan &P, const Module &M,
                                       const SourceManager &Sources) {
  std::string Text;
  for (const FunctionPlan &Of : P.Functions) {
    const Function &F = M.function(Of.Function);
    Text += F.Name +
            (Of.Assumptions.empty() ? ": assumes nothing\n" : ": assumes\n");
    for (const Assumption &A : Of.Assumptions)
      Text += "  " + print(F, A, Sources) + "\n";
    for (const Expectation &X : Of.Expectations)
      Text += "  " + print(M, F, X, Sources) + "\n";
  }
  return Text;
}
