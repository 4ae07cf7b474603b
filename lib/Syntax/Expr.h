#ifndef JITRUN_SYNTAX_EXPR_H
#define JITRUN_SYNTAX_EXPR_H

#include "Syntax/Pattern.h"
#include "Syntax/TypeExpr.h"

namespace jitrun::syntax {

//===----------------------------------------------------------------------===//
// Expressions: literals and names

/// Stands where an error was reported.
struct ErrorExpr : NodeOf<Expr, ExprKind::Error> {
  explicit ErrorExpr(SourceRange R) : NodeOf(R) {}
};

/// `1_000`, `0xff`, `1u8`, also `2f32`. The parser has reported values of more
/// than 128 bits; those that do not fit their type are left to the checker.
struct IntegerLiteralExpr : NodeOf<Expr, ExprKind::IntegerLiteral> {
  unsigned __int128 Value;
  LiteralSuffix Suffix;
  IntegerLiteralExpr(SourceRange R, unsigned __int128 Value,
                     LiteralSuffix Suffix)
      : NodeOf(R), Value(Value), Suffix(Suffix) {}
};

/// Digits holds the decimal digits, point and exponent without underscores
/// and suffix ("6.674e-11"): to be rounded once, to the type it gets. Suffix
/// is None, F32 or F64.
struct FloatLiteralExpr : NodeOf<Expr, ExprKind::FloatLiteral> {
  std::string_view Digits;
  LiteralSuffix Suffix;
  FloatLiteralExpr(SourceRange R, std::string_view Digits, LiteralSuffix Suffix)
      : NodeOf(R), Digits(Digits), Suffix(Suffix) {}
};

struct BoolLiteralExpr : NodeOf<Expr, ExprKind::BoolLiteral> {
  bool Value;
  BoolLiteralExpr(SourceRange R, bool Value) : NodeOf(R), Value(Value) {}
};

/// `'a'`, a u8.
struct CharLiteralExpr : NodeOf<Expr, ExprKind::CharLiteral> {
  uint8_t Value;
  CharLiteralExpr(SourceRange R, uint8_t Value) : NodeOf(R), Value(Value) {}
};

/// Value has its escapes replaced; it is UTF-8 and may hold NULs.
struct StringLiteralExpr : NodeOf<Expr, ExprKind::StringLiteral> {
  std::string_view Value;
  StringLiteralExpr(SourceRange R, std::string_view Value)
      : NodeOf(R), Value(Value) {}
};

/// A name of anything, a type (`f64(x)`, `Body[n]`) included.
struct NameExpr : NodeOf<Expr, ExprKind::Name> {
  std::string_view Name;
  NameExpr(SourceRange R, std::string_view Name) : NodeOf(R), Name(Name) {}
};

//===----------------------------------------------------------------------===//
// Expressions: aggregates

/// `(a, b)`; without elements it is `()`, never with one.
struct TupleExpr : NodeOf<Expr, ExprKind::Tuple> {
  List<const Expr *> Elements;
  TupleExpr(SourceRange R, List<const Expr *> Elements)
      : NodeOf(R), Elements(Elements) {
    above(Elements);
  }
};

/// `[a, b]`; may be empty.
struct ArrayLiteralExpr : NodeOf<Expr, ExprKind::ArrayLiteral> {
  List<const Expr *> Elements;
  ArrayLiteralExpr(SourceRange R, List<const Expr *> Elements)
      : NodeOf(R), Elements(Elements) {
    above(Elements);
  }
};

/// `[x; 4]`. See asTypeExpr for `[f64; 4][n]`.
struct RepeatExpr : NodeOf<Expr, ExprKind::Repeat> {
  const Expr *Value;
  const Expr *Count;
  RepeatExpr(SourceRange R, const Expr *Value, const Expr *Count)
      : NodeOf(R), Value(Value), Count(Count) {
    above(Value);
    above(Count);
  }
};

/// `f64[n, m]`, `f32[,][n]`: a new array of zeros, where the syntax tells. If
/// Body is a struct, `Body[n]` means the same but comes as an IndexExpr over
/// a NameExpr (see asTypeExpr).
struct ZeroArrayExpr : NodeOf<Expr, ExprKind::ZeroArray> {
  const TypeExpr *Element;
  List<const Expr *> Dims;
  ZeroArrayExpr(SourceRange R, const TypeExpr *Element, List<const Expr *> Dims)
      : NodeOf(R), Element(Element), Dims(Dims) {
    above(Element);
    above(Dims);
  }
};

/// `i in lo..hi by step` or `x in array`: either Array is set, or Lo and Hi
/// are and perhaps Step.
struct Iteration {
  Identifier Binding; ///< May be `_`.
  const Expr *Lo = nullptr;
  const Expr *Hi = nullptr;
  const Expr *Step = nullptr;
  const Expr *Array = nullptr;
  bool Inclusive = false;
  SourceRange Range; ///< From the binding on.

