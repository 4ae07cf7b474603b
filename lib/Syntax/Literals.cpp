#include "Syntax/Literals.h"

#include "Support/Diagnostics.h"
#include "Support/Utf8.h"

#include "llvm/ADT/StringSwitch.h"

#include <cassert>

namespace jitrun::syntax {

static bool isDigit(char C) { return C >= '0' && C <= '9'; }
static bool isWord(char C) {
  return isDigit(C) || (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z') ||
         C == '_';
}
static int hexValue(char C) {
  if (isDigit(C))
    return C - '0';
  if (C >= 'a' && C <= 'f')
    return C - 'a' + 10;
  if (C >= 'A' && C <= 'F')
    return C - 'A' + 10;
  return -1;
}

std::string quoted(std::string_view Bytes) {
  std::string Text = "'";
  while (!Bytes.empty()) {
    size_t Length = utf8Length(Bytes);
    auto First = uint8_t(Bytes[0]);
    if (Length == 0 || First < 0x20 || First == 0x7F) {
      static constexpr char Digits[] = "0123456789abcdef";
      Text += "\\x";
      Text += Digits[First >> 4];
      Text += Digits[First & 15];
      Bytes.remove_prefix(1);
    } else {
      Text += Bytes.substr(0, Length);
      Bytes.remove_prefix(Length);
    }
  }
  return Text + '\'';
}

static std::string decimal(unsigned __int128 Value) {
  std::string Text;
  do
    Text.insert(Text.begin(), char('0' + int(Value % 10)));
  while (Value /= 10);
  return Text;
}

static std::string_view word(std::string_view Text) {
  size_t Length = 0;
  while (Length < Text.size() && isWord(Text[Length]))
    ++Length;
  return Text.substr(0, Length);
}

/// Length of `e5`, `E-10` and the like at the start of \p Text; an exponent
/// without digits counts, a suffix that only begins with `e` does not.
static size_t scanExponent(std::string_view Text) {
  if (Text.empty() || (Text[0] | 0x20) != 'e')
    return 0;
  size_t Length = 1;
  bool Signed =
      Length < Text.size() && (Text[Length] == '+' || Text[Length] == '-');
  if (Signed)
    ++Length;
  size_t Begin = Length;
  while (Length < Text.size() && (isDigit(Text[Length]) || Text[Length] == '_'))
    ++Length;
  if (Length > Begin)
    return Length;
  // `1e` and `1e+`; but `1e - x` must leave the minus alone.
  if (word(Text.substr(1)).empty())
    return 1;
  return 0;
}

NumberShape scanNumber(std::string_view Text) {
  NumberShape Shape;
  size_t At = 0;
  auto Peek = [&](size_t Ahead) {
    return At + Ahead < Text.size() ? Text[At + Ahead] : '\0';
  };
  auto Finish = [&] {
    Shape.End = At + word(Text.substr(At)).size();
    return Shape;
  };
  if (Text[0] == '0' && Text.size() > 1) {
    switch (Text[1] | 0x20) {
    case 'x':
      Shape.Radix = 16;
      break;
    case 'b':
      Shape.Radix = 2;
      break;
    case 'o':
      Shape.Radix = 8;
      break;
    default:
      break;
    }
    if (Shape.Radix != 10) {
      At = 2;
      while (Peek(0) == '_' ||
             (Shape.Radix == 16 ? hexValue(Peek(0)) >= 0 : isDigit(Peek(0))))
        ++At;
      Shape.WholeEnd = Shape.FractionEnd = Shape.ExponentEnd = At;
      return Finish();
    }
  }
  while (isDigit(Peek(0)) || Peek(0) == '_')
    ++At;
  Shape.WholeEnd = At;
  if (Peek(0) == '.' && isDigit(Peek(1))) {
    ++At;
    while (isDigit(Peek(0)) || Peek(0) == '_')
      ++At;
    Shape.IsFloat = true;
  } else if (Peek(0) == '.' && Peek(1) != '.') {
    // `5.` is wrong, but `5.abs()` a call and `5..n` a range.
    std::string_view After = Text.substr(At + 1);
    std::string_view Name = word(After);
    if (Name.empty() || scanExponent(After) > 1 || Name == "f" || Name == "F" ||
        Name == "f32" || Name == "f64") {
      ++At;
      Shape.IsFloat = true;
    }
  }
  Shape.FractionEnd = At;
  if (size_t Exponent = scanExponent(Text.substr(At))) {
    At += Exponent;
    Shape.IsFloat = true;
  }
  Shape.ExponentEnd = At;
  return Finish();
}

static constexpr std::string_view SuffixNames[] = {
    "", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"};

std::string_view spelling(LiteralSuffix Suffix) {
  return SuffixNames[size_t(Suffix)];
}

LiteralReader::LiteralReader(DiagnosticEngine &Diags, Arena &Memory)
    : Diags(Diags), Sources(Diags.sources()), Memory(Memory) {}

Expr *LiteralReader::error(const Token &T) const {
  return Memory.create<ErrorExpr>(T.range());
}

bool LiteralReader::suffix(const Token &T, std::string_view Text,
                           const NumberShape &Shape, LiteralSuffix &Result) {
  std::string_view Suffix = Text.substr(Shape.ExponentEnd);
  SourceRange Range(T.Loc.advanced(uint32_t(Shape.ExponentEnd)), T.end());
  for (size_t I = 0; I < std::size(SuffixNames); ++I) {
    if (Suffix != SuffixNames[I])
      continue;
    Result = LiteralSuffix(I);
    if (Shape.IsFloat && Result >= LiteralSuffix::I8 &&
        Result <= LiteralSuffix::U64) {
      Diags.report(Range, diag::IntegerSuffixOnFloat) << Suffix;
      return false;
    }
    return true;
  }
  std::string Number(Text.substr(0, Shape.ExponentEnd));
  auto Meant = llvm::StringSwitch<const char *>(Suffix)
                   .CasesLower({"f", "float"}, "f32")
                   .CasesLower({"d", "double"}, "f64")
                   .CaseLower("u", "u32")
                   .CasesLower({"l", "ll"}, "i64")
                   .CasesLower({"ul", "ull", "lu", "llu", "uz"}, "u64")
                   .Default(nullptr);
  Diags.report(Range, diag::UnknownSuffix)
          .fix("write '" + Number +
               (Meant ? Meant : " * " + std::string(Suffix)) + "'")
      << Suffix;
  return false;
}

Expr *LiteralReader::integer(const Token &T, std::string_view Text,
                             const NumberShape &Shape) {
  std::string_view Digits = Text.substr(0, Shape.WholeEnd);
  if (Shape.Radix != 10)
    Digits.remove_prefix(2);
  unsigned __int128 Value = 0;
  bool Seen = false, TooBig = false;
  unsigned Radix = Shape.Radix;
  for (size_t I = 0; I < Digits.size(); ++I) {
    if (Digits[I] == '_')
      continue;
    auto Digit = unsigned(hexValue(Digits[I]));
    if (Digit >= Radix) {
      auto At = T.Loc.advanced(uint32_t(I + 2));
      Diags.report({At, At.advanced(1)}, diag::BadDigit)
          << Digits.substr(I, 1) << (Radix == 2 ? "binary" : "octal");
      return error(T);
    }
    Seen = true;
    unsigned __int128 Product;
    TooBig |= __builtin_mul_overflow(Value, (unsigned __int128)Radix, &Product);
    TooBig |= __builtin_add_overflow(Product, (unsigned __int128)Digit, &Value);
  }
  if (!Seen) {
    Diags.report(T.range(), diag::MissingDigits) << Text.substr(0, 2);
    return error(T);
  }
  LiteralSuffix Suffix = LiteralSuffix::None;
  if (!suffix(T, Text, Shape, Suffix))
    return error(T);
  if (TooBig) {
    Diags.report(T.range(), diag::IntegerTooBig);
    return error(T);
  }
  if (Radix == 8) {
    Diags.report(T.range(), diag::OctalNumber)
        .fix("write '" + decimal(Value) + "'");
  } else if (Radix == 10 && Digits.size() > 1 && Digits[0] == '0') {
    std::string_view Short = Digits;
    while (Short.size() > 1 && (Short[0] == '0' || Short[0] == '_'))
      Short.remove_prefix(1);
    Diags.report(T.range(), diag::LeadingZero)
        .fix("write '" + std::string(Short) + "'; there are no octal numbers");
  }
  return Memory.create<IntegerLiteralExpr>(T.range(), Value, Suffix);
}

Expr *LiteralReader::number(const Token &T) {
  std::string_view Text = Sources.text(T.range());
  NumberShape Shape = scanNumber(Text);
  if (!Shape.IsFloat)
    return integer(T, Text, Shape);

  std::string_view Whole = Text.substr(0, Shape.WholeEnd);
  std::string_view Fraction =
      Text.substr(Shape.WholeEnd, Shape.FractionEnd - Shape.WholeEnd);
  std::string_view Exponent =
      Text.substr(Shape.FractionEnd, Shape.ExponentEnd - Shape.FractionEnd);
  std::string Rest(Text.substr(Shape.FractionEnd));
  if (Whole.empty()) {
    Diags.report(T.range(), diag::MissingWholePart)
        .fix("write '0" + std::string(Text) + "'");
    return error(T);
  }
  if (Fraction == ".") {
    const SourceLocation End = T.range().End;
    const bool IsMethod =
        !Rest.empty() && Sources.text({End, End.advanced(1)}) == "(";
    std::string Number = "write '" + std::string(Whole) + ".0" +
                         (Rest == "f" || Rest == "F" ? "f32" : Rest) + "'";
    Diags.report(T.range(), diag::MissingFraction)
        .fix(IsMethod ? "write '(" + std::string(Whole) + ")." + Rest + "(...)'"
                      : Number);
    return error(T);
  }
  if (!Exponent.empty() && !isDigit(Exponent.back()) &&
      Exponent.find_first_of("0123456789") == Exponent.npos) {
    Diags.report(T.range(), diag::MissingExponent);
    return error(T);
  }
  LiteralSuffix Suffix = LiteralSuffix::None;
  if (!suffix(T, Text, Shape, Suffix))
    return error(T);
  std::string_view Digits = Text.substr(0, Shape.ExponentEnd);
  if (Digits.find('_') != Digits.npos) {
    std::string Plain;
    for (char C : Digits)
      if (C != '_')
        Plain += C;
    Digits = Memory.copy(std::string_view(Plain));
  }
  return Memory.create<FloatLiteralExpr>(T.range(), Digits, Suffix);
}

bool LiteralReader::escape(SourceLocation At, std::string_view &Rest,
                           bool Bytes, std::string &Out) {
  std::string_view Start = Rest;
  auto Spelled = [&](size_t Length) { return Start.substr(0, Length); };
  auto RangeOf = [&](size_t Length) {
    return SourceRange(At, At.advanced(uint32_t(Length)));
  };
  char Kind = Rest.size() > 1 ? Rest[1] : '\0';
  Rest.remove_prefix(Rest.size() > 1 ? 2 : 1);
  switch (Kind) {
  case 'n':
    Out += '\n';
    return true;
  case 't':
    Out += '\t';
    return true;
  case 'r':
    Out += '\r';
    return true;
  case '0':
    Out += '\0';
    return true;
  case '\\':
  case '"':
  case '\'':
    Out += Kind;
    return true;
  case 'x': {
    int High = Rest.size() > 1 ? hexValue(Rest[0]) : -1;
    int Low = Rest.size() > 1 ? hexValue(Rest[1]) : -1;
    if (High < 0 || Low < 0) {
      Diags.report(RangeOf(2), diag::BadByteEscape);
      return false;
    }
    Rest.remove_prefix(2);
    if (High > 7 && !Bytes) {
      Diags.report(RangeOf(4), diag::ByteEscapeTooBig)
              .fix("write the code point, as in '\\u{e9}'")
          << Spelled(4);
      return false;
    }
    Out += char(High * 16 + Low);
    return true;
  }
  case 'u': {
    size_t Length = 0;
    uint32_t Value = 0;
    if (!Rest.empty() && Rest[0] == '{')
      for (Length = 1; Length < Rest.size() && hexValue(Rest[Length]) >= 0;
           ++Length)
        Value = Value > 0x10FFFF
                    ? Value
                    : Value * 16 + uint32_t(hexValue(Rest[Length]));
    if (Length < 2 || Length == Rest.size() || Rest[Length] != '}') {
      Diags.report(RangeOf(2), diag::BadUnicodeEscape);
      return false;
    }
    Rest.remove_prefix(Length + 1);
    if (Value > 0x10FFFF || (Value >= 0xD800 && Value <= 0xDFFF)) {
      Diags.report(RangeOf(Length + 3), diag::NoSuchCodePoint)
          << Spelled(Length + 3);
      return false;
    }
    appendUtf8(Out, Value);
    return true;
  }
  default: {
    size_t Length = Start.size() > 1 ? 1 + utf8Step(Start.substr(1)) : 1;
    Rest = Start.substr(Length);
    std::string Text = quoted(Spelled(Length));
    Diags.report(RangeOf(Length), diag::UnknownEscape)
            .fix("write '\\\\' for a backslash")
        << Text.substr(1, Text.size() - 2);
    return false;
  }
  }
}

bool LiteralReader::text(const Token &T, std::string_view &Value) {
  std::string_view Rest = Sources.text(T.range());
  assert(Rest.size() >= 2 && Rest.front() == '"' && Rest.back() == '"' &&
         "not the token of a text");
  Rest = Rest.substr(1, Rest.size() - 2);
  const char *Begin = Rest.data();
  auto At = [&] { return T.Loc.advanced(uint32_t(1 + Rest.data() - Begin)); };
  std::string_view Raw = Rest;
  bool Good = true, Escaped = false;
  std::string Out;
  while (!Rest.empty()) {
    if (Rest[0] == '\\') {
      Escaped = true;
      Good &= escape(At(), Rest, /*Bytes=*/false, Out);
      continue;
    }
    size_t Length = utf8Length(Rest);
    if (Length == 0) {
      if (Good)
        Diags.report({At(), At().advanced(1)}, diag::InvalidUtf8);
      Good = false;
      Length = 1;
    }
    Out += Rest.substr(0, Length);
    Rest.remove_prefix(Length);
  }
  Value = Escaped ? Memory.copy(std::string_view(Out)) : Raw;
  return Good;
}

Expr *LiteralReader::character(const Token &T) {
  std::string_view Rest = Sources.text(T.range());
  assert(Rest.size() >= 2 && Rest.front() == '\'' && Rest.back() == '\'' &&
         "not the token of a character");
  Rest = Rest.substr(1, Rest.size() - 2);
  std::string_view Raw = Rest;
  if (Rest.empty()) {
    Diags.report(T.range(), diag::EmptyCharacter);
    return error(T);
  }
  std::string Out;
  if (Rest[0] == '\\') {
    if (!escape(T.Loc.advanced(1), Rest, /*Bytes=*/true, Out))
      return error(T);
  } else {
    size_t Length = utf8Step(Rest);
    Out = Rest.substr(0, Length);
    Rest.remove_prefix(Length);
  }
  if (!Rest.empty()) {
    Diags.report(T.range(), diag::TextInSingleQuotes)
        .fix("write text in double quotes");
    return error(T);
  }
  bool IsByteEscape = Raw.starts_with("\\x");
  if (Out.size() != 1 || (uint8_t(Out[0]) >= 0x80 && !IsByteEscape)) {
    Diags.report(T.range(), diag::CharacterNotAByte) << quoted(Raw);
    return error(T);
  }
  return Memory.create<CharLiteralExpr>(T.range(), uint8_t(Out[0]));
}

} // namespace jitrun::syntax
