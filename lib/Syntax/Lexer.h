#ifndef JITRUN_SYNTAX_LEXER_H
#define JITRUN_SYNTAX_LEXER_H

#include "Syntax/Token.h"

#include <vector>

namespace jitrun {
class DiagnosticEngine;
} // namespace jitrun

namespace jitrun::syntax {

/// Splits a text into tokens, the last of which is End. What cannot be a token
/// is reported and left as an Error token; any bytes are accepted.
std::vector<Token> lex(FileId File, DiagnosticEngine &Diags);

/// One line a token: "3:7 Identifier x".
std::string dumpTokens(const std::vector<Token> &Tokens,
                       const SourceManager &Sources);

} // namespace jitrun::syntax

#endif
