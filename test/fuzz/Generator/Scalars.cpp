#include "fuzz/Generator/Generator.h"

namespace jitrun::fuzz {

std::string Generator::at(Piece P, int Binds) {
  if (P.Binds < Binds || (P.Binds < Primary && From.chance(15)))
    return "(" + P.Text + ")";
  return P.Text;
}

std::string Generator::call(std::string Name,
                            std::vector<std::string> Arguments) {
  std::string Text = std::move(Name) + "(";
  for (size_t I = 0; I < Arguments.size(); ++I)
    Text += (I ? ", " : "") + Arguments[I];
  return Text + ")";
}

std::string Generator::integerLiteral(const GType *Ty, bool Suffix) {
  unsigned Bits = Ty->bits();
  uint64_t Max = Ty->isSigned() ? (uint64_t(1) << (Bits - 1)) - 1
                                : ~uint64_t(0) >> (64 - Bits);
  uint64_t Value;
  switch (From.below(8)) {
  case 0:
    Value = Max - From.below(3);
    break;
  case 1:
    Value = uint64_t(1) << From.below(Bits - (Ty->isSigned() ? 1 : 0));
    break;
  case 2:
    Value = From.next() & Max;
    break;
  case 3:
    Value = From.below(128);
    break;
  default:
    Value = From.below(10);
  }
  bool Negative = Ty->isSigned() && From.chance(25);
  if (Negative && Value == Max && From.chance(50))
    ++Value;
  std::string Text = Negative ? "-" : "";
  char Buffer[80];
  switch (From.below(12)) {
  case 0:
    snprintf(Buffer, sizeof Buffer, "0x%llx", (unsigned long long)Value);
    Text += Buffer;
    break;
  case 1: {
    std::string Digits;
    for (uint64_t V = Value; V; V >>= 1)
      Digits.insert(Digits.begin(), char('0' + (V & 1)));
    Text += "0b" + (Digits.empty() ? "0" : Digits);
    break;
  }
  case 2: {
    std::string Digits = std::to_string(Value);
    for (int I = int(Digits.size()) - 3; I > 0; I -= 3)
      Digits.insert(size_t(I), "_");
    Text += Digits;
    break;
  }
  default:
    Text += std::to_string(Value);
  }
  if (Suffix && !(Ty->K == Kind::I64 && From.chance(50)))
    Text += Ty->Name;
  return Text;
}

std::string Generator::floatLiteral(const GType *Ty, Need N) {
  bool Single = Ty->K == Kind::F32;
  static constexpr const char *Plain[] = {
      "0.0",  "1.0",    "0.5", "2.0", "3.25", "0.1", "1e3",
      "1e-3", "100.75", "7.0", "1.5", "0.3",  "12.0"};
  static constexpr const char *Doubles[] = {
      "1e300",       "1.7976931348623157e308",
      "5e-324",      "2.2250738585072014e-308",
      "1e-310",      "9007199254740993.0",
      "1e21",        "9.223372036854775807e18",
      "1e16",        "123456789.125",
      "4294967296.5"};
  static constexpr const char *Singles[] = {
      "3.4028235e38", "1e-45",  "1.1754944e-38", "16777217.0",
      "1e-40",        "1e10",   "2147483648.0",  "65504.0",
      "8388608.5",    "3.0e38", "0.333333343"};
  std::string Text;
  switch (From.below(10)) {
  case 0:
    Text = From.pick(Single ? std::span<const char *const>(Singles)
                            : std::span<const char *const>(Doubles));
    break;
  case 1: {
    Text = From.chance(60) ? "inf" : "nan";
    if (Single && N != Need::Asked)
      return "f32(" + Text + ")";
    return (From.chance(25) ? "-" : "") + Text;
  }
  case 2:
    Text = std::to_string(From.below(1000)) + "." +
           std::to_string(From.below(1000));
    break;
  case 3:
    if (N == Need::Asked) // An exact whole number may take a float type.
      return std::to_string(From.below(100));
    [[fallthrough]];
  default:
    Text = From.pick(std::span<const char *const>(Plain));
  }
  if (Single && N != Need::Asked) {
    if (From.chance(30))
      return "f32(" + Text + ")";
    Text += "f32";
  } else if (From.chance(8)) {
    Text += Ty->Name;
  }
  return (From.chance(20) ? "-" : "") + Text;
}

Piece Generator::literal(const GType *Ty, Need N) {
  std::string Text;
  if (Ty->K == Kind::Bool)
    return {From.chance(50) ? "true" : "false"};
  if (Ty->K == Kind::U8 && From.chance(20)) {
    static constexpr const char *Bytes[] = {"'a'",   "'0'",   "' '",
                                            "'\\n'", "'\\0'", "'~'"};
    return {From.pick(std::span<const char *const>(Bytes))};
  }
  if (N == Need::Asked && From.chance(5)) {
    // Computed by the checker, in the type that the place asks for.
    static constexpr const char *Floats[] = {
        "(1 / 3)",     "sqrt(2)", "(2 ** 0.5)",  "(-(1 / 7))",
        "(0.1 + 0.2)", "exp(1)",  "min(2, 0.5)", "(7 % 2.5)"};
    static constexpr const char *Integers[] = {
        "(2 + 3 * 4)", "(1 << 5)", "(10 / 2)",  "(7 % 4)",
        "(3 ** 4)",    "(6 & 3)",  "max(3, 5)", "(100 >> 2)"};
    return {From.pick(Ty->isFloat() ? std::span<const char *const>(Floats)
                                    : std::span<const char *const>(Integers))};
  }
  if (Ty->isFloat())
    Text = floatLiteral(Ty, N);
  else
    Text = integerLiteral(Ty, N != Need::Asked || From.chance(15));
  return {Text, Text[0] == '-' ? int(UnaryPrec) : int(Primary)};
}

Piece Generator::nonLiteralLeaf(const GType *Ty) {
  auto Same = variables(Ty);
  if (!Same.empty())
    return {Same[From.below(uint32_t(Same.size()))]->Name};
  auto Others = variablesWhere([&](const Variable &V) {
    return Ty->K == Kind::Bool || Ty->K == Kind::Str ? V.Ty->isNumeric()
                                                     : V.Ty->isScalar();
  });
  if (Others.empty()) // Every function begins with a variable.
    return {"missing_variable"};
  const Variable &V = *Others[From.below(uint32_t(Others.size()))];
  if (Ty->K == Kind::Bool)
    return {V.Name + (From.chance(50) ? " > " : " != ") +
                at(literal(V.Ty, Need::Asked), BitOrPrec),
            ComparePrec};
  if (Ty->K == Kind::Str)
    return {"format(\"{}\", " + V.Name + ")"};
  if (From.chance(50))
    return {V.Name + " as " + Ty->Name, CastPrec};
  return {Ty->Name + "(" + V.Name + ")"};
}

Piece Generator::leaf(const GType *Ty, unsigned Depth, Need N) {
  if (Ty->K == Kind::Str)
    return textExpr(0, N);
  if (N != Need::NonLiteral && From.chance(35))
    return literal(Ty, N);
  if (Depth && From.chance(60)) {
    std::string Place = place(Ty, false);
    if (!Place.empty())
      return {Place};
  }
  return nonLiteralLeaf(Ty);
}

/// One operand is no literal, so that this is no literal expression and the
/// other, if it is a literal, takes its type.
Piece Generator::binary(const GType *Ty, const char *Op, int Binds,
                        unsigned Depth) {
  bool LeftLeads = From.chance(60);
  Need Left = LeftLeads ? Need::NonLiteral : Need::Asked;
  Need Right = LeftLeads ? Need::Asked : Need::NonLiteral;
  std::string L = text(Ty, Depth - 1, Left, Binds);
  std::string R = text(Ty, Depth - 1, Right, Binds + 1);
  return {L + " " + Op + " " + R, Binds};
}

/// A value in 0..=Mask of an integer type.
std::string Generator::smallCount(const GType *Ty, unsigned Mask,
                                  unsigned Depth) {
  return "(" + text(Ty, Depth ? Depth - 1 : 0, Need::NonLiteral, ShiftPrec) +
         " & " + std::to_string(Mask) + ")";
}

std::string Generator::divisor(const GType *Ty, unsigned Depth) {
  if (mayTrap(40))
    return text(Ty, Depth, Need::NonLiteral, CastPrec);
  if (From.chance(35)) {
    static constexpr unsigned Numbers[] = {1, 2, 3, 4, 5, 7, 8, 10, 16, 100};
    return std::to_string(From.pick(std::span<const unsigned>(Numbers)));
  }
  if (!Ty->isSigned() && From.chance(50))
    return "(" + text(Ty, Depth, Need::NonLiteral, XorPrec) + " | 1)";
  return "(" + smallCount(Ty, 63, Depth) + " + 1)";
}

Piece Generator::conversion(const GType *Ty, unsigned Depth) {
  if (From.chance(8))
    return fromAny(Ty, Depth);
  const GType *Source = From.chance(15) ? scalar(Kind::Bool) : numericType();
  if (From.chance(40))
    return {text(Source, Depth - 1, Need::NonLiteral, CastPrec) + " as " +
                Ty->Name,
            CastPrec};
  return {Ty->Name + "(" + text(Source, Depth - 1, Need::NonLiteral) + ")"};
}

Piece Generator::integerExpr(const GType *Ty, unsigned Depth) {
  auto E = [&](Need N, int Binds = 0) { return text(Ty, Depth - 1, N, Binds); };
  switch (From.below(26)) {
  case 0:
  case 1:
  case 2:
    return binary(Ty, "+", AddPrec, Depth);
  case 3:
  case 4:
    return binary(Ty, "-", AddPrec, Depth);
  case 5:
  case 6:
    return binary(Ty, "*", MulPrec, Depth);
  case 7:
    return {E(Need::NonLiteral, MulPrec) + " / " + divisor(Ty, Depth - 1),
            MulPrec};
  case 8: {
    // Only `/` traps on lowest / -1.
    std::string Left = E(Need::NonLiteral, MulPrec);
    if (Ty->isSigned() && From.chance(30))
      return {Left + " % -" + std::to_string(From.between(1, 9)), MulPrec};
    return {Left + " % " + divisor(Ty, Depth - 1), MulPrec};
  }
  case 9:
    return binary(Ty, "&", BitAndPrec, Depth);
  case 10:
    return binary(Ty, "|", BitOrPrec, Depth);
  case 11:
    return binary(Ty, "^", XorPrec, Depth);
  case 12:
  case 13: {
    const char *Op = From.chance(50) ? " << " : " >> ";
    std::string Left = E(Need::NonLiteral, ShiftPrec);
    return {Left + Op +
                (From.chance(50) ? std::to_string(From.below(Ty->bits()))
                                 : E(Need::Asked, AddPrec)),
            ShiftPrec};
  }
  case 14:
    return {E(Need::NonLiteral, Primary) + " ** " +
                (mayTrap(60)       ? E(Need::NonLiteral, Primary)
                 : From.chance(50) ? std::to_string(From.below(6))
                                   : smallCount(Ty, 7, Depth - 1)),
            PowPrec};
  case 15:
    return {(From.chance(50) ? "-" : "~") + E(Need::NonLiteral, PowPrec),
            UnaryPrec};
  case 16:
    return {call(
        From.chance(50) ? "min" : "max",
        From.chance(30)
            ? std::vector<std::string>{E(Need::NonLiteral), E(Need::Asked),
                                       E(Need::Asked)}
            : std::vector<std::string>{E(Need::NonLiteral), E(Need::Asked)})};
  case 17:
    return {
        call("clamp", {E(Need::NonLiteral), E(Need::Asked), E(Need::Asked)})};
  case 18: {
    static constexpr const char *Names[] = {"popcount", "clz",  "ctz", "bswap",
                                            "abs",      "sign", "clz", "ctz"};
    std::string Name = From.pick(std::span<const char *const>(Names));
    if (From.chance(30))
      return {E(Need::NonLiteral, Primary) + "." + Name + "()"};
    return {call(Name, {E(Need::NonLiteral)})};
  }
  case 19:
    return {call(From.chance(50) ? "rotl" : "rotr",
                 {E(Need::NonLiteral), E(Need::Asked)})};
  case 20:
  case 21: {
    bool Made = false;
    Piece P = reduction(Ty, Depth, Made);
    return Made ? P : conversion(Ty, Depth);
  }
  case 22:
    if (Ty->K == Kind::U64)
      return {call("bits", {text(scalar(Kind::F64), Depth - 1, Need::Typed)})};
    if (Ty->K == Kind::U32)
      return {call("bits", {text(scalar(Kind::F32), Depth - 1, Need::Typed)})};
    if (Ty->K == Kind::I64 && From.chance(30))
      return {"parse_i64(format(\"{}\", " + E(Need::NonLiteral) + "))"};
    if (Ty->K == Kind::I64)
      return {call("len", {text(scalar(Kind::Str), Depth - 1, Need::Typed)})};
    if (Ty->K == Kind::U8) {
      auto Texts = variables(scalar(Kind::Str));
      if (!Texts.empty()) {
        // The appended byte makes it non-empty.
        std::string Name = Texts[From.below(uint32_t(Texts.size()))]->Name;
        return {"(" + Name + " + \"x\")[" + Name + ".len() / 2]"};
      }
    }
    return conversion(Ty, Depth);
  default:
    return conversion(Ty, Depth);
  }
}

Piece Generator::floatExpr(const GType *Ty, unsigned Depth) {
  auto E = [&](Need N, int Binds = 0) { return text(Ty, Depth - 1, N, Binds); };
  switch (From.below(24)) {
  case 0:
  case 1:
  case 2:
    return binary(Ty, "+", AddPrec, Depth);
  case 3:
  case 4:
    return binary(Ty, "-", AddPrec, Depth);
  case 5:
  case 6:
  case 7:
    return binary(Ty, "*", MulPrec, Depth);
  case 8:
    return binary(Ty, "/", MulPrec, Depth);
  case 9:
    return binary(Ty, "%", MulPrec, Depth);
  case 10:
    return {E(Need::NonLiteral, Primary) + " ** " + E(Need::Asked, Primary),
            PowPrec};
  case 11:
    return {"-" + E(Need::NonLiteral, PowPrec), UnaryPrec};
  case 12:
  case 13:
  case 14: {
    static constexpr const char *Names[] = {
        "sqrt", "cbrt",  "exp",   "exp2",  "expm1", "log",
        "log2", "log10", "log1p", "sin",   "cos",   "tan",
        "asin", "acos",  "atan",  "sinh",  "cosh",  "tanh",
        "erf",  "floor", "ceil",  "trunc", "round", "round_even",
        "abs",  "sign",  "sqrt",  "abs",   "floor"};
    std::string Name = From.pick(std::span<const char *const>(Names));
    if (From.chance(30))
      return {E(Need::NonLiteral, Primary) + "." + Name + "()"};
    return {call(Name, {E(Need::NonLiteral)})};
  }
  case 15: {
    static constexpr const char *Names[] = {"atan2", "hypot", "copysign",
                                            "min",   "max",   "pow"};
    return {call(From.pick(std::span<const char *const>(Names)),
                 {E(Need::NonLiteral), E(Need::Asked)})};
  }
  case 16:
    return {call(From.chance(50) ? "fma" : "clamp",
                 {E(Need::NonLiteral), E(Need::Asked), E(Need::Asked)})};
  case 17:
    if (Ty->K == Kind::F64)
      return {call("f64_from_bits",
                   {text(scalar(Kind::U64), Depth - 1, Need::NonLiteral)})};
    return {call("f32_from_bits",
                 {text(scalar(Kind::U32), Depth - 1, Need::NonLiteral)})};
  case 18:
  case 19: {
    bool Made = false;
    Piece P = reduction(Ty, Depth, Made);
    return Made ? P : conversion(Ty, Depth);
  }
  case 20:
    if (Ty->K == Kind::F64 && From.chance(40))
      return {"parse_f64(format(\"{}\", f64(" +
              text(scalar(Kind::I32), Depth - 1, Need::NonLiteral) + ")))"};
    [[fallthrough]];
  default:
    return conversion(Ty, Depth);
  }
}

Piece Generator::comparison(unsigned Depth) {
  static constexpr const char *Ops[] = {" == ", " != ", " < ",
                                        " <= ", " > ",  " >= "};
  const GType *T;
  bool Ordered = true;
  if (From.chance(6))
    return anyComparison(Depth);
  if (From.chance(12)) {
    T = From.chance(50) ? plainType() : anyType(1);
    if (T->isArray())
      T = scalar(Kind::Str);
    Ordered = T->isNumeric() || T->K == Kind::Str;
    // `==` is memberwise; arrays inside have none.
    std::function<bool(const GType *)> HasArray = [&](const GType *P) {
      if (P->isArray() || P->K == Kind::Any)
        return true;
      for (const GType *Q : P->Parts)
        if (HasArray(Q))
          return true;
      return false;
    };
    if (HasArray(T))
      T = scalar(Kind::I32), Ordered = true;
  } else {
    T = numericType();
  }
  const char *Op = Ops[From.below(Ordered ? 6 : 2)];
  bool Left = From.chance(70) || !T->isScalar();
  Need Other = T->isScalar() || T->K == Kind::Str ? Need::Asked : Need::Typed;
  std::string L =
      text(T, Depth - 1, Left ? Need::NonLiteral : Other, BitOrPrec);
  std::string R =
      text(T, Depth - 1, Left ? Other : Need::NonLiteral, BitOrPrec);
  return {L + Op + R, ComparePrec};
}

Piece Generator::boolExpr(unsigned Depth) {
  const GType *B = scalar(Kind::Bool);
  auto E = [&](int Binds = 0) {
    return text(B, Depth - 1, Need::NonLiteral, Binds);
  };
  switch (From.below(16)) {
  case 0:
    return {E(AndPrec) + " && " + E(ComparePrec), AndPrec};
  case 1:
    return {E(OrPrec) + " || " + E(AndPrec), OrPrec};
  case 2:
    return {"!" + E(PowPrec), UnaryPrec};
  case 3: {
    static constexpr std::pair<const char *, int> Ops[] = {
        {" & ", BitAndPrec}, {" | ", BitOrPrec}, {" ^ ", XorPrec}};
    auto [Op, Binds] = Ops[From.below(3)];
    std::string L = E(Binds);
    return {L + Op + E(Binds + 1), Binds};
  }
  case 4: {
    const GType *F = floatType();
    return {call(From.chance(50) ? "is_nan" : "is_inf",
                 {text(F, Depth - 1, Need::NonLiteral)})};
  }
  case 5: {
    bool Made = false;
    Piece P = reduction(B, Depth, Made);
    if (Made)
      return P;
    return comparison(Depth);
  }
  case 6: {
    std::string L = text(B, Depth - 1, Need::NonLiteral, BitOrPrec);
    return {L + (From.chance(50) ? " == " : " != ") + E(BitOrPrec),
            ComparePrec};
  }
  default:
    return comparison(Depth);
  }
}

Piece Generator::expr(const GType *Ty, unsigned Depth, Need N) {
  if (Ty->K == Kind::Function)
    return functionValue(Ty, Depth, N);
  if (Depth && From.chance(8)) {
    bool Made = false;
    Piece P = From.chance(50)   ? valueCall(Ty, Depth, Made)
              : From.chance(40) ? genericCall(Ty, Depth, Made)
                                : folded(Ty, Depth, Made);
    if (Made)
      return P;
  }
  if (!Ty->isScalar()) {
    if (Depth && From.chance(12)) {
      bool Made = false;
      Piece P = userCall(Ty, Depth, Made);
      if (Made)
        return P;
    }
    if (Depth > 1 && From.chance(8))
      return controlExpr(Ty, Depth, N);
    if (Ty->K == Kind::Str)
      return textExpr(Depth, N);
    if (Ty->isArray())
      return arrayExpr(Ty, Depth, N);
    if (Ty->K == Kind::Any)
      return anyExpr(Depth, N);
    return aggregate(Ty, Depth, N);
  }
  if (Depth == 0 || From.chance(25))
    return leaf(Ty, Depth, N);
  if (From.chance(9)) {
    bool Made = false;
    Piece P = userCall(Ty, Depth, Made);
    if (Made)
      return P;
  }
  if (Depth > 1 && From.chance(7))
    return controlExpr(Ty, Depth, N);
  if (Ty->K == Kind::Bool)
    return boolExpr(Depth);
  return Ty->isFloat() ? floatExpr(Ty, Depth) : integerExpr(Ty, Depth);
}

} // namespace jitrun::fuzz
