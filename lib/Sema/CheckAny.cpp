#include "Sema/Arm.h"

#include "llvm/ADT/SmallPtrSet.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

/// Whether the value of \p E is one of several that each may become an `any`
/// by itself.
static bool passesOn(const syntax::Expr *E) {
  switch (E->Kind) {
  case syntax::ExprKind::Block:
  case syntax::ExprKind::If:
  case syntax::ExprKind::Match:
  case syntax::ExprKind::Loop:
    return true;
  default:
    return false;
  }
}

Value Checker::checkAny(const syntax::Expr *E) {
  if (LiteralClass C = classify(E); C.IsLiteral && !passesOn(E))
    return toAny(literal(E, literalType(C, nullptr)), E->Range);
  return toAny(checkInner(E, passesOn(E) ? Types.any() : nullptr), E->Range);
}

/// Whether values hold an `any`, or (InArray) whether they hold an array whose
/// elements do: stored into one of these, an `any` that holds the array would
/// close a cycle, which counting never frees.
static bool holdsAny(const Type *T, bool InArray,
                     llvm::SmallPtrSetImpl<const Type *> &Seen) {
  if (T->isAny())
    return !InArray;
  if (!Seen.insert(T).second)
    return false;
  auto Part = [&](const Type *Of) { return holdsAny(Of, InArray, Seen); };
  switch (T->kind()) {
  case TypeKind::Array: {
    const Type *Element = static_cast<const ArrayType *>(T)->element();
    llvm::SmallPtrSet<const Type *, 8> Inner;
    return holdsAny(Element, false, Inner) || Part(Element);
  }
  case TypeKind::FixedArray:
    return Part(static_cast<const FixedArrayType *>(T)->element());
  case TypeKind::Tuple:
  case TypeKind::Struct:
    return llvm::any_of(static_cast<const RecordType *>(T)->fields(),
                        [&](const Field &F) { return Part(F.Ty); });
  case TypeKind::Enum:
    for (const Variant &Each : static_cast<const EnumType *>(T)->variants())
      for (const Field &F : Each.Payload)
        if (Part(F.Ty))
          return true;
    return false;
  default:
    return false;
  }
}

Value Checker::toAny(Value V, SourceRange R) {
  if (failed(V) || never(V) || V->Ty->isAny())
    return V;
  if (InConstant) {
    Diags.report(R, diag::ConstOfThisType) << Types.any();
    return errorValue();
  }
  llvm::SmallPtrSet<const Type *, 8> Seen;
  if (holdsAny(V->Ty, /*InArray=*/true, Seen)) {
    Diags.report(R, diag::AnyOfAnyArray)
            .fix("hold the values themselves, or use an enum")
        << V->Ty;
    return errorValue();
  }
  P.Cycles.addHeldByAny(V->Ty);
  if (V->Ty->isAggregate())
    return operation(tast::Operation::BoxAny, Types.any(), V, R);
  return M.make<tast::ToAnyExpr>(Types.any(), V);
}

Value Checker::castAny(Value V, const Type *To, SourceRange R) {
  if (To->isAny())
    return V;
  return M.make<tast::AnyCastExpr>(To, V, L.site(R));
}

Value Checker::combineAny(tast::BinaryOp Op, Value Left, Value Right,
                          SourceRange R) {
  // What is boxed is evaluated there and then.
  if (Right->Ty->isAggregate() && !Right->Ty->isAny() &&
      !L.isStable(Left, L.clock()))
    Left = L.load(L.bind(Left, R));
  Left = toAny(Left, R);
  Right = toAny(Right, R);
  if (failed(Left) || failed(Right))
    return errorValue();
  if (tast::isComparison(Op))
    return L.binary(Op, Left, Right, L.site(R));
  SlotId Dest = L.addTemp(Types.any());
  L.operation(Dest, tast::Operation::AnyBinary, {Left, Right}, R)->Operator =
      abi::AnyOperator(uint32_t(Op));
  return L.load(Dest);
}

Value Checker::unaryAny(syntax::UnaryOp Op, Value V, SourceRange R) {
  SlotId Dest = L.addTemp(Types.any());
  auto *S = L.operation(Dest, tast::Operation::AnyUnary, V, R);
  switch (Op) {
  case syntax::UnaryOp::Negate:
    S->Operator = abi::AnyOperator::Negate;
    break;
  case syntax::UnaryOp::Not:
    S->Operator = abi::AnyOperator::Not;
    break;
  case syntax::UnaryOp::Complement:
    S->Operator = abi::AnyOperator::BitNot;
    break;
  }
  return L.load(Dest);
}

//===----------------------------------------------------------------------===//
// Match on the type held

void Checker::checkAnyArms(const syntax::MatchExpr &E, Matching &To) {
  bool All = false;
  llvm::SmallPtrSet<const Type *, 8> Seen;
  for (const syntax::MatchArm &Each : E.Arms) {
    Arm &A = To.Arms.emplace_back();
    A.Syntax = &Each;
    const syntax::Pattern *Pat = Each.Match;
    const Type *T = Types.any();
    if (const auto *Typed = dyn_cast<syntax::TypedPattern>(Pat)) {
      T = P.resolveType(Typed->Type);
      if (Typed->binds()) {
        A.Bound = Typed->Name.Text;
        A.BoundRange = Typed->Name.Range;
      }
    } else if (const auto *B = dyn_cast<syntax::BindingPattern>(Pat)) {
      A.Bound = B->Name;
      A.BoundRange = B->Range;
    } else if (Pat->Kind != syntax::PatternKind::Wildcard) {
      if (Pat->Kind != syntax::PatternKind::Error)
        Diags.report(Pat->Range, diag::PatternType)
                .fix("write a type: 'x: i64', or '_: i64'")
            << T;
      To.Ok = false;
      continue;
    }
    if (T->kind() == TypeKind::Error) {
      To.Ok = false;
      continue;
    }
    A.Held = T;
    A.IsReached = !All && Seen.insert(T).second;
    if (!A.IsReached)
      Diags.report(Pat->Range, diag::MatchUnreachable);
    All |= T->isAny();
  }
  if (To.Ok && !All) {
    Diags.report(E.Range, diag::MatchNotExhaustive)
            .fix("add '_ => ...' for all the rest")
        << "other types";
    To.Ok = false;
  }
}

void Checker::declareHeld(const Arm &A, const Matching &Of) {
  if (!A.Held)
    return declareErroneous(A.Syntax->Match);
  if (A.Bound.empty())
    return;
  SlotId Slot = Of.Subject.Slot;
  if (!A.Held->isAny()) {
    Slot = L.addTemp(A.Held);
    L.init(Slot,
           M.make<tast::AnyCastExpr>(A.Held, L.load(Of.Subject), tast::NoSite),
           A.BoundRange);
  }
  declare(A.Bound, Slot, PlaceRef::Access::Let, A.BoundRange);
}

} // namespace jitrun::sema
