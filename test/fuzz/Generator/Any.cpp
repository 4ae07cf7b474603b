#include "fuzz/Generator/Generator.h"

#include <algorithm>

namespace jitrun::fuzz {

/// Or perhaps, of enums that hold arrays of themselves.
static bool holdsAny(const GType *T) {
  return T->K == Kind::Any || T->IsRecursive ||
         std::any_of(T->Parts.begin(), T->Parts.end(), holdsAny);
}

/// What every program has: an `any` that surely holds an f64, or an i64.
void Generator::anyFunctions() {
  line("fn anum(v: any) -> any = match v { _: f64 => v, x: i64 => f64(x), "
       "_ => 1.5 };");
  line("fn aint(v: any) -> any = match v { _: i64 => v, x: f64 => i64(x), "
       "_: bool => 1, _ => 7 };");
}

/// A type for an `any` to hold.
const GType *Generator::heldType() {
  uint32_t Roll = From.below(10);
  if (Roll < 3)
    return scalar(Kind::F64);
  if (Roll < 5)
    return scalar(Kind::I64);
  const GType *T = anyType(1);
  // What holds itself twice would print as a text of exponential length.
  return holdsAny(T) ? scalarType() : T;
}

std::string Generator::anyNumber(const char *Function, unsigned Depth) {
  return std::string(Function) + "(" +
         text(AnyType, Depth ? Depth - 1 : 0, Need::Asked) + ")";
}

Piece Generator::anyExpr(unsigned Depth, Need N) {
  auto Known = variables(AnyType);
  if (!Known.empty() && From.chance(Depth ? 30 : 60))
    return {Known[From.below(uint32_t(Known.size()))]->Name};
  if (Depth && From.chance(25))
    if (std::string Place = place(AnyType, false); !Place.empty())
      return {Place};
  unsigned Below = Depth ? Depth - 1 : 0;
  if (Depth && From.chance(45)) {
    bool Float = From.chance(65);
    const char *Function = Float ? "anum" : "aint";
    const GType *T = scalar(Float ? Kind::F64 : Kind::I64);
    if (From.chance(10))
      return {(Float || From.chance(50) ? "-" : "~") +
                  anyNumber(Function, Below),
              UnaryPrec};
    static constexpr std::pair<const char *, int> Ops[] = {
        {" + ", AddPrec}, {" - ", AddPrec},    {" * ", MulPrec},
        {" + ", AddPrec}, {" * ", MulPrec},    {" / ", MulPrec},
        {" % ", MulPrec}, {" & ", BitAndPrec}, {" | ", BitOrPrec},
        {" ^ ", XorPrec}, {" << ", ShiftPrec}, {" >> ", ShiftPrec}};
    auto [Op, Binds] = Ops[From.below(Float ? 7 : 12)];
    bool Divides = Op[1] == '/' || Op[1] == '%';
    std::string Right;
    if (!Float && Divides)
      Right = divisor(T, Below);
    else if (From.chance(50))
      Right = anyNumber(Function, Below);
    else
      Right = text(T, Below, Need::NonLiteral, Binds + 1);
    std::string Left = mayTrap(60) ? text(AnyType, Below, Need::Typed, Binds)
                                   : anyNumber(Function, Below);
    return {Left + Op + Right, Binds};
  }
  const GType *T = heldType();
  if (T->K == Kind::Any)
    T = scalarType();
  Piece Held = expr(T, Below, N == Need::NonLiteral ? N : Need::Typed);
  if (N == Need::Asked && From.chance(60))
    return Held;
  if (From.chance(30))
    return {at(Held, CastPrec) + " as any", CastPrec};
  return {"any(" + Held.Text + ")"};
}

/// What an `any` holds if it holds a \p Ty.
Piece Generator::fromAny(const GType *Ty, unsigned Depth) {
  unsigned Below = Depth ? Depth - 1 : 0;
  if (mayTrap(60)) {
    if (From.chance(50))
      return {text(AnyType, Below, Need::Typed, CastPrec) + " as " + Ty->Name,
              CastPrec};
    return {Ty->Name + "(" + text(AnyType, Below, Need::Typed) + ")"};
  }
  std::string Name = freshName();
  return {"(match " + text(AnyType, Below, Need::Typed) + " { " + Name + ": " +
          Ty->Name + " => " + Name + ", _ => " + text(Ty, Below, Need::Typed) +
          " })"};
}

Piece Generator::anyComparison(unsigned Depth) {
  static constexpr const char *Ops[] = {" == ", " != ", " < ",
                                        " <= ", " > ",  " >= "};
  if (From.chance(40)) {
    // No array is compared: the types differ, or there is none.
    const GType *T = plainType();
    return {"any(" + text(T, Depth - 1, Need::Typed) + ")" +
                Ops[From.below(2)] +
                text(AnyType, Depth - 1, Need::Typed, BitOrPrec),
            ComparePrec};
  }
  const char *Function = From.chance(60) ? "anum" : "aint";
  return {anyNumber(Function, Depth) + Ops[From.below(6)] +
              (mayTrap(40) ? text(AnyType, Depth - 1, Need::Typed, BitOrPrec)
                           : anyNumber(Function, Depth)),
          ComparePrec};
}

void Generator::anyMatchStatement() {
  line("match " + text(AnyType, 2, Need::Typed) + " {");
  ++Indent;
  std::vector<const GType *> Seen;
  for (int I = 0, N = int(From.between(1, 4)); I < N; ++I) {
    const GType *T = heldType();
    if (T->K == Kind::Any || std::count(Seen.begin(), Seen.end(), T))
      continue;
    Seen.push_back(T);
    size_t OldVariables = Variables.size();
    std::string Name = From.chance(75) ? freshName() : "_";
    if (Name != "_")
      declare(Name, T, false);
    block(Name + ": " + T->Name + " =>", unsigned(From.between(1, 2)));
    Out.insert(Out.size() - 1, ",");
    Variables.resize(OldVariables);
  }
  block("_ =>", 1);
  --Indent;
  line("}");
}

/// A loop that computes with `any`, its tags mostly steady.
void Generator::anyLoop() {
  bool Float = From.chance(70);
  const char *Function = Float ? "anum" : "aint";
  const GType *T = scalar(Float ? Kind::F64 : Kind::I64);
  std::string Sum = freshName(), Index = freshName();
  line("var " + Sum + ": any = " + text(T, 1, Need::Typed) + ";");
  declare(Sum, AnyType, true);
  unsigned Trips = affordable(unsigned(From.between(2, 60)));
  line("for " + Index + " in 0.." + std::to_string(Trips) + " {");
  ++Indent;
  ++BlockDepth;
  double OldMult = Mult;
  size_t OldVariables = Variables.size();
  Mult *= Trips;
  declare(Index, scalar(Kind::I64), false);
  line(Sum + " = " + Function + "(" + Sum + ");");
  static constexpr const char *Ops[] = {" += ", " -= ", " *= "};
  for (int I = 0, N = int(From.between(1, 3)); I < N; ++I) {
    charge(4);
    std::string Value =
        From.chance(40) ? anyNumber(Function, 2) : text(T, 2, Need::NonLiteral);
    if (From.chance(40))
      line(Sum + Ops[From.below(3)] + Value + ";");
    else
      line(Sum + " = " + Sum + (From.chance(50) ? " * " : " - ") +
           anyNumber(Function, 1) + " + " + Sum + ";");
  }
  // Another type, from here or for once.
  if (From.chance(40))
    line("if " + Index + " == " + std::to_string(From.below(Trips + 1)) +
         " { " + Sum + " = " + text(heldOther(), 1, Need::Typed) + " }");
  if (From.chance(40))
    statements(1);
  Variables.resize(OldVariables);
  Mult = OldMult;
  --BlockDepth;
  --Indent;
  line("}");
}

/// Of what does not grow.
const GType *Generator::heldOther() {
  return From.chance(30) ? scalar(Kind::Str) : plainType();
}

} // namespace jitrun::fuzz
