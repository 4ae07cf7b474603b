#include "Sema/Checker.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;
using tast::FunctionId;

//===----------------------------------------------------------------------===//
// Names of variants

static bool isIn(const VariantRef &V, const Type *T) { return V.Enum->Ty == T; }

bool Checker::isAmbiguousVariant(const syntax::Expr *E) const {
  if (const auto *Call = dyn_cast<syntax::CallExpr>(E))
    E = Call->Callee;
  const auto *Name = dyn_cast<syntax::NameExpr>(E);
  return Name && !isLocal(Name->Name) && !P.find(Name->Name) &&
         P.variants(Name->Name).size() > 1;
}

std::optional<VariantRef>
Checker::chooseVariant(llvm::ArrayRef<VariantRef> Among,
                       const syntax::Identifier &Name, const Type *Hint) {
  for (const VariantRef &V : Among)
    if (V.Enum->Broken)
      return std::nullopt;
  if (Among.size() == 1)
    return Among.front();
  for (const VariantRef &V : Among)
    if (isIn(V, Hint))
      return V;
  Diags.report(Name.Range, diag::AmbiguousVariant)
          .fix("write '" + Among[0].Enum->Ty->name() + "." +
               std::string(Name.Text) + "'")
      << Name.Text << Among[0].Enum->Ty << Among[1].Enum->Ty;
  return std::nullopt;
}

EnumInfo *Checker::enumNamed(const syntax::Expr *E) {
  const auto *Name = dyn_cast<syntax::NameExpr>(E);
  if (!Name || isLocal(Name->Name))
    return nullptr;
  const Symbol *S = P.find(Name->Name);
  return S && S->Kind == Symbol::Enum ? &P.enumInfo(*S) : nullptr;
}