  unsigned depth() const {
    unsigned D = 0;
    for (const Expr *E : {Lo, Hi, Step, Array})
      if (E && E->Depth > D)
        D = E->Depth;
    return D;
  }
};

/// `[for i in 0..n for j in 0..m: body]`; one clause for each dimension.
struct ComprehensionExpr : NodeOf<Expr, ExprKind::Comprehension> {
  List<Iteration> Clauses;
  const Expr *Body;
  ComprehensionExpr(SourceRange R, List<Iteration> Clauses, const Expr *Body)
      : NodeOf(R), Clauses(Clauses), Body(Body) {
    above(Body);
    for (const Iteration &I : Clauses)
      if (I.depth() >= Depth)
        Depth = uint16_t(I.depth() + 1);
  }
};

//===----------------------------------------------------------------------===//
// Expressions: operations

struct UnaryExpr : NodeOf<Expr, ExprKind::Unary> {
  UnaryOp Op;
  const Expr *Operand;
  UnaryExpr(SourceRange R, UnaryOp Op, const Expr *Operand)
      : NodeOf(R), Op(Op), Operand(Operand) {
    above(Operand);
  }
};

/// Comparisons do not chain: the operand of one is never another, unless in
/// parentheses.
struct BinaryExpr : NodeOf<Expr, ExprKind::Binary> {
  BinaryOp Op;
  SourceRange OpRange;
  const Expr *Left;
  const Expr *Right;
  BinaryExpr(SourceRange R, BinaryOp Op, SourceRange OpRange, const Expr *Left,
             const Expr *Right)
      : NodeOf(R), Op(Op), OpRange(OpRange), Left(Left), Right(Right) {
    above(Left);
    above(Right);
  }
};

/// `x as f64`.
struct CastExpr : NodeOf<Expr, ExprKind::Cast> {
  const Expr *Operand;
  const TypeExpr *Target;
  CastExpr(SourceRange R, const Expr *Operand, const TypeExpr *Target)
      : NodeOf(R), Operand(Operand), Target(Target) {
    above(Operand);
    above(Target);
  }
};

/// An argument, perhaps named as in `Body(x: 1)`: then Name's text is not
/// empty. The parser has reported a positional one after a named one.
struct Argument {
  Identifier Name;
  const Expr *Value;

