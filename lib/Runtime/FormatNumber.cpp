#include "Runtime/FormatNumber.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace jitrun::runtime {

using abi::FormatPiece;

namespace {

/// Decimal exponents from which numbers are written as 1e16, 1e-5.
constexpr int FirstLarge = 16;
constexpr int LastSmall = -5;

/// Upper bound of a precision, so that digits fit a buffer on the stack; more
/// digits than this are zeros, added as such.
constexpr int MaxPrecision = 1100;
/// Room for the largest double with MaxPrecision digits after the point.
constexpr size_t NumberBuffer = 310 + MaxPrecision + 32;

template <class F> char *writeShortest(char *To, F Value) {
  if (std::isnan(Value))
    return std::copy_n("nan", 3, To);
  if (std::signbit(Value))
    *To++ = '-';
  Value = std::fabs(Value);
  if (std::isinf(Value))
    return std::copy_n("inf", 3, To);
  if (Value == 0)
    return std::copy_n("0.0", 3, To);

  // d.ddde+xx: take digits and exponent apart, and lay them out anew.
  char Text[48];
  char *End = std::to_chars(Text, Text + sizeof(Text), Value,
                            std::chars_format::scientific)
                  .ptr;
  char *E = std::find(Text, End, 'e');
  int Exponent = 0;
  std::from_chars(E + (E[1] == '+' ? 2 : 1), End, Exponent);
  char Digits[24];
  int Count = 0;
  for (char *C = Text; C != E; ++C)
    if (*C != '.')
      Digits[Count++] = *C;

  if (Exponent >= FirstLarge || Exponent <= LastSmall) {
    *To++ = Digits[0];
    if (Count > 1) {
      *To++ = '.';
      To = std::copy(Digits + 1, Digits + Count, To);
    }
    *To++ = 'e';
    return std::to_chars(To, To + 8, Exponent).ptr;
  }
  if (Exponent < 0) {
    *To++ = '0';
    *To++ = '.';
    To = std::fill_n(To, -Exponent - 1, '0');
    return std::copy(Digits, Digits + Count, To);
  }
  for (int I = 0; I <= Exponent; ++I)
    *To++ = I < Count ? Digits[I] : '0';
  *To++ = '.';
  if (Count <= Exponent + 1)
    *To++ = '0';
  else
    To = std::copy(Digits + Exponent + 1, Digits + Count, To);
  return To;
}

/// Pads what stands after the sign and prefix with zeros, or all with fill.
void padNumber(TextSink &Out, const FormatPiece &Piece, std::string_view Prefix,
               std::string_view Body, bool AllowZeroPad) {
  size_t Length = Prefix.size() + Body.size();
  auto Width = size_t(std::max(Piece.Width, 0));
  size_t Pad = Width > Length ? Width - Length : 0;
  size_t Left = 0;
  if (Piece.ZeroPad && AllowZeroPad && !Piece.Align) {
    Out.append(Prefix);
    Out.append(Pad, '0');
    Out.append(Body);
    return;
  }
  switch (Piece.Align) {
  case '<':
    break;
  case '^':
    Left = Pad / 2;
    break;
  default:
    Left = Pad;
  }
  Out.append(Left, Piece.Fill);
  Out.append(Prefix);
  Out.append(Body);
  Out.append(Pad - Left, Piece.Fill);
}

char *writeSign(char *To, bool Negative, char Sign) {
  if (Negative)
    *To++ = '-';
  else if (Sign == '+' || Sign == ' ')
    *To++ = Sign;
  return To;
}

char *writeCodePoint(char *To, uint64_t C) {
  if (C > 0x10FFFF || (C >= 0xD800 && C < 0xE000))
    C = 0xFFFD;
  if (C < 0x80) {
    *To++ = char(C);
  } else if (C < 0x800) {
    *To++ = char(0xC0 | C >> 6);
    *To++ = char(0x80 | (C & 0x3F));
  } else if (C < 0x10000) {
    *To++ = char(0xE0 | C >> 12);
    *To++ = char(0x80 | (C >> 6 & 0x3F));
    *To++ = char(0x80 | (C & 0x3F));
  } else {
    *To++ = char(0xF0 | C >> 18);
    *To++ = char(0x80 | (C >> 12 & 0x3F));
    *To++ = char(0x80 | (C >> 6 & 0x3F));
    *To++ = char(0x80 | (C & 0x3F));
  }
  return To;
}

/// %g with '#': trailing zeros stay. \p Value is finite and not negative.
char *writeAlternateGeneral(char *To, char *Limit, double Value,
                            int Precision) {
  int P = std::max(Precision, 1);
  char *End =
      std::to_chars(To, Limit, Value, std::chars_format::scientific, P - 1).ptr;
  char *E = std::find(To, End, 'e');
  int Exponent = 0;
  std::from_chars(E + (E[1] == '+' ? 2 : 1), End, Exponent);
  if (Exponent < -4 || Exponent >= P)
    return End;
  return std::to_chars(To, Limit, Value, std::chars_format::fixed,
                       P - 1 - Exponent)
      .ptr;
}

/// '#' guarantees a decimal point.
char *insertPoint(char *Begin, char *End) {
  if (std::find(Begin, End, '.') != End)
    return End;
  char *E = std::find(Begin, End, 'e');
  std::copy_backward(E, End, End + 1);
  *E = '.';
  return End + 1;
}

} // namespace

