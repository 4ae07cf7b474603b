#include "fuzz/Generator/Generator.h"

#include <utility>

namespace jitrun::fuzz {

/// A lambda may be called this often for each time that it is made.
static constexpr double CallsOfLambda = 64;

const GType *Generator::functionType(std::vector<const GType *> Parameters,
                                     const GType *Result) {
  std::string Name = "fn(";
  for (size_t I = 0; I < Parameters.size(); ++I)
    Name += (I ? ", " : "") + Parameters[I]->Name;
  auto Count = unsigned(Parameters.size());
  Parameters.push_back(Result);
  return intern(Kind::Function, Name + ") -> " + Result->Name,
                std::move(Parameters), Count);
}

const GType *Generator::functionType() {
  std::vector<const GType *> Parameters;
  for (int I = 0, N = int(From.below(4)); I < N; ++I)
    Parameters.push_back(From.chance(70) ? scalarType() : anyType(1));
  return functionType(std::move(Parameters),
                      From.chance(75) ? scalarType() : anyType(1));
}

void Generator::generics() {
  HasGenerics = From.chance(60);
  if (!HasGenerics)
    return;
  line("fn gid<T>(x: T) -> T = x;");
  line("fn gpick<T>(c: bool, a: T, b: T) -> T = if c { a } else { b };");
  line("fn gtwice<T>(f: fn(T) -> T, x: T) -> T = f(f(x));");
  line("fn gfold<T, A>(xs: T[], a: A, f: fn(A, T) -> A) -> A {");
  line("  var r = a;");
  line("  for x in xs { r = f(r, x) }");
  line("  r");
  line("}");
  line("fn gcompose<A, B, C>(f: fn(A) -> B, g: fn(B) -> C) -> fn(A) -> C =");
  line("  fn(x) = g(f(x));");
}

/// `fn(..) = ..` or with a block. \p Typed: its parameters say their types.
std::string Generator::lambda(std::span<const GType *const> Parameters,
                              const GType *Result, bool Typed, unsigned Depth) {
  size_t OldFacts = Facts.size();
  auto OldLoops = std::exchange(Loops, {});
  bool OldJumps = std::exchange(JumpsAllowed, false);
  const GFunction *OldSelf = std::exchange(Self, nullptr);
  unsigned OldDepth = std::exchange(BlockDepth, 3);
  bool OldInLambda = std::exchange(InLambda, true);
  double OldMult = Mult;
  Mult *= CallsOfLambda;
  // What is captured cannot change.
  std::vector<bool> Assignable;
  for (Variable &V : Variables)
    Assignable.push_back(std::exchange(V.Assignable, false));

  std::string Text = "fn(";
  for (size_t I = 0; I < Parameters.size(); ++I) {
    std::string Name = From.chance(10) ? "_" : freshName();
    Text += (I ? ", " : "") + Name;
    if (Typed || From.chance(20))
      Text += ": " + Parameters[I]->Name;
    if (Name != "_")
      declare(Name, Parameters[I], false);
  }
  Text += ")";
  Need N = Need::Typed;
  if (From.chance(25)) {
    Text += " -> " + Result->Name;
    N = Need::Asked;
  }
  if (From.chance(25)) {
    std::string Early;
    if (From.chance(60))
      Early = "if " + text(scalar(Kind::Bool), 1, Need::NonLiteral) +
              " { return " + text(Result, 1, Need::Typed) + " } ";
    Text += " { " + Early + text(Result, Depth, N) + " }";
  } else {
    Text += " = " + text(Result, Depth, N);
  }

  Mult = OldMult;
  InLambda = OldInLambda;
  BlockDepth = OldDepth;
  Self = OldSelf;
  JumpsAllowed = OldJumps;
  Loops = std::move(OldLoops);
  Variables.resize(Assignable.size());
  for (size_t I = 0; I < Assignable.size(); ++I)
    Variables[I].Assignable = Assignable[I];
  Facts.resize(OldFacts);
  return Text;
}

Piece Generator::functionValue(const GType *Ty, unsigned Depth, Need N) {
  if (From.chance(45)) {
    std::string Place = place(Ty, false);
    if (!Place.empty())
      return {Place};
  }
  std::vector<const GType *> Parameters(Ty->Parts.begin(), Ty->Parts.end() - 1);
  const GType *Result = Ty->Parts.back();
  if (From.chance(30)) {
    std::vector<const GFunction *> Same;
    for (const GFunction &F : Functions)
      if (F.Cost > 0 && F.Cost < CallsOfLambda && !F.HasFuel &&
          F.Result == Result && F.Parameters == Parameters)
        Same.push_back(&F);
    if (!Same.empty())
      return {Same[From.below(uint32_t(Same.size()))]->Name};
  }
  if (HasGenerics && Parameters.size() == 1 && Parameters[0]->isNumeric() &&
      From.chance(15))
    return {"gcompose(" + lambda(Parameters, Result, true, 1) + ", " +
            lambda(std::vector{Result}, Result, false, 1) + ")"};
  return {lambda(Parameters, Result, N != Need::Asked || From.chance(50),
                 Depth ? Depth - 1 : 0),
          Loosest};
}

/// A call of a function value that is in sight.
Piece Generator::valueCall(const GType *Ty, unsigned Depth, bool &Made) {
  Made = false;
  if (InLambda || CallsOfLambda * Mult + Spent > Limit)
    return {};
  auto Found = variablesWhere([&](const Variable &V) {
    return V.Ty->K == Kind::Function && V.Ty->Parts.back() == Ty;
  });
  if (Found.empty())
    return {};
  const Variable &F = *Found[From.below(uint32_t(Found.size()))];
  charge(CallsOfLambda);
  Made = true;
  std::string Text = F.Name + "(";
  for (unsigned I = 0; I < F.Ty->Count; ++I)
    Text += (I ? ", " : "") + text(F.Ty->Parts[I], Depth - 1, Need::Asked);
  return {Text + ")"};
}

Piece Generator::genericCall(const GType *Ty, unsigned Depth, bool &Made) {
  Made = HasGenerics && Depth > 0;
  if (!Made)
    return {};
  unsigned Below = Depth - 1;
  switch (From.below(4)) {
  case 0:
    return {"gid(" + text(Ty, Below, Need::Typed) + ")"};
  case 1:
    return {"gpick(" + text(scalar(Kind::Bool), Below, Need::NonLiteral) +
            ", " + text(Ty, Below, Need::Typed) + ", " +
            text(Ty, Below, Ty->isScalar() ? Need::Asked : Need::Typed) + ")"};
  case 2: {
    std::string F = lambda(std::vector{Ty}, Ty, From.chance(50), Below);
    return {"gtwice(" + F + ", " + text(Ty, Below, Need::Typed) + ")"};
  }
  default: {
    // Its accumulator is a variable, which has to have a value.
    if (!(Made = Mult * 50 < Limit && Ty->K != Kind::Unit))
      return {};
    const GType *E = scalarType();
    std::string Xs = operand(E, 1, Below);
    std::string Start = text(Ty, Below, Need::Typed);
    return {"gfold(" + Xs + ", " + Start + ", " +
            lambda(std::vector{Ty, E}, Ty, From.chance(50), Below) + ")"};
  }
  }
}

/// An array that map and filter are applied to, which may be such a one.
std::string Generator::chain(const GType *Element, unsigned Rank,
                             bool MayFilter, unsigned Depth) {
  if (Depth && From.chance(35)) {
    const GType *E = scalarType();
    std::string Of = chain(E, Rank, MayFilter, Depth - 1);
    return "map(" + Of + ", " +
           lambda(std::vector{E}, Element, From.chance(30), Depth - 1) + ")";
  }
  if (Depth && MayFilter && From.chance(25))
    return "filter(" + chain(Element, Rank, MayFilter, Depth - 1) + ", " +
           lambda(std::vector{Element}, scalar(Kind::Bool), From.chance(30),
                  Depth - 1) +
           ")";
  return operand(Element, Rank, Depth);
}

/// What reduce and scan begin with: a literal would take the elements' type.
std::string Generator::start(const GType *Ty, unsigned Depth) {
  return text(Ty, Depth, Ty->isScalar() ? Need::NonLiteral : Need::Typed);
}

/// An array of map, scan or sort_by.
Piece Generator::mapped(const GType *Ty, unsigned Depth, bool &Made) {
  const GType *E = Ty->element();
  unsigned Rank = Ty->Count;
  Made = Mult * 100 < Limit && E->K != Kind::Function;
  if (!Made)
    return {};
  charge(20);
  unsigned Below = Depth ? Depth - 1 : 0;
  switch (From.below(4)) {
  case 0:
    if (Rank == 1 && E->isNumeric()) {
      std::string Of = chain(E, 1, false, Below);
      if (From.chance(50))
        return {"sort_by(" + Of + ", fn(a, b) = a " +
                (From.chance(50) ? "<" : ">") + " b)"};
      return {"sort_by(" + Of + ", " +
              lambda(std::vector{E, E}, scalar(Kind::Bool), From.chance(50),
                     Below) +
              ")"};
    }
    [[fallthrough]];
  case 1: {
    const GType *From0 = scalarType();
    std::string Of = chain(From0, Rank, false, Below);
    if (From.chance(60))
      return {"scan(" + Of + ", " + start(E, Below) + ", " +
              lambda(std::vector{E, From0}, E, From.chance(50), Below) + ")"};
    if (E->isScalar())
      return {"scan(" + chain(E, Rank, false, Below) + ", " +
              lambda(std::vector{E, E}, E, From.chance(50), Below) + ")"};
    [[fallthrough]];
  }
  default: {
    const GType *Of = scalarType();
    std::string A = chain(Of, Rank, false, Below);
    return {"map(" + A + ", " +
            lambda(std::vector{Of}, E, From.chance(40), Below) + ")"};
  }
  }
}

/// `reduce` to any type, or a reduction of a chain.
Piece Generator::folded(const GType *Ty, unsigned Depth, bool &Made) {
  Made = Mult * 100 < Limit && Depth;
  if (!Made)
    return {};
  charge(20);
  unsigned Below = Depth - 1;
  if (From.chance(40) &&
      (Ty->K == Kind::F64 || Ty->K == Kind::I64 || Ty->K == Kind::U64)) {
    const char *Name = From.chance(70) ? "sum" : "prod";
    return {std::string(Name) + "(" + chain(Ty, 0, true, Below) + ")"};
  }
  if (Ty->isScalar() && From.chance(40))
    return {"reduce(" + chain(Ty, 0, mayTrap(100), Below) + ", " +
            lambda(std::vector{Ty, Ty}, Ty, From.chance(30), Below) + ")"};
  const GType *E = scalarType();
  std::string Of = chain(E, 0, true, Below);
  std::string Start = start(Ty, Below);
  return {"reduce(" + Of + ", " + Start + ", " +
          lambda(std::vector{Ty, E}, Ty, From.chance(30), Below) + ")"};
}

/// A variable that holds a function, perhaps in an array or tuple.
void Generator::functionDeclaration() {
  const GType *T = functionType();
  bool IsVar = From.chance(50);
  std::string Name = freshName();
  const char *Let = IsVar ? "var " : "let ";
  switch (From.below(6)) {
  case 0: {
    const GType *A = intern(Kind::Array, "(" + T->Name + ")[]", {T}, 1);
    std::string Text = "[" + text(T, 2, Need::Typed);
    for (int I = 0, N = int(From.below(3)); I < N; ++I)
      Text += ", " + text(T, 2, Need::Asked);
    line(Let + Name + ": " + A->Name + " = " + Text + "];");
    declare(Name, A, IsVar);
    return;
  }
  case 1: {
    const GType *Pair = tuple({T, scalarType()});
    line(Let + Name + ": " + Pair->Name + " = (" + text(T, 2, Need::Asked) +
         ", " + text(Pair->Parts[1], 1, Need::Asked) + ");");
    declare(Name, Pair, IsVar);
    return;
  }
  case 2:
    line(Let + Name + ": " + T->Name + " = " + text(T, 3, Need::Asked) + ";");
    break;
  default:
    line(Let + Name + " = " + text(T, 3, Need::Typed) + ";");
  }
  declare(Name, T, IsVar);
}

} // namespace jitrun::fuzz
