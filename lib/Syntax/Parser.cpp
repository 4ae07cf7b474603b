#include "Syntax/Parser.h"

#include "Syntax/Lexer.h"
#include "Syntax/ParserImpl.h"

#include <algorithm>

namespace jitrun::syntax {

bool Parser::accept(TokenKind K) {
  if (Panic || !at(K))
    return false;
  take();
  return true;
}

Token Parser::take() {
  Token T = tok();
  if (!T.is(TokenKind::End))
    ++Pos;
  return T;
}

bool Parser::expect(TokenKind K, std::string_view Context) {
  if (accept(K))
    return true;
  fail(tok().range(), diag::ExpectedToken) << describe(K) << Context << found();
  return false;
}

bool Parser::expectClosing(TokenKind K, const Token &Open) {
  if (accept(K))
    return true;
  auto D = fail(afterPrev(), diag::MissingClosing);
  D << describe(K) << found();
  D.note(Open.range(), "to close this " + describe(Open.Kind));
  return false;
}

bool Parser::separator(TokenKind Closing, std::string_view What) {
  if (Panic)
    return false;
  if (accept(TokenKind::Comma))
    return !at(Closing) && !at(TokenKind::End);
  if (at(Closing) || at(TokenKind::End))
    return false;
  // A name, literal or bracket that cannot go on with the element begins the
  // next one, if it stands apart.
  bool Begins = at(TokenKind::Identifier) || at(TokenKind::Integer) ||
                at(TokenKind::Float) || at(TokenKind::String) ||
                at(TokenKind::Char) || at(TokenKind::Underscore) ||
                (at(TokenKind::Semicolon) && Closing == TokenKind::RightBrace);
  if (!Begins)
    return false;
  complain(afterPrev(), diag::MissingComma).fix("write ',' here") << What;
  accept(TokenKind::Semicolon);
  return !at(Closing);
}

std::string Parser::found() const {
  switch (tok().Kind) {
  case TokenKind::Identifier:
  case TokenKind::Integer:
  case TokenKind::Float:
  case TokenKind::Char:
  case TokenKind::String: {
    std::string_view Text = text(tok());
    if (Text.size() > 40)
      return "a long " + describe(tok().Kind);
    return tok().is(TokenKind::Identifier) ? "'" + std::string(Text) + "'"
                                           : std::string(Text);
  }
  case TokenKind::End:
    return "the end of the text";
  default:
    return describe(tok().Kind);
  }
}

std::string Parser::snippet(SourceRange Range) const {
  std::string_view Text = Sources.text(Range);
  if (Text.size() > 40 || Text.find('\n') != Text.npos)
    return "...";
  return std::string(Text);
}

bool Parser::atColumnOne() const {
  if (!tok().AtLineStart)
    return false;
  SourceLocation Loc = tok().Loc;
  if (Sources.offsetInFile(Loc) == 0)
    return true;
  return Sources.text(
             SourceRange(SourceLocation::fromRaw(Loc.raw() - 1), Loc)) == "\n";
}

bool Parser::atDeclaration() const {
  switch (tok().Kind) {
  case TokenKind::Const:
  case TokenKind::Import:
  case TokenKind::Extern:
  case TokenKind::Struct:
  case TokenKind::Enum:
  case TokenKind::At:
    return true;
  case TokenKind::Fn:
    return !peek().is(TokenKind::LeftParen);
  default:
    return false;
  }
}

bool Parser::startsExpression() const {
  switch (tok().Kind) {
  case TokenKind::Identifier:
  case TokenKind::Integer:
  case TokenKind::Float:
  case TokenKind::Char:
  case TokenKind::String:
  case TokenKind::True:
  case TokenKind::False:
  case TokenKind::Underscore:
  case TokenKind::LeftParen:
  case TokenKind::LeftBracket:
  case TokenKind::LeftBrace:
  case TokenKind::Minus:
  case TokenKind::Plus:
  case TokenKind::Bang:
  case TokenKind::Tilde:
  case TokenKind::Fn:
  case TokenKind::If:
  case TokenKind::Match:
  case TokenKind::While:
  case TokenKind::For:
  case TokenKind::Loop:
  case TokenKind::Return:
  case TokenKind::Break:
  case TokenKind::Continue:
    return true;
  default:
    return false;
  }
}

DiagnosticBuilder Parser::complain(SourceRange Range, diag::Id Id) {
  return Diags.report(Range, Id, Panic);
}

DiagnosticBuilder Parser::fail(SourceRange Range, diag::Id Id) {
  // An Error token has been reported by the lexer, and so has the one that
  // swallowed the rest of the text.
  bool Quiet =
      Panic || at(TokenKind::Error) ||
      (at(TokenKind::End) && Pos && Tokens[Pos - 1].is(TokenKind::Error));
  Panic = true;
  return Diags.report(Range, Id, Quiet);
}

void Parser::abandon(SourceRange Range, diag::Id Id, unsigned Limit) {
  if (!Abandoned)
    Diags.report({Range.Begin, Range.Begin.advanced(1)}, Id)
            .fix("split it up, with 'let' or into functions")
        << Limit;
  Panic = Abandoned = true;
  Pos = Tokens.size() - 1;
}

void Parser::skipBraces() {
  unsigned Depth = 0;
  do {
    if (at(TokenKind::LeftBrace))
      ++Depth;
    else if (at(TokenKind::RightBrace))
      --Depth;
    take();
    // A declaration at the left margin says that a brace is missing.
    if (at(TokenKind::End) || (atDeclaration() && atColumnOne()))
      return;
  } while (Depth);
}

void Parser::leaveBraces() {
  if (!Panic || Abandoned)
    return;
  while (!atBlockEnd() && !(atDeclaration() && atColumnOne())) {
    if (at(TokenKind::LeftBrace))
      skipBraces();
    else
      take();
  }
  Panic = false;
  accept(TokenKind::RightBrace);
}

void Parser::synchronize() {
  if (!Panic)
    return;
  while (!at(TokenKind::End)) {
    switch (tok().Kind) {
    case TokenKind::Semicolon:
      take();
      Panic = Abandoned;
      return;
    case TokenKind::RightBrace:
      Panic = Abandoned;
      return;
    case TokenKind::LeftBrace:
      skipBraces();
      if (tok().AtLineStart) {
        Panic = Abandoned;
        return;
      }
      continue;
    case TokenKind::Let:
    case TokenKind::Var:
      Panic = Abandoned;
      return;
    case TokenKind::If:
    case TokenKind::While:
    case TokenKind::For:
    case TokenKind::Loop:
    case TokenKind::Match:
    case TokenKind::Return:
      if (tok().AtLineStart) {
        Panic = Abandoned;
        return;
      }
      break;
    default:
      if (atDeclaration() && tok().AtLineStart) {
        Panic = Abandoned;
        return;
      }
      break;
    }
    take();
  }
  Panic = Abandoned;
}

void Parser::parse(bool IsFormula) {
  std::vector<const Decl *> Decls;
  std::vector<const Stmt *> Stmts;
  const Expr *Result = nullptr;
  SourceLocation Begin = tok().Loc;
  unsigned ErrorsBefore = Diags.errorCount();
  while (!at(TokenKind::End)) {
    size_t Before = Pos;
    if (at(TokenKind::RightBrace) || at(TokenKind::RightParen) ||
        at(TokenKind::RightBracket)) {
      complain(tok().range(), diag::StrayClosing) << describe(tok().Kind);
      take();
      continue;
    }
    if (atDeclaration()) {
      if (Decl *D = parseDecl())
        Decls.push_back(D);
    } else {
      parseStmt(Stmts, Result);
    }
    synchronize();
    if (Pos == Before)
      take();
  }
  if (IsFormula && !Result && Diags.errorCount() == ErrorsBefore) {
    auto D = Diags.report(afterPrev(), diag::FormulaWithoutValue);
    if (Pos && Tokens[Pos - 1].is(TokenKind::Semicolon))
      D.fix("leave out the ';' after it");
  }
  if (Abandoned) {
    // Some tree is too deep for those who would walk it.
    Decls.clear();
    Stmts.clear();
    Result = nullptr;
  }
  M.Decls = list(Decls);
  M.Main = Memory.create<BlockExpr>(from(Begin), list(Stmts), Result);
}

static std::unique_ptr<Module> parseFile(FileId File, DiagnosticEngine &Diags,
                                         bool IsFormula) {
  auto M = std::make_unique<Module>();
  M->File = File;
  Parser(lex(File, Diags), *M, Diags).parse(IsFormula);
  return M;
}

std::unique_ptr<Module> parseModule(FileId File, DiagnosticEngine &Diags) {
  return parseFile(File, Diags, /*IsFormula=*/false);
}

std::unique_ptr<Module> parseFormula(FileId File, DiagnosticEngine &Diags) {
  return parseFile(File, Diags, /*IsFormula=*/true);
}

} // namespace jitrun::syntax
