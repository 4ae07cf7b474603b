#include "Sema/Checker.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

namespace jitrun::sema {

using syntax::cast;

/// Types are written out in messages; nested pairs of pairs would double the
/// name each time.
static constexpr size_t MaxNameLength = 4096;

const Type *Program::findType(std::string_view Name, SourceRange Use) {
  static constexpr auto Builtin = [](std::string_view N) {
    return llvm::StringSwitch<TypeKind>(N)
#define JITRUN_SCALAR_TYPE(Name, Spelling, Bytes)                              \
  .Case(Spelling, TypeKind::Name)
#include "Types/TypeKinds.def"
        .Case("str", TypeKind::Str)
        .Case("any", TypeKind::Any)
        .Default(TypeKind::Error);
  };
  if (TypeKind K = Builtin(Name); K != TypeKind::Error)
    return M->Types.get(K);
  if (Name == "f16" || Name == "bf16") {
    Diags.report(Use, diag::NotSupportedYet)
        << "type '" + std::string(Name) + "'";
    return errorType();
  }
  const Symbol *S = find(Name);
  if (!S)
    return nullptr;
  if (S->Kind == Symbol::Enum)
    return errorType();
  if (S->Kind != Symbol::Struct)
    return nullptr;
  StructInfo &Info = structInfo(*S);
  if (Info.State == Progress::Busy) {
    Diags.report(Use, diag::RecursiveStruct)
            .fix("keep the elements in one array, and indices into it here")
        << Name;
    Info.Broken = true;
    return errorType();
  }
  resolveStruct(Info);
  return Info.Broken ? errorType() : Info.Ty;
}

bool Program::checkTypeSize(uint64_t Size, size_t NameLength, SourceRange Use) {
  if (Size > TypeContext::MaxAggregateSize) {
    Diags.report(Use, diag::TypeTooLarge)
            .fix("use an array, which is a reference")
        << Size << TypeContext::MaxAggregateSize;
    return false;
  }
  if (NameLength > MaxNameLength) {
    Diags.report(Use, diag::TypeTooComplex)
        .fix("give a part of it a name with a 'struct'");
    return false;
  }
  return true;
}

const Type *Program::tupleType(llvm::ArrayRef<const Type *> Parts,
                               SourceRange Use) {
  uint64_t Size = 0;
  size_t NameLength = 0;
  for (const Type *Part : Parts) {
    if (Part->kind() == TypeKind::Error)
      return errorType();
    Size += Part->size() + 8;
    NameLength += Part->name().size();
  }
  if (Parts.empty())
    return M->Types.unit();
  if (!checkTypeSize(Size, NameLength, Use))
    return errorType();
  return M->Types.tuple(Parts);
}

const Type *Program::arrayType(const Type *Element, unsigned Rank,
                               SourceRange Use) {
  if (Element->kind() == TypeKind::Error)
    return errorType();
  if (Rank > MaxRank) {
    Diags.report(Use, diag::RankTooHigh) << Rank << MaxRank;
    return errorType();
  }
  if (!checkTypeSize(0, Element->name().size() + Rank, Use))
    return errorType();
  return M->Types.array(Element, Rank);
}

const Type *Program::fixedArrayType(const Type *Element, uint64_t Count,
                                    SourceRange Use) {
  if (Element->kind() == TypeKind::Error)
    return errorType();
  uint64_t Size;
  if (__builtin_mul_overflow(Count, std::max<uint64_t>(Element->size(), 1),
                             &Size))
    Size = ~uint64_t(0);
  if (!checkTypeSize(Size, Element->name().size(), Use))
    return errorType();
  return M->Types.fixedArray(Element, Count);
}

const Type *Program::resolveType(const syntax::TypeExpr *T) {
  switch (T->Kind) {
  case syntax::TypeExprKind::Error:
    return errorType();
  case syntax::TypeExprKind::Named: {
    const auto *Named = cast<syntax::NamedTypeExpr>(T);
    if (const Type *Found = findType(Named->Name, T->Range))
      return Found;
    Diags.report(T->Range, diag::UnknownType) << Named->Name;
    return errorType();
  }
  case syntax::TypeExprKind::Tuple: {
    llvm::SmallVector<const Type *, 4> Parts;
    for (const syntax::TypeExpr *E : cast<syntax::TupleTypeExpr>(T)->Elements)
      Parts.push_back(resolveType(E));
    return tupleType(Parts, T->Range);
  }
  case syntax::TypeExprKind::Array: {
    const auto *A = cast<syntax::ArrayTypeExpr>(T);
    return arrayType(resolveType(A->Element), A->Rank, T->Range);
  }
  case syntax::TypeExprKind::FixedArray: {
    const auto *A = cast<syntax::FixedArrayTypeExpr>(T);
    const Type *Element = resolveType(A->Element);
    std::optional<uint64_t> Count = Checker(*this).constantCount(A->Count);
    return Count ? fixedArrayType(Element, *Count, T->Range) : errorType();
  }
  case syntax::TypeExprKind::Function:
    Diags.report(T->Range, diag::NotSupportedYet) << "a function type";
    return errorType();
  }
  return errorType();
}

void Program::resolveStruct(StructInfo &S) {
  if (S.State != Progress::Untouched)
    return;
  S.State = Progress::Busy;
  S.Broken = isTooDeep(S.Decl->Name.Range);
  llvm::StringSet<> Names;
  std::vector<std::pair<std::string, const Type *>> Fields;
  uint64_t Size = 0;
  for (const syntax::FieldDecl &F : S.Decl->Fields) {
    if (S.Broken)
      break;
    if (!Names.insert(F.Name.Text).second)
      Diags.report(F.Name.Range, diag::RepeatedField)
          << F.Name.Text << S.Decl->Name.Text;
    const Type *T = resolveType(F.Type);
    S.Broken |= T->kind() == TypeKind::Error;
    Size += T->size() + 8;
    Fields.emplace_back(F.Name.Text, T);
  }
  if (!S.Broken && !checkTypeSize(Size, 0, S.Decl->Name.Range))
    S.Broken = true;
  S.Ty = M->Types.createStruct(std::string(S.Decl->Name.Text));
  if (!S.Broken)
    M->Types.completeStruct(S.Ty, Fields);
  S.State = Progress::Done;
}

} // namespace jitrun::sema
