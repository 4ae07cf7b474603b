#include "Syntax/ParserImpl.h"

namespace jitrun::syntax {

BlockExpr *Parser::parseBlock(std::string_view Context) {
  Nest Level(*this);
  Token Open = tok();
  std::vector<const Stmt *> Stmts;
  const Expr *Result = nullptr;
  if (!accept(TokenKind::LeftBrace)) {
    auto D = fail(tok().range(), diag::ExpectedToken);
    D << "'{'" << Context << found();
    if (startsExpression())
      D.fix("put braces around it: '{ ... }'");
    return make<BlockExpr>(SourceRange(Open.Loc), list(Stmts), Result);
  }
  while (!atBlockEnd() && !Panic) {
    // A function at the left margin: the block's end is missing.
    if (atDeclaration() && atColumnOne())
      break;
    size_t Before = Pos;
    parseStmt(Stmts, Result);
    synchronize();
    if (Pos == Before && !atBlockEnd())
      take();
  }
  if (!accept(TokenKind::RightBrace) && !Panic) {
    auto D = complain(afterPrev(), diag::MissingClosing);
    D << "'}'" << found();
    D.note(Open.range(), "to close this '{'");
    // The blocks around this one lack theirs for the same reason.
    Panic = true;
  }
  return make<BlockExpr>(from(Open.Loc), list(Stmts), Result);
}

void Parser::parseStmt(std::vector<const Stmt *> &Stmts, const Expr *&Result) {
  Token Start = tok();
  if (accept(TokenKind::Semicolon))
    return;
  if (at(TokenKind::Let) || at(TokenKind::Var)) {
    Stmts.push_back(parseLet());
    return;
  }
  if (atDeclaration()) {
    complain(Start.range(), diag::NestedDeclaration) << text(Start);
    parseDecl();
    return;
  }
  Expr *E;
  bool IsBlockLike = startsBlockLike();
  if (IsBlockLike) {
    E = parseBlockLike();
    rejectContinuation(Start);
  } else {
    E = parseExprOrAssign();
  }
  if (!Panic && atBlockEnd()) {
    Result = E;
    return;
  }
  if (!IsBlockLike || at(TokenKind::Semicolon))
    endStatement(E);
  Stmts.push_back(make<ExprStmt>(from(Start.Loc), E));
}

/// `if c { 1 } else { 2 } + 3` at the start of a statement.
void Parser::rejectContinuation(const Token &Start) {
  BinaryOp Op;
  unsigned Precedence;
  if (Panic || at(TokenKind::Minus) ||
      (!at(TokenKind::Dot) && !at(TokenKind::As) &&
       !binaryOperator(Op, Precedence)))
    return;
  // `@fused fn` begins a declaration.
  if (at(TokenKind::At) && tok().AtLineStart)
    return;
  fail(tok().range(), diag::StatementValueUsed)
          .fix("put parentheses around it, or bind its value with 'let'")
      << text(Start) << describe(tok().Kind);
}

void Parser::endStatement(const Expr *E) {
  if (Panic || accept(TokenKind::Semicolon) || atBlockEnd())
    return;
  const Token &T = tok();
  auto *Name = dyn_cast<NameExpr>(E);
  if (Name && !Name->Parenthesized && T.is(TokenKind::Identifier) &&
      !T.AtLineStart) {
    TokenKind After = peek().Kind;
    bool IsFunction = After == TokenKind::LeftParen || After == TokenKind::Less;
    if (IsFunction && (Name->Name == "def" || Name->Name == "function" ||
                       Name->Name == "func" || Name->Name == "fun")) {
      fail(E->Range, diag::WrongFunctionWord).fix("write 'fn'") << Name->Name;
      return;
    }
    if (After == TokenKind::Equal || After == TokenKind::Semicolon ||
        After == TokenKind::Comma) {
      std::string Type = Name->Name == "int" || Name->Name == "long" ? "i64"
                         : Name->Name == "double"                    ? "f64"
                         : Name->Name == "float"                     ? "f32"
                         : Name->Name == "auto" ? ""
                                                : std::string(Name->Name);
      fail(E->Range.through(T.range()), diag::CStyleDeclaration)
          .fix("write 'let " + snippet(T.range()) +
               (Type.empty() ? "" : ": " + Type) + " = ...;'");
      return;
    }
  }
  switch (T.Kind) {
  case TokenKind::Question:
    fail(T.range(), diag::NoTernary)
        .fix("write 'if " + snippet(E->Range) + " { a } else { b }'");
    return;
  case TokenKind::DotDot:
  case TokenKind::DotDotEqual:
    fail(T.range(), diag::RangeAsValue);
    return;
  case TokenKind::Equal:
#define JITRUN_ASSIGN_OP(Token, Spelling, Binary) case TokenKind::Token:
#include "Syntax/Operators.def"
    rejectAssignment();
    return;
  case TokenKind::Else:
    fail(T.range(), diag::ElseWithoutIf);
    return;
  default:
    break;
  }
  if (T.AtLineStart || T.is(TokenKind::Let) || T.is(TokenKind::Var) ||
      T.is(TokenKind::Return) || (!startsExpression() && atDeclaration())) {
    complain(afterPrev(), diag::MissingSemicolon).fix("write ';' here");
    return;
  }
  fail(T.range(), diag::ExpectedStatementEnd) << found();
}

Stmt *Parser::parseLet() {
  Token Word = take();
  bool IsVar = Word.is(TokenKind::Var);
  if (atName("mut") && peek().is(TokenKind::Identifier)) {
    complain(tok().range(), diag::LetMut)
        .fix("write 'var " + snippet(peek().range()) + " = ...;'");
    take();
    IsVar = true;
  }
  const Pattern *Target = parsePattern(/*InLet=*/true);
  const TypeExpr *Type = nullptr;
  if (accept(TokenKind::Colon))
    Type = parseType();
  const Expr *Init;
  if (!Panic && (at(TokenKind::Semicolon) || atBlockEnd() ||
                 (tok().AtLineStart && !at(TokenKind::Equal)))) {
    complain(Target->Range, diag::MissingInitializer)
            .fix("write '" + std::string(text(Word)) + ' ' +
                 snippet(Target->Range) + " = ...;'")
        << snippet(Target->Range);
    Init = make<ErrorExpr>(Target->Range);
  } else {
    if (!Panic && at(TokenKind::Comma)) {
      fail(tok().range(), diag::SeveralNames).fix("declare each on its own")
          << text(Word);
    }
    expect(TokenKind::Equal, "before the value");
    Init = parseExpr();
    if (!Panic && at(TokenKind::Comma))
      fail(tok().range(), diag::SeveralNames).fix("declare each on its own")
          << text(Word);
  }
  endStatement(Init);
  return make<LetStmt>(from(Word.Loc), IsVar, Target, Type, Init);
}

} // namespace jitrun::syntax
