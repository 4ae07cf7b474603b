#include "Sema/Checker.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

namespace {

/// The type parameters of one generic function, and what a call says that they
/// stand for.
class TypeArguments {
public:
  explicit TypeArguments(const syntax::FunctionDecl &D)
      : D(D), Bound(D.TypeParams.size()) {}

  /// Learns from a value of type \p T where \p Pattern is asked for. What does
  /// not fit is left for others to report.
  void learn(const syntax::TypeExpr *Pattern, const Type *T) {
    switch (Pattern->Kind) {
    case syntax::TypeExprKind::Error:
      return;
    case syntax::TypeExprKind::Named: {
      int I = find(cast<syntax::NamedTypeExpr>(Pattern)->Name);
      if (I >= 0 && !Bound[size_t(I)])
        Bound[size_t(I)] = T;
      return;
    }
    case syntax::TypeExprKind::Tuple: {
      auto Elements = cast<syntax::TupleTypeExpr>(Pattern)->Elements;
      if (T->kind() != TypeKind::Tuple)
        return;
      auto Fields = static_cast<const RecordType *>(T)->fields();
      for (size_t I = 0; I < Fields.size() && I < Elements.size(); ++I)
        learn(Elements[I], Fields[I].Ty);
      return;
    }
    case syntax::TypeExprKind::Array: {
      const auto *A = cast<syntax::ArrayTypeExpr>(Pattern);
      if (T->isArray() && static_cast<const ArrayType *>(T)->rank() == A->Rank)
        learn(A->Element, static_cast<const ArrayType *>(T)->element());
      return;
    }
    case syntax::TypeExprKind::FixedArray:
      if (T->kind() == TypeKind::FixedArray)
        learn(cast<syntax::FixedArrayTypeExpr>(Pattern)->Element,
              static_cast<const FixedArrayType *>(T)->element());
      return;
    case syntax::TypeExprKind::Function: {
      const auto *F = cast<syntax::FunctionTypeExpr>(Pattern);
      if (!T->isFunction())
        return;
      const auto &As = static_cast<const FunctionType &>(*T);
      auto Params = As.parameters();
      for (size_t I = 0; I < Params.size() && I < F->Params.size(); ++I)
        learn(F->Params[I], Params[I]);
      if (F->Result)
        learn(F->Result, As.result());
      return;
    }
    }
  }

  /// Whether all that \p Pattern mentions is known.
  bool knows(const syntax::TypeExpr *Pattern) const {
    if (!Pattern)
      return true;
    auto All = [&](syntax::List<const syntax::TypeExpr *> Es) {
      return llvm::all_of(Es, [&](const auto *E) { return knows(E); });
    };
    switch (Pattern->Kind) {
    case syntax::TypeExprKind::Error:
      return true;
    case syntax::TypeExprKind::Named: {
      int I = find(cast<syntax::NamedTypeExpr>(Pattern)->Name);
      return I < 0 || Bound[size_t(I)];
    }
    case syntax::TypeExprKind::Tuple:
      return All(cast<syntax::TupleTypeExpr>(Pattern)->Elements);
    case syntax::TypeExprKind::Array:
      return knows(cast<syntax::ArrayTypeExpr>(Pattern)->Element);
    case syntax::TypeExprKind::FixedArray:
      return knows(cast<syntax::FixedArrayTypeExpr>(Pattern)->Element);
    case syntax::TypeExprKind::Function: {
      const auto *F = cast<syntax::FunctionTypeExpr>(Pattern);
      return All(F->Params) && knows(F->Result);
    }
    }
    return true;
  }

  /// The type that \p Pattern is by now; null when that is not known.
  const Type *type(Program &P, const syntax::TypeExpr *Pattern) const {
    if (!knows(Pattern))
      return nullptr;
    Program::TypeScope Before = P.enterTypes({&D, Bound});
    const Type *T = P.resolveType(Pattern);
    P.enterTypes(Before);
    return T;
  }

  llvm::ArrayRef<const Type *> all() const { return Bound; }

private:
  int find(std::string_view Name) const {
    for (size_t I = 0; I < D.TypeParams.size(); ++I)
      if (D.TypeParams[I].Text == Name)
        return int(I);
    return -1;
  }

  const syntax::FunctionDecl &D;
  llvm::SmallVector<const Type *, 4> Bound;
};

} // namespace

Value Checker::callGeneric(CallSite &Call, FunctionInfo &G,
                           llvm::ArrayRef<unsigned> ParameterOf,
                           const Type *Hint) {
  const syntax::FunctionDecl &D = *G.Decl;
  TypeArguments Args(D);
  struct Piece {
    StmtVector List;
    Value V = nullptr;
  };
  std::vector<Piece> Pieces(Call.Args.size());
  OperandList Operands(L, Call.Range);
  bool Failed = false;
  auto CheckOne = [&](size_t I) {
    const syntax::TypeExpr *Wanted = D.Params[ParameterOf[I]].Type;
    const syntax::Expr *Given = Call.Args[I].Value;
    const auto *F = dyn_cast<syntax::FunctionTypeExpr>(Wanted);
    const Type *T = Args.type(P, Wanted);
    StmtVector *Before = L.capture(&Pieces[I].List);
    Value V;
    if (!T && F && needsSignature(Given)) {
      llvm::SmallVector<const Type *, 4> Params;
      for (const syntax::TypeExpr *Param : F->Params)
        Params.push_back(Args.type(P, Param));
      V = checkFunctionValue(
          Given, Params, F->Result ? Args.type(P, F->Result) : Types.unit());
    } else {
      V = check(Given, T);
    }
    L.capture(Before);
    Pieces[I].V = V;
    Failed |= failed(V);
    if (!failed(V) && !never(V))
      Args.learn(Wanted, V->Ty);
  };
  // What has a type of its own says what the parameters stand for; then the
  // place of the call; what adapts to its place comes last.
  // Functions whose own types come from there are the very last, as what they
  // give may be what is asked for.
  for (size_t I = 0; I < Pieces.size(); ++I) {
    const syntax::Expr *Given = Call.Args[I].Value;
    if ((!waits(Given) || classify(Given).Fixed) && !needsSignature(Given))
      CheckOne(I);
  }
  if (Hint && D.Result && !Args.knows(D.Result))
    Args.learn(D.Result, Hint);
  for (bool Functions : {false, true})
    for (size_t I = 0; I < Pieces.size(); ++I)
      if (!Pieces[I].V && needsSignature(Call.Args[I].Value) == Functions)
        CheckOne(I);
  if (Failed)
    return errorValue();
  for (size_t I = 0; I < D.TypeParams.size(); ++I)
    if (!Args.all()[I]) {
      Diags.report(Call.Range, diag::CannotInfer)
              .note(D.TypeParams[I].Range, "it is declared here")
          << D.TypeParams[I].Text << D.Name.Text;
      return errorValue();
    }

  FunctionInfo *F = P.instantiate(G, Args.all(), Call.Range, Current);
  if (!F)
    return errorValue();
  for (size_t I = 0; I < Pieces.size(); ++I) {
    L.append(Pieces[I].List);
    Value V =
        coerce(Pieces[I].V, F->Params[ParameterOf[I]], Call.Args[I].Value);
    Failed |= failed(V);
    Operands.add(V);
  }
  if (Failed)
    return errorValue();
  llvm::SmallVector<Value, 8> Values(Operands.size());
  orderArguments(Call, ParameterOf, Operands.values(), Values);
  return emitCall(Call, *F, Values);
}

} // namespace jitrun::sema
