#include "fuzz/Generator/Generator.h"

#include <algorithm>

namespace jitrun::fuzz {

/// What \p Make appends, as one line.
std::string Generator::capture(const std::function<void()> &Make) {
  std::string Saved = std::move(Out);
  Out.clear();
  unsigned OldIndent = Indent;
  Indent = 0;
  ++BlockDepth;
  Make();
  --BlockDepth;
  Indent = OldIndent;
  std::string Text = std::move(Out);
  Out = std::move(Saved);
  // The names stay known to the expression that follows inside the block; the
  // caller drops them.
  std::replace(Text.begin(), Text.end(), '\n', ' ');
  while (!Text.empty() && Text.back() == ' ')
    Text.pop_back();
  return Text;
}

/// The inside of braces: perhaps statements, then a value.
std::string Generator::arm(const GType *Ty, unsigned Depth, Need N,
                           bool *HasStatements) {
  size_t OldVariables = Variables.size(), OldFacts = Facts.size();
  std::string Text;
  bool Before = BlockDepth < 3 && From.chance(20);
  if (HasStatements)
    *HasStatements = Before;
  if (Before)
    Text = capture([&] { statements(1); }) + " ";
  Text += text(Ty, Depth, N);
  Variables.resize(OldVariables);
  Facts.resize(OldFacts);
  return Text;
}

Piece Generator::controlExpr(const GType *Ty, unsigned Depth, Need N) {
  charge(1);
  // One arm fixes the type of the others.
  Need First = N == Need::Asked ? Need::Asked : N;
  Need Rest = N == Need::Asked || Ty->isScalar() ? Need::Asked : Need::Typed;
  switch (From.below(6)) {
  case 0:
    return matchExpr(Ty, Depth, N);
  case 1: {
    std::string Text = "{ " + arm(Ty, Depth - 1, N) + " }";
    return {Text, Loosest};
  }
  case 2:
    if (!Loops.empty() && JumpsAllowed && From.chance(30) &&
        !Loops.back().HasValue) {
      std::string C = text(scalar(Kind::Bool), 1, Need::NonLiteral);
      const char *Jump = From.chance(50) ? "break" : "continue";
      return {"if " + C + " { " + Jump + " } else { " + arm(Ty, Depth - 1, N) +
                  " }",
              Loosest};
    }
    [[fallthrough]];
  case 3: {
    std::string Text = "if " +
                       text(scalar(Kind::Bool), Depth - 1, Need::NonLiteral) +
                       " { " + arm(Ty, Depth - 1, First) + " } else if ";
    Text += text(scalar(Kind::Bool), Depth - 1, Need::NonLiteral) + " { " +
            arm(Ty, Depth - 1, Rest) + " } else { ";
    return {Text + arm(Ty, Depth - 1, Rest) + " }", Loosest};
  }
  default: {
    std::string Text = "if " +
                       text(scalar(Kind::Bool), Depth - 1, Need::NonLiteral) +
                       " { " + arm(Ty, Depth - 1, First) + " } else { ";
    return {Text + arm(Ty, Depth - 1, Rest) + " }", Loosest};
  }
  }
}

std::string Generator::argumentList(const GFunction &F, unsigned Depth) {
  std::string Text = "(";
  for (size_t I = 0; I < F.Parameters.size(); ++I) {
    Text += I ? ", " : "";
    if (I == 0 && F.HasFuel)
      Text += std::to_string(From.below(F.Fuel + 1));
    else
      Text += text(F.Parameters[I], Depth, Need::Asked);
  }
  return Text + ")";
}

Piece Generator::userCall(const GType *Ty, unsigned Depth, bool &Made) {
  Made = false;
  // With less fuel: itself or its partner.
  if (Self && SelfCallsLeft && Mult <= 1 && From.chance(40) &&
      Self->Result == Ty) {
    --SelfCallsLeft;
    Made = true;
    std::string Text = Self->Name + "(fuel - 1";
    for (size_t I = 1; I < Self->Parameters.size(); ++I)
      Text += ", " + text(Self->Parameters[I], Depth - 1, Need::Asked);
    return {Text + ")"};
  }
  std::vector<const GFunction *> Callable;
  for (const GFunction &F : Functions)
    if (F.Cost > 0 && F.Result == Ty && F.Cost * Mult + Spent < Limit)
      Callable.push_back(&F);
  if (Callable.empty())
    return {};
  const GFunction &F = *Callable[From.below(uint32_t(Callable.size()))];
  charge(F.Cost + 2);
  Made = true;
  if (!F.HasFuel && !F.Parameters.empty() && From.chance(15)) {
    // As a method of the first argument.
    std::string Text =
        text(F.Parameters[0], Depth - 1, Need::NonLiteral, Primary);
    bool IsName = Text[0] == 'v';
    if (IsName) {
      Text += "." + F.Name + "(";
      for (size_t I = 1; I < F.Parameters.size(); ++I)
        Text +=
            (I > 1 ? ", " : "") + text(F.Parameters[I], Depth - 1, Need::Asked);
      return {Text + ")"};
    }
  }
  return {F.Name + argumentList(F, Depth - 1)};
}

} // namespace jitrun::fuzz