  bool isNamed() const { return !Name.Text.empty(); }
};

/// `f(a)`, `f64(x)`, `Body(x: 1, y: 2)`, `Circle(r)`.
struct CallExpr : NodeOf<Expr, ExprKind::Call> {
  const Expr *Callee;
  List<Argument> Args;
  CallExpr(SourceRange R, const Expr *Callee, List<Argument> Args)
      : NodeOf(R), Callee(Callee), Args(Args) {
    above(Callee);
    for (const Argument &A : Args)
      above(A.Value);
  }
};

/// `xs.map(square)`, which is `map(xs, square)`; also `Shape.Circle(r)`.
struct MethodCallExpr : NodeOf<Expr, ExprKind::MethodCall> {
  const Expr *Receiver;
  Identifier Method;
  List<Argument> Args;
  MethodCallExpr(SourceRange R, const Expr *Receiver, Identifier Method,
                 List<Argument> Args)
      : NodeOf(R), Receiver(Receiver), Method(Method), Args(Args) {
    above(Receiver);
    for (const Argument &A : Args)
      above(A.Value);
  }
};

/// One index of `a[i, lo..hi by step]`. An element index is in Lo; of a slice
/// any of Lo, Hi and Step may be null.
struct Subscript {
  bool IsSlice = false;
  bool Inclusive = false;
  const Expr *Lo = nullptr;
  const Expr *Hi = nullptr;
  const Expr *Step = nullptr;
  SourceRange Range;
};

struct IndexExpr : NodeOf<Expr, ExprKind::Index> {
  const Expr *Base;
  List<Subscript> Subscripts; ///< At least one.
  IndexExpr(SourceRange R, const Expr *Base, List<Subscript> Subscripts)
      : NodeOf(R), Base(Base), Subscripts(Subscripts) {
    above(Base);
    for (const Subscript &S : Subscripts) {
      above(S.Lo);
      above(S.Hi);
      above(S.Step);
    }
  }
};

/// `b.mass`, `Shape.Empty`.
struct FieldExpr : NodeOf<Expr, ExprKind::Field> {
  const Expr *Base;
  Identifier Name;
  FieldExpr(SourceRange R, const Expr *Base, Identifier Name)
      : NodeOf(R), Base(Base), Name(Name) {
    above(Base);
  }
};

/// `t.0`.
struct TupleFieldExpr : NodeOf<Expr, ExprKind::TupleField> {
  const Expr *Base;
  uint32_t Index;
  SourceRange IndexRange;
  TupleFieldExpr(SourceRange R, const Expr *Base, uint32_t Index,
                 SourceRange IndexRange)
      : NodeOf(R), Base(Base), Index(Index), IndexRange(IndexRange) {
    above(Base);
  }
};

/// `a = e`, `a += e`, `(p, q) = (q, p)`. Never an operand: it is a statement,
/// a block's last expression, a match arm, or the body of a function.
struct AssignExpr : NodeOf<Expr, ExprKind::Assign> {
  bool IsCompound; ///< `op=`; then Op is the operator.
  BinaryOp Op;
  SourceRange OpRange;
  const Expr *Target;
  const Expr *Value;
  AssignExpr(SourceRange R, bool IsCompound, BinaryOp Op, SourceRange OpRange,
             const Expr *Target, const Expr *Value)
      : NodeOf(R), IsCompound(IsCompound), Op(Op), OpRange(OpRange),
        Target(Target), Value(Value) {
    above(Target);
    above(Value);
  }
};

//===----------------------------------------------------------------------===//
// Expressions: control

/// `{ s; t; e }`. Result is the last expression if no `;` follows it.
struct BlockExpr : NodeOf<Expr, ExprKind::Block> {
  List<const Stmt *> Stmts;
  const Expr *Result;
  BlockExpr(SourceRange R, List<const Stmt *> Stmts, const Expr *Result)
      : NodeOf(R), Stmts(Stmts), Result(Result) {
    above(Stmts);
    above(Result);
  }
};

/// Else is null, a BlockExpr or another IfExpr.
struct IfExpr : NodeOf<Expr, ExprKind::If> {
  const Expr *Condition;
  const BlockExpr *Then;
  const Expr *Else;
  IfExpr(SourceRange R, const Expr *Condition, const BlockExpr *Then,
         const Expr *Else)
      : NodeOf(R), Condition(Condition), Then(Then), Else(Else) {
    above(Condition);
    above(Then);
    above(Else);
  }
};

struct MatchArm {
  const Pattern *Match;
  const Expr *Body;
};

struct MatchExpr : NodeOf<Expr, ExprKind::Match> {
  const Expr *Subject;
  List<MatchArm> Arms;
  MatchExpr(SourceRange R, const Expr *Subject, List<MatchArm> Arms)
      : NodeOf(R), Subject(Subject), Arms(Arms) {
    above(Subject);
    for (const MatchArm &A : Arms) {
      above(A.Match);
      above(A.Body);
    }
  }
};

struct WhileExpr : NodeOf<Expr, ExprKind::While> {
  const Expr *Condition;
  const BlockExpr *Body;
  WhileExpr(SourceRange R, const Expr *Condition, const BlockExpr *Body)
      : NodeOf(R), Condition(Condition), Body(Body) {
    above(Condition);
    above(Body);
  }
};

struct ForExpr : NodeOf<Expr, ExprKind::For> {
  bool IsParallel;
  Iteration Over;
  const BlockExpr *Body;
  ForExpr(SourceRange R, bool IsParallel, const Iteration &Over,
          const BlockExpr *Body)
      : NodeOf(R), IsParallel(IsParallel), Over(Over), Body(Body) {
    above(Body);
    if (Over.depth() >= Depth)
      Depth = uint16_t(Over.depth() + 1);
  }
};

struct LoopExpr : NodeOf<Expr, ExprKind::Loop> {
  const BlockExpr *Body;
  LoopExpr(SourceRange R, const BlockExpr *Body) : NodeOf(R), Body(Body) {
    above(Body);
  }
};

/// Type is null where a lambda's parameter leaves it to its place.
struct Param {
  Identifier Name;
  const TypeExpr *Type;
};

/// `fn(x: f64) = x * x`, `fn(x) -> f64 { ... }`. Result may be null: then it is
/// that of the body.
struct LambdaExpr : NodeOf<Expr, ExprKind::Lambda> {
  List<Param> Params;
  const TypeExpr *Result;
  const Expr *Body;
  bool IsShort; ///< Written with `=`.
  LambdaExpr(SourceRange R, List<Param> Params, const TypeExpr *Result,
             const Expr *Body, bool IsShort)
      : NodeOf(R), Params(Params), Result(Result), Body(Body),
        IsShort(IsShort) {
    for (const Param &P : Params)
      above(P.Type);
    above(Result);
    above(Body);
  }
};

/// Value may be null.
struct ReturnExpr : NodeOf<Expr, ExprKind::Return> {
  const Expr *Value;
  ReturnExpr(SourceRange R, const Expr *Value) : NodeOf(R), Value(Value) {
    above(Value);
  }
};

/// Value may be null.
struct BreakExpr : NodeOf<Expr, ExprKind::Break> {
  const Expr *Value;
  BreakExpr(SourceRange R, const Expr *Value) : NodeOf(R), Value(Value) {
    above(Value);
  }
};

struct ContinueExpr : NodeOf<Expr, ExprKind::Continue> {
  explicit ContinueExpr(SourceRange R) : NodeOf(R) {}
};

} // namespace jitrun::syntax

#endif
