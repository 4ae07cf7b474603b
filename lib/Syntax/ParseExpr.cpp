#include "Syntax/ParserImpl.h"

namespace jitrun::syntax {

/// Between the multiplicative and the unary operators.
static constexpr unsigned CastPrecedence = 10;
static constexpr unsigned ComparisonPrecedence = 3;

static bool isAssignOperator(TokenKind K) {
  switch (K) {
  case TokenKind::Equal:
#define JITRUN_ASSIGN_OP(Token, Spelling, Binary) case TokenKind::Token:
#include "Syntax/Operators.def"
    return true;
  default:
    return false;
  }
}

Expr *Parser::parseExpr() {
  Nest Level(*this);
  return parseBinary(1);
}

Expr *Parser::parseExprOrAssign() {
  SourceLocation Begin = tok().Loc;
  Expr *Target = parseExpr();
  if (Panic || !isAssignOperator(tok().Kind))
    return Target;
  bool IsCompound = true;
  BinaryOp Op = BinaryOp::Add;
  switch (tok().Kind) {
#define JITRUN_ASSIGN_OP(Token, Spelling, Binary)                              \
  case TokenKind::Token:                                                       \
    Op = BinaryOp::Binary;                                                     \
    break;
#include "Syntax/Operators.def"
  default:
    IsCompound = false;
  }
  Token OpToken = take();
  Expr *Value = parseExpr();
  rejectAssignment();
  return make<AssignExpr>(from(Begin), IsCompound, Op, OpToken.range(), Target,
                          Value);
}

void Parser::rejectAssignment() {
  if (Panic || !isAssignOperator(tok().Kind))
    return;
  auto D = fail(tok().range(), diag::AssignInExpression);
  if (at(TokenKind::Equal))
    D.fix("write '==' to compare");
}

void Parser::rejectRange() {
  if (!Panic && (at(TokenKind::DotDot) || at(TokenKind::DotDotEqual)))
    fail(tok().range(), diag::RangeAsValue);
}

bool Parser::binaryOperator(BinaryOp &Op, unsigned &Precedence) {
  switch (tok().Kind) {
#define JITRUN_BINARY_OP(Name, Token, Spelling, P)                             \
  case TokenKind::Token:                                                       \
    Op = BinaryOp::Name;                                                       \
    Precedence = P;                                                            \
    return true;
#include "Syntax/Operators.def"
  case TokenKind::Identifier: {
    // `a and b`, on one line: two names in a row are wrong in any case.
    bool IsAnd = text(tok()) == "and";
    if (tok().AtLineStart || (!IsAnd && text(tok()) != "or"))
      return false;
    Op = IsAnd ? BinaryOp::LogicalAnd : BinaryOp::LogicalOr;
    Precedence = IsAnd ? 2 : 1;
    return true;
  }
  default:
    return false;
  }
}

Expr *Parser::makeBinary(BinaryOp Op, SourceRange OpRange, Expr *L, Expr *R) {
  return make<BinaryExpr>(L->Range.through(R->Range), Op, OpRange, L, R);
}

Expr *Parser::parseBinary(unsigned MinPrecedence) {
  Expr *Left = parseUnary();
  while (!Panic) {
    if (at(TokenKind::As)) {
      if (CastPrecedence < MinPrecedence)
        break;
      take();
      const TypeExpr *Target = parseType();
      Left = make<CastExpr>(from(Left->Range.Begin), Left, Target);
      continue;
    }
    BinaryOp Op;
    unsigned Precedence;
    // `**` binds tighter than the unary operators and has been taken there.
    if (!binaryOperator(Op, Precedence) || Precedence < MinPrecedence ||
        Op == BinaryOp::Power)
      break;
    Token OpToken = take();
    if (OpToken.is(TokenKind::Identifier))
      complain(OpToken.range(), diag::WordOperator)
              .fix("write '" + std::string(spelling(Op)) + "'")
          << spelling(Op) << text(OpToken);
    Expr *Right = parseBinary(Precedence + 1);
    if (Precedence == ComparisonPrecedence && isa<BinaryExpr>(Left) &&
        !Left->Parenthesized && isComparison(cast<BinaryExpr>(Left)->Op))
      rejectChain(Left, OpToken, Right);
    Left = makeBinary(Op, OpToken.range(), Left, Right);
  }
  return Left;
}

void Parser::rejectChain(const Expr *Left, const Token &OpToken,
                         const Expr *Right) {
  std::string Middle = snippet(cast<BinaryExpr>(Left)->Right->Range);
  complain(OpToken.range(), diag::ChainedComparison)
      .fix("write '" + snippet(Left->Range) + " && " + Middle + ' ' +
           std::string(text(OpToken)) + ' ' + snippet(Right->Range) + "'");
}

Expr *Parser::parseUnary() {
  UnaryOp Op;
  switch (tok().Kind) {
#define JITRUN_UNARY_OP(Name, Token, Spelling)                                 \
  case TokenKind::Token:                                                       \
    Op = UnaryOp::Name;                                                        \
    break;
#include "Syntax/Operators.def"
  case TokenKind::Plus:
    complain(tok().range(), diag::NoUnaryPlus).fix("leave it out");
    take();
    [[fallthrough]];
  default:
    return parsePower();
  }
  if (Panic)
    return errorExpr();
  Nest Level(*this);
  SourceLocation Begin = take().Loc;
  Expr *Operand = parseUnary();
  return make<UnaryExpr>(from(Begin), Op, Operand);
}

Expr *Parser::parsePower() {
  Expr *Base = parsePostfix();
  if (Panic || !at(TokenKind::StarStar))
    return Base;
  Nest Level(*this);
  Token OpToken = take();
  return makeBinary(BinaryOp::Power, OpToken.range(), Base, parseUnary());
}

Expr *Parser::parsePostfix() {
  Expr *E = parsePrimary();
  while (!Panic) {
    switch (tok().Kind) {
    case TokenKind::LeftParen: {
      List<Argument> Args = parseArguments();
      E = make<CallExpr>(from(E->Range.Begin), E, Args);
      continue;
    }
    case TokenKind::LeftBracket:
      E = parseIndex(E);
      continue;
    case TokenKind::Dot:
      E = parseMember(E);
      continue;
    case TokenKind::PlusPlus:
      fail(tok().range(), diag::NoIncrement)
              .fix("write '" + snippet(E->Range) + " += 1'")
          << "++";
      return E;
    case TokenKind::Minus:
      // `i--;`; but `a --b` is a minus negated.
      if (tok().Glued && peek().is(TokenKind::Minus) && peek().Glued &&
          (peek(2).is(TokenKind::Semicolon) || peek(2).is(TokenKind::End) ||
           peek(2).is(TokenKind::RightBrace) ||
           peek(2).is(TokenKind::RightParen)))
        fail({tok().Loc, peek().end()}, diag::NoIncrement)
                .fix("write '" + snippet(E->Range) + " -= 1'")
            << "--";
      return E;
    default:
      return E;
    }
  }
  return E;
}

Expr *Parser::parseMember(Expr *Base) {
  take();
  Token Name = tok();
  if (accept(TokenKind::Integer)) {
    std::string_view Digits = text(Name);
    uint32_t Index = 0;
    bool TooBig = Digits.size() > 6;
    for (char C : Digits.substr(0, 6)) {
      TooBig |= C < '0' || C > '9';
      Index = Index * 10 + uint32_t(C - '0');
    }
    if (TooBig) {
      complain(Name.range(), diag::IndexTooBig);
      return make<ErrorExpr>(from(Base->Range.Begin));
    }
    return make<TupleFieldExpr>(from(Base->Range.Begin), Base, Index,
                                Name.range());
  }
  if (!accept(TokenKind::Identifier)) {
    fail(tok().range(), diag::ExpectedName) << "a field name" << found();
    return make<ErrorExpr>(from(Base->Range.Begin));
  }
  Identifier Field{text(Name), Name.range()};
  if (!at(TokenKind::LeftParen))
    return make<FieldExpr>(from(Base->Range.Begin), Base, Field);
  List<Argument> Args = parseArguments();
  return make<MethodCallExpr>(from(Base->Range.Begin), Base, Field, Args);
}

List<Argument> Parser::parseArguments() {
  Token Open = take();
  std::vector<Argument> Args;
  bool SeenNamed = false;
  if (!at(TokenKind::RightParen))
    do {
      Argument A{};
      SourceLocation Begin = tok().Loc;
      if (at(TokenKind::Identifier) && peek().is(TokenKind::Colon)) {
        Token Name = take();
        take();
        A.Name = {text(Name), Name.range()};
        SeenNamed = true;
      }
      A.Value = parseExpr();
      rejectAssignment();
      rejectRange();
      if (SeenNamed && !A.isNamed())
        complain(from(Begin), diag::PositionalAfterNamed);
      Args.push_back(A);
    } while (separator(TokenKind::RightParen, "argument"));
  expectClosing(TokenKind::RightParen, Open);
  return list(Args);
}

Subscript Parser::parseSubscript() {
  Subscript S;
  SourceLocation Begin = tok().Loc;
  if (!at(TokenKind::DotDot) && !at(TokenKind::DotDotEqual))
    S.Lo = parseExpr();
  if (at(TokenKind::DotDot) || at(TokenKind::DotDotEqual)) {
    S.IsSlice = true;
    S.Inclusive = at(TokenKind::DotDotEqual);
    if (!Panic)
      take();
    if (S.Inclusive || (startsExpression() && !atName("by")))
      S.Hi = parseExpr();
    if (atName("by") && accept(TokenKind::Identifier))
      S.Step = parseExpr();
  }
  S.Range = from(Begin);
  return S;
}

/// Whether \p E, read as a type, names a built-in one, so that it can be
/// nothing else.
static bool isSurelyType(const Expr *E) {
  if (auto *N = dyn_cast<NameExpr>(E))
    return isBuiltinTypeName(N->Name);
  if (auto *R = dyn_cast<RepeatExpr>(E))
    return isSurelyType(R->Value);
  if (auto *T = dyn_cast<TupleExpr>(E))
    for (const Expr *Element : T->Elements)
      if (isSurelyType(Element))
        return true;
  return false;
}

Expr *Parser::parseIndex(Expr *Base) {
  SourceLocation Begin = Base->Range.Begin;
  bool IsArrayType =
      peek().is(TokenKind::Comma) || peek().is(TokenKind::RightBracket);
  if (IsArrayType || isSurelyType(Base))
    if (const TypeExpr *Element = asTypeExpr(Memory, Base)) {
      if (IsArrayType)
        Element = parseTypeSuffixes(Element);
      return parseZeroArray(Element, Begin);
    }
  Token Open = take();
  std::vector<Subscript> Subscripts;
  do
    Subscripts.push_back(parseSubscript());
  while (separator(TokenKind::RightBracket, "index"));
  expectClosing(TokenKind::RightBracket, Open);
  return make<IndexExpr>(from(Begin), Base, list(Subscripts));
}

Expr *Parser::parseZeroArray(const TypeExpr *Element, SourceLocation Begin) {
  if (Panic)
    return make<ErrorExpr>(from(Begin));
  if (!at(TokenKind::LeftBracket)) {
    fail(from(Begin), diag::TypeAsValue)
        .fix("write '" + snippet(Element->Range) +
             "[n]' for an array of n zeros");
    return make<ErrorExpr>(from(Begin));
  }
  Token Open = take();
  std::vector<const Expr *> Dims;
  do {
    Subscript S = parseSubscript();
    if (S.IsSlice)
      complain(S.Range, diag::SliceAsSize);
    Dims.push_back(S.Lo && !S.IsSlice ? S.Lo : make<ErrorExpr>(S.Range));
  } while (separator(TokenKind::RightBracket, "size"));
  expectClosing(TokenKind::RightBracket, Open);
  return make<ZeroArrayExpr>(from(Begin), Element, list(Dims));
}

Expr *Parser::parsePrimary() {
  if (Panic)
    return errorExpr();
  if (startsBlockLike())
    return parseBlockLike();
  Token T = tok();
  switch (T.Kind) {
  case TokenKind::Integer:
  case TokenKind::Float:
    return Literals.number(take());
  case TokenKind::Char:
    return Literals.character(take());
  case TokenKind::String: {
    take();
    std::string_view Value;
    if (!Literals.text(T, Value))
      return make<ErrorExpr>(T.range());
    return make<StringLiteralExpr>(T.range(), Value);
  }
  case TokenKind::True:
  case TokenKind::False:
    take();
    return make<BoolLiteralExpr>(T.range(), T.is(TokenKind::True));
  case TokenKind::Underscore:
    take();
    complain(T.range(), diag::UnderscoreAsValue);
    return make<ErrorExpr>(T.range());
  case TokenKind::Identifier:
    return parseName();
  case TokenKind::LeftParen:
    return parseParenthesized();
  case TokenKind::LeftBracket:
    return parseBracketed();
  case TokenKind::Fn:
    return parseLambda();
  case TokenKind::Return:
  case TokenKind::Break:
  case TokenKind::Continue:
    return parseJump();
  case TokenKind::DotDot:
  case TokenKind::DotDotEqual:
    fail(T.range(), diag::RangeAsValue);
    return errorExpr();
  case TokenKind::PlusPlus:
    fail(T.range(), diag::NoIncrement)
            .fix("write '" + (peek().is(TokenKind::Identifier)
                                  ? std::string(text(peek())) + " += 1'"
                                  : std::string("x += 1'")))
        << "++";
    return errorExpr();
  case TokenKind::Else:
    fail(T.range(), diag::ElseWithoutIf);
    return errorExpr();
  default: {
    auto D = fail(T.range(), diag::ExpectedExpression);
    D << found();
    // `===`, `!==`, `<>`.
    TokenKind Before = Pos ? Tokens[Pos - 1].Kind : TokenKind::End;
    if (T.Glued && T.is(TokenKind::Equal) && Before == TokenKind::EqualEqual)
      D.fix("write '=='");
    else if (T.Glued &&
             ((T.is(TokenKind::Equal) && Before == TokenKind::BangEqual) ||
              (T.is(TokenKind::Greater) && Before == TokenKind::Less)))
      D.fix("write '!='");
    return errorExpr();
  }
  }
}

Expr *Parser::parseName() {
  Token T = take();
  std::string_view Name = text(T);
  if (Name == "not" && !tok().AtLineStart &&
      (at(TokenKind::Identifier) || at(TokenKind::True) ||
       at(TokenKind::False))) {
    complain(T.range(), diag::WordOperator).fix("write '!'") << "!" << "not";
    Nest Level(*this);
    Expr *Operand = parseUnary();
    return make<UnaryExpr>(from(T.Loc), UnaryOp::Not, Operand);
  }
  return make<NameExpr>(T.range(), Name);
}

Expr *Parser::parseParenthesized() {
  Token Open = take();
  std::vector<const Expr *> Elements;
  if (accept(TokenKind::RightParen))
    return make<TupleExpr>(from(Open.Loc), list(Elements));
  Expr *First = parseExpr();
  rejectAssignment();
  rejectRange();
  Elements.push_back(First);
  bool SeenComma = at(TokenKind::Comma);
  while (separator(TokenKind::RightParen, "element"))
    Elements.push_back(parseExpr());
  expectClosing(TokenKind::RightParen, Open);
  if (Elements.size() == 1) {
    if (SeenComma)
      complain(from(Open.Loc), diag::OneElementTuple).fix("leave out the ','");
    First->Parenthesized = true;
    First->Range = from(Open.Loc);
    return First;
  }
  return make<TupleExpr>(from(Open.Loc), list(Elements));
}

Expr *Parser::parseBracketed() {
  Token Open = take();
  std::vector<const Expr *> Elements;
  if (accept(TokenKind::RightBracket))
    return make<ArrayLiteralExpr>(from(Open.Loc), list(Elements));
  // `[for i in 0..n: i]`; a loop as an element needs parentheses.
  if (at(TokenKind::For))
    return parseComprehension(Open);
  Expr *First = parseExpr();
  if (accept(TokenKind::Semicolon)) {
    Expr *Count = parseExpr();
    expectClosing(TokenKind::RightBracket, Open);
    return make<RepeatExpr>(from(Open.Loc), First, Count);
  }
  if (!Panic && (at(TokenKind::DotDot) || at(TokenKind::DotDotEqual)))
    fail(tok().range(), diag::RangeAsValue)
        .fix("write '[for i in lo..hi: i]' for an array of numbers");
  Elements.push_back(First);
  while (separator(TokenKind::RightBracket, "element"))
    Elements.push_back(parseExpr());
  expectClosing(TokenKind::RightBracket, Open);
  return make<ArrayLiteralExpr>(from(Open.Loc), list(Elements));
}

Expr *Parser::parseComprehension(const Token &Open) {
  std::vector<Iteration> Clauses;
  while (accept(TokenKind::For))
    Clauses.push_back(parseIteration());
  expect(TokenKind::Colon, "after the range of the array");
  Expr *Body = parseExpr();
  expectClosing(TokenKind::RightBracket, Open);
  return make<ComprehensionExpr>(from(Open.Loc), list(Clauses), Body);
}

Expr *Parser::parseLambda() {
  SourceLocation Begin = take().Loc;
  if (at(TokenKind::Identifier)) {
    complain(tok().range(), diag::LambdaWithName)
        .fix("leave out the name, or declare the function at the top level");
    take();
  }
  List<Param> Params = parseParams(/*Typed=*/false);
  const TypeExpr *Result = parseResult();
  bool IsShort = !at(TokenKind::LeftBrace);
  Expr *Body;
  if (IsShort) {
    expect(TokenKind::Equal, "before the function's value");
    Body = parseExprOrAssign();
  } else {
    Body = parseBlock("as the function's body");
  }
  return make<LambdaExpr>(from(Begin), Params, Result, Body, IsShort);
}

} // namespace jitrun::syntax
