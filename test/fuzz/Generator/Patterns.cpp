#include "fuzz/Generator/Generator.h"

namespace jitrun::fuzz {

std::string Generator::integerPattern(const GType *T) {
  int Low = T->isSigned() ? int(From.between(-4, 6)) : int(From.below(7));
  int High = Low + int(From.below(5));
  switch (From.below(8)) {
  case 0:
    return std::to_string(Low) + "..=" + std::to_string(High);
  case 1:
    return std::to_string(Low) + ".." + std::to_string(High + 1);
  case 2:
    return std::to_string(Low) + "..";
  case 3:
    return std::to_string(Low) + " | " + std::to_string(High + 2);
  default:
    return std::to_string(Low);
  }
}

/// With all its parts, in parentheses; \p Names: perhaps with their names.
std::string Generator::partPatterns(const std::vector<const GType *> &Parts,
                                    unsigned Depth, bool Names,
                                    std::vector<Variable> *Bound) {
  bool Named = Names && From.chance(40);
  std::string Text = "(";
  for (size_t I = 0; I < Parts.size(); ++I) {
    Text += I ? ", " : "";
    if (Named)
      Text += "f" + std::to_string(I) + ": ";
    Text += pattern(Parts[I], Depth, Bound);
  }
  return Text + ")";
}

std::string Generator::pattern(const GType *T, unsigned Depth,
                               std::vector<Variable> *Bound) {
  uint32_t Roll = From.below(100);
  if (Roll < 20 || (Roll < 45 && Bound) || !Depth) {
    if (!Bound || Roll < 10)
      return "_";
    Bound->push_back({freshName(), T, false});
    return Bound->back().Name;
  }
  static constexpr const char *Texts[] = {"\"\"", "\"a\"", "\"abc\"", "\"12\"",
                                          "\"a\" | \"\""};
  switch (T->K) {
  case Kind::Bool:
    return From.chance(50) ? "true" : "false";
  case Kind::Str:
    return From.pick(std::span<const char *const>(Texts));
  case Kind::Tuple:
    return partPatterns(T->Parts, Depth - 1, false, Bound);
  case Kind::Struct:
    return T->Name + partPatterns(T->Parts, Depth - 1, true, Bound);
  case Kind::Enum:
    return variantPattern(T, From.below(uint32_t(T->Variants.size())), Depth,
                          Bound);
  default:
    return T->isInteger() ? integerPattern(T) : "_";
  }
}

std::string Generator::variantPattern(const GType *T, uint32_t Number,
                                      unsigned Depth,
                                      std::vector<Variable> *Bound) {
  auto One = [&](uint32_t I, std::vector<Variable> *Names) {
    std::string Text = (From.chance(20) ? T->Name + "." : "") + T->Name + "v" +
                       std::to_string(I);
    if (!T->Variants[I].empty())
      Text += partPatterns(T->Variants[I], Depth ? Depth - 1 : 0, false, Names);
    return Text;
  };
  uint32_t Other = From.below(uint32_t(T->Variants.size()));
  if (From.chance(75))
    return One(Number, Bound);
  // Alternatives bind nothing, or the first part of each.
  const auto &A = T->Variants[Number], &B = T->Variants[Other];
  if (!Bound || A.empty() || B.empty() || A[0] != B[0] || From.chance(30))
    return One(Number, nullptr) + " | " + One(Other, nullptr);
  Bound->push_back({freshName(), A[0], false});
  auto First = [&](uint32_t I) {
    std::string Text =
        T->Name + "v" + std::to_string(I) + "(" + Bound->back().Name;
    for (size_t P = 1; P < T->Variants[I].size(); ++P)
      Text += ", " + pattern(T->Variants[I][P], Depth ? 1 : 0, nullptr);
    return Text + ")";
  };
  return First(Number) + " | " + First(Other);
}

const GType *Generator::matchType() {
  uint32_t Roll = From.below(100);
  if (Roll < 12)
    return scalar(Kind::Bool);
  if (Roll < 24)
    return scalar(Kind::Str);
  if (Roll < 55 && !Enums.empty())
    return Enums[From.below(uint32_t(Enums.size()))];
  if (Roll < 60 && !Structs.empty())
    return Structs[From.below(uint32_t(Structs.size()))];
  if (Roll < 70) {
    const GType *First = Enums.empty() || From.chance(30)
                             ? integerType()
                             : Enums[From.below(uint32_t(Enums.size()))];
    return tuple({First, From.chance(50) ? integerType() : anyType(1)});
  }
  return integerType();
}

std::vector<Generator::MatchArm> Generator::matchArms(const GType *T) {
  std::vector<MatchArm> Arms;
  if (T->K == Kind::Bool && From.chance(60))
    return {{"true", {}}, {"false", {}}};
  for (int I = 0, N = int(From.between(1, 4)); I < N; ++I) {
    MatchArm A;
    A.Pattern = pattern(T, 3, &A.Bound);
    Arms.push_back(std::move(A));
  }
  if (T->K == Kind::Enum && From.chance(50)) {
    // Every variant, so that the last arm is one.
    for (uint32_t I = 0; I < T->Variants.size(); ++I) {
      MatchArm A;
      A.Pattern = variantPattern(T, I, 0, &A.Bound);
      Arms.push_back(std::move(A));
    }
    return Arms;
  }
  MatchArm Last{"_", {}};
  if (From.chance(40)) {
    Last.Pattern = freshName();
    Last.Bound.push_back({Last.Pattern, T, false});
  }
  Arms.push_back(std::move(Last));
  return Arms;
}

Piece Generator::matchExpr(const GType *Ty, unsigned Depth, Need N) {
  const GType *T = matchType();
  std::string Text = "match " + text(T, Depth - 1, Need::NonLiteral) + " { ";
  Need Rest = N == Need::Asked || Ty->isScalar() ? Need::Asked : Need::Typed;
  bool First = true;
  for (const MatchArm &A : matchArms(T)) {
    size_t OldVariables = Variables.size();
    for (const Variable &V : A.Bound)
      declare(V.Name, V.Ty, false);
    bool IsBlock = false;
    std::string Arm = arm(Ty, Depth - 1, First ? N : Rest, &IsBlock);
    IsBlock |= From.chance(20);
    Text += (First ? "" : ", ") + A.Pattern + " => " +
            (IsBlock ? "{ " + Arm + " }" : Arm);
    First = false;
    Variables.resize(OldVariables);
  }
  return {Text + " }", Loosest};
}

void Generator::matchStatement() {
  const GType *T = matchType();
  line("match " + text(T, 2, Need::NonLiteral, OrPrec) + " {");
  ++Indent;
  for (const MatchArm &A : matchArms(T)) {
    size_t OldVariables = Variables.size();
    for (const Variable &V : A.Bound)
      declare(V.Name, V.Ty, false);
    block(A.Pattern + " =>", unsigned(From.between(1, 2)));
    Out.insert(Out.size() - 1, ",");
    Variables.resize(OldVariables);
  }
  --Indent;
  line("}");
}

} // namespace jitrun::fuzz
