#ifndef JITRUN_SUPPORT_UTF8_H
#define JITRUN_SUPPORT_UTF8_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jitrun {

/// Length in bytes of the well-formed code point that \p Text begins with, 0
/// if there is none (empty, cut off, overlong, a surrogate, past U+10FFFF).
size_t utf8Length(std::string_view Text);

/// Like utf8Length, but takes a byte that is not UTF-8 as one code point.
/// \p Text must not be empty.
inline size_t utf8Step(std::string_view Text) {
  size_t Length = utf8Length(Text);
  return Length ? Length : 1;
}

/// Each byte that is not UTF-8 counts as one.
size_t countCodePoints(std::string_view Text);

/// Appends \p CodePoint, which is no surrogate and at most 0x10FFFF.
void appendUtf8(std::string &Text, uint32_t CodePoint);

} // namespace jitrun

#endif
