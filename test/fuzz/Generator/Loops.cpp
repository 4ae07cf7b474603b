#include "fuzz/Generator/Generator.h"

#include <algorithm>

namespace jitrun::fuzz {

/// At most \p Wanted, so that a small body still fits the budget.
unsigned Generator::affordable(unsigned Wanted) {
  double Left = std::max(0.0, Limit - Spent) / (Mult * 6);
  return unsigned(std::clamp(Left, 1.0, double(Wanted)));
}

/// A range of an integer type, and at most how many numbers it gives.
std::string Generator::rangeHeader(const GType *Ty, unsigned &Trips) {
  unsigned N = affordable(unsigned(From.between(1, 12)));
  std::string Suffix = Ty->K == Kind::I64 ? "" : Ty->Name;
  Trips = N;
  switch (From.below(12)) {
  case 10: { // Steps that leave the type.
    uint64_t Max = Ty->isSigned() ? (uint64_t(1) << (Ty->bits() - 1)) - 1
                                  : ~uint64_t(0) >> (64 - Ty->bits());
    uint64_t Step = (~uint64_t(0) >> (65 - Ty->bits())) - From.below(3);
    Trips = 4;
    std::string Low = Ty->isSigned()
                          ? "-" + std::to_string(Max + From.below(2)) + Suffix
                          : "0" + Suffix;
    if (From.chance(50))
      return Low + (From.chance(50) ? "..=" : "..") + std::to_string(Max) +
             " by " + std::to_string(Step);
    return std::to_string(Max) + Suffix + (From.chance(50) ? "..=" : "..") +
           (Ty->isSigned() ? Low : "0") + " by -" + std::to_string(Step);
  }
  case 11: {
    uint64_t Max = Ty->isSigned() ? (uint64_t(1) << (Ty->bits() - 1)) - 1
                                  : ~uint64_t(0) >> (64 - Ty->bits());
    return std::to_string(Max - N + 1) + Suffix + "..=" + std::to_string(Max) +
           " by " + std::to_string(From.between(2, 5));
  }
  case 0: { // Up to and including the highest.
    uint64_t Max = Ty->isSigned() ? (uint64_t(1) << (Ty->bits() - 1)) - 1
                                  : ~uint64_t(0) >> (64 - Ty->bits());
    return std::to_string(Max - N + 1) + Suffix + "..=" + std::to_string(Max);
  }
  case 1: { // Down to and including the lowest.
    if (!Ty->isSigned())
      return std::to_string(N - 1) + Suffix + "..=0 by -1";
    int64_t Min =
        Ty->bits() == 64 ? INT64_MIN : -(int64_t(1) << (Ty->bits() - 1));
    return std::to_string(Min + int64_t(N) - 1) + Suffix +
           "..=" + std::to_string(Min) + " by -1";
  }
  case 2: { // All of an 8-bit type.
    if (affordable(256) < 256)
      break;
    Trips = 256;
    if (Ty->K == Kind::U8)
      return "0u8..=255";
    if (Ty->K == Kind::I8)
      return "-128i8..=127";
    Trips = 100;
    return "0" + Suffix + "..100";
  }
  case 3: {
    if (affordable(16) < 16)
      break;
    Trips = 16;
    std::string Lo = smallCount(Ty, 7, 1);
    return Lo + (From.chance(50) ? ".." : "..=") + smallCount(Ty, 15, 1);
  }
  case 4: { // A step known only when it runs.
    if (affordable(16) < 16)
      break;
    Trips = 16;
    const GType *S = signedCounterpart(Ty);
    std::string Step =
        mayTrap(100) ? smallCount(S, 3, 1) : smallCount(S, 3, 1) + " + 1";
    if (From.chance(50))
      return "0" + Suffix + "..=" + smallCount(Ty, 15, 1) + " by " + Step;
    return smallCount(Ty, 15, 1) + "..0 by -(" + Step + ")";
  }
  case 5: {
    int64_t Step = From.between(2, 5);
    return std::to_string(From.below(5)) + Suffix + ".." +
           std::to_string(
               std::min<int64_t>(120, 4 + int64_t(N) * Step - Step)) +
           " by " + std::to_string(Step);
  }
  case 6:
    if (Ty->isSigned())
      return "-" + std::to_string(N / 2) + Suffix + ".." +
             std::to_string(N - N / 2);
    break;
  case 7: {
    int64_t Step = From.between(1, 4);
    return std::to_string(std::min<int64_t>(100, int64_t(N) * Step)) + Suffix +
           "..0 by -" + std::to_string(Step);
  }
  default:
    break;
  }
  return "0" + Suffix + ".." + std::to_string(N);
}

void Generator::forRange() {
  std::string Name = From.chance(7) ? "_" : freshName();
  auto Arrays = variablesWhere(
      [](const Variable &V) { return V.Ty->isArray() && !V.Assignable; });
  const GType *T = scalar(Kind::I64);
  std::string Header;
  std::vector<IndexFact> New;
  unsigned Trips = 1;
  if (!Arrays.empty() && From.chance(55) && affordable(40) == 40) {
    const Variable &A = *Arrays[From.below(uint32_t(Arrays.size()))];
    unsigned Dim = From.below(A.Ty->Count);
    std::string N = length(A.Name, Dim);
    Trips = A.Ty->Count == 1 ? 40 : 8;
    New.push_back({Name, A.Name, Dim});
    switch (From.below(10)) {
    case 0:
      Header = N + " - 1..=0 by -1";
      break;
    case 1:
      Header = "1.." + N;
      New.push_back({Name + " - 1", A.Name, Dim});
      break;
    case 2:
      Header = "0.." + N + " - 1";
      New.push_back({Name + " + 1", A.Name, Dim});
      break;
    case 3:
      Header = "1.." + N + " - 1";
      New.push_back({Name + " - 1", A.Name, Dim});
      New.push_back({Name + " + 1", A.Name, Dim});
      break;
    case 4:
      Header = "0.." + N + " by " + std::to_string(From.between(1, 3));
      New.push_back({N + " - 1 - " + Name, A.Name, Dim});
      break;
    case 5:
      if (mayTrap(200)) {
        Header = "0..=" + N;
        break;
      }
      // A narrower induction variable.
      T = From.chance(50) ? scalar(Kind::I32) : scalar(Kind::U8);
      Header = "0" + T->Name + ".." + T->Name + "(" + N + ")";
      break;
    case 6: {
      // As far as two arrays go.
      const Variable &B = *Arrays[From.below(uint32_t(Arrays.size()))];
      unsigned Other = From.below(B.Ty->Count);
      Header = "0..min(" + N + ", " + length(B.Name, Other) + ")";
      New.push_back({Name, B.Name, Other});
      break;
    }
    default:
      Header = "0.." + N;
    }
  } else {
    T = integerType();
    Header = rangeHeader(T, Trips);
  }
  double OldMult = Mult;
  unsigned Count = unsigned(From.between(1, 3));
  Loops.push_back({});
  bool OldJumps = JumpsAllowed;
  JumpsAllowed = true;
  Mult *= Trips;
  block("for " + Name + " in " + Header, Count, [&] {
    if (Name == "_")
      return;
    declare(Name, T, false);
    Facts.insert(Facts.end(), New.begin(), New.end());
  });
  Mult = OldMult;
  JumpsAllowed = OldJumps;
  Loops.pop_back();
}

void Generator::forArray() {
  auto Arrays = variablesWhere(
      [](const Variable &V) { return V.Ty->isArray() && V.Ty->Count == 1; });
  if (affordable(40) < 40)
    return assignment();
  const GType *E = nullptr;
  std::string Source;
  if (Arrays.empty() || From.chance(25)) {
    E = plainType();
    Source = text(array(E, 1), 2, Need::Typed, Primary);
  } else {
    const Variable &A = *Arrays[From.below(uint32_t(Arrays.size()))];
    E = A.Ty->element();
    Source = From.chance(25) ? slice(A.Name, 1, 1, 1) : A.Name;
  }
  std::string Name = freshName();
  double OldMult = Mult;
  Mult *= 40;
  Loops.push_back({});
  bool OldJumps = JumpsAllowed;
  JumpsAllowed = true;
  block("for " + Name + " in " + Source, unsigned(From.between(1, 3)),
        [&] { declare(Name, E, false); });
  JumpsAllowed = OldJumps;
  Loops.pop_back();
  Mult = OldMult;
}

void Generator::whileLoop() {
  const GType *T = integerType();
  std::string Name = "w" + std::to_string(NextName++);
  unsigned N = affordable(unsigned(From.between(1, 20)));
  double OldMult = Mult;
  line("var " + Name + " = 0" + (T->K == Kind::I64 ? "" : T->Name) + ";");
  declare(Name, T, false); // Only the loop counts.
  Mult *= N;
  std::string Head = "while " + Name + " < " + std::to_string(N);
  if (From.chance(30))
    Head += " && " + text(scalar(Kind::Bool), 2, Need::NonLiteral, ComparePrec);
  Loops.push_back({});
  bool OldJumps = JumpsAllowed;
  JumpsAllowed = true;
  block(Head, unsigned(From.between(1, 3)), [&] { line(Name + " += 1;"); });
  JumpsAllowed = OldJumps;
  Loops.pop_back();
  Mult = OldMult;
}

void Generator::loopLoop() {
  std::string Name = "w" + std::to_string(NextName++);
  unsigned N = affordable(unsigned(From.between(1, 20)));
  double OldMult = Mult;
  line("var " + Name + " = 0;");
  declare(Name, scalar(Kind::I64), false);
  Mult *= N;
  const GType *T = From.chance(60) ? anyType(1) : nullptr;
  std::string Result = freshName();
  std::string Head = "loop";
  if (T)
    Head = "let " + Result + ": " + T->Name + " = loop";
  Loops.push_back({T != nullptr, T});
  bool OldJumps = JumpsAllowed;
  JumpsAllowed = true;
  block(Head, unsigned(From.between(1, 3)), [&] {
    line(Name + " += 1;");
    line("if " + Name + " > " + std::to_string(N) + " { break" +
         (T ? " " + text(T, 2, Need::Asked) : "") + " }");
  });
  JumpsAllowed = OldJumps;
  Loops.pop_back();
  Mult = OldMult;
  if (T) {
    Out.insert(Out.size() - 1, ";");
    declare(Result, T, false);
  }
}

/// A loop as real programs have them, which the optimised tier transforms.
void Generator::kernel() {
  std::string S = freshName(), I = freshName();
  const GType *T = numericType();
  if (From.chance(35)) {
    // Long, over scalars only.
    unsigned N = affordable(unsigned(From.between(50, 1500)));
    line("var " + S + ": " + T->Name + " = " + text(T, 1, Need::Asked) + ";");
    declare(S, T, true);
    const GType *C = integerType();
    if (C->bits() == 8)
      N = std::min(N, 120u);
    double OldMult = Mult;
    Mult *= N;
    std::string Suffix = C->K == Kind::I64 ? "" : C->Name;
    line("for " + I + " in 0" + Suffix + ".." + std::to_string(N) + " {");
    ++Indent;
    size_t Old = Variables.size();
    declare(I, C, false);
    charge(3);
    static constexpr const char *Ops[] = {" += ", " -= ", " ^= ", " *= "};
    std::string Op = Ops[T->isFloat() ? From.below(2) : From.below(4)];
    line(S + Op + at(conversion(T, 2), Loosest) + ";");
    if (From.chance(40))
      line("if " + text(scalar(Kind::Bool), 2, Need::NonLiteral, OrPrec) +
           " { " + S + Op + text(T, 2, Need::Asked) + " }");
    Variables.resize(Old);
    --Indent;
    line("}");
    Mult = OldMult;
    line("println(\"k\", " + S + ");");
    return;
  }
  auto Arrays = variablesWhere([](const Variable &V) {
    return V.Ty->isArray() && V.Ty->element()->isNumeric() && !V.Assignable &&
           V.Ty->Count <= 2;
  });
  if (Arrays.empty() || affordable(200) < 200)
    return declaration();
  Variable A = *Arrays[From.below(uint32_t(Arrays.size()))];
  kernelBody(A);
}

void Generator::kernelBody(const Variable &A) {
  const GType *E = A.Ty->element();
  std::string I = freshName(), J = freshName(), S = freshName();
  std::string N = "len(" + A.Name + ")";
  charge(200);
  auto Is = [&](const std::string &Name, auto Make) {
    size_t Old = Variables.size();
    double OldMult = Mult;
    Mult *= 40;
    declare(Name, scalar(Kind::I64), false);
    ++Indent;
    Make();
    --Indent;
    Variables.resize(Old);
    Mult = OldMult;
  };
  if (A.Ty->Count == 2) {
    line("for " + I + " in 0.." + N + " {");
    Is(I, [&] {
      line("for " + J + " in 0..dim(" + A.Name + ", 1) {");
      Is(J, [&] {
        std::string Element = A.Name + "[" + I + ", " + J + "]";
        switch (From.below(3)) {
        case 0:
          line("if " + I + " > 0 && " + J + " > 0 { " + Element + " = " +
               Element + " + " + A.Name + "[" + I + " - 1, " + J + "] - " +
               A.Name + "[" + I + ", " + J + " - 1] }");
          break;
        case 1:
          line(Element + " += " + text(E, 2, Need::Asked) + ";");
          break;
        default:
          line(Element + " = " + Element + " * " +
               text(E, 1, Need::Asked, PowPrec) + ";");
        }
      });
      line("}");
    });
    line("}");
    line("println(\"k\", sum(" + A.Name + "));");
    return;
  }
  switch (From.below(7)) {
  case 0: // Prefix sums.
    line("for " + I + " in 1.." + N + " { " + A.Name + "[" + I +
         "] += " + A.Name + "[" + I + " - 1] }");
    break;
  case 1: // Insertion sort.
    line("for " + I + " in 1.." + N + " {");
    line("  var " + J + " = " + I + ";");
    line("  while " + J + " > 0 && " + A.Name + "[" + J + " - 1] > " + A.Name +
         "[" + J + "] {");
    line("    (" + A.Name + "[" + J + " - 1], " + A.Name + "[" + J + "]) = (" +
         A.Name + "[" + J + "], " + A.Name + "[" + J + " - 1]);");
    line("    " + J + " -= 1");
    line("  }");
    line("}");
    break;
  case 2: { // Accumulate.
    line("var " + S + ": " + E->Name + " = 0;");
    declare(S, E, true);
    line("for " + I + " in 0.." + N + " {");
    Is(I, [&] {
      Facts.push_back({I, A.Name, 0});
      line(S + (From.chance(50) ? " += " : " -= ") + A.Name + "[" + I + "] * " +
           text(E, 2, Need::Asked, PowPrec) + ";");
      Facts.pop_back();
    });
    line("}");
    line("println(\"k\", " + S + ");");
    return;
  }
  case 3: { // Where the largest stands.
    line("var " + S + " = 0;");
    declare(S, scalar(Kind::I64), true);
    line("for " + I + " in 1.." + N + " { if " + A.Name + "[" + I + "] > " +
         A.Name + "[" + S + "] { " + S + " = " + I + " } }");
    line("println(\"k\", " + S + ");");
    return;
  }
  case 4: { // Reverse in place.
    line("var " + I + " = 0;");
    line("var " + J + " = " + N + " - 1;");
    line("while " + I + " < " + J + " {");
    line("  (" + A.Name + "[" + I + "], " + A.Name + "[" + J + "]) = (" +
         A.Name + "[" + J + "], " + A.Name + "[" + I + "]);");
    line("  " + I + " += 1; " + J + " -= 1");
    line("}");
    break;
  }
  case 5: { // Histogram.
    line("let " + S + " = i64[8];");
    line("for " + I + " in " + A.Name + " { " + S + "[i64(" + I +
         ") & 7] += 1 }");
    line("println(\"k\", " + S + ");");
    declare(S, array(scalar(Kind::I64), 1), false);
    return;
  }
  default: // Map.
    line("for " + I + " in 0.." + N + " {");
    Is(I, [&] {
      Facts.push_back({I, A.Name, 0});
      line(A.Name + "[" + I + "] = " + text(E, 3, Need::Asked) + ";");
      Facts.pop_back();
    });
    line("}");
  }
  line("println(\"k\", " + A.Name + ");");
}

} // namespace jitrun::fuzz
