#include "Sema/Checker.h"
#include "Sema/Fold.h"

namespace jitrun::sema {

/// Of nodes; every use of a constant that is no plain value copies its tree.
static constexpr size_t MaxConstantTree = 1000;

ConstInfo &Program::resolve(const Symbol &Const, SourceRange Use) {
  ConstInfo &C = constInfo(Const);
  if (C.State == Progress::Busy) {
    Diags.report(Use, diag::CircularConst) << C.Decl->Name.Text;
    C.Ty = errorType();
    C.Literal = {};
  } else if (C.State == Progress::Untouched) {
    checkConst(C);
  }
  return C;
}

void Program::checkConst(ConstInfo &C) {
  C.State = Progress::Busy;
  const syntax::ConstDecl &D = *C.Decl;
  if (isTooDeep(D.Name.Range)) {
    C.State = Progress::Done;
    C.Ty = errorType();
    return;
  }
  const Type *Wanted = nullptr;
  if (D.Type) {
    Wanted = resolveType(D.Type);
    C.Ty = Wanted;
  } else {
    C.Literal = Checker(*this).classifyConstant(D.Init);
  }
  // A literal is checked in the type it has by itself, so that errors show
  // even where it is not used.
  tast::Expr const *V = Checker(*this).checkConstant(D.Init, Wanted);
  bool Circular = C.Ty && C.Ty != Wanted;
  if (Circular)
    C.Literal = {};
  C.Ty = Circular ? errorType() : V->Ty;
  C.State = Progress::Done;
  if (C.Ty->kind() == TypeKind::Error) {
    C.Literal = {};
    return;
  }
  C.Value = V;
  if (C.Ty->isAggregate() && isConstantTree(V)) {
    C.HasConstant = true;
    C.Constant = tast::ConstantId(M->Constants.size());
    M->Constants.push_back({std::string(D.Name.Text), C.Ty, V});
  }
}

const tast::Expr *Program::literalValue(ConstInfo &C, const Type *T,
                                        SourceRange Use) {
  if (C.Ty == T)
    return C.Value;
  if (auto At = C.Values.find(T); At != C.Values.end())
    return At->second;
  const tast::Expr *V = Checker(*this).constantLiteral(C.Decl->Init, T, Use);
  if (V->Ty->kind() == TypeKind::Error)
    return nullptr;
  C.Values[T] = V;
  return V;
}

static bool isConstantType(const Type *T) {
  switch (T->kind()) {
  case TypeKind::Tuple:
  case TypeKind::Struct:
    for (const Field &F : static_cast<const RecordType *>(T)->fields())
      if (!isConstantType(F.Ty))
        return false;
    return true;
  case TypeKind::FixedArray:
    return isConstantType(static_cast<const FixedArrayType *>(T)->element());
  case TypeKind::Enum:
    for (const Variant &V : static_cast<const EnumType *>(T)->variants())
      for (const Field &F : V.Payload)
        if (!isConstantType(F.Ty))
          return false;
    return true;
  case TypeKind::Array:
  case TypeKind::Any:
    return false;
  default:
    return true;
  }
}

Value Checker::checkConstant(const syntax::Expr *E, const Type *Wanted) {
  tast::Function Scratch;
  begin(Scratch, /*Fused=*/false);
  InConstant = true;
  Value V = Wanted ? checkAs(E, Wanted) : check(E);
  if (failed(V))
    return V;
  if (!isConstantType(V->Ty)) {
    Diags.report(E->Range, diag::ConstOfThisType) << V->Ty;
    return errorValue();
  }
  if (never(V) || L.mark()) {
    Diags.report(E->Range, diag::NotConstant);
    return errorValue();
  }
  Value Folded = fold(M, V);
  if (!Folded) {
    Diags.report(E->Range, diag::ConstantTraps);
    return errorValue();
  }
  if (!isConstantExpression(Folded)) {
    Diags.report(E->Range, diag::NotConstant);
    return errorValue();
  }
  if (!isConstantTree(Folded) &&
      treeSize(Folded, MaxConstantTree) == MaxConstantTree) {
    Diags.report(E->Range, diag::ConstantTooComplex);
    return errorValue();
  }
  return Folded;
}

LiteralClass Checker::classifyConstant(const syntax::Expr *E) {
  tast::Function Scratch;
  begin(Scratch, false);
  InConstant = true;
  LiteralClass C = classify(E);
  return C.IsLiteral ? C : LiteralClass();
}

Value Checker::constantLiteral(const syntax::Expr *E, const Type *T,
                               SourceRange Use) {
  tast::Function Scratch;
  begin(Scratch, false);
  InConstant = true;
  LiteralUse = Use;
  Value V = literal(E, T);
  LiteralUse = {};
  if (failed(V))
    return V;
  if (Value Folded = fold(M, V);
      Folded && treeSize(Folded, MaxConstantTree) < MaxConstantTree)
    return Folded;
  Diags.report(Use, diag::ConstantTooComplex);
  return errorValue();
}

std::optional<uint64_t> Checker::constantCount(const syntax::Expr *E) {
  Value V = checkConstant(E, nullptr);
  if (failed(V))
    return std::nullopt;
  if (!V->Ty->isInteger()) {
    Diags.report(E->Range, diag::CountNotInteger) << V->Ty;
    return std::nullopt;
  }
  if (V->Kind != tast::ExprKind::IntConstant) {
    Diags.report(E->Range, diag::NotConstant);
    return std::nullopt;
  }
  __int128 Count = valueOf(tast::as<tast::IntConstant>(*V));
  if (Count < 0) {
    Diags.report(E->Range, diag::CountNegative) << int64_t(Count);
    return std::nullopt;
  }
  return uint64_t(Count);
}

} // namespace jitrun::sema
