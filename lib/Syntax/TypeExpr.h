#ifndef JITRUN_SYNTAX_TYPEEXPR_H
#define JITRUN_SYNTAX_TYPEEXPR_H

#include "Syntax/Node.h"

namespace jitrun::syntax {

/// Stands where an error was reported.
struct ErrorTypeExpr : NodeOf<TypeExpr, TypeExprKind::Error> {
  explicit ErrorTypeExpr(SourceRange R) : NodeOf(R) {}
};

/// `f64`, `Body`, `any`, a type parameter.
struct NamedTypeExpr : NodeOf<TypeExpr, TypeExprKind::Named> {
  std::string_view Name;
  NamedTypeExpr(SourceRange R, std::string_view Name) : NodeOf(R), Name(Name) {}
};

/// `(A, B)`; without elements it is `()`, never with one.
struct TupleTypeExpr : NodeOf<TypeExpr, TypeExprKind::Tuple> {
  List<const TypeExpr *> Elements;
  TupleTypeExpr(SourceRange R, List<const TypeExpr *> Elements)
      : NodeOf(R), Elements(Elements) {
    above(Elements);
  }
};

/// `f64[]` (rank 1), `f64[,]` (rank 2).
struct ArrayTypeExpr : NodeOf<TypeExpr, TypeExprKind::Array> {
  const TypeExpr *Element;
  unsigned Rank;
  ArrayTypeExpr(SourceRange R, const TypeExpr *Element, unsigned Rank)
      : NodeOf(R), Element(Element), Rank(Rank) {
    above(Element);
  }
};

/// `[f64; 4]`.
struct FixedArrayTypeExpr : NodeOf<TypeExpr, TypeExprKind::FixedArray> {
  const TypeExpr *Element;
  const Expr *Count;
  FixedArrayTypeExpr(SourceRange R, const TypeExpr *Element, const Expr *Count)
      : NodeOf(R), Element(Element), Count(Count) {
    above(Element);
    above(Count);
  }
};

/// `fn(f64, i64) -> f64`; Result is null for `()`.
struct FunctionTypeExpr : NodeOf<TypeExpr, TypeExprKind::Function> {
  List<const TypeExpr *> Params;
  const TypeExpr *Result;
  FunctionTypeExpr(SourceRange R, List<const TypeExpr *> Params,
                   const TypeExpr *Result)
      : NodeOf(R), Params(Params), Result(Result) {
    above(Params);
    above(Result);
  }
};

} // namespace jitrun::syntax

#endif
