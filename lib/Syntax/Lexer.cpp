#include "Syntax/Lexer.h"

#include "Support/Diagnostics.h"
#include "Support/Utf8.h"
#include "Syntax/Literals.h"

#include "llvm/ADT/StringSwitch.h"

namespace jitrun::syntax {

std::string_view tokenName(TokenKind Kind) {
  static constexpr std::string_view Names[] = {
#define JITRUN_TOKEN(Name, Description) #Name,
#define JITRUN_PUNCTUATOR(Name, Spelling) #Name,
#define JITRUN_KEYWORD(Name, Spelling) #Name,
#include "Syntax/TokenKinds.def"
  };
  return Names[size_t(Kind)];
}

std::string describe(TokenKind Kind) {
  static constexpr std::string_view Texts[] = {
#define JITRUN_TOKEN(Name, Description) Description,
#define JITRUN_PUNCTUATOR(Name, Spelling) "'" Spelling "'",
#define JITRUN_KEYWORD(Name, Spelling) "'" Spelling "'",
#include "Syntax/TokenKinds.def"
  };
  return std::string(Texts[size_t(Kind)]);
}

namespace {

bool isDigit(char C) { return C >= '0' && C <= '9'; }
bool isNameStart(char C) {
  return (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z') || C == '_';
}
bool isSpace(char C) {
  return C == ' ' || (C >= '\t' && C <= '\r'); // \t \n \v \f \r
}

TokenKind keywordOrName(std::string_view Text) {
  return llvm::StringSwitch<TokenKind>(Text)
#define JITRUN_KEYWORD(Name, Spelling) .Case(Spelling, TokenKind::Name)
#include "Syntax/TokenKinds.def"
      .Default(TokenKind::Identifier);
}

/// What people write, or paste, for something that the language has.
std::string_view meantBy(std::string_view CodePoint) {
  return llvm::StringSwitch<std::string_view>(CodePoint)
      .Case("#", "comments begin with '//'; there is no preprocessor")
      .Case("\\", "a statement may go on in the next line without a '\\'")
      .Cases({"\u201c", "\u201d", "\u201e"}, "write '\"'")
      .Cases({"\u2018", "\u2019"}, "write '''")
      .Cases({"\u2212", "\u2013", "\u2014"}, "write '-'")
      .Cases({"\u00d7", "\u22c5", "\u00b7"}, "write '*'")
      .Case("\u00f7", "write '/'")
      .Case("\u2264", "write '<='")
      .Case("\u2265", "write '>='")
      .Case("\u2260", "write '!='")
      .Case("\u2192", "write '->'")
      .Case("\u00a0", "this is a no-break space; write a plain one")
      .Default("");
}

struct Punctuator {
  std::string_view Spelling;
  TokenKind Kind = TokenKind::Error;
};

/// The punctuators by their first character.
struct PunctuatorTable {
  Punctuator ByFirst[128][6] = {};

  constexpr void add(std::string_view Spelling, TokenKind Kind) {
    // Past the end of the row is an error when this is evaluated.
    size_t I = 0;
    auto &Row = ByFirst[uint8_t(Spelling[0])];
    while (!Row[I].Spelling.empty())
      ++I;
    Row[I] = {Spelling, Kind};
  }
  constexpr PunctuatorTable() {
#define JITRUN_PUNCTUATOR(Name, Spelling) add(Spelling, TokenKind::Name);
#include "Syntax/TokenKinds.def"
  }
};
constexpr PunctuatorTable Punctuators;

class Lexer {
public:
  Lexer(FileId File, DiagnosticEngine &Diags)
      : Diags(Diags), Text(Diags.sources().text(File)),
        Begin(Diags.sources().begin(File)) {}

  std::vector<Token> run();

private:
  char peek(size_t Ahead = 0) const {
    return At + Ahead < Text.size() ? Text[At + Ahead] : '\0';
  }
  SourceLocation location(size_t Offset) const {
    return Begin.advanced(uint32_t(Offset));
  }
  SourceRange rangeFrom(size_t Start) const {
    return {location(Start), location(At)};
  }

  /// False at the end of an unterminated comment.
  bool skipSpace();
  bool skipBlockComment();
  TokenKind next();
  TokenKind punctuator();
  TokenKind number();
  TokenKind text();
  TokenKind character();
  TokenKind unknown();
  bool startsToken() const;
  bool endsOperand() const;

  DiagnosticEngine &Diags;
  std::string_view Text;
  SourceLocation Begin;
  size_t At = 0;
  bool SeenNewline = true;
  std::vector<Token> Tokens;
};

std::vector<Token> Lexer::run() {
  Tokens.reserve(Text.size() / 4 + 2);
  if (Text.starts_with("\xEF\xBB\xBF"))
    At = 3;
  if (Text.substr(At).starts_with("#!"))
    At = std::min(Text.find('\n', At), Text.size());
  size_t LastEnd = ~size_t(0);
  while (true) {
    size_t Before = At;
    if (!skipSpace())
      Tokens.push_back(
          {TokenKind::Error, SeenNewline, false, location(Before), 0});
    size_t Start = At;
    Token T;
    T.AtLineStart = SeenNewline;
    T.Glued = Start == LastEnd;
    T.Loc = location(Start);
    SeenNewline = false;
    T.Kind = At == Text.size() ? TokenKind::End : next();
    T.Length = uint32_t(At - Start);
    Tokens.push_back(T);
    if (T.is(TokenKind::End))
      return std::move(Tokens);
    LastEnd = At;
  }
}

bool Lexer::skipSpace() {
  while (true) {
    char C = peek();
    if (isSpace(C)) {
      SeenNewline |= C == '\n';
      ++At;
    } else if (C == '/' && peek(1) == '/') {
      At = std::min(Text.find('\n', At), Text.size());
    } else if (C == '/' && peek(1) == '*') {
      if (!skipBlockComment())
        return false;
    } else {
      return true;
    }
  }
}

bool Lexer::skipBlockComment() {
  size_t Start = At;
  unsigned Depth = 0;
  while (At < Text.size()) {
    if (peek() == '/' && peek(1) == '*') {
      ++Depth;
      At += 2;
    } else if (peek() == '*' && peek(1) == '/') {
      At += 2;
      if (--Depth == 0)
        return true;
    } else {
      SeenNewline |= peek() == '\n';
      ++At;
    }
  }
  Diags.report({location(Start), location(Start + 2)},
               diag::UnterminatedComment);
  return false;
}

/// Whether a '.' now selects a field of what came before.
bool Lexer::endsOperand() const {
  if (Tokens.empty())
    return false;
  switch (Tokens.back().Kind) {
  case TokenKind::Identifier:
  case TokenKind::Integer:
  case TokenKind::Float:
  case TokenKind::Char:
  case TokenKind::String:
  case TokenKind::RightParen:
  case TokenKind::RightBracket:
  case TokenKind::RightBrace:
    return true;
  default:
    return false;
  }
}

TokenKind Lexer::next() {
  char C = peek();
  if (isNameStart(C)) {
    size_t Start = At;
    do
      ++At;
    while (isNameStart(peek()) || isDigit(peek()));
    return keywordOrName(Text.substr(Start, At - Start));
  }
  if (isDigit(C) || (C == '.' && isDigit(peek(1)) && !endsOperand()))
    return number();
  if (C == '"')
    return text();
  if (C == '\'')
    return character();
  return punctuator();
}

TokenKind Lexer::number() {
  // In `t.0.1` the 0 and the 1 are fields.
  if (!Tokens.empty() && Tokens.back().is(TokenKind::Dot)) {
    while (isDigit(peek()))
      ++At;
    return TokenKind::Integer;
  }
  NumberShape Shape = scanNumber(Text.substr(At));
  At += Shape.End;
  return Shape.IsFloat ? TokenKind::Float : TokenKind::Integer;
}

TokenKind Lexer::text() {
  size_t Start = At++;
  while (At < Text.size() && peek() != '"' && peek() != '\n')
    At += peek() == '\\' && At + 1 < Text.size() && peek(1) != '\n' ? 2 : 1;
  if (peek() == '"' && At < Text.size()) {
    ++At;
    return TokenKind::String;
  }
  Diags.report(rangeFrom(Start), diag::UnterminatedText)
      .fix("a text ends on its line; write '\\n' for a new line in it");
  return TokenKind::Error;
}

TokenKind Lexer::character() {
  size_t Start = At++;
  size_t Opened = At;
  while (At < Text.size() && peek() != '\'' && peek() != '\n')
    At += peek() == '\\' && At + 1 < Text.size() && peek(1) != '\n' ? 2 : 1;
  if (peek() == '\'' && At < Text.size()) {
    ++At;
    return TokenKind::Char;
  }
  // The quote may be a stray one: leave the rest of the line alone.
  At = Opened;
  Diags.report(rangeFrom(Start), diag::UnterminatedCharacter);
  return TokenKind::Error;
}

TokenKind Lexer::punctuator() {
  std::string_view Rest = Text.substr(At, 3);
  TokenKind Found = TokenKind::Error;
  size_t Length = 0;
  if (auto First = uint8_t(Rest[0]); First < 128)
    for (const Punctuator &P : Punctuators.ByFirst[First])
      if (P.Spelling.size() > Length && Rest.starts_with(P.Spelling)) {
        Found = P.Kind;
        Length = P.Spelling.size();
      }
  if (Length == 0)
    return unknown();
  At += Length;
  return Found;
}

bool Lexer::startsToken() const {
  char C = peek();
  return isSpace(C) || isNameStart(C) || isDigit(C) ||
         std::string_view("()[]{},;:?.=!<>+-*/%@&|^~\"'").find(C) !=
             std::string_view::npos;
}

/// Takes a whole run of what cannot be read, so that binary rubbish does not
/// use up the error limit with its first bytes.
TokenKind Lexer::unknown() {
  size_t Start = At;
  std::string_view First = Text.substr(At, utf8Step(Text.substr(At)));
  bool IsUtf8 = utf8Length(First) != 0;
  do
    At += utf8Step(Text.substr(At));
  while (At < Text.size() && !startsToken());
  if (IsUtf8)
    Diags.report(rangeFrom(Start), diag::UnknownCharacter)
            .fix(std::string(meantBy(First)))
        << quoted(First);
  else
    Diags.report(rangeFrom(Start), diag::InvalidUtf8);
  return TokenKind::Error;
}

} // namespace

std::vector<Token> lex(FileId File, DiagnosticEngine &Diags) {
  return Lexer(File, Diags).run();
}

std::string dumpTokens(const std::vector<Token> &Tokens,
                       const SourceManager &Sources) {
  std::string Out;
  for (const Token &T : Tokens) {
    PresumedLocation Place = Sources.presumed(T.Loc);
    Out +=
        std::to_string(Place.Line) + ':' + std::to_string(Place.Column) + ' ';
    Out += tokenName(T.Kind);
    switch (T.Kind) {
    case TokenKind::Error:
    case TokenKind::Identifier:
    case TokenKind::Integer:
    case TokenKind::Float:
    case TokenKind::Char:
    case TokenKind::String: {
      std::string Text = quoted(Sources.text(T.range()));
      Out += ' ' + Text.substr(1, Text.size() - 2);
      break;
    }
    default:
      break;
    }
    Out += '\n';
  }
  return Out;
}

} // namespace jitrun::syntax