char *writeFloat(char *To, double Value) { return writeShortest(To, Value); }
char *writeFloat(char *To, float Value) { return writeShortest(To, Value); }

size_t countCodePoints(std::string_view Text) {
  size_t N = 0;
  for (char C : Text)
    N += (C & 0xC0) != 0x80;
  return N;
}

void formatPadded(TextSink &Out, const FormatPiece &Piece,
                  std::string_view Text, char Default) {
  size_t Length = Piece.Width > 0 ? countCodePoints(Text) : 0;
  size_t Pad =
      size_t(std::max(Piece.Width, 0)) > Length ? Piece.Width - Length : 0;
  char Align = Piece.Align ? Piece.Align : Default;
  size_t Left = Align == '>' ? Pad : Align == '^' ? Pad / 2 : 0;
  Out.append(Left, Piece.Fill);
  Out.append(Text);
  Out.append(Pad - Left, Piece.Fill);
}

void formatInteger(TextSink &Out, const FormatPiece &Piece, bool Negative,
                   uint64_t Magnitude) {
  if (Piece.Presentation == 'c') {
    char Text[4];
    // A negative number is no code point.
    char *End = writeCodePoint(Text, Negative ? ~uint64_t(0) : Magnitude);
    return formatPadded(Out, Piece, {Text, size_t(End - Text)}, '<');
  }
  int Base = 10;
  const char *Marker = "";
  switch (Piece.Presentation) {
  case 'b':
    Base = 2, Marker = "0b";
    break;
  case 'o':
    Base = 8, Marker = Magnitude ? "0" : "";
    break;
  case 'x':
    Base = 16, Marker = "0x";
    break;
  case 'X':
    Base = 16, Marker = "0X";
    break;
  default:
    break;
  }
  char Prefix[4];
  char *EndOfPrefix = writeSign(Prefix, Negative, Piece.Sign);
  if (Piece.Alternate)
    EndOfPrefix = stpcpy(EndOfPrefix, Marker);
  char Body[64];
  char *End = std::to_chars(Body, Body + sizeof(Body), Magnitude, Base).ptr;
  if (Piece.Presentation == 'X')
    std::transform(Body, End, Body,
                   [](char C) { return C >= 'a' ? char(C - 32) : C; });
  padNumber(Out, Piece, {Prefix, size_t(EndOfPrefix - Prefix)},
            {Body, size_t(End - Body)}, true);
}

void formatFloat(TextSink &Out, const FormatPiece &Piece, double Value,
                 bool Narrow) {
  char Prefix[2];
  // A NaN has no sign.
  bool Negative = !std::isnan(Value) && std::signbit(Value);
  char *EndOfPrefix = writeSign(Prefix, Negative, Piece.Sign);
  std::string_view Sign(Prefix, size_t(EndOfPrefix - Prefix));
  bool Upper = Piece.Presentation >= 'A' && Piece.Presentation <= 'Z';
  if (!std::isfinite(Value)) {
    std::string_view Word = std::isnan(Value) ? Upper ? "NAN" : "nan"
                            : Upper           ? "INF"
                                              : "inf";
    return padNumber(Out, Piece, Sign, Word, false);
  }
  Value = std::fabs(Value);

  char Body[NumberBuffer];
  char *Limit = Body + sizeof(Body) - 1; // Room for insertPoint.
  char *End = Body;
  int Precision = std::min(Piece.Precision, MaxPrecision);
  char Kind = Upper ? char(Piece.Presentation + 32) : Piece.Presentation;
  if (!Kind && Precision < 0) {
    End =
        Narrow ? writeShortest(Body, float(Value)) : writeShortest(Body, Value);
  } else {
    if (Precision < 0)
      Precision = 6;
    if (Kind == 'e') {
      End = std::to_chars(Body, Limit, Value, std::chars_format::scientific,
                          Precision)
                .ptr;
    } else if (Kind == 'f') {
      End =
          std::to_chars(Body, Limit, Value, std::chars_format::fixed, Precision)
              .ptr;
    } else if (Piece.Alternate) {
      End = writeAlternateGeneral(Body, Limit, Value, Precision);
    } else {
      End = std::to_chars(Body, Limit, Value, std::chars_format::general,
                          Precision)
                .ptr;
    }
    if (Piece.Alternate)
      End = insertPoint(Body, End);
  }
  if (Upper)
    std::replace(Body, End, 'e', 'E');
  padNumber(Out, Piece, Sign, {Body, size_t(End - Body)}, true);
}

} // namespace jitrun::runtime
