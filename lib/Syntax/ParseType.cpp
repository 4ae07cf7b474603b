#include "Syntax/ParserImpl.h"

namespace jitrun::syntax {

bool isBuiltinTypeName(std::string_view Name) {
  static constexpr std::string_view Names[] = {
      "bool", "i8",  "i16", "i32", "i64",  "u8",  "u16", "u32",
      "u64",  "f32", "f64", "f16", "bf16", "str", "any"};
  for (std::string_view N : Names)
    if (N == Name)
      return true;
  return false;
}

const TypeExpr *asTypeExpr(Arena &Memory, const Expr *E) {
  if (auto *N = dyn_cast<NameExpr>(E))
    return Memory.create<NamedTypeExpr>(N->Range, N->Name);
  if (auto *R = dyn_cast<RepeatExpr>(E)) {
    const TypeExpr *Element = asTypeExpr(Memory, R->Value);
    return Element
               ? Memory.create<FixedArrayTypeExpr>(R->Range, Element, R->Count)
               : nullptr;
  }
  auto *T = dyn_cast<TupleExpr>(E);
  if (!T)
    return nullptr;
  std::vector<const TypeExpr *> Elements;
  for (const Expr *Element : T->Elements)
    if (const TypeExpr *Type = asTypeExpr(Memory, Element))
      Elements.push_back(Type);
    else
      return nullptr;
  return Memory.create<TupleTypeExpr>(T->Range, Memory.copy(Elements));
}

const TypeExpr *Parser::parseType() {
  Nest Level(*this);
  if (Panic)
    return make<ErrorTypeExpr>(tok().range());
  Token T = tok();
  const TypeExpr *Result = nullptr;
  std::vector<const TypeExpr *> Elements;
  switch (T.Kind) {
  case TokenKind::Identifier:
    take();
    Result = make<NamedTypeExpr>(T.range(), text(T));
    break;
  case TokenKind::LeftParen: {
    take();
    bool SeenComma = false;
    if (!at(TokenKind::RightParen))
      do {
        Elements.push_back(parseType());
        SeenComma |= at(TokenKind::Comma);
      } while (separator(TokenKind::RightParen, "type"));
    expectClosing(TokenKind::RightParen, T);
    if (Elements.size() == 1 && SeenComma)
      complain(from(T.Loc), diag::OneElementTuple).fix("leave out the ','");
    Result = Elements.size() == 1
                 ? Elements[0]
                 : make<TupleTypeExpr>(from(T.Loc), list(Elements));
    break;
  }
  case TokenKind::LeftBracket: {
    take();
    const TypeExpr *Element = parseType();
    if (!Panic && !at(TokenKind::Semicolon))
      fail(afterPrev(), diag::FixedArrayWithoutCount)
          .fix("write '[" + snippet(Element->Range) + "; 4]', or '" +
               snippet(Element->Range) + "[]' for an array of any size");
    accept(TokenKind::Semicolon);
    const Expr *Count = parseExpr();
    expectClosing(TokenKind::RightBracket, T);
    Result = make<FixedArrayTypeExpr>(from(T.Loc), Element, Count);
    break;
  }
  case TokenKind::Fn: {
    take();
    Token Open = tok();
    expect(TokenKind::LeftParen, "after 'fn'");
    if (!at(TokenKind::RightParen) && !Panic)
      do
        Elements.push_back(parseType());
      while (separator(TokenKind::RightParen, "type"));
    expectClosing(TokenKind::RightParen, Open);
    const TypeExpr *Value = parseResult();
    // A `[]` after the result type has been taken as part of that.
    return make<FunctionTypeExpr>(from(T.Loc), list(Elements), Value);
  }
  default:
    fail(T.range(), diag::ExpectedType) << found();
    return make<ErrorTypeExpr>(T.range());
  }
  Result = parseTypeSuffixes(Result);
  if (!Panic && at(TokenKind::LeftBracket)) {
    Token Open = take();
    const Expr *Count = parseExpr();
    std::string Element = snippet(Result->Range);
    complain({Open.Loc, prevEnd()}, diag::SizeInType)
        .fix("write '" + Element + "[]', or '[" + Element + "; " +
             snippet(Count->Range) + "]' for an array of fixed size");
    expectClosing(TokenKind::RightBracket, Open);
  }
  return Result;
}

const TypeExpr *Parser::parseTypeSuffixes(const TypeExpr *T) {
  SourceLocation Begin = T->Range.Begin;
  while (!Panic && at(TokenKind::LeftBracket)) {
    Token Open = tok();
    if (!peek().is(TokenKind::RightBracket) && !peek().is(TokenKind::Comma))
      return T;
    take();
    unsigned Rank = 1;
    while (accept(TokenKind::Comma))
      ++Rank;
    expectClosing(TokenKind::RightBracket, Open);
    T = make<ArrayTypeExpr>(from(Begin), T, Rank);
  }
  return T;
}

const TypeExpr *Parser::parseResult() {
  if (!Panic && at(TokenKind::Colon)) {
    complain(tok().range(), diag::ResultAfterColon).fix("write '->'");
    take();
  } else if (!accept(TokenKind::Arrow)) {
    return nullptr;
  }
  return parseType();
}

//===----------------------------------------------------------------------===//
// Patterns

const Pattern *Parser::parsePattern(bool InLet) {
  SourceLocation Begin = tok().Loc;
  const Pattern *First = parseAlternative(InLet);
  if (InLet || Panic)
    return First;
  if (at(TokenKind::PipePipe)) {
    fail(tok().range(), diag::MatchAlternatives).fix("write '|'");
    return First;
  }
  if (!at(TokenKind::Pipe))
    return First;
  std::vector<const Pattern *> Alternatives{First};
  while (accept(TokenKind::Pipe))
    Alternatives.push_back(parseAlternative(InLet));
  return make<OrPattern>(from(Begin), list(Alternatives));
}

const Pattern *Parser::parseAlternative(bool InLet) {
  Nest Level(*this);
  Token T = tok();
  if (Panic)
    return make<ErrorPattern>(T.range());
  switch (T.Kind) {
  case TokenKind::Underscore:
    take();
    if (!InLet && accept(TokenKind::Colon))
      return parseTypedPattern(T);
    return make<WildcardPattern>(T.range());
  case TokenKind::Identifier:
    return parseNamedPattern(InLet);
  case TokenKind::LeftParen: {
    List<const Pattern *> Elements = parsePatternList(InLet, nullptr);
    if (Elements.size() == 1)
      return Elements[0];
    return make<TuplePattern>(from(T.Loc), Elements);
  }
  case TokenKind::Integer:
  case TokenKind::Float:
  case TokenKind::Char:
  case TokenKind::String:
  case TokenKind::True:
  case TokenKind::False:
  case TokenKind::Minus:
  case TokenKind::DotDot:
  case TokenKind::DotDotEqual:
    if (!InLet)
      return parseLiteralPattern();
    break;
  default:
    break;
  }
  if (InLet) {
    Identifier Ignored;
    declaredName(Ignored, "a name for the variable");
  } else {
    fail(T.range(), diag::ExpectedPattern) << found();
  }
  return make<ErrorPattern>(T.range());
}

List<const Pattern *> Parser::parsePatternList(bool InLet,
                                               std::vector<Identifier> *Names) {
  Token Open = take();
  std::vector<const Pattern *> Elements;
  bool SeenNamed = false;
  if (!at(TokenKind::RightParen))
    do {
      Token First = tok();
      if (Names) {
        Identifier Name{};
        if (at(TokenKind::Identifier) && peek().is(TokenKind::Colon)) {
          take();
          take();
          Name = {text(First), First.range()};
        } else if (SeenNamed) {
          complain(First.range(), diag::PositionalAfterNamed);
        }
        SeenNamed |= !Name.Text.empty();
        Names->push_back(Name);
      }
      Elements.push_back(parsePattern(InLet));
    } while (separator(TokenKind::RightParen, "pattern"));
  expectClosing(TokenKind::RightParen, Open);
  if (!SeenNamed && Names)
    Names->clear();
  return list(Elements);
}

const Pattern *Parser::parseNamedPattern(bool InLet) {
  Token T = tok();
  if (!InLet) {
    if (peek().is(TokenKind::DotDot) || peek().is(TokenKind::DotDotEqual))
      return parseLiteralPattern();
    if (peek().is(TokenKind::LeftParen) || peek().is(TokenKind::Dot)) {
      take();
      Identifier Enum;
      Identifier Variant{text(T), T.range()};
      if (accept(TokenKind::Dot)) {
        Enum = Variant;
        Token Name = tok();
        if (!accept(TokenKind::Identifier)) {
          fail(Name.range(), diag::ExpectedName)
              << "the name of a variant" << found();
          return make<ErrorPattern>(from(T.Loc));
        }
        Variant = {text(Name), Name.range()};
      }
      List<const Pattern *> Elements;
      std::vector<Identifier> Names;
      if (at(TokenKind::LeftParen))
        Elements = parsePatternList(InLet, &Names);
      return make<VariantPattern>(from(T.Loc), Enum, Variant, Elements,
                                  list(Names));
    }
  }
  Identifier Name;
  declaredName(Name, "a name");
  if (!InLet && !Panic && accept(TokenKind::Colon))
    return parseTypedPattern(T);
  return make<BindingPattern>(T.range(), Name.Text);
}

const Pattern *Parser::parseTypedPattern(Token Name) {
  const TypeExpr *Type = parseType();
  return make<TypedPattern>(from(Name.Loc),
                            Identifier{text(Name), Name.range()}, Type);
}

bool Parser::startsPatternBound() const {
  switch (tok().Kind) {
  case TokenKind::Identifier:
  case TokenKind::Integer:
  case TokenKind::Float:
  case TokenKind::Char:
  case TokenKind::String:
  case TokenKind::True:
  case TokenKind::False:
  case TokenKind::Minus:
    return true;
  default:
    return false;
  }
}

const Expr *Parser::parsePatternBound() {
  Token T = tok();
  if (!startsPatternBound()) {
    fail(T.range(), diag::ExpectedPattern) << found();
    return errorExpr();
  }
  if (accept(TokenKind::Minus)) {
    if (at(TokenKind::Integer) || at(TokenKind::Float)) {
      const Expr *Value = Literals.number(take());
      return make<UnaryExpr>(from(T.Loc), UnaryOp::Negate, Value);
    }
    fail(tok().range(), diag::ExpectedPattern) << found();
    return errorExpr();
  }
  return parsePrimary();
}

const Pattern *Parser::parseLiteralPattern() {
  SourceLocation Begin = tok().Loc;
  const Expr *Lo = startsPatternBound() ? parsePatternBound() : nullptr;
  if (Panic || (!at(TokenKind::DotDot) && !at(TokenKind::DotDotEqual)))
    return make<LiteralPattern>(from(Begin), Lo ? Lo : errorExpr());
  bool Inclusive = take().is(TokenKind::DotDotEqual);
  const Expr *Hi =
      Inclusive || startsPatternBound() ? parsePatternBound() : nullptr;
  if (!Lo && !Hi && !Panic)
    fail(from(Begin), diag::ExpectedPattern).fix("write '_' for any value")
        << "'..'";
  return make<RangePattern>(from(Begin), Lo, Hi, Inclusive);
}

} // namespace jitrun::syntax
