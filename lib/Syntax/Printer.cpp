#include "Syntax/Printer.h"

#include "Syntax/Literals.h"

namespace jitrun::syntax {

std::string_view spelling(BinaryOp Op) {
  static constexpr std::string_view Spellings[] = {
#define JITRUN_BINARY_OP(Name, Token, Spelling, Precedence) Spelling,
#include "Syntax/Operators.def"
  };
  return Spellings[size_t(Op)];
}

std::string_view spelling(UnaryOp Op) {
  static constexpr std::string_view Spellings[] = {
#define JITRUN_UNARY_OP(Name, Token, Spelling) Spelling,
#include "Syntax/Operators.def"
  };
  return Spellings[size_t(Op)];
}

namespace {

std::string literal(const IntegerLiteralExpr *E) {
  std::string Text;
  auto Value = E->Value;
  do
    Text.insert(Text.begin(), char('0' + int(Value % 10)));
  while (Value /= 10);
  return Text + std::string(spelling(E->Suffix));
}

/// With `"` around it and nothing in it that could end the line.
std::string inQuotes(std::string_view Text) {
  std::string Inner = quoted(Text);
  return '"' + Inner.substr(1, Inner.size() - 2) + '"';
}

/// A bound or literal of a pattern, a count of a type: on one line.
std::string inLine(const Expr *E) {
  switch (E->Kind) {
  case ExprKind::IntegerLiteral:
    return literal(cast<IntegerLiteralExpr>(E));
  case ExprKind::FloatLiteral: {
    auto *F = cast<FloatLiteralExpr>(E);
    return std::string(F->Digits) + std::string(spelling(F->Suffix));
  }
  case ExprKind::BoolLiteral:
    return cast<BoolLiteralExpr>(E)->Value ? "true" : "false";
  case ExprKind::CharLiteral: {
    char Value = char(cast<CharLiteralExpr>(E)->Value);
    return quoted({&Value, 1});
  }
  case ExprKind::StringLiteral:
    return inQuotes(cast<StringLiteralExpr>(E)->Value);
  case ExprKind::Name:
    return std::string(cast<NameExpr>(E)->Name);
  case ExprKind::Unary: {
    auto *U = cast<UnaryExpr>(E);
    return std::string(spelling(U->Op)) + inLine(U->Operand);
  }
  case ExprKind::Binary: {
    auto *B = cast<BinaryExpr>(E);
    return '(' + inLine(B->Left) + ' ' + std::string(spelling(B->Op)) + ' ' +
           inLine(B->Right) + ')';
  }
  default:
    return "...";
  }
}

template <class T, class F> std::string join(List<T> Elements, F Show) {
  std::string Out;
  for (const T &Element : Elements) {
    if (!Out.empty())
      Out += ", ";
    Out += Show(Element);
  }
  return Out;
}

std::string showType(const TypeExpr *T) {
  return T ? ": " + toString(T) : std::string();
}

std::string showParams(List<Param> Params) {
  return '(' +
         join(Params,
              [](const Param &P) {
                return std::string(P.Name.Text) + showType(P.Type);
              }) +
         ')';
}

std::string showResult(const TypeExpr *T) {
  return T ? " -> " + toString(T) : std::string();
}

class Dumper {
public:
  void decl(const Decl *D);
  void expr(const Expr *E);
  void block(const BlockExpr *B);
  std::string take() { return std::move(Out); }

private:
  void line(std::string_view Text) {
    Out.append(2 * Indent, ' ');
    Out += Text;
    Out += '\n';
  }
  /// A line and, below it, one child.
  void line(std::string_view Text, const Expr *Child) {
    line(Text);
    child(Child);
  }
  void child(const Expr *E) {
    ++Indent;
    expr(E);
    --Indent;
  }
  void stmt(const Stmt *S);
  void iteration(const Iteration &I);
  void bounds(const Expr *Lo, const Expr *Hi, bool Inclusive, const Expr *Step);
  void arguments(List<Argument> Args);

