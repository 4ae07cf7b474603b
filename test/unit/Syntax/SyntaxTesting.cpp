#include "SyntaxTesting.h"

namespace jitrun::syntax {

std::string shape(const Expr *E) {
  switch (E->Kind) {
  case ExprKind::Binary: {
    auto *B = cast<BinaryExpr>(E);
    return '(' + std::string(spelling(B->Op)) + ' ' + shape(B->Left) + ' ' +
           shape(B->Right) + ')';
  }
  case ExprKind::Unary: {
    auto *U = cast<UnaryExpr>(E);
    return '(' + std::string(spelling(U->Op)) + ' ' + shape(U->Operand) + ')';
  }
  case ExprKind::Cast: {
    auto *C = cast<CastExpr>(E);
    return "(as " + shape(C->Operand) + ' ' + toString(C->Target) + ')';
  }
  case ExprKind::Call: {
    auto *C = cast<CallExpr>(E);
    std::string Text = "(call " + shape(C->Callee);
    for (const Argument &A : C->Args)
      Text += ' ' + shape(A.Value);
    return Text + ')';
  }
  case ExprKind::MethodCall: {
    auto *C = cast<MethodCallExpr>(E);
    std::string Text =
        "(." + std::string(C->Method.Text) + "() " + shape(C->Receiver);
    for (const Argument &A : C->Args)
      Text += ' ' + shape(A.Value);
    return Text + ')';
  }
  case ExprKind::Index: {
    auto *I = cast<IndexExpr>(E);
    std::string Text = "([] " + shape(I->Base);
    for (const Subscript &S : I->Subscripts)
      Text += ' ' + (S.IsSlice ? "slice" : shape(S.Lo));
    return Text + ')';
  }
  case ExprKind::Field: {
    auto *F = cast<FieldExpr>(E);
    return "(." + std::string(F->Name.Text) + ' ' + shape(F->Base) + ')';
  }
  case ExprKind::TupleField: {
    auto *F = cast<TupleFieldExpr>(E);
    return "(." + std::to_string(F->Index) + ' ' + shape(F->Base) + ')';
  }
  default: {
    // "name x", "integer 1": the word after the kind.
    std::string Text = dump(E);
    Text.pop_back();
    size_t Space = Text.find(' ');
    return Text.substr(Space + 1);
  }
  }
}

std::string shape(std::string Text) {
  Parsed P(std::move(Text), /*IsFormula=*/true);
  if (P.Diags.hasErrors())
    return P.Diags.render();
  return shape(P.Tree->Main->Result);
}

} // namespace jitrun::syntax
