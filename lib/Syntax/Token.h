#ifndef JITRUN_SYNTAX_TOKEN_H
#define JITRUN_SYNTAX_TOKEN_H

#include "Support/SourceManager.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace jitrun::syntax {

enum class TokenKind : uint8_t {
#define JITRUN_TOKEN(Name, Description) Name,
#define JITRUN_PUNCTUATOR(Name, Spelling) Name,
#define JITRUN_KEYWORD(Name, Spelling) Name,
#include "Syntax/TokenKinds.def"
};

/// The kind as it is spelled in TokenKinds.def: "LeftParen".
std::string_view tokenName(TokenKind Kind);
/// For messages: "'('", "name".
std::string describe(TokenKind Kind);

/// One word of the text; holds no text itself.
struct Token {
  TokenKind Kind = TokenKind::End;
  /// First of its line.
  bool AtLineStart = false;
  /// No white space or comment before it.
  bool Glued = false;
  SourceLocation Loc;
  uint32_t Length = 0;

  SourceLocation end() const { return Loc.advanced(Length); }
  SourceRange range() const { return {Loc, end()}; }
  bool is(TokenKind K) const { return Kind == K; }
};

} // namespace jitrun::syntax

#endif
