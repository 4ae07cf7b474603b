#include "fuzz/Generator/Generator.h"

namespace jitrun::fuzz {

void Generator::line(const std::string &Text) {
  Out.append(2 * Indent, ' ');
  Out += Text;
  Out += '\n';
}

/// `Head { .. }` with \p Count statements, after what \p First makes.
void Generator::block(std::string Head, unsigned Count,
                      const std::function<void()> &First) {
  size_t OldVariables = Variables.size(), OldFacts = Facts.size();
  line(Head + (Head.empty() ? "{" : " {"));
  ++Indent;
  ++BlockDepth;
  if (First)
    First();
  statements(Count);
  --BlockDepth;
  --Indent;
  line("}");
  Variables.resize(OldVariables);
  Facts.resize(OldFacts);
}

void Generator::statements(unsigned Count) {
  for (unsigned I = 0; I < Count; ++I)
    statement();
}

void Generator::statement() {
  charge(1);
  bool Deep = BlockDepth >= 3 || Spent > Limit;
  uint32_t Roll = From.below(100);
  if (Roll < 16)
    return From.chance(15) ? functionDeclaration() : declaration();
  if (Roll < 20)
    return destructuring();
  if (Roll < 32)
    return assignment();
  if (Roll < 43)
    return opAssignment();
  if (Roll < 47)
    return swapStatement();
  if (Roll < 51)
    return sliceAssignment();
  if (Roll < 58)
    return printStatement();
  if (Roll < 62)
    return callStatement();
  if (Roll < 65)
    return jump();
  if (Deep)
    return assignment();
  if (Roll < 71)
    return ifStatement();
  if (Roll < 74)
    return From.chance(30) ? anyMatchStatement() : matchStatement();
  if (Roll < 75)
    return block("", unsigned(From.between(1, 3)));
  if (Roll < 83)
    return forRange();
  if (Roll < 86)
    return From.chance(40) ? anyLoop() : forArray();
  if (Roll < 89)
    return whileLoop();
  if (Roll < 92)
    return loopLoop();
  return kernel();
}

void Generator::declaration() {
  const GType *T = anyType();
  bool IsVar = From.chance(60);
  bool HasType = From.chance(45);
  std::string Value = text(T, 3, HasType ? Need::Asked : Need::Typed);
  std::string Name = freshName();
  // Shadowing, perhaps with another type; some number stays in sight. Names
  // in facts keep their meaning.
  if (T->isNumeric() && From.chance(15)) {
    const Variable &V = Variables[From.below(uint32_t(Variables.size()))];
    bool InFact = false;
    for (const IndexFact &F : Facts)
      InFact |= F.Index == V.Name || F.Array == V.Name;
    if (V.Assignable && !InFact && V.Name[0] == 'v')
      Name = V.Name;
  }
  line(std::string(IsVar ? "var " : "let ") + Name +
       (HasType ? ": " + T->Name : "") + " = " + Value + ";");
  declare(Name, T, IsVar);
}

void Generator::destructuring() {
  std::vector<const GType *> Parts;
  for (int I = 0, N = int(From.between(2, 3)); I < N; ++I)
    Parts.push_back(anyType(1));
  const GType *T = tuple(Parts);
  std::string Value = text(T, 2, Need::Typed);
  bool IsVar = From.chance(40);
  std::string Names;
  std::vector<std::pair<std::string, const GType *>> New;
  for (size_t I = 0; I < Parts.size(); ++I) {
    std::string Name = From.chance(20) ? "_" : freshName();
    Names += (I ? ", " : "") + Name;
    if (Name != "_")
      New.push_back({Name, Parts[I]});
  }
  line(std::string(IsVar ? "var" : "let") + " (" + Names + ") = " + Value +
       ";");
  for (auto &[Name, P] : New)
    declare(Name, P, IsVar);
}

void Generator::assignment() {
  const GType *T = anyType();
  std::string Place;
  for (int Try = 0; Try < 4 && Place.empty(); ++Try) {
    T = Try < 2 ? anyType() : scalarType();
    Place = place(T, true);
  }
  if (Place.empty())
    return declaration();
  line(Place + " = " + text(T, 3, Need::Asked) + ";");
}

void Generator::opAssignment() {
  const GType *T = numericType();
  std::string Place;
  for (int Try = 0; Try < 4 && Place.empty(); ++Try) {
    T = From.chance(10)  ? scalar(Kind::Bool)
        : From.chance(6) ? scalar(Kind::Str)
                         : numericType();
    Place = place(T, true);
  }
  if (Place.empty())
    return declaration();
  if (T->K == Kind::Str) {
    // Texts must not grow in loops.
    if (Mult <= 1 && BlockDepth == 0)
      line(Place + " += " + text(T, 1, Need::Asked) + ";");
    else
      line(Place + " = " + text(T, 2, Need::Asked) + ";");
    return;
  }
  if (T->K == Kind::Bool) {
    static constexpr const char *Ops[] = {" &= ", " |= ", " ^= "};
    line(Place + Ops[From.below(3)] + text(T, 2, Need::Asked) + ";");
    return;
  }
  static constexpr const char *Ops[] = {
      " += ",  " -= ", " *= ", " += ", " -= ",  " /= ", " %= ",
      " **= ", " &= ", " |= ", " ^= ", " <<= ", " >>= "};
  std::string Op = Ops[From.below(T->isFloat() ? 7 : 13)];
  std::string Value;
  if (T->isInteger() && (Op == " /= " || Op == " %= "))
    Value = divisor(T, 1);
  else if (Op == " **= ")
    Value = smallCount(T, 7, 1);
  else
    Value = text(T, 2, Need::Asked);
  line(Place + Op + Value + ";");
}

void Generator::swapStatement() {
  const GType *T = From.chance(80) ? scalarType() : anyType();
  std::string A = place(T, true);
  if (A.empty())
    return assignment();
  std::string B = place(T, true);
  if (From.chance(20)) {
    std::string C = place(T, true);
    line("(" + A + ", " + B + ", " + C + ") = (" + C + ", " + A + ", " + B +
         ");");
    return;
  }
  std::string Values = From.chance(70)
                           ? "(" + B + ", " + A + ")"
                           : "(" + text(T, 2, Need::Asked) + ", " + A + ")";
  line("(" + A + ", " + B + ") = " + Values + ";");
}

void Generator::sliceAssignment() {
  auto Arrays = variablesWhere([](const Variable &V) {
    return V.Ty->isArray() && !V.Ty->element()->holdsRecursive();
  });
  if (Arrays.empty())
    return opAssignment();
  const Variable A = *Arrays[From.below(uint32_t(Arrays.size()))];
  const GType *E = A.Ty->element();
  charge(40);
  bool Numeric = E->isNumeric();
  std::string Op = " = ";
  if (Numeric && From.chance(40)) {
    static constexpr const char *Ops[] = {" += ", " -= ", " *= "};
    Op = Ops[From.below(3)];
  }
  unsigned Rank = A.Ty->Count;
  if (From.chance(45)) {
    std::string Target =
        slice(A.Name, Rank, unsigned(From.between(1, Rank)), 1);
    // An array element by itself would be an array of the wrong shape.
    if (E->isArray())
      return opAssignment();
    // `[a]` could be either an element or an array of them.
    line(Target + Op + text(E, 2, E->isScalar() ? Need::Asked : Need::Typed) +
         ";");
    return;
  }
  std::string N = length(A.Name, 0);
  if (Rank == 1) {
    switch (From.below(4)) {
    case 0: // Overlapping, shifted up or down.
      if (From.chance(50))
        line(A.Name + "[1..]" + Op + A.Name + "[.." + N + " - 1];");
      else
        line(A.Name + "[.." + N + " - 1]" + Op + A.Name + "[1..];");
      return;
    case 1:
      line(A.Name + "[..]" + Op + "reverse(" + A.Name + ");");
      return;
    case 2: {
      std::string B = operand(E, 1, 1);
      std::string Count = freshName();
      std::string Other = freshName();
      line("let " + Other + " = " + B + ";");
      line("let " + Count + " = min(" + N + ", len(" + Other + "));");
      line(A.Name + "[.." + Count + "]" + Op + Other + "[.." + Count + "];");
      declare(Other, array(E, 1), false);
      return;
    }
    default: {
      // Every other element of one half from the other half.
      std::string Half = freshName();
      line("let " + Half + " = " + N + " / 2;");
      line(A.Name + "[0.." + Half + " by 2]" + Op + A.Name + "[" + Half +
           "..2 * " + Half + " by 2];");
      return;
    }
    }
  }
  std::string Rest;
  for (unsigned I = 1; I < Rank; ++I)
    Rest += ", ..";
  std::string From0 = index(A.Name, 0, 1), To0 = index(A.Name, 0, 1);
  if (Rank == 2 && From.chance(30)) {
    line(A.Name + "[.., " + index(A.Name, 1, 1) + "]" + Op + A.Name + "[.., " +
         index(A.Name, 1, 1) + "];");
    return;
  }
  if (mayTrap(100) && Rank == 2) {
    line(A.Name + "[.., ..]" + Op + "transpose(" + A.Name + ");");
    return;
  }
  line(A.Name + "[" + To0 + Rest + "]" + Op + A.Name + "[" + From0 + Rest +
       "];");
}

void Generator::ifStatement() {
  unsigned Count = unsigned(From.between(1, 3));
  std::string Head =
      "if " + text(scalar(Kind::Bool), 2, Need::NonLiteral, OrPrec);
  block(Head, Count);
  while (From.chance(35)) {
    Out.pop_back(); // The line end after "}".
    std::string Else = " else";
    bool Last = From.chance(60);
    if (!Last)
      Else += " if " + text(scalar(Kind::Bool), 2, Need::NonLiteral, OrPrec);
    Out += Else + " {\n";
    size_t OldVariables = Variables.size(), OldFacts = Facts.size();
    ++Indent;
    ++BlockDepth;
    statements(unsigned(From.between(1, 2)));
    --BlockDepth;
    --Indent;
    Variables.resize(OldVariables);
    Facts.resize(OldFacts);
    line("}");
    if (Last)
      return;
  }
}

void Generator::printStatement() {
  if (Mult > 40 && From.chance(80))
    return opAssignment();
  charge(20);
  std::string Text = From.chance(90) ? "println(" : "print(";
  for (int I = 0, N = int(From.between(1, 4)); I < N; ++I) {
    const GType *T = anyType();
    Text += I ? ", " : "";
    if (T->isFloat() && From.chance(40))
      Text += "bits(" + text(T, 2, Need::Typed) + ")";
    else
      Text += text(T, 2, Need::Typed);
  }
  line(Text + ");");
}

void Generator::callStatement() {
  if (From.chance(12)) {
    auto Arrays = variablesWhere([](const Variable &V) {
      return V.Ty->isArray() && !V.Ty->element()->isArray() &&
             !V.Ty->element()->holdsRecursive();
    });
    if (!Arrays.empty()) {
      const Variable &V = *Arrays[From.below(uint32_t(Arrays.size()))];
      line("fill(" + V.Name + ", " + text(V.Ty->element(), 1, Need::Asked) +
           ");");
      charge(10);
      return;
    }
  }
  std::vector<const GFunction *> Callable;
  for (const GFunction &F : Functions)
    if (F.Cost > 0 && F.Cost * Mult + Spent < Limit)
      Callable.push_back(&F);
  if (Callable.empty())
    return printStatement();
  const GFunction &F = *Callable[From.below(uint32_t(Callable.size()))];
  charge(F.Cost + 2);
  std::string Call = F.Name + argumentList(F, 2);
  if (F.Result->K == Kind::Unit || From.chance(15))
    line(Call + ";");
  else
    line("println(\"" + F.Name + "\", " + Call + ");");
}

void Generator::jump() {
  bool CanLoop = !Loops.empty() && JumpsAllowed;
  bool CanReturn = ResultType && JumpsAllowed && BlockDepth > 0;
  if (!CanLoop && !CanReturn)
    return opAssignment();
  std::string C = text(scalar(Kind::Bool), 2, Need::NonLiteral, OrPrec);
  if (!CanLoop || (CanReturn && From.chance(30))) {
    std::string Value = ResultType->K == Kind::Unit
                            ? ""
                            : " " + text(ResultType, 2, Need::Asked);
    line("if " + C + " { return" + Value + " }");
    return;
  }
  if (From.chance(50)) {
    line("if " + C + " { continue }");
    return;
  }
  const Loop &L = Loops.back();
  line("if " + C + " { break" +
       (L.HasValue ? " " + text(L.Value, 2, Need::Asked) : "") + " }");
}

/// What the names that can be seen hold, arrays and texts included.
void Generator::printVariables() {
  for (size_t I = 0; I < Variables.size(); ++I) {
    const Variable &V = Variables[I];
    if (!visible(I) || V.Name[0] != 'v')
      continue;
    line("println(\"" + V.Name + "\", " + V.Name + ");");
    if (V.Ty->isFloat())
      line("println(bits(" + V.Name + "));");
  }
}

} // namespace jitrun::fuzz
