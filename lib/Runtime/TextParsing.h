#ifndef JITRUN_RUNTIME_TEXTPARSING_H
#define JITRUN_RUNTIME_TEXTPARSING_H

#include "ABI/ExecutionContext.h"

#include <charconv>
#include <string_view>

/// Numbers from text: the whole of it, no spaces, an optional sign.
namespace jitrun::runtime {

template <class T> bool parseInteger(std::string_view S, T &Value) {
  if (S.starts_with('+') && !S.starts_with("+-"))
    S.remove_prefix(1);
  auto [End, Error] = std::from_chars(S.data(), S.data() + S.size(), Value);
  return Error == std::errc() && End == S.data() + S.size();
}

/// Decimal digits with point or exponent if need be, `inf`, `nan`. What rounds
/// to infinity is refused, as in the language's literals.
bool parseFloat(std::string_view S, double &Value);
bool parseFloat(std::string_view S, float &Value);

/// Raises Parse: cannot parse "12x" as i64.
[[noreturn]] void raiseParse(abi::ExecutionContext &Ctx, std::string_view Text,
                             const char *Type);

} // namespace jitrun::runtime

#endif // JITRUN_RUNTIME_TEXTPARSING_H
