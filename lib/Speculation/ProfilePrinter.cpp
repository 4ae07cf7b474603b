#include "Speculation/ProfilePrinter.h"

#include "Types/TypeContext.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <tuple>

using namespace jitrun;
using namespace jitrun::speculation;
using namespace jitrun::tast;

static std::string spellFloat(double Value) {
  char Text[32];
  std::snprintf(Text, sizeof(Text), "%.6g", Value);
  return Text;
}

std::string jitrun::speculation::spell(const Type *T, uint64_t Bits) {
  if (T->isBool())
    return Bits & 1 ? "true" : "false";
  if (T->kind() == TypeKind::F64)
    return spellFloat(std::bit_cast<double>(Bits));
  if (T->kind() == TypeKind::F32)
    return spellFloat(std::bit_cast<float>(uint32_t(Bits)));
  return T->isSigned() ? std::to_string(int64_t(Bits)) : std::to_string(Bits);
}

static const char *spell(abi::DescriptorKind Kind) {
  switch (Kind) {
  case abi::DescriptorKind::Unit:
    return "()";
#define JITRUN_SCALAR_TYPE(Name, Spelling, Size)                               \
  case abi::DescriptorKind::Name:                                              \
    return Spelling;
#include "Types/TypeKinds.def"
  case abi::DescriptorKind::Str:
    return "str";
  case abi::DescriptorKind::Record:
    return "a struct or tuple";
  case abi::DescriptorKind::Array:
  case abi::DescriptorKind::FixedArray:
    return "an array";
  case abi::DescriptorKind::Any:
    return "any";
  case abi::DescriptorKind::Enum:
    return "an enum";
  case abi::DescriptorKind::Function:
    return "a function";
  }
  return "";
}

std::string jitrun::speculation::spell(const ProfileSites::Operator &Op) {
  return std::string("'") + abi::spelling(Op.What) + "'";
}

std::string jitrun::speculation::spellTags(const ProfileSites::Operator &Op,
                                           uint32_t Number) {
  const auto [Left, Right] = abi::kindsOf(Number);
  std::string Text = ::spell(Left);
  if (!Op.IsUnary && Left != Right)
    Text += std::string(" and ") + ::spell(Right);
  return Text;
}

std::string jitrun::speculation::spellCallee(const Module &M, uint32_t Number) {
  return Number < M.Functions.size() ? M.Functions[Number]->Name : "?";
}

std::string jitrun::speculation::spellLine(const SourceManager &Sources,
                                           SourceLocation Loc,
                                           SourceLocation Home) {
  const PresumedLocation At = Sources.presumed(Loc);
  const std::string Line = std::to_string(At.Line);
  if (At.File == Sources.presumed(Home).File)
    return Line;
  return std::string(At.File) + ":" + Line;
}

namespace {

/// Percentages with a digit behind the point, so that 99.9 is not 100.
std::string percent(uint64_t Part, uint64_t Whole) {
  return llvm::formatv("{0:f1} %", 100.0 * double(Part) / double(Whole));
}

std::string spellShape(const ArrayCount &A, unsigned Rank) {
  const size_t Exact = std::min<size_t>(Rank, A.Shape.size());
  std::string Text = "(";
  for (size_t I = 0; I < Exact; ++I)
    Text += (I ? ", " : "") + std::to_string(A.Shape[I]);
  return Text + (Rank > Exact ? " in all)" : ")");
}

class ProfilePrinter {
public:
  ProfilePrinter(const Module &M, const Function &F,
                 const SourceManager &Sources)
      : M(M), F(F), Sources(Sources), Sites(F) {}

