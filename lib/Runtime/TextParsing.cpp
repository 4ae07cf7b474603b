#include "Runtime/TextParsing.h"

#include "Runtime/Trap.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace jitrun::runtime {

namespace {

/// Whether a number that is not representable is too small, rather than too
/// large: by its decimal exponent. \p S is a valid number.
bool isTiny(std::string_view S) {
  int64_t Exponent = 0;
  size_t E = S.find_first_of("eE");
  if (E != S.npos) {
    std::string_view Digits = S.substr(E + 1);
    bool Negative = Digits.starts_with('-');
    if (Negative || Digits.starts_with('+'))
      Digits.remove_prefix(1);
    if (std::from_chars(Digits.data(), Digits.data() + Digits.size(), Exponent)
            .ec != std::errc())
      Exponent = int64_t(1) << 40;
    if (Negative)
      Exponent = -Exponent;
    S = S.substr(0, E);
  }
  // The position of the first digit that is not 0, relative to the point.
  size_t First = S.find_first_of("123456789");
  size_t Point = std::min(S.find('.'), S.size());
  int64_t Position =
      First < Point ? int64_t(Point - First) : -int64_t(First - Point - 1);
  return Exponent + Position < 0;
}

template <class F> bool parse(std::string_view S, F &Value) {
  bool Negative = S.starts_with('-');
  if (Negative || S.starts_with('+'))
    S.remove_prefix(1);
  if (S == "inf" || S == "nan") {
    Value = S == "inf" ? std::numeric_limits<F>::infinity()
                       : std::numeric_limits<F>::quiet_NaN();
  } else {
    // Neither a second sign nor from_chars' other words.
    if (S.empty() || (S[0] != '.' && (S[0] < '0' || S[0] > '9')))
      return false;
    auto [End, Error] = std::from_chars(S.data(), S.data() + S.size(), Value);
    if (End != S.data() + S.size() || Error == std::errc::invalid_argument)
      return false;
    if (Error == std::errc::result_out_of_range) {
      if (!isTiny(S))
        return false;
      Value = 0;
    }
  }
  if (Negative)
    Value = -Value;
  return true;
}

} // namespace

bool parseFloat(std::string_view S, double &Value) { return parse(S, Value); }
bool parseFloat(std::string_view S, float &Value) { return parse(S, Value); }

void raiseParse(abi::ExecutionContext &Ctx, std::string_view Text,
                const char *Type) {
  constexpr size_t Shown = 60;
  char Message[512];
  char *To = Message;
  *To++ = '"';
  for (char C : Text.substr(0, Shown)) {
    if (C == '"' || C == '\\') {
      *To++ = '\\';
      *To++ = C;
    } else if (uint8_t(C) < ' ' || C == 0x7F) {
      const char *Hex = "0123456789abcdef";
      *To++ = '\\';
      *To++ = 'x';
      *To++ = Hex[uint8_t(C) >> 4];
      *To++ = Hex[C & 15];
    } else {
      *To++ = C;
    }
  }
  if (Text.size() > Shown) {
    // The cut may have fallen into a code point.
    while (To > Message && (To[-1] & 0xC0) == 0x80)
      --To;
    if (To > Message && (To[-1] & 0x80))
      --To;
    To = stpcpy(To, "...");
  }
  To = stpcpy(To, "\" as ");
  To = stpcpy(To, Type);
  raise(Ctx, abi::TrapKind::Parse, {Message, size_t(To - Message)});
}

} // namespace jitrun::runtime
