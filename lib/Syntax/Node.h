#ifndef JITRUN_SYNTAX_NODE_H
#define JITRUN_SYNTAX_NODE_H

#include "Support/SourceManager.h"

#include "llvm/Support/Casting.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace jitrun::syntax {

using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

template <class T> using List = std::span<const T>;

enum class ExprKind : uint8_t {
#define JITRUN_EXPR(Kind) Kind,
#include "Syntax/NodeKinds.def"
};
enum class TypeExprKind : uint8_t {
#define JITRUN_TYPE_EXPR(Kind) Kind,
#include "Syntax/NodeKinds.def"
};
enum class PatternKind : uint8_t {
#define JITRUN_PATTERN(Kind) Kind,
#include "Syntax/NodeKinds.def"
};
enum class StmtKind : uint8_t {
#define JITRUN_STMT(Kind) Kind,
#include "Syntax/NodeKinds.def"
};
enum class DeclKind : uint8_t {
#define JITRUN_DECL(Kind) Kind,
#include "Syntax/NodeKinds.def"
};

enum class BinaryOp : uint8_t {
#define JITRUN_BINARY_OP(Name, Token, Spelling, Precedence) Name,
#include "Syntax/Operators.def"
};
enum class UnaryOp : uint8_t {
#define JITRUN_UNARY_OP(Name, Token, Spelling) Name,
#include "Syntax/Operators.def"
};
std::string_view spelling(BinaryOp Op);
std::string_view spelling(UnaryOp Op);
inline bool isComparison(BinaryOp Op) {
  return Op >= BinaryOp::Equal && Op <= BinaryOp::GreaterEqual;
}

/// The type that a literal's suffix names, as in `1u8`.
enum class LiteralSuffix : uint8_t {
  None,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F32,
  F64
};
/// "u8"; empty for None.
std::string_view spelling(LiteralSuffix Suffix);

/// No tree is deeper than this, so a walker may recurse.
inline constexpr unsigned MaxTreeDepth = 1000;

/// A name where it is declared or used. `_` in a binding is a name too.
struct Identifier {
  std::string_view Text;
  SourceRange Range;

  bool isWildcard() const { return Text == "_"; }
};

/// What all nodes have: where they stand and how deep the tree below is.
struct Node {
  SourceRange Range;
  uint16_t Depth = 1;

protected:
  explicit Node(SourceRange Range) : Range(Range) {}
  /// Counts a child, which may be null.
  void above(const Node *Child) {
    if (Child && Child->Depth >= Depth)
      Depth = Child->Depth + 1;
  }
  template <class T> void above(List<const T *> Children) {
    for (const T *Child : Children)
      above(Child);
  }
};

struct Expr : Node {
  ExprKind Kind;
  /// Written in parentheses, which Range then includes.
  bool Parenthesized = false;

protected:
  Expr(ExprKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};
struct TypeExpr : Node {
  TypeExprKind Kind;

protected:
  TypeExpr(TypeExprKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};
struct Pattern : Node {
  PatternKind Kind;

protected:
  Pattern(PatternKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};
struct Stmt : Node {
  StmtKind Kind;

protected:
  Stmt(StmtKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};
struct Decl : Node {
  DeclKind Kind;

protected:
  Decl(DeclKind Kind, SourceRange Range) : Node(Range), Kind(Kind) {}
};

/// Fixes the kind of a node class and teaches isa and cast about it.
template <class Base, auto K> struct NodeOf : Base {
  static bool classof(const Base *N) { return N->Kind == K; }

protected:
  explicit NodeOf(SourceRange Range) : Base(K, Range) {}
};

} // namespace jitrun::syntax

#endif
