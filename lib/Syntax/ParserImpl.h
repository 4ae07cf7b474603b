#ifndef JITRUN_SYNTAX_PARSERIMPL_H
#define JITRUN_SYNTAX_PARSERIMPL_H

#include "Support/Diagnostics.h"
#include "Syntax/AST.h"
#include "Syntax/Literals.h"
#include "Syntax/Token.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace jitrun::syntax {

/// Constructs inside one another, counted where the parser recurses.
inline constexpr unsigned MaxNesting = 256;

/// Recursive descent over the tokens of one file; operators by precedence
/// climbing.
///
/// Errors come in two kinds. After `complain` parsing goes on as if the fixed
/// text stood there. After `fail` the parser panics: nothing is consumed or
/// reported until a statement, declaration or arm has been synchronized, and
/// every function returns an Error node or what it has. A loop over a list
/// must therefore end when Panic is set, which `accept` sees to. A third kind,
/// `abandon`, is for trees too deep: it ends the parse.
class Parser {
public:
  Parser(std::vector<Token> Tokens, Module &M, DiagnosticEngine &Diags)
      : Tokens(std::move(Tokens)), M(M), Memory(M.Memory), Diags(Diags),
        Sources(Diags.sources()), Literals(Diags, M.Memory) {}

  void parse(bool IsFormula);

private:
  // Parser.cpp: tokens, errors, recovery.
  const Token &tok() const { return Tokens[Pos]; }
  const Token &peek(size_t Ahead = 1) const {
    return Tokens[std::min(Pos + Ahead, Tokens.size() - 1)];
  }
  bool at(TokenKind K) const { return tok().Kind == K; }
  bool atName(std::string_view Text) const {
    return at(TokenKind::Identifier) && text(tok()) == Text;
  }
  /// Takes the token if it is a \p K; never in a panic.
  bool accept(TokenKind K);
  Token take();
  bool expect(TokenKind K, std::string_view Context);
  /// The closing bracket of \p Open.
  bool expectClosing(TokenKind K, const Token &Open);
  /// After an element of a list: true if another one follows.
  bool separator(TokenKind Closing, std::string_view What);
  std::string_view text(const Token &T) const {
    return Sources.text(T.range());
  }
  SourceLocation prevEnd() const {
    return Pos ? Tokens[Pos - 1].end() : Tokens[0].Loc;
  }
  SourceRange from(SourceLocation Begin) const {
    return {Begin, std::max(Begin, prevEnd())};
  }
  /// Just behind the last token.
  SourceRange afterPrev() const { return {prevEnd(), prevEnd().advanced(1)}; }
  /// The current token, for messages.
  std::string found() const;
  /// A stretch of source for a fix; `...` if it is long.
  std::string snippet(SourceRange Range) const;
  bool atColumnOne() const;
  bool atDeclaration() const;
  bool startsExpression() const;

  DiagnosticBuilder complain(SourceRange Range, diag::Id Id);
  DiagnosticBuilder fail(SourceRange Range, diag::Id Id);
  void abandon(SourceRange Range, diag::Id Id, unsigned Limit);
  void synchronize();
  void skipBraces();
  /// After a panic between the braces of a declaration: past the '}'.
  void leaveBraces();

  template <class T, class... As> T *make(As &&...Args) {
    T *N = Memory.create<T>(std::forward<As>(Args)...);
    // The module's main block comes on top.
    if (N->Depth >= MaxTreeDepth)
      abandon(N->Range, diag::TreeTooDeep, MaxTreeDepth);
    return N;
  }
  template <class T> List<T> list(const std::vector<T> &Elements) {
    return Memory.copy(Elements);
  }
  Expr *errorExpr() { return make<ErrorExpr>(tok().range()); }

  /// Counts one level of recursion while it lives.
  class Nest {
  public:
    explicit Nest(Parser &P) : P(P) {
      if (++P.Nesting > MaxNesting)
        P.abandon(P.tok().range(), diag::NestingTooDeep, MaxNesting);
    }
    Nest(const Nest &) = delete;
    Nest &operator=(const Nest &) = delete;
    ~Nest() { --P.Nesting; }

