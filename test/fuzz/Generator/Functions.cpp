#include "fuzz/Generator/Generator.h"

#include <algorithm>
#include <utility>

namespace jitrun::fuzz {

Generator::Generator(Choices &F, const GeneratorOptions &O)
    : From(F), Options(O) {
  static constexpr const char *Names[] = {"()",  "bool", "i8",  "i16", "i32",
                                          "i64", "u8",   "u16", "u32", "u64",
                                          "f32", "f64",  "str"};
  for (size_t I = 0; I < std::size(Names); ++I)
    Scalars.push_back(intern(Kind(I), Names[I]));
  AnyType = intern(Kind::Any, "any");
}

void Generator::constants() {
  for (int I = 0, N = int(From.below(6)); I < N; ++I) {
    std::string Name = "c" + std::to_string(I);
    const GType *T = From.chance(60)   ? scalarType()
                     : From.chance(30) ? scalar(Kind::Str)
                                       : plainType();
    // Constants are made of literals only.
    std::function<std::string(const GType *)> Value = [&](const GType *P) {
      if (P->K == Kind::Str)
        return textLiteral();
      if (P->isScalar())
        return literal(P, Need::Asked).Text;
      if (P->K == Kind::Enum) {
        uint32_t Number = From.below(uint32_t(P->Variants.size()));
        std::string Text = P->Name + "v" + std::to_string(Number);
        const auto &Payload = P->Variants[Number];
        for (size_t F = 0; F < Payload.size(); ++F)
          Text += (F ? ", " : "(") + Value(Payload[F]);
        return Text + (Payload.empty() ? "" : ")");
      }
      std::string Text = P->K == Kind::Struct  ? P->Name + "("
                         : P->K == Kind::Tuple ? "("
                                               : "[";
      size_t Count = P->K == Kind::Fixed ? P->Count : P->Parts.size();
      for (size_t F = 0; F < Count; ++F)
        Text += (F ? ", " : "") +
                Value(P->K == Kind::Fixed ? P->element() : P->Parts[F]);
      return Text + (P->K == Kind::Fixed ? "]" : ")");
    };
    line("const " + Name + ": " + T->Name + " = " + Value(T) + ";");
    Constants.push_back({Name, T, false});
  }
}

/// Numbers to begin with, so that not every operand is a conversion. The first
/// needs no other.
void Generator::startingVariables(unsigned Count) {
  for (unsigned I = 0; I < Count; ++I) {
    const GType *T = I ? scalarType() : numericType();
    std::string Name = freshName();
    line("var " + Name + ": " + T->Name + " = " +
         (I ? text(T, 1, Need::Asked) : literal(T, Need::Asked).Text) + ";");
    declare(Name, T, true);
  }
}

GFunction Generator::signature() {
  GFunction F;
  F.Name = "f" + std::to_string(Functions.size());
  // More than the registers take, now and then.
  bool Many = From.chance(15);
  unsigned Count = Many              ? unsigned(From.between(5, 16))
                   : From.chance(75) ? From.below(5)
                                     : From.below(13);
  for (unsigned I = 0; I < Count; ++I)
    F.Parameters.push_back(Many             ? scalarType()
                           : From.chance(6) ? functionType()
                                            : anyType());
  F.Result = From.chance(10)  ? scalar(Kind::Unit)
             : From.chance(4) ? functionType()
                              : anyType();
  return F;
}

void Generator::functionBody(GFunction &F, const GFunction *Partner,
                             bool IsShort) {
  Variables = Constants;
  Facts.clear();
  Loops.clear();
  Mult = 1;
  Spent = 1;
  BlockDepth = 0;
  JumpsAllowed = true;
  ResultType = F.Result;
  // A body runs once for each call that its fuel allows.
  double Bodies = 1;
  Self = nullptr;
  SelfCallsLeft = 0;
  if (F.HasFuel) {
    Self = Partner;
    SelfCallsLeft = F.Fuel <= 5 ? 2 : 1;
    Bodies = F.Fuel <= 5 ? 40 : F.Fuel + 1;
  }
  Limit = Options.Budget / 12 / Bodies;

  std::string Head = From.chance(15) ? "@fused fn " : "fn ";
  Head += F.Name + "(";
  bool HasNumber = false;
  for (size_t I = 0; I < F.Parameters.size(); ++I) {
    std::string Name = I == 0 && F.HasFuel ? "fuel" : freshName();
    Head += (I ? ", " : "") + Name + ": " + F.Parameters[I]->Name;
    declare(Name, F.Parameters[I], false);
    HasNumber |= F.Parameters[I]->isNumeric();
  }
  Head += ")";
  if (F.Result->K != Kind::Unit || From.chance(20))
    Head += " -> " + F.Result->Name;
  if (IsShort && HasNumber) {
    BlockDepth = 3; // No statements inside.
    line(Head + " = " + text(F.Result, 4, Need::Asked) + ";");
  } else {
    line(Head + " {");
    ++Indent;
    unsigned Calls = std::exchange(SelfCallsLeft, 0);
    if (F.HasFuel)
      line(F.Result->K == Kind::Unit
               ? "if fuel <= 0 { return }"
               : "if fuel <= 0 { return " + text(F.Result, 1, Need::Asked) +
                     " }");
    SelfCallsLeft = Calls;
    startingVariables(HasNumber ? From.below(3) : 1 + From.below(3));
    statements(unsigned(From.between(0, 7)));
    if (F.Result->K != Kind::Unit)
      line(text(F.Result, 3, Need::Asked));
    --Indent;
    line("}");
  }
  F.Cost = (Spent + 3) * Bodies;
  Self = nullptr;
  Indent = 0;
}

/// Functions of C that depend on nothing but their arguments.
void Generator::externs() {
  static const std::pair<const char *, std::vector<Kind>> Known[] = {
      {"labs", {Kind::I64, Kind::I64}},
      {"toupper", {Kind::I32, Kind::I32}},
      {"fdim", {Kind::F64, Kind::F64, Kind::F64}},
      {"fdimf", {Kind::F32, Kind::F32, Kind::F32}},
      {"ldexp", {Kind::F64, Kind::F64, Kind::I32}},
      {"nextafter", {Kind::F64, Kind::F64, Kind::F64}},
  };
  for (const auto &[Name, Kinds] : Known) {
    if (!From.chance(12))
      continue;
    GFunction F;
    F.Name = Name;
    F.Result = scalar(Kinds.front());
    std::string Text = "extern fn " + F.Name + "(";
    for (Kind K : std::span(Kinds).subspan(1)) {
      Text += (F.Parameters.empty() ? "" : ", ") +
              ("x" + std::to_string(F.Parameters.size())) + ": " +
              scalar(K)->Name;
      F.Parameters.push_back(scalar(K));
    }
    line(Text + ") -> " + F.Result->Name + ";");
    F.Cost = 2;
    Functions.push_back(F);
  }
}

/// Recursion far deeper than what the others reach, in tail position or not.
void Generator::deepFunction() {
  GFunction F;
  F.Name = "deep";
  const GType *T = numericType();
  F.Parameters = {scalar(Kind::I64), array(T, 1), T};
  F.Result = T;
  F.HasFuel = true;
  F.Fuel = 1500;
  Variables = Constants;
  Mult = 1;
  Spent = 0;
  Limit = 1000;
  BlockDepth = 3;
  std::string A = freshName(), S = freshName();
  declare("fuel", scalar(Kind::I64), false);
  declare(A, F.Parameters[1], false);
  declare(S, T, false);
  line("fn deep(fuel: i64, " + A + ": " + F.Parameters[1]->Name + ", " + S +
       ": " + T->Name + ") -> " + T->Name + " {");
  line("  if fuel <= 0 { return " + S + " }");
  if (Traps && From.chance(50))
    line("  if fuel == " + std::to_string(From.between(1, 40)) + " { return " +
         A + "[" + length(A, 0) + "] }");
  std::string Step = text(T, 2, Need::Asked);
  if (From.chance(50))
    line("  deep(fuel - 1, " + A + ", " + Step + ")");
  else
    line("  deep(fuel - 1, " + A + ", " + S + ") + " +
         text(T, 1, Need::Asked, MulPrec));
  line("}");
  F.Cost = 1500 * (Spent + 4);
  if (F.Cost < Options.Budget / 2)
    Functions.push_back(F);
}

void Generator::functions() {
  if (From.chance(35))
    deepFunction();
  size_t Before = Functions.size();
  anyFunctions();
  line("fn clip(s: str) -> str = if len(s) > 80 { \"long\" } else { s };");
  unsigned Count = From.below(Options.MaxFunctions + 1);
  while (Functions.size() < Before + Count) {
    GFunction F = signature();
    bool IsShort = From.chance(20);
    if (!IsShort && From.chance(30)) {
      F.HasFuel = true;
      F.Fuel = From.chance(50) ? 5 : unsigned(From.between(6, 120));
      F.Parameters.insert(F.Parameters.begin(), scalar(Kind::I64));
      if (From.chance(40)) {
        // Two that call each other, the first also before it is declared.
        GFunction G = F;
        G.Name = "f" + std::to_string(Functions.size() + 1);
        if (From.chance(50))
          G.Parameters.push_back(scalarType());
        Functions.push_back(F);
        Functions.push_back(G);
        size_t First = Functions.size() - 2;
        GFunction Partner = G;
        functionBody(F, &Partner, false);
        double Cost = F.Cost;
        Partner = F;
        functionBody(G, &Partner, false);
        F.Cost = G.Cost = Cost + G.Cost;
        Functions[First] = F;
        Functions[First + 1] = G;
        continue;
      }
    }
    Functions.push_back(F); // Cost 0: not called by others yet.
    GFunction Partner = F;
    functionBody(F, &Partner, IsShort);
    Functions.back() = F;
  }
}

std::string Generator::run() {
  if (From.chance(Options.NestPercent))
    return runNests();
  Traps = From.chance(40);
  makeStructs();
  constants();
  externs();
  generics();
  functions();

  Variables = Constants;
  Facts.clear();
  Loops.clear();
  ResultType = nullptr;
  InMain = true;
  Mult = 1;
  Spent = 0;
  Limit = Options.Budget;
  BlockDepth = 0;
  JumpsAllowed = true;
  startingVariables(1 + From.below(7));
  unsigned Count =
      Options.MainStatements / 2 + From.below(Options.MainStatements + 1);
  for (unsigned I = 0; I < Count; ++I)
    statement();
  // Each function at least once, some often enough to be compiled again.
  for (const GFunction &F : Functions) {
    std::string Call = F.Name + argumentList(F, 2);
    if (F.Result->K == Kind::Unit)
      line(Call + ";");
    else
      line("println(\"" + F.Name + "\", " + Call + ");");
    unsigned Times = unsigned(std::min(30.0, Options.Budget / 4 / F.Cost));
    if (Times < 2 || From.chance(30))
      continue;
    Mult = Times;
    std::string Index = freshName();
    line("for " + Index + " in 0.." + std::to_string(Times) + " {");
    ++Indent;
    size_t Old = Variables.size();
    declare(Index, scalar(Kind::I64), false);
    Call = F.Name + argumentList(F, 2);
    line(F.Result->K == Kind::Unit ? Call + ";" : "println(" + Call + ");");
    Variables.resize(Old);
    --Indent;
    line("}");
    Mult = 1;
  }
  printVariables();
  return std::move(Out);
}

std::string generateProgram(Choices &From, const GeneratorOptions &Options) {
  return Generator(From, Options).run();
}

} // namespace jitrun::fuzz