  std::string print(const FunctionProfile &P) {
    for (size_t I = 0; I < P.Values.size(); ++I)
      value(Sites.values()[I], P.Values[I]);
    for (size_t I = 0; I < P.Arrays.size(); ++I)
      array(Sites.arrays()[I], P.Arrays[I]);
    for (size_t I = 0; I < P.Callees.size(); ++I)
      targets(Sites.callees()[I]->Range.Begin, "function called", P.Callees[I],
              [&](uint32_t Number) { return spellCallee(M, Number); });
    for (size_t I = 0; I < P.Tags.size(); ++I) {
      const ProfileSites::Operator &Op = Sites.tags()[I];
      targets(Op.At, "operands of " + spell(Op), P.Tags[I],
              [&](uint32_t Number) { return spellTags(Op, Number); });
    }
    llvm::SmallPtrSet<const IfStmt *, 8> Tests;
    if (!P.Branches.empty())
      for (const ProfileSites::TypeMatch &T : Sites.matches()) {
        match(T, P);
        Tests.insert(T.begin(), T.end());
      }
    for (size_t I = 0; I < P.Branches.size(); ++I)
      if (!Tests.contains(Sites.branches()[I]))
        branch(*Sites.branches()[I], P.Branches[I]);
    for (size_t I = 0; I < P.Loops.size(); ++I)
      loop(*Sites.loops()[I], P.Loops[I]);

    std::ranges::sort(Lines, {},
                      [](const Line &L) { return std::tuple(L.At, L.Number); });
    std::string Text = llvm::formatv("{0}: {1} calls, {2} loop iterations\n",
                                     F.Name, P.Calls, P.BackEdges);
    for (const Line &L : Lines)
      Text += "  line " + spellLine(Sources, L.At, F.Range.Begin) + ": " +
              L.Text + "\n";
    return Text;
  }

private:
  struct Line {
    SourceLocation At;
    size_t Number; ///< In order of creation.
    std::string Text;
  };

  void add(SourceLocation At, std::string Text) {
    Lines.push_back({At, Lines.size(), std::move(Text)});
  }

  void value(SlotId S, const ValueCount &V) {
    if (!V.Seen)
      return;
    const Local &L = F.Locals[size_t(S)];
    add(F.Range.Begin,
        llvm::formatv("parameter {0} was {1} in {2} of {3} samples", L.Name,
                      spell(L.Ty, V.Bits), V.Same, V.Seen));
  }

  void array(SlotId S, const ArrayCount &A) {
    if (!A.Seen)
      return;
    const Local &L = F.Locals[size_t(S)];
    add(F.Range.Begin,
        llvm::formatv(
            "parameter {0} was contiguous in {1} and of shape {2} in "
            "{3} of {4} samples",
            L.Name, A.Contiguous,
            spellShape(A, static_cast<const ArrayType *>(L.Ty)->rank()),
            A.SameShape, A.Seen));
  }

  void targets(SourceLocation At, const std::string &What, const TargetCount &T,
               llvm::function_ref<std::string(uint32_t)> Spell) {
    if (!T.seen())
      return add(At, What + ": never reached");
    std::string Text = What + ": ";
    for (size_t I = 0; I < T.Targets.size() && T.Times[I]; ++I)
      Text += llvm::formatv("{0}{1} in {2}", I ? ", " : "",
                            Spell(T.Targets[I] - 1), T.Times[I]);
    if (T.Others)
      Text += llvm::formatv(", others in {0}", T.Others);
    add(At, llvm::formatv("{0} of {1} samples", Text, T.seen()));
  }

  void branch(const IfStmt &S, const BranchCount &B) {
    if (!B.Executed)
      return add(S.Range.Begin, "if: never reached");
    add(S.Range.Begin, llvm::formatv("if: true {0} times of {1} ({2})", B.Taken,
                                     B.Executed, percent(B.Taken, B.Executed)));
  }

  void match(const ProfileSites::TypeMatch &Tests, const FunctionProfile &P) {
    const SourceLocation At = Tests.front()->Range.Begin;
    const uint64_t All = P.Branches[Sites.branchOf(*Tests.front())].Executed;
    if (!All)
      return add(At, "match: never reached");
    std::string Text = "match: held ";
    uint64_t Others = All;
    for (const IfStmt *S : Tests)
      if (const uint64_t Taken = P.Branches[Sites.branchOf(*S)].Taken) {
        Text +=
            llvm::formatv("{0} {1} times, ", typeAskedBy(*S)->name(), Taken);
        Others -= std::min(Others, Taken);
      }
    add(At,
        llvm::formatv("{0}another type {1} times of {2}", Text, Others, All));
  }

  void loop(const Stmt &S, const LoopCount &L) {
    if (!L.Entries)
      return add(S.Range.Begin, "loop: never reached");
    add(S.Range.Begin,
        llvm::formatv("loop: entered {0} times, {1} iterations ({2:f1} each)",
                      L.Entries, L.Iterations,
                      double(L.Iterations) / double(L.Entries)));
  }

  const Module &M;
  const Function &F;
  const SourceManager &Sources;
  const ProfileSites Sites;
  std::vector<Line> Lines;
};

} // namespace

std::string jitrun::speculation::print(const Module &M, const Function &F,
                                       const FunctionProfile &P,
                                       const SourceManager &Sources) {
  return ProfilePrinter(M, F, Sources).print(P);
}