  private:
    Parser &P;
  };

  // ParseDecl.cpp
  Decl *parseDecl();
  Decl *parseFunction(SourceLocation Begin, bool IsFused, bool IsExtern);
  Decl *parseConst();
  Decl *parseImport();
  Decl *parseStruct();
  Decl *parseEnum();
  std::vector<Identifier> parseTypeParams();
  /// \p Typed: each says its type.
  List<Param> parseParams(bool Typed = true);
  bool atTypeBeforeName() const;
  /// Whether a type stands where a ':' should; then that is reported.
  bool missingColon();
  const TypeExpr *parseResult();
  /// A name that is declared; \p What is "a name for the function".
  bool declaredName(Identifier &Name, std::string_view What);
  void rejectTypeParams();

  // ParseType.cpp: types and patterns.
  const TypeExpr *parseType();
  const TypeExpr *parseTypeSuffixes(const TypeExpr *T);
  const Pattern *parsePattern(bool InLet);
  const Pattern *parseAlternative(bool InLet);
  const Pattern *parseNamedPattern(bool InLet);
  const Pattern *parseTypedPattern(Token Name);
  const Pattern *parseLiteralPattern();
  const Expr *parsePatternBound();
  bool startsPatternBound() const;
  /// \p Names: names may stand before the patterns, and are put there.
  List<const Pattern *> parsePatternList(bool InLet,
                                         std::vector<Identifier> *Names);

  // ParseStmt.cpp
  BlockExpr *parseBlock(std::string_view Context);
  /// Appends a statement, or sets \p Result to the expression that ends the
  /// block.
  void parseStmt(std::vector<const Stmt *> &Stmts, const Expr *&Result);
  Stmt *parseLet();
  bool atBlockEnd() const {
    return at(TokenKind::RightBrace) || at(TokenKind::End) ||
           (BlockDepth && atDeclaration() && atColumnOne());
  }
  /// \p IsBare: \p E is all of the statement.
  void endStatement(const Expr *E, bool IsBare = false);
  void rejectStatement(const Expr *E, bool IsBare);
  void rejectContinuation(const Token &Start);

  // ParseControl.cpp
  bool startsBlockLike() const;
  Expr *parseBlockLike();
  Expr *parseIf();
  Expr *parseMatch();
  Expr *parseFor();
  const Expr *parseCondition();
  Iteration parseIteration();
  bool rejectCStyleFor();
  Expr *parseJump();

  // ParseExpr.cpp
  Expr *parseExpr();
  /// Also an assignment.
  Expr *parseExprOrAssign();
  Expr *parseBinary(unsigned MinPrecedence);
  Expr *parseUnary();
  Expr *parsePower();
  Expr *parsePostfix();
  Expr *parsePrimary();
  Expr *parseName();
  Expr *parseParenthesized();
  Expr *parseBracketed();
  Expr *parseComprehension(const Token &Open);
  Expr *parseLambda();
  Expr *parseMember(Expr *Base);
  Expr *parseIndex(Expr *Base);
  Expr *parseZeroArray(const TypeExpr *Element, SourceLocation Begin);
  Expr *makeBinary(BinaryOp Op, SourceRange OpRange, Expr *L, Expr *R);
  List<Argument> parseArguments();
  Subscript parseSubscript();
  void rejectAssignment();
  void rejectRange();
  bool binaryOperator(BinaryOp &Op, unsigned &Precedence);
  void rejectChain(const Expr *Left, const Token &OpToken, const Expr *Right);

  std::vector<Token> Tokens;
  size_t Pos = 0;
  bool Panic = false;
  bool Abandoned = false;
  unsigned Nesting = 0;
  unsigned BlockDepth = 0;
  Module &M;
  Arena &Memory;
  DiagnosticEngine &Diags;
  const SourceManager &Sources;
  LiteralReader Literals;
};

} // namespace jitrun::syntax

#endif
