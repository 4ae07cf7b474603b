#include "fuzz/Generator/Generator.h"

// Programs of another kind: small functions of loop nests over arrays, with
// affine and other indices that may leave the array in some iteration. They aim
// at the removal of index checks, at vectorisation, and at views and aliases
// that the optimised tier must tell apart.

namespace jitrun::fuzz {

namespace {

/// What the nest being made may use.
struct NestArray {
  std::string Name;
  const GType *Ty;
};

} // namespace

struct Generator::Nest {
  std::vector<NestArray> Arrays;
  const GType *IndexType;
  const GType *Sum; ///< Of `acc`.
  std::vector<std::string> Indices;
  /// Two variables of one array type, which statements swap and replace.
  const GType *Replaced = nullptr;
};

static const char *pickText(Choices &From,
                            std::initializer_list<const char *> Of) {
  return Of.begin()[From.below(uint32_t(Of.size()))];
}

/// An index that depends on the loops around it.
std::string Generator::nestIndex(const Nest &N, const std::string &Array,
                                 unsigned Dim) {
  auto Any = [&] { return N.Indices[From.below(uint32_t(N.Indices.size()))]; };
  std::string I = From.chance(75) ? N.Indices.back() : Any();
  std::string C = std::to_string(From.between(1, 3));
  std::string Length = "dim(" + Array + ", " + std::to_string(Dim) + ")";
  auto InType = [&](const std::string &Text) {
    return N.IndexType->K == Kind::I64 ? Text
                                       : N.IndexType->Name + "(" + Text + ")";
  };
  switch (From.below(36)) {
  case 0:
  case 1:
    return I + " + " + C;
  case 2:
    return I + " - " + C;
  case 3:
    return C + " * " + I + " + " + std::to_string(From.below(3));
  case 4:
    return I + " + " + Any();
  case 5:
    return I + " - " + Any();
  case 6:
    return InType(Length) + " - 1 - " + I;
  case 7:
    return I + " % " + InType(Length);
  case 8:
    return "k";
  case 9:
    return I + " + k";
  case 10:
    return I + " & 7";
  case 11:
    return integerType()->Name + "(" + I + ")";
  case 12:
    return Any() + " * " + C + " + " + I;
  case 13:
    return "hi - " + I;
  case 14:
    return I + " ^ 1";
  default:
    return I;
  }
}

std::string Generator::nestElement(const Nest &N, const GType *Element) {
  std::vector<const NestArray *> Fit;
  for (const NestArray &A : N.Arrays)
    if (!Element || A.Ty->element() == Element)
      Fit.push_back(&A);
  if (Fit.empty())
    return {};
  const NestArray &A = *Fit[From.below(uint32_t(Fit.size()))];
  std::string Text = A.Name + "[";
  for (unsigned D = 0; D < A.Ty->Count; ++D)
    Text += (D ? ", " : "") + nestIndex(N, A.Name, D);
  return Text + "]";
}

/// A number of type \p T made of elements, indices and what is at hand.
std::string Generator::nestValue(const Nest &N, const GType *T) {
  switch (From.below(8)) {
  case 0:
    return T->Name + "(" + N.Indices.back() + ")";
  case 1:
    return N.Sum == T ? "acc" : T->Name + "(acc)";
  case 2:
    return T->Name + "(" + nestElement(N, nullptr) + ")";
  case 3:
    return std::to_string(From.between(1, 9));
  default: {
    std::string Element = nestElement(N, T);
    return Element.empty() ? T->Name + "(" + nestElement(N, nullptr) + ")"
                           : Element;
  }
  }
}

void Generator::nestStatement(Nest &N, bool InLoop) {
  const NestArray &A = N.Arrays[From.below(uint32_t(N.Arrays.size()))];
  const GType *E = A.Ty->element();
  auto Place = [&] {
    std::string Text = A.Name + "[";
    for (unsigned D = 0; D < A.Ty->Count; ++D)
      Text += (D ? ", " : "") + nestIndex(N, A.Name, D);
    return Text + "]";
  };
  if (N.Replaced && From.chance(15)) {
    // What was read of the old array must not be read again later.
    std::string Size =
        "dim(p, " + std::to_string(From.below(N.Replaced->Count)) + ")";
    switch (From.below(5)) {
    case 0:
      line("p = copy(q);");
      break;
    case 1:
      line("let l = " + Size + ";");
      line("p = copy(p);");
      line("acc += " + N.Sum->Name + "(l);");
      break;
    case 2:
      if (N.Replaced->Count == 1) {
        line("p = [for x in p: x + 1];");
        break;
      }
      [[fallthrough]];
    default:
      line("(p, q) = (q, p);");
    }
    return;
  }
  switch (From.below(11)) {
  case 0:
  case 1:
    line("acc " + std::string(pickText(From, {"+=", "-=", "+="})) + " " +
         nestValue(N, N.Sum) + ";");
    return;
  case 2:
    line("acc += " + nestValue(N, N.Sum) + " * " + nestValue(N, N.Sum) + ";");
    return;
  case 3:
  case 4:
    line(Place() + " = " + nestValue(N, E) + ";");
    return;
  case 5:
    line(Place() + " = " + nestValue(N, E) + " + " + nestValue(N, E) + ";");
    return;
  case 6:
    line(Place() + pickText(From, {" += ", " -= ", " *= "}) + nestValue(N, E) +
         ";");
    return;
  case 7: {
    std::string P = Place(), Q = Place();
    line("(" + P + ", " + Q + ") = (" + Q + ", " + P + ");");
    return;
  }
  case 8:
    line("if " + nestElement(N, E) + pickText(From, {" > ", " < ", " != "}) +
         "7 { " + Place() + " = " + nestValue(N, E) + " }");
    return;
  case 9:
    if (InLoop) {
      line("if " + N.Indices.back() + pickText(From, {" == ", " > ", " < "}) +
           pickText(From, {"k", "5", "hi", "lo"}) + " { " +
           pickText(From, {"break", "continue", "return acc"}) + " }");
      return;
    }
    [[fallthrough]];
  default:
    line("acc = max(acc, " + nestValue(N, N.Sum) + ");");
  }
}

void Generator::nestLoop(Nest &N, unsigned Depth) {
  const NestArray &A = N.Arrays[From.below(uint32_t(N.Arrays.size()))];
  std::string I = "i" + std::to_string(N.Indices.size());
  std::string T = N.IndexType->Name;
  std::string Outer = N.Indices.size() > 1 ? N.Indices.back() : "lo";
  std::string Length =
      "dim(" + A.Name + ", " + std::to_string(From.below(A.Ty->Count)) + ")";
  if (N.IndexType->K != Kind::I64)
    Length = T + "(" + Length + ")";
  std::string Head;
  std::string After;
  switch (From.below(22)) {
  case 0:
    Head = "for " + I + " in 0.." + Length;
    break;
  case 1:
    Head = "for " + I + " in lo.." + Length;
    break;
  case 2:
    Head = "for " + I + " in lo..=hi";
    break;
  case 3:
    Head = "for " + I + " in hi..=lo by -1";
    break;
  case 4:
    Head = "for " + I + " in " + Length + " - 1..=0 by -1";
    break;
  case 5:
    Head = "for " + I + " in lo..hi by " + std::to_string(From.between(2, 4));
    break;
  case 6:
    Head = "for " + I + " in " + Outer + " + 1..hi";
    break;
  case 7:
    Head = "for " + I + " in 0.." + Outer;
    break;
  case 8:
    Head = "for " + I + " in 0.." + Length + " - " +
           std::to_string(From.between(1, 3));
    break;
  case 9:
    Head = "for " + I + " in lo..hi by st";
    break;
  case 10:
  case 11: {
    // The bounds are small, so that no step leaves the type.
    line("var " + I + " = " + Outer + " & 15;");
    Head = "while " + I + " < hi & 31";
    After = I + " += " + std::to_string(From.between(1, 3)) + ";";
    break;
  }
  default:
    Head = "for " + I + " in lo..hi";
  }
  line(Head + " {");
  ++Indent;
  N.Indices.push_back(I);
  if (!After.empty() && From.chance(70)) {
    // Counted at once, so that `continue` does not stay.
    line("let j" + I + " = " + I + ";");
    line(After);
    N.Indices.back() = "j" + I;
    After.clear();
  }
  // A `continue` would pass by the count at the end.
  bool InLoop = After.empty();
  for (int S = 0, M = int(From.between(1, 3)); S < M; ++S)
    nestStatement(N, InLoop);
  if (Depth > 1 && From.chance(75))
    nestLoop(N, Depth - 1);
  if (From.chance(25))
    nestStatement(N, InLoop);
  if (!After.empty())
    line(After);
  N.Indices.pop_back();
  --Indent;
  line("}");
}

std::string Generator::runNests() {
  unsigned Count = unsigned(From.between(1, 2));
  struct Made {
    std::vector<const GType *> Arrays;
    const GType *Index;
    const GType *Sum;
    bool Deep = false; ///< Three loops in each other: over little.
  };
  std::vector<Made> All;
  for (unsigned F = 0; F < Count; ++F) {
    Nest N;
    Made M;
    M.Index = N.IndexType = integerType();
    M.Sum = N.Sum = numericType();
    std::string Head = From.chance(15) ? "@fused fn n" : "fn n";
    Head += std::to_string(F) + "(";
    const GType *Common = numericType();
    for (int I = 0, C = int(From.between(1, 3)); I < C; ++I) {
      const GType *E = From.chance(60) ? Common : numericType();
      const GType *T = array(E, From.chance(70) ? 1 : 2);
      std::string Name(1, char('a' + I));
      M.Arrays.push_back(T);
      N.Arrays.push_back({Name, T});
      Head += Name + ": " + T->Name + ", ";
    }
    std::string T = M.Index->Name;
    line(Head + "lo: " + T + ", hi: " + T + ", k: " + T + ", st: " +
         signedCounterpart(M.Index)->Name + ") -> " + M.Sum->Name + " {");
    ++Indent;
    line("var acc: " + M.Sum->Name + " = 1;");
    if (From.chance(40)) {
      N.Replaced = N.Arrays.front().Ty;
      line("var p = copy(a);");
      line("var q = " + std::string(pickText(From, {"copy(a)", "a"})) + ";");
      N.Arrays.push_back({"p", N.Replaced});
      N.Arrays.push_back({"q", N.Replaced});
    }
    N.Indices.push_back("lo");
    M.Deep = From.chance(25);
    for (int I = 0, C = int(From.between(1, 2)); I < C; ++I)
      nestLoop(N, M.Deep ? 3 : unsigned(From.between(1, 2)));
    line("acc");
    --Indent;
    line("}");
    All.push_back(std::move(M));
  }
  // One trap ends the program: the harmless calls come first.
  for (unsigned F = 0; F < Count; ++F) {
    const Made &M = All[F];
    std::string Arguments;
    std::vector<std::string> Names;
    for (const GType *T : M.Arrays) {
      std::string Name = freshName();
      const GType *E = T->element();
      unsigned Size = T->Count == 2 ? unsigned(From.between(7, 12))
                      : !M.Deep && From.chance(30)
                          ? unsigned(From.between(40, 100))
                          : unsigned(From.between(10, 30));
      std::string Value = E->Name + "(i * 7 % 11" +
                          (T->Count == 2 ? " + j" : "") + ")" +
                          (E->isFloat() ? " * 0.3" : "");
      if (T->Count == 2)
        line("let " + Name + " = [for i in 0.." + std::to_string(Size) +
             " for j in 0.." + std::to_string(From.between(7, 12)) + ": " +
             Value + "];");
      else
        line("let " + Name + " = [for i in 0.." + std::to_string(Size) + ": " +
             Value + "];");
      Names.push_back(Name);
    }
    for (int Call = 0, C = int(From.between(3, 8)); Call < C; ++Call) {
      int64_t Lo = From.chance(80) ? From.between(1, 3) : 0;
      int64_t Hi = Call < 3 ? Lo + Call : int64_t(From.between(0, 30));
      if (!M.Deep && From.chance(4))
        Hi = M.Index->bits() == 8 && M.Index->isSigned() ? 127 : 200;
      if (M.Index->isSigned() && From.chance(5))
        Lo = -1;
      std::string Text = "n" + std::to_string(F) + "(";
      for (size_t I = 0; I < Names.size(); ++I) {
        // The same array twice, and views.
        size_t J = I;
        if (From.chance(15))
          for (size_t O = 0; O < Names.size(); ++O)
            if (M.Arrays[O] == M.Arrays[I])
              J = O;
        std::string A = Names[J];
        if (M.Arrays[I]->Count == 1) {
          A += pickText(From,
                        {"", "", "", "", "[1..]", "[.. by 2]", "[.. by -1]"});
          for (size_t O = 0; O < Names.size(); ++O)
            if (M.Arrays[O]->Count == 2 &&
                M.Arrays[O]->element() == M.Arrays[I]->element() &&
                From.chance(15))
              A = Names[O] + pickText(From, {"[1, ..]", "[.., 0]"});
        } else if (From.chance(20)) {
          A = From.chance(50) ? "transpose(" + A + ")" : A + "[1.., ..]";
        }
        Text += A + ", ";
      }
      line("println(" + Text + std::to_string(Lo) + ", " + std::to_string(Hi) +
           ", " + std::to_string(From.below(5)) + ", " +
           std::to_string(From.chance(15) ? From.between(-2, 0)
                                          : From.between(1, 3)) +
           "));");
      line("println(" + Names[From.below(uint32_t(Names.size()))] + ");");
    }
    for (const std::string &Name : Names)
      line("println(" + Name + ");");
  }
  return std::move(Out);
}

} // namespace jitrun::fuzz
