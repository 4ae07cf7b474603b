#include "Syntax/ParserImpl.h"

namespace jitrun::syntax {

bool Parser::startsBlockLike() const {
  switch (tok().Kind) {
  case TokenKind::LeftBrace:
  case TokenKind::If:
  case TokenKind::Match:
  case TokenKind::While:
  case TokenKind::For:
  case TokenKind::Loop:
    return true;
  case TokenKind::Identifier:
    return peek().is(TokenKind::For) && text(tok()) == "parallel";
  default:
    return false;
  }
}

Expr *Parser::parseBlockLike() {
  SourceLocation Begin = tok().Loc;
  switch (tok().Kind) {
  case TokenKind::If:
    return parseIf();
  case TokenKind::Match:
    return parseMatch();
  case TokenKind::While: {
    take();
    const Expr *Condition = parseCondition();
    BlockExpr *Body = parseBlock("after the condition");
    return make<WhileExpr>(from(Begin), Condition, Body);
  }
  case TokenKind::Loop: {
    take();
    BlockExpr *Body = parseBlock("after 'loop'");
    return make<LoopExpr>(from(Begin), Body);
  }
  case TokenKind::LeftBrace:
    return parseBlock("");
  default:
    return parseFor();
  }
}

const Expr *Parser::parseCondition() {
  const Expr *Condition = parseExpr();
  if (!Panic && at(TokenKind::Equal)) {
    complain(tok().range(), diag::AssignInCondition).fix("write '=='");
    take();
    parseExpr();
    return make<ErrorExpr>(from(Condition->Range.Begin));
  }
  return Condition;
}

Expr *Parser::parseIf() {
  struct Branch {
    SourceLocation Begin;
    const Expr *Condition;
    const BlockExpr *Then;
  };
  // A chain of `else if` is gathered, as it may be long.
  std::vector<Branch> Branches;
  const Expr *Else = nullptr;
  SourceLocation Begin = take().Loc;
  while (true) {
    const Expr *Condition = parseCondition();
    const BlockExpr *Then = parseBlock("after the condition");
    Branches.push_back({Begin, Condition, Then});
    if (Panic)
      break;
    Begin = tok().Loc;
    if (atName("elif") || atName("elsif") || atName("elseif")) {
      Token Word = take();
      complain(Word.range(), diag::UseElseIf).fix("write 'else if'")
          << text(Word);
      continue;
    }
    if (!accept(TokenKind::Else))
      break;
    Begin = tok().Loc;
    if (accept(TokenKind::If))
      continue;
    Else = parseBlock("after 'else'");
    break;
  }
  Expr *Result = nullptr;
  for (size_t I = Branches.size(); I-- != 0;) {
    const Branch &B = Branches[I];
    Result = make<IfExpr>(from(B.Begin), B.Condition, B.Then, Else);
    Else = Result;
  }
  return Result;
}

Expr *Parser::parseMatch() {
  Nest Level(*this);
  SourceLocation Begin = tok().Loc;
  if (Panic)
    return errorExpr();
  take();
  const Expr *Subject = parseExpr();
  Token Open = tok();
  if (!expect(TokenKind::LeftBrace, "after what is matched"))
    return make<MatchExpr>(from(Begin), Subject, List<MatchArm>());
  std::vector<MatchArm> Arms;
  ++BlockDepth;
  while (!Panic && !atBlockEnd()) {
    size_t Before = Pos;
    MatchArm Arm;
    Arm.Match = parsePattern(/*InLet=*/false);
    if (!Panic && at(TokenKind::If))
      fail(tok().range(), diag::MatchGuard).fix("put the 'if' behind the '=>'");
    if (!Panic && (at(TokenKind::Arrow) || at(TokenKind::Colon))) {
      complain(tok().range(), diag::ExpectedToken).fix("write '=>'")
          << "'=>'" << "after the pattern" << found();
      take();
    } else {
      expect(TokenKind::FatArrow, "after the pattern");
    }
    Arm.Body = parseExprOrAssign();
    Arms.push_back(Arm);
    if (Panic && !Abandoned) {
      // Go on with the next arm.
      while (!at(TokenKind::Comma) && !atBlockEnd()) {
        if (at(TokenKind::LeftBrace))
          skipBraces();
        else
          take();
      }
      Panic = false;
    }
    if (accept(TokenKind::Comma) || atBlockEnd())
      continue;
    if (Pos != Before && (isa<BlockExpr>(Arm.Body) || tok().AtLineStart))
      complain(afterPrev(), diag::MissingComma).fix("write ',' here") << "arm";
    else
      break;
  }
  --BlockDepth;
  expectClosing(TokenKind::RightBrace, Open);
  return make<MatchExpr>(from(Begin), Subject, list(Arms));
}

/// `for (int i = 0; ...)`: a ';' in parentheses after `for`.
bool Parser::rejectCStyleFor() {
  // Far enough for a loop's head, and bounded: there may be many of them.
  constexpr size_t MaxAhead = 100;
  unsigned Depth = 0;
  bool HasSemicolon = false;
  size_t Ahead = 0;
  for (;; ++Ahead) {
    if (Ahead == MaxAhead)
      return false;
    TokenKind K = peek(Ahead).Kind;
    if (K == TokenKind::LeftParen)
      ++Depth;
    else if (K == TokenKind::RightParen && --Depth == 0)
      break;
    else if (K == TokenKind::Semicolon)
      HasSemicolon = true;
    else if (K == TokenKind::LeftBrace || K == TokenKind::RightBrace ||
             K == TokenKind::End)
      return false;
  }
  if (!HasSemicolon)
    return false;
  complain({tok().Loc, peek(Ahead).end()}, diag::CStyleFor)
      .fix("write 'for i in 0..n { ... }'");
  Pos += Ahead + 1;
  return true;
}

Expr *Parser::parseFor() {
  SourceLocation Begin = tok().Loc;
  bool IsParallel = accept(TokenKind::Identifier);
  take();
  if (at(TokenKind::LeftParen) && rejectCStyleFor()) {
    if (at(TokenKind::LeftBrace))
      parseBlock("");
    else
      Panic = true;
    return make<ErrorExpr>(from(Begin));
  }
  bool InParentheses = at(TokenKind::LeftParen) &&
                       peek().is(TokenKind::Identifier) &&
                       peek(2).is(TokenKind::In);
  Token Open = tok();
  if (InParentheses) {
    complain(tok().range(), diag::ForInParentheses)
        .fix("write 'for " + std::string(text(peek())) + " in ... { ... }'");
    take();
  }
  Iteration Over = parseIteration();
  if (InParentheses)
    expectClosing(TokenKind::RightParen, Open);
  BlockExpr *Body = parseBlock("after the range of the loop");
  return make<ForExpr>(from(Begin), IsParallel, Over, Body);
}

Iteration Parser::parseIteration() {
  Iteration I;
  SourceLocation Begin = tok().Loc;
  if (at(TokenKind::Underscore)) {
    Token T = take();
    I.Binding = {text(T), T.range()};
  } else {
    declaredName(I.Binding, "a name to count with");
  }
  if (!Panic && !at(TokenKind::In))
    fail(tok().range(), diag::ExpectedToken)
            .fix("write 'for " + std::string(I.Binding.Text) +
                 " in lo..hi { ... }'")
        << "'in'" << "after the name of the loop" << found();
  accept(TokenKind::In);
  auto AtRange = [&] {
    return at(TokenKind::DotDot) || at(TokenKind::DotDotEqual);
  };
  if (!Panic && AtRange()) {
    fail(tok().range(), diag::ForBoundMissing).fix("write '0' before it");
  } else if (Expr *First = parseExpr(); !Panic && AtRange()) {
    I.Lo = First;
    I.Inclusive = at(TokenKind::DotDotEqual);
    Token Dots = take();
    if (at(TokenKind::LeftBrace) || !startsExpression())
      fail(Dots.range(), diag::ForBoundMissing)
          .fix("write 'loop' for a loop without an end");
    I.Hi = parseExpr();
    if (atName("by") && accept(TokenKind::Identifier))
      I.Step = parseExpr();
  } else {
    I.Array = First;
  }
  if (!I.Array && !I.Hi)
    I.Array = errorExpr();
  I.Range = from(Begin);
  return I;
}

Expr *Parser::parseJump() {
  Token T = take();
  if (T.is(TokenKind::Continue))
    return make<ContinueExpr>(T.range());
  // A value begins on the same line, so that a forgotten ';' does no harm.
  const Expr *Value =
      startsExpression() && !tok().AtLineStart ? parseExpr() : nullptr;
  if (T.is(TokenKind::Return))
    return make<ReturnExpr>(from(T.Loc), Value);
  return make<BreakExpr>(from(T.Loc), Value);
}

} // namespace jitrun::syntax
