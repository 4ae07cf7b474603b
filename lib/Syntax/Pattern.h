#ifndef JITRUN_SYNTAX_PATTERN_H
#define JITRUN_SYNTAX_PATTERN_H

#include "Syntax/Node.h"

namespace jitrun::syntax {

struct ErrorPattern : NodeOf<Pattern, PatternKind::Error> {
  explicit ErrorPattern(SourceRange R) : NodeOf(R) {}
};

/// `_`.
struct WildcardPattern : NodeOf<Pattern, PatternKind::Wildcard> {
  explicit WildcardPattern(SourceRange R) : NodeOf(R) {}
};

/// A name: binds, or in `match` names a constant or an enum's variant without
/// payload.
struct BindingPattern : NodeOf<Pattern, PatternKind::Binding> {
  std::string_view Name;
  BindingPattern(SourceRange R, std::string_view Name)
      : NodeOf(R), Name(Name) {}
};

/// A literal, possibly under a unary minus.
struct LiteralPattern : NodeOf<Pattern, PatternKind::Literal> {
  const Expr *Value;
  LiteralPattern(SourceRange R, const Expr *Value) : NodeOf(R), Value(Value) {
    above(Value);
  }
};

/// `lo..hi`, `lo..=hi`, `lo..`, `..hi`, `..=hi`; a missing bound is null. The
/// bounds are literals (possibly under a minus) or names of constants.
struct RangePattern : NodeOf<Pattern, PatternKind::Range> {
  const Expr *Lo;
  const Expr *Hi;
  bool Inclusive;
  RangePattern(SourceRange R, const Expr *Lo, const Expr *Hi, bool Inclusive)
      : NodeOf(R), Lo(Lo), Hi(Hi), Inclusive(Inclusive) {
    above(Lo);
    above(Hi);
  }
};

/// `(p, q)`; two elements or more, or none for `()`.
struct TuplePattern : NodeOf<Pattern, PatternKind::Tuple> {
  List<const Pattern *> Elements;
  TuplePattern(SourceRange R, List<const Pattern *> Elements)
      : NodeOf(R), Elements(Elements) {
    above(Elements);
  }
};

/// `Circle(r)`, `Shape.Circle(r)`, `Shape.Empty`, and of a struct `Point(x, y)`
/// or `Point(y: 0)`. Enum's text is empty when it is not named; only then there
/// are parentheses for sure. Names is as long as Elements, or empty when none
/// of them has one; those without have an empty text.
struct VariantPattern : NodeOf<Pattern, PatternKind::Variant> {
  Identifier Enum;
  Identifier Variant;
  List<const Pattern *> Elements;
  List<Identifier> Names;
  VariantPattern(SourceRange R, Identifier Enum, Identifier Variant,
                 List<const Pattern *> Elements, List<Identifier> Names)
      : NodeOf(R), Enum(Enum), Variant(Variant), Elements(Elements),
        Names(Names) {
    above(Elements);
  }
};

/// `name: type` or `_: type`, in a `match` on what an `any` holds. Name is
/// "_" when nothing is bound.
struct TypedPattern : NodeOf<Pattern, PatternKind::Typed> {
  Identifier Name;
  const TypeExpr *Type;
  TypedPattern(SourceRange R, Identifier Name, const TypeExpr *Type)
      : NodeOf(R), Name(Name), Type(Type) {
    above(Type);
  }
  bool binds() const { return Name.Text != "_"; }
};

/// `p | q`: two alternatives or more, none of them an OrPattern unless in
/// parentheses.
struct OrPattern : NodeOf<Pattern, PatternKind::Or> {
  List<const Pattern *> Alternatives;
  OrPattern(SourceRange R, List<const Pattern *> Alternatives)
      : NodeOf(R), Alternatives(Alternatives) {
    above(Alternatives);
  }
};

} // namespace jitrun::syntax

#endif
