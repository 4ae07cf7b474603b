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
  ++BlockDepth;
  // A declaration at the left margin ends it too: its '}' is missing.
  while (!atBlockEnd() && !Panic) {
    size_t Before = Pos;
    parseStmt(Stmts, Result);
    synchronize();
    if (Pos == Before && !atBlockEnd())
      take();
  }
  --BlockDepth;
  // The blocks around this one lack theirs for the same reason, and stay quiet
  // in the panic.
  if (!accept(TokenKind::RightBrace) && !Panic)
    expectClosing(TokenKind::RightBrace, Open);
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
    endStatement(E, /*IsBare=*/true);
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

void Parser::endStatement(const Expr *E, bool IsBare) {
  if (Panic || accept(TokenKind::Semicolon) || atBlockEnd())
    return;
  bool Begins = at(TokenKind::Let) || at(TokenKind::Var) ||
                at(TokenKind::Return) ||
                (tok().AtLineStart && (startsExpression() || atDeclaration()));
  switch (tok().Kind) {
  case TokenKind::Question:
    fail(tok().range(), diag::NoTernary)
        .fix("write 'if " + snippet(E->Range) + " { a } else { b }'");
    return;
  case TokenKind::DotDot:
  case TokenKind::DotDotEqual:
    fail(tok().range(), diag::RangeAsValue);
    return;
  case TokenKind::Equal:
#define JITRUN_ASSIGN_OP(Token, Spelling, Binary) case TokenKind::Token:
#include "Syntax/Operators.def"
    rejectAssignment();
    return;
  case TokenKind::Else:
    fail(tok().range(), diag::ElseWithoutIf);
    return;
  default:
    if (Begins)
      complain(afterPrev(), diag::MissingSemicolon).fix("write ';' here");
    else
      rejectStatement(E, IsBare);
  }
}

/// What stands behind the expression can neither continue nor follow it:
/// perhaps another language's statement.
void Parser::rejectStatement(const Expr *E, bool IsBare) {
  const Token &T = tok();
  auto *Name = dyn_cast<NameExpr>(E);
  if (Name && IsBare && T.is(TokenKind::Identifier)) {
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
                                                : snippet(Name->Range);
      fail(E->Range.through(T.range()), diag::CStyleDeclaration)
          .fix("write 'let " + snippet(T.range()) +
               (Type.empty() ? "" : ": " + Type) + " = ...;'");
      return;
    }
  }
  auto D = fail(T.range(), diag::ExpectedStatementEnd);
  D << found();
  if (Name && IsBare && T.is(TokenKind::Colon))
    D.fix("write 'let " + snippet(E->Range) + " = ...;'");
  else if (Name && (T.is(TokenKind::String) || T.is(TokenKind::Integer) ||
                    T.is(TokenKind::Float)))
    D.fix("write '" + snippet(E->Range) + '(' + snippet(T.range()) +
          ")' to call a function");
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
