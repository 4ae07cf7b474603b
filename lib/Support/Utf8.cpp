#include "Support/Utf8.h"

#include <cassert>

namespace jitrun {

size_t utf8Length(std::string_view Text) {
  if (Text.empty())
    return 0;
  auto Byte = [&](size_t I) { return uint8_t(Text[I]); };
  uint8_t First = Byte(0);
  if (First < 0x80)
    return 1;
  size_t Length = First >= 0xF0 ? 4 : First >= 0xE0 ? 3 : 2;
  if (First < 0xC2 || First > 0xF4 || Text.size() < Length)
    return 0;
  for (size_t I = 1; I < Length; ++I)
    if ((Byte(I) & 0xC0) != 0x80)
      return 0;
  // Overlong forms, surrogates, and beyond the last code point.
  uint8_t Second = Byte(1);
  if ((First == 0xE0 && Second < 0xA0) || (First == 0xED && Second >= 0xA0) ||
      (First == 0xF0 && Second < 0x90) || (First == 0xF4 && Second >= 0x90))
    return 0;
  return Length;
}

size_t countCodePoints(std::string_view Text) {
  size_t Count = 0;
  for (; !Text.empty(); ++Count)
    Text.remove_prefix(utf8Step(Text));
  return Count;
}

void appendUtf8(std::string &Text, uint32_t CodePoint) {
  assert(CodePoint <= 0x10FFFF && (CodePoint < 0xD800 || CodePoint > 0xDFFF) &&
         "not a code point");
  auto Tail = [&](int Shift) {
    Text += char(0x80 | ((CodePoint >> Shift) & 0x3F));
  };
  if (CodePoint < 0x80) {
    Text += char(CodePoint);
  } else if (CodePoint < 0x800) {
    Text += char(0xC0 | (CodePoint >> 6));
    Tail(0);
  } else if (CodePoint < 0x10000) {
    Text += char(0xE0 | (CodePoint >> 12));
    Tail(6);
    Tail(0);
  } else {
    Text += char(0xF0 | (CodePoint >> 18));
    Tail(12);
    Tail(6);
    Tail(0);
  }
}

} // namespace jitrun