std::optional<VariantRef> Checker::variantOf(EnumInfo &E,
                                             const syntax::Identifier &Name) {
  if (P.findType(E.Name.Text, Name.Range)->kind() == TypeKind::Error)
    return std::nullopt;
  if (int Number = E.Ty->variantIndex(Name.Text); Number >= 0)
    return VariantRef{&E, uint32_t(Number)};
  std::string Fix = "its variants are ";
  std::span<const Variant> All = E.Ty->variants();
  for (size_t I = 0; I < All.size() && I < 10; ++I)
    Fix += (I ? ", '" : "'") + All[I].Name + "'";
  Diags.report(Name.Range, diag::NoSuchVariant).fix(Fix)
      << E.Name.Text << Name.Text;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Values

Value Checker::constructVariant(CallSite &Call, VariantRef V) {
  const Type *T = P.findType(V.Enum->Name.Text, Call.Callee.Range);
  if (T->kind() == TypeKind::Error) {
    checkDropped(Call);
    return errorValue();
  }
  llvm::SmallVector<const Type *, 4> Wanted;
  for (const Field &F : V.Enum->Ty->variant(V.Number).Payload)
    Wanted.push_back(F.Ty);
  // Payloads have no names, so none that is given fits.
  llvm::SmallVector<syntax::Identifier, 4> Names(Wanted.size());
  llvm::SmallVector<unsigned, 4> ParameterOf;
  if (!matchArguments(Call, Names, "values", V.decl().Name.Range,
                      ParameterOf)) {
    checkDropped(Call);
    return errorValue();
  }
  llvm::SmallVector<Value, 4> Values;
  if (!checkArguments(Call, Wanted, ParameterOf, Values))
    return errorValue();
  return L.variant(T, V.Number, Values);
}

Value Checker::checkVariant(VariantRef V, const syntax::Identifier &Name,
                            SourceRange Range) {
  CallSite Call;
  Call.Range = Range;
  Call.Callee = Name;
  return constructVariant(Call, V);
}

Value Checker::placeholder(const Type *T) {
  if (T->hasZero())
    return L.zero(T);
  llvm::SmallVector<Value, 4> Parts;
  switch (T->kind()) {
  case TypeKind::Enum:
    for (const Field &F : static_cast<const EnumType *>(T)->variant(0).Payload)
      Parts.push_back(placeholder(F.Ty));
    return llvm::is_contained(Parts, nullptr) ? nullptr
                                              : L.variant(T, 0, Parts);
  case TypeKind::Tuple:
  case TypeKind::Struct:
    for (const Field &F : static_cast<const RecordType *>(T)->fields())
      Parts.push_back(placeholder(F.Ty));
    return llvm::is_contained(Parts, nullptr) ? nullptr : L.aggregate(T, Parts);
  case TypeKind::FixedArray: {
    Value Part = placeholder(static_cast<const FixedArrayType *>(T)->element());
    return Part ? M.make<tast::FixedFillExpr>(T, Part) : nullptr;
  }
  case TypeKind::Function: {
    FunctionId Id = P.endless(*static_cast<const FunctionType *>(T));
    return M.make<tast::FunctionConstant>(T, Id);
  }
  default:
    return nullptr;
  }
}

bool Checker::hasZero(const Type *T, SourceRange Range) {
  if (T->hasZero() || T->kind() == TypeKind::Error)
    return true;
  Diags.report(Range, diag::NoZeroValue)
          .fix("write 'full(n, value)' or '[for i in 0..n: value]'")
      << T;
  return false;
}

//===----------------------------------------------------------------------===//
// Arrays of what holds such arrays

/// Whether a value of type \p T can lead to an array of \p Element's.
static bool leadsTo(const Type *T, const Type *Element,
                    llvm::SmallDenseMap<const Type *, bool, 8> &Seen) {
  if (!T->isCounted() || T->isStr() || !Seen.try_emplace(T, true).second)
    return false;
  auto Any = [&](std::span<const Field> Fields) {
    for (const Field &F : Fields)
      if (leadsTo(F.Ty, Element, Seen))
        return true;
    return false;
  };
  switch (T->kind()) {
  case TypeKind::Array: {
    const Type *Of = static_cast<const ArrayType *>(T)->element();
    return Of == Element || leadsTo(Of, Element, Seen);
  }
  case TypeKind::FixedArray:
    return leadsTo(static_cast<const FixedArrayType *>(T)->element(), Element,
                   Seen);
  case TypeKind::Tuple:
  case TypeKind::Struct:
    return Any(static_cast<const RecordType *>(T)->fields());
  case TypeKind::Enum:
    for (const Variant &V : static_cast<const EnumType *>(T)->variants())
      if (Any(V.Payload))
        return true;
    return false;
  default:
    return false;
  }
}

bool Checker::canStore(const Type *T, const Type *Array, SourceRange Range) {
  // The prelude writes only into arrays that nothing else knows.
  if (Current && Current->IsPrelude)
    return true;
  const Type *Element = static_cast<const ArrayType *>(Array)->element();
  llvm::SmallDenseMap<const Type *, bool, 8> Seen;
  if (!leadsTo(T, Element, Seen))
    return true;
  Diags.report(Range, diag::RecursiveElements)
          .fix("make a new array, so that none can come to hold itself")
      << Array << T;
  return false;
}

void Checker::appendParts(Value V,
                          llvm::SmallVectorImpl<CycleCheck::Holder> &To) const {
  if (!V->Ty->isCounted() || V->Ty->isStr())
    return;
  switch (V->Kind) {
  case tast::ExprKind::ToAny:
    return appendParts(tast::as<tast::ToAnyExpr>(*V).Operand, To);
  case tast::ExprKind::FixedFill:
    return appendParts(tast::as<tast::FixedFillExpr>(*V).Value, To);
  case tast::ExprKind::Aggregate:
    for (Value Part : tast::as<tast::AggregateExpr>(*V).Parts)
      appendParts(Part, To);
    return;
  case tast::ExprKind::Variant:
    for (Value Part : tast::as<tast::VariantExpr>(*V).Parts)
      appendParts(Part, To);
    return;
  default:
    break;
  }
  if (std::optional<FunctionId> Target = targetOf(V)) {
    if (const CycleCheck::Lambda *Known = P.Cycles.findLambda(*Target))
      To.push_back(Known);
    return;
  }
  To.push_back(V->Ty);
}

void Checker::noteStore(Value V, const Type *Array, SourceRange Range) {
  if (Current && Current->IsPrelude)
    return;
  llvm::SmallVector<CycleCheck::Holder, 2> Parts;
  appendParts(V, Parts);
  P.Cycles.addStore(V->Ty, Parts, static_cast<const ArrayType *>(Array), Range,
                    Diags);
}

} // namespace jitrun::sema
