#ifndef JITRUN_SYNTAX_LITERALS_H
#define JITRUN_SYNTAX_LITERALS_H

#include "Syntax/AST.h"
#include "Syntax/Token.h"

#include <string>
#include <string_view>

namespace jitrun {
class DiagnosticEngine;
} // namespace jitrun

namespace jitrun::syntax {

/// The parts of a number, as ends of stretches of its text: whole digits (with
/// the prefix of another radix), point and fraction, exponent, suffix.
struct NumberShape {
  unsigned Radix = 10;
  bool IsFloat = false;
  size_t WholeEnd = 0;
  size_t FractionEnd = 0;
  size_t ExponentEnd = 0;
  size_t End = 0;
};

/// Finds the number, well formed or not, that \p Text begins with: a digit, or
/// a point and a digit.
NumberShape scanNumber(std::string_view Text);

/// Turns the tokens of literals into their values and reports what is wrong
/// with them.
class LiteralReader {
public:
  LiteralReader(DiagnosticEngine &Diags, Arena &Memory);

  /// An IntegerLiteralExpr or FloatLiteralExpr; an ErrorExpr if there is no
  /// telling the value.
  Expr *number(const Token &T);
  Expr *character(const Token &T);
  /// The text between the quotes, escapes replaced. False if it is wrong.
  bool text(const Token &T, std::string_view &Value);

private:
  Expr *error(const Token &T) const;
  Expr *integer(const Token &T, std::string_view Text,
                const NumberShape &Shape);
  bool suffix(const Token &T, std::string_view Text, const NumberShape &Shape,
              LiteralSuffix &Result);
  /// Appends what the escape at the start of \p Rest means and removes it.
  /// Bytes: `\x80` and above are allowed.
  bool escape(SourceLocation At, std::string_view &Rest, bool Bytes,
              std::string &Out);

  DiagnosticEngine &Diags;
  const SourceManager &Sources;
  Arena &Memory;
};

/// \p Bytes in quotes, fit for a message: control characters and what is not
/// UTF-8 as `\x1b`.
std::string quoted(std::string_view Bytes);

} // namespace jitrun::syntax

#endif
