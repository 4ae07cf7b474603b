#include "Syntax/ParserImpl.h"

namespace jitrun::syntax {

bool Parser::declaredName(Identifier &Name, std::string_view What) {
  Token T = tok();
  if (accept(TokenKind::Identifier)) {
    Name = {text(T), T.range()};
    if (isBuiltinTypeName(Name.Text))
      complain(T.range(), diag::ReservedTypeName) << Name.Text;
    return true;
  }
  Name = {"", T.range()};
  std::string_view Word = text(T);
  if (T.Kind >= TokenKind::As && !T.is(TokenKind::Underscore) &&
      !Word.empty()) {
    complain(T.range(), diag::KeywordAsName) << Word;
    if (!Panic)
      take();
    return true;
  }
  fail(T.range(), diag::ExpectedName) << What << found();
  return false;
}

Decl *Parser::parseDecl() {
  SourceLocation Begin = tok().Loc;
  bool IsFused = false;
  while (accept(TokenKind::At)) {
    Token Name = tok();
    if (!expect(TokenKind::Identifier, "after '@'"))
      return nullptr;
    if (text(Name) == "fused")
      IsFused = true;
    else
      complain(Name.range(), diag::UnknownAttribute)
              .fix("the only one is '@fused'")
          << text(Name);
  }
  bool HasAttribute = Begin != tok().Loc;
  switch (tok().Kind) {
  case TokenKind::Fn:
    return parseFunction(Begin, IsFused, /*IsExtern=*/false);
  case TokenKind::Extern:
    if (HasAttribute)
      break;
    take();
    return parseFunction(Begin, IsFused, /*IsExtern=*/true);
  case TokenKind::Const:
    if (HasAttribute)
      break;
    return parseConst();
  case TokenKind::Import:
    if (HasAttribute)
      break;
    return parseImport();
  case TokenKind::Struct:
    if (HasAttribute)
      break;
    return parseStruct();
  case TokenKind::Enum:
    if (HasAttribute)
      break;
    return parseEnum();
  default:
    break;
  }
  expect(TokenKind::Fn, "after the attribute");
  return nullptr;
}

std::vector<Identifier> Parser::parseTypeParams() {
  std::vector<Identifier> Names;
  Token Open = tok();
  if (!accept(TokenKind::Less))
    return Names;
  do {
    Identifier Name;
    declaredName(Name, "a name for the type parameter");
    Names.push_back(Name);
  } while (separator(TokenKind::Greater, "type parameter"));
  expectClosing(TokenKind::Greater, Open);
  return Names;
}

void Parser::rejectTypeParams() {
  SourceLocation Begin = tok().Loc;
  if (!at(TokenKind::Less))
    return;
  parseTypeParams();
  complain(from(Begin), diag::GenericType);
}

/// `int x`, but not `x f64`.
bool Parser::atTypeBeforeName() const {
  return at(TokenKind::Identifier) && peek().is(TokenKind::Identifier) &&
         !peek().AtLineStart && !isBuiltinTypeName(text(peek()));
}

bool Parser::missingColon() {
  if (Panic || !at(TokenKind::Identifier) || tok().AtLineStart)
    return false;
  complain(tok().range(), diag::ExpectedToken).fix("write ':' before it")
      << "':'" << "after the name" << found();
  return true;
}

List<Param> Parser::parseParams(bool Typed) {
  std::vector<Param> Params;
  Token Open = tok();
  if (!expect(TokenKind::LeftParen, "before the parameters"))
    return {};
  if (!at(TokenKind::RightParen))
    do {
      Param P{};
      if (atTypeBeforeName()) {
        // `int x`
        SourceRange Range = tok().range().through(peek().range());
        complain(Range, diag::TypeBeforeName)
            .fix("write '" + snippet(peek().range()) + ": " +
                 snippet(tok().range()) + "'");
        P.Type = make<ErrorTypeExpr>(take().range());
        P.Name = {text(tok()), tok().range()};
        take();
      } else if (at(TokenKind::Underscore)) {
        Token T = take();
        P.Name = {text(T), T.range()};
      } else {
        declaredName(P.Name, "a name for the parameter");
      }
      if (accept(TokenKind::Colon) || missingColon())
        P.Type = parseType();
      if (!P.Type && Typed) {
        complain(P.Name.Range, diag::ParameterWithoutType)
                .fix("write '" + std::string(P.Name.Text) + ": f64'")
            << P.Name.Text;
        P.Type = make<ErrorTypeExpr>(P.Name.Range);
      }
      if (!Panic && at(TokenKind::Equal)) {
        complain(tok().range(), diag::DefaultArgument);
        take();
        parseExpr();
      }
      Params.push_back(P);
    } while (separator(TokenKind::RightParen, "parameter"));
  expectClosing(TokenKind::RightParen, Open);
  return list(Params);
}

Decl *Parser::parseFunction(SourceLocation Begin, bool IsFused, bool IsExtern) {
  if (!expect(TokenKind::Fn, "after 'extern'"))
    return nullptr;
  Identifier Name;
  if (!declaredName(Name, "a name for the function"))
    return nullptr;
  SourceLocation Generic = tok().Loc;
  std::vector<Identifier> TypeParams = parseTypeParams();
  if (IsExtern && !TypeParams.empty())
    complain(from(Generic), diag::ExternGeneric);
  List<Param> Params = parseParams();
  const TypeExpr *Result = parseResult();

  const Expr *Body = nullptr;
  bool IsShort = false;
  Token BodyToken = tok();
  if (at(TokenKind::LeftBrace) && !Panic) {
    Body = parseBlock("");
  } else if (accept(TokenKind::Equal)) {
    IsShort = true;
    Body = parseExprOrAssign();
    endStatement(Body);
  } else if (!Panic && at(TokenKind::FatArrow)) {
    complain(tok().range(), diag::ExpectedToken).fix("write '='")
        << "'='" << "before the function's value" << found();
    take();
    IsShort = true;
    Body = parseExprOrAssign();
    endStatement(Body);
  } else if (!IsExtern && !Panic) {
    if (at(TokenKind::Semicolon) || at(TokenKind::End) || tok().AtLineStart) {
      complain(Name.Range, diag::MissingBody)
              .fix("write '= value;' or '{ ... }', or 'extern fn' if the host "
                   "has it")
          << Name.Text;
      accept(TokenKind::Semicolon);
    } else {
      fail(tok().range(), diag::ExpectedToken)
          << "'{' or '='" << "before the function's body" << found();
    }
  } else if (IsExtern && !Panic) {
    endStatement(make<ErrorExpr>(from(Begin)));
  }
  if (IsExtern && Body) {
    complain({BodyToken.Loc, BodyToken.end()}, diag::ExternBody)
        .fix("write ';' instead, or leave out 'extern'");
    Body = nullptr;
    IsShort = false;
  }
  if (!IsExtern && !Body) {
    IsShort = true;
    Body = errorExpr();
  }
  return make<FunctionDecl>(from(Begin), Name, list(TypeParams), Params, Result,
                            Body, IsExtern, IsFused, IsShort);
}

Decl *Parser::parseConst() {
  SourceLocation Begin = take().Loc;
  Identifier Name;
  if (!declaredName(Name, "a name for the constant"))
    return nullptr;
  const TypeExpr *Type = nullptr;
  if (accept(TokenKind::Colon))
    Type = parseType();
  const Expr *Init;
  if (!Panic && at(TokenKind::Semicolon)) {
    complain(Name.Range, diag::MissingInitializer)
            .fix("write 'const " + std::string(Name.Text) + " = ...;'")
        << Name.Text;
    Init = errorExpr();
  } else {
    expect(TokenKind::Equal, "before the constant's value");
    Init = parseExpr();
    if (!Panic && at(TokenKind::Comma))
      fail(tok().range(), diag::SeveralNames).fix("declare each on its own")
          << "const";
  }
  endStatement(Init);
  return make<ConstDecl>(from(Begin), Name, Type, Init);
}

Decl *Parser::parseImport() {
  SourceLocation Begin = take().Loc;
  Token Path = tok();
  if (!accept(TokenKind::String)) {
    fail(Path.range(), diag::ExpectedToken).fix("write 'import \"file.jit\";'")
        << "a file name in quotes" << "after 'import'" << found();
    return nullptr;
  }
  std::string_view Value;
  bool Good = Literals.text(Path, Value);
  endStatement(make<ErrorExpr>(Path.range()));
  return Good ? make<ImportDecl>(from(Begin), Value, Path.range()) : nullptr;
}

Decl *Parser::parseStruct() {
  SourceLocation Begin = take().Loc;
  Identifier Name;
  if (!declaredName(Name, "a name for the struct"))
    return nullptr;
  rejectTypeParams();
  Token Open = tok();
  std::vector<FieldDecl> Fields;
  if (!expect(TokenKind::LeftBrace, "before the struct's fields"))
    return nullptr;
  if (!at(TokenKind::RightBrace))
    do {
      FieldDecl F{};
      if (atTypeBeforeName()) {
        SourceRange Range = tok().range().through(peek().range());
        complain(Range, diag::TypeBeforeName)
            .fix("write '" + snippet(peek().range()) + ": " +
                 snippet(tok().range()) + "'");
        F.Type = make<ErrorTypeExpr>(take().range());
        F.Name = {text(tok()), tok().range()};
        take();
      } else {
        declaredName(F.Name, "a name for the field");
        if (!missingColon())
          expect(TokenKind::Colon, "after the field's name");
        F.Type = parseType();
      }
      Fields.push_back(F);
    } while (separator(TokenKind::RightBrace, "field"));
  expectClosing(TokenKind::RightBrace, Open);
  leaveBraces();
  return make<StructDecl>(from(Begin), Name, list(Fields));
}

Decl *Parser::parseEnum() {
  SourceLocation Begin = take().Loc;
  Identifier Name;
  if (!declaredName(Name, "a name for the enum"))
    return nullptr;
  rejectTypeParams();
  Token Open = tok();
  std::vector<VariantDecl> Variants;
  if (!expect(TokenKind::LeftBrace, "before the enum's variants"))
    return nullptr;
  if (!at(TokenKind::RightBrace))
    do {
      VariantDecl V{};
      declaredName(V.Name, "a name for the variant");
      Token Paren = tok();
      if (accept(TokenKind::LeftParen)) {
        std::vector<const TypeExpr *> Payload;
        if (!at(TokenKind::RightParen))
          do
            Payload.push_back(parseType());
          while (separator(TokenKind::RightParen, "type"));
        expectClosing(TokenKind::RightParen, Paren);
        V.Payload = list(Payload);
      }
      Variants.push_back(V);
    } while (separator(TokenKind::RightBrace, "variant"));
  expectClosing(TokenKind::RightBrace, Open);
  leaveBraces();
  return make<EnumDecl>(from(Begin), Name, list(Variants));
}

} // namespace jitrun::syntax
