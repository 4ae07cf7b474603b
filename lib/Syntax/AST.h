#ifndef JITRUN_SYNTAX_AST_H
#define JITRUN_SYNTAX_AST_H

#include "Support/Arena.h"
#include "Syntax/Expr.h"

/// The tree as it was written, names unresolved. Nodes are immutable once the
/// parser is done and live in their Module's arena; names and texts are views
/// of that arena or of the SourceManager's text. Use isa, cast and dyn_cast.
namespace jitrun::syntax {

//===----------------------------------------------------------------------===//
// Statements

/// `let x: T = e;`, `var x = e;`, `let (q, _) = e;`. Target is a Binding,
/// Wildcard, Tuple or Error pattern; Type may be null.
struct LetStmt : NodeOf<Stmt, StmtKind::Let> {
  bool IsVar;
  const Pattern *Target;
  const TypeExpr *Type;
  const Expr *Init;
  LetStmt(SourceRange R, bool IsVar, const Pattern *Target,
          const TypeExpr *Type, const Expr *Init)
      : NodeOf(R), IsVar(IsVar), Target(Target), Type(Type), Init(Init) {
    above(Target);
    above(Type);
    above(Init);
  }
};

/// An expression whose value is dropped.
struct ExprStmt : NodeOf<Stmt, StmtKind::Expr> {
  const Expr *Value;
  ExprStmt(SourceRange R, const Expr *Value) : NodeOf(R), Value(Value) {
    above(Value);
  }
};

//===----------------------------------------------------------------------===//
// Declarations

/// `const G: f64 = 6.674e-11;` Type may be null.
struct ConstDecl : NodeOf<Decl, DeclKind::Const> {
  Identifier Name;
  const TypeExpr *Type;
  const Expr *Init;
  ConstDecl(SourceRange R, Identifier Name, const TypeExpr *Type,
            const Expr *Init)
      : NodeOf(R), Name(Name), Type(Type), Init(Init) {
    above(Type);
    above(Init);
  }
};

/// `import "vec.jit";`
struct ImportDecl : NodeOf<Decl, DeclKind::Import> {
  std::string_view Path;
  SourceRange PathRange;
  ImportDecl(SourceRange R, std::string_view Path, SourceRange PathRange)
      : NodeOf(R), Path(Path), PathRange(PathRange) {}
};

struct FieldDecl {
  Identifier Name;
  const TypeExpr *Type;
};

struct StructDecl : NodeOf<Decl, DeclKind::Struct> {
  Identifier Name;
  List<FieldDecl> Fields;
  StructDecl(SourceRange R, Identifier Name, List<FieldDecl> Fields)
      : NodeOf(R), Name(Name), Fields(Fields) {
    for (const FieldDecl &F : Fields)
      above(F.Type);
  }
};

struct VariantDecl {
  Identifier Name;
  List<const TypeExpr *> Payload;
};

struct EnumDecl : NodeOf<Decl, DeclKind::Enum> {
  Identifier Name;
  List<VariantDecl> Variants;
  EnumDecl(SourceRange R, Identifier Name, List<VariantDecl> Variants)
      : NodeOf(R), Name(Name), Variants(Variants) {
    for (const VariantDecl &V : Variants)
      above(V.Payload);
  }
};

/// `fn f(x: f64) -> f64 { ... }`, `fn f<T>(x: T) -> T = e;`, `@fused fn ...`,
/// `extern fn f(x: f64) -> f64;`.
struct FunctionDecl : NodeOf<Decl, DeclKind::Function> {
  Identifier Name;
  List<Identifier> TypeParams;
  List<Param> Params;
  const TypeExpr *Result; ///< Null when left out, which means `()`.
  const Expr *Body;       ///< Null exactly when IsExtern; else a BlockExpr
                          ///< unless IsShort.
  bool IsExtern;
  bool IsFused;
  bool IsShort; ///< Written with `=`.
  FunctionDecl(SourceRange R, Identifier Name, List<Identifier> TypeParams,
               List<Param> Params, const TypeExpr *Result, const Expr *Body,
               bool IsExtern, bool IsFused, bool IsShort)
      : NodeOf(R), Name(Name), TypeParams(TypeParams), Params(Params),
        Result(Result), Body(Body), IsExtern(IsExtern), IsFused(IsFused),
        IsShort(IsShort) {
    for (const Param &P : Params)
      above(P.Type);
    above(Result);
    above(Body);
  }
};

/// One parsed text. Owns its nodes; outlives nothing that points into it.
struct Module {
  FileId File = FileId::Invalid;
  /// In order of the text.
  List<const Decl *> Decls;
  /// The top-level statements in order; its Result is the module's, or the
  /// formula's, last expression. Never null.
  const BlockExpr *Main = nullptr;
  Arena Memory;
};

/// \p E read as a type, if it can be: a name, a tuple of such, `[T; n]`; else
/// null. For `Body[n]`, whose base only the checker knows to be a type. The
/// new nodes go into \p Memory.
const TypeExpr *asTypeExpr(Arena &Memory, const Expr *E);

/// Whether \p Name is a built-in type's, which is reserved.
bool isBuiltinTypeName(std::string_view Name);

} // namespace jitrun::syntax

#endif