  std::string Out;
  unsigned Indent = 0;
};

void Dumper::decl(const Decl *D) {
  switch (D->Kind) {
  case DeclKind::Const: {
    auto *C = cast<ConstDecl>(D);
    line("const " + std::string(C->Name.Text) + showType(C->Type), C->Init);
    return;
  }
  case DeclKind::Import:
    line("import " + inQuotes(cast<ImportDecl>(D)->Path));
    return;
  case DeclKind::Struct: {
    auto *S = cast<StructDecl>(D);
    line("struct " + std::string(S->Name.Text));
    ++Indent;
    for (const FieldDecl &F : S->Fields)
      line("field " + std::string(F.Name.Text) + showType(F.Type));
    --Indent;
    return;
  }
  case DeclKind::Enum: {
    auto *E = cast<EnumDecl>(D);
    line("enum " + std::string(E->Name.Text));
    ++Indent;
    for (const VariantDecl &V : E->Variants)
      line("variant " + std::string(V.Name.Text) +
           (V.Payload.empty() ? std::string()
                              : '(' + join(V.Payload, [](auto *T) {
                                  return toString(T);
                                }) + ')'));
    --Indent;
    return;
  }
  case DeclKind::Function: {
    auto *F = cast<FunctionDecl>(D);
    std::string Text = F->IsFused ? "@fused " : "";
    if (F->IsExtern)
      Text += "extern ";
    Text += "fn " + std::string(F->Name.Text);
    if (!F->TypeParams.empty())
      Text += '<' +
              join(F->TypeParams,
                   [](const Identifier &I) { return std::string(I.Text); }) +
              '>';
    line(Text + showParams(F->Params) + showResult(F->Result) +
         (F->IsShort ? " =" : ""));
    if (F->Body)
      child(F->Body);
    return;
  }
  }
}

void Dumper::block(const BlockExpr *B) {
  ++Indent;
  for (const Stmt *S : B->Stmts)
    stmt(S);
  if (B->Result)
    line("result", B->Result);
  --Indent;
}

void Dumper::stmt(const Stmt *S) {
  if (auto *L = dyn_cast<LetStmt>(S))
    line((L->IsVar ? "var " : "let ") + toString(L->Target) + showType(L->Type),
         L->Init);
  else
    line("statement", cast<ExprStmt>(S)->Value);
}

void Dumper::bounds(const Expr *Lo, const Expr *Hi, bool Inclusive,
                    const Expr *Step) {
  if (Lo)
    line("from", Lo);
  if (Hi)
    line(Inclusive ? "through" : "to", Hi);
  if (Step)
    line("by", Step);
}

void Dumper::iteration(const Iteration &I) {
  if (I.Array)
    line("in", I.Array);
  else
    bounds(I.Lo, I.Hi, I.Inclusive, I.Step);
}

void Dumper::arguments(List<Argument> Args) {
  for (const Argument &A : Args) {
    if (A.isNamed())
      line("argument " + std::string(A.Name.Text), A.Value);
    else
      expr(A.Value);
  }
}

void Dumper::expr(const Expr *E) {
  auto Children = [&](List<const Expr *> Elements) {
    for (const Expr *Element : Elements)
      child(Element);
  };
  switch (E->Kind) {
  case ExprKind::Error:
    return line("error");
  case ExprKind::IntegerLiteral:
    return line("integer " + inLine(E));
  case ExprKind::FloatLiteral:
    return line("float " + inLine(E));
  case ExprKind::BoolLiteral:
    return line("bool " + inLine(E));
  case ExprKind::CharLiteral:
    return line("char " + inLine(E));
  case ExprKind::StringLiteral:
    return line("text " + inLine(E));
  case ExprKind::Name:
    return line("name " + inLine(E));
  case ExprKind::Tuple:
    line("tuple");
    return Children(cast<TupleExpr>(E)->Elements);
  case ExprKind::ArrayLiteral:
    line("array");
    return Children(cast<ArrayLiteralExpr>(E)->Elements);
  case ExprKind::Repeat: {
    auto *R = cast<RepeatExpr>(E);
    line("repeat", R->Value);
    return child(R->Count);
  }
  case ExprKind::ZeroArray: {
    auto *Z = cast<ZeroArrayExpr>(E);
    line("zeros " + toString(Z->Element));
    return Children(Z->Dims);
  }
  case ExprKind::Comprehension: {
    auto *C = cast<ComprehensionExpr>(E);
    line("comprehension");
    ++Indent;
    for (const Iteration &I : C->Clauses) {
      line("for " + std::string(I.Binding.Text));
      ++Indent;
      iteration(I);
      --Indent;
    }
    line("element", C->Body);
    --Indent;
    return;
  }
  case ExprKind::Unary: {
    auto *U = cast<UnaryExpr>(E);
    return line("unary " + std::string(spelling(U->Op)), U->Operand);
  }
  case ExprKind::Binary: {
    auto *B = cast<BinaryExpr>(E);
    line("binary " + std::string(spelling(B->Op)), B->Left);
    return child(B->Right);
  }
  case ExprKind::Cast: {
    auto *C = cast<CastExpr>(E);
    return line("as " + toString(C->Target), C->Operand);
  }
  case ExprKind::Call: {
    auto *C = cast<CallExpr>(E);
    line("call", C->Callee);
    ++Indent;
    arguments(C->Args);
    --Indent;
    return;
  }
  case ExprKind::MethodCall: {
    auto *C = cast<MethodCallExpr>(E);
    line("method " + std::string(C->Method.Text), C->Receiver);
    ++Indent;
    arguments(C->Args);
    --Indent;
    return;
  }
  case ExprKind::Index: {
    auto *I = cast<IndexExpr>(E);
    line("index", I->Base);
    ++Indent;
    for (const Subscript &S : I->Subscripts) {
      if (!S.IsSlice) {
        expr(S.Lo);
        continue;
      }
      line("slice");
      ++Indent;
      bounds(S.Lo, S.Hi, S.Inclusive, S.Step);
      --Indent;
    }
    --Indent;
    return;
  }
  case ExprKind::Field: {
    auto *F = cast<FieldExpr>(E);
    return line("field " + std::string(F->Name.Text), F->Base);
  }
  case ExprKind::TupleField: {
    auto *F = cast<TupleFieldExpr>(E);
    return line("field " + std::to_string(F->Index), F->Base);
  }
  case ExprKind::Assign: {
    auto *A = cast<AssignExpr>(E);
    line("assign " + (A->IsCompound ? std::string(spelling(A->Op)) : "") + "=",
         A->Target);
    return child(A->Value);
  }
  case ExprKind::Block:
    line("block");
    return block(cast<BlockExpr>(E));
  case ExprKind::If: {
    // A chain of `else if` is shown flat, like it was written.
    std::string_view Word = "if";
    while (auto *I = dyn_cast<IfExpr>(E)) {
      line(Word, I->Condition);
      child(I->Then);
      Word = "else if";
      E = I->Else;
      if (!E)
        return;
    }
    return line("else", E);
  }
  case ExprKind::Match: {
    auto *M = cast<MatchExpr>(E);
    line("match", M->Subject);
    ++Indent;
    for (const MatchArm &A : M->Arms)
      line("arm " + toString(A.Match), A.Body);
    --Indent;
    return;
  }
  case ExprKind::While: {
    auto *W = cast<WhileExpr>(E);
    line("while", W->Condition);
    return child(W->Body);
  }
  case ExprKind::For: {
    auto *F = cast<ForExpr>(E);
    line((F->IsParallel ? "parallel for " : "for ") +
         std::string(F->Over.Binding.Text));
    ++Indent;
    iteration(F->Over);
    expr(F->Body);
    --Indent;
    return;
  }
  case ExprKind::Loop:
    return line("loop", cast<LoopExpr>(E)->Body);
  case ExprKind::Lambda: {
    auto *L = cast<LambdaExpr>(E);
    return line("lambda " + showParams(L->Params) + showResult(L->Result) +
                    (L->IsShort ? " =" : ""),
                L->Body);
  }
  case ExprKind::Return:
    line("return");
    if (auto *Value = cast<ReturnExpr>(E)->Value)
      child(Value);
    return;
  case ExprKind::Break:
    line("break");
    if (auto *Value = cast<BreakExpr>(E)->Value)
      child(Value);
    return;
  case ExprKind::Continue:
    return line("continue");
  }
}

} // namespace

std::string toString(const TypeExpr *T) {
  auto Show = [](const TypeExpr *Element) { return toString(Element); };
  switch (T->Kind) {
  case TypeExprKind::Error:
    return "<error>";
  case TypeExprKind::Named:
    return std::string(cast<NamedTypeExpr>(T)->Name);
  case TypeExprKind::Tuple:
    return '(' + join(cast<TupleTypeExpr>(T)->Elements, Show) + ')';
  case TypeExprKind::Array: {
    auto *A = cast<ArrayTypeExpr>(T);
    std::string Element = toString(A->Element);
    // Else the `[]` would belong to the result.
    if (isa<FunctionTypeExpr>(A->Element))
      Element = '(' + Element + ')';
    return Element + '[' + std::string(A->Rank - 1, ',') + ']';
  }
  case TypeExprKind::FixedArray: {
    auto *A = cast<FixedArrayTypeExpr>(T);
    return '[' + toString(A->Element) + "; " + inLine(A->Count) + ']';
  }
  case TypeExprKind::Function: {
    auto *F = cast<FunctionTypeExpr>(T);
    return "fn(" + join(F->Params, Show) + ')' + showResult(F->Result);
  }
  }
  return {};
}

std::string toString(const Pattern *P) {
  auto Show = [](const Pattern *Element) { return toString(Element); };
  switch (P->Kind) {
  case PatternKind::Error:
    return "<error>";
  case PatternKind::Wildcard:
    return "_";
  case PatternKind::Binding:
    return std::string(cast<BindingPattern>(P)->Name);
  case PatternKind::Literal:
    return inLine(cast<LiteralPattern>(P)->Value);
  case PatternKind::Range: {
    auto *R = cast<RangePattern>(P);
    return (R->Lo ? inLine(R->Lo) : "") + (R->Inclusive ? "..=" : "..") +
           (R->Hi ? inLine(R->Hi) : "");
  }
  case PatternKind::Tuple:
    return '(' + join(cast<TuplePattern>(P)->Elements, Show) + ')';
  case PatternKind::Typed: {
    auto *T = cast<TypedPattern>(P);
    return std::string(T->Name.Text) + ": " + toString(T->Type);
  }
  case PatternKind::Variant: {
    auto *V = cast<VariantPattern>(P);
    std::string Text;
    if (!V->Enum.Text.empty())
      Text = std::string(V->Enum.Text) + '.';
    Text += V->Variant.Text;
    if (V->Elements.empty())
      return Text;
    Text += '(';
    for (size_t I = 0; I < V->Elements.size(); ++I) {
      Text += I ? ", " : "";
      if (!V->Names.empty() && !V->Names[I].Text.empty())
        Text += std::string(V->Names[I].Text) + ": ";
      Text += toString(V->Elements[I]);
    }
    return Text + ')';
  }
  case PatternKind::Or: {
    std::string Text;
    for (const Pattern *Each : cast<OrPattern>(P)->Alternatives) {
      Text += Text.empty() ? "" : " | ";
      bool Nested = isa<OrPattern>(Each);
      Text += Nested ? '(' + toString(Each) + ')' : toString(Each);
    }
    return Text;
  }
  }
  return {};
}

std::string dump(const Module &M) {
  Dumper D;
  for (const Decl *Declared : M.Decls)
    D.decl(Declared);
  std::string Out = D.take();
  if (M.Main->Stmts.empty() && !M.Main->Result)
    return Out;
  Dumper Main;
  Main.block(M.Main);
  return Out + "main\n" + Main.take();
}

std::string dump(const Expr *E) {
  Dumper D;
  D.expr(E);
  return D.take();
}

} // namespace jitrun::syntax
