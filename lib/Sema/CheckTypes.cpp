#include "Sema/Checker.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

namespace jitrun::sema {

using syntax::cast;
using syntax::dyn_cast;

/// Types are written out in messages; nested pairs of pairs would double the
/// name each time.
static constexpr size_t MaxNameLength = 4096;

const Type *Program::findType(std::string_view Name, SourceRange Use,
                              bool InArray) {
  static constexpr auto Builtin = [](std::string_view N) {
    return llvm::StringSwitch<TypeKind>(N)
#define JITRUN_SCALAR_TYPE(Name, Spelling, Bytes)                              \
  .Case(Spelling, TypeKind::Name)
#include "Types/TypeKinds.def"
        .Case("str", TypeKind::Str)
        .Case("any", TypeKind::Any)
        .Default(TypeKind::Error);
  };
  if (const Type *Stands = typeArgument(Name))
    return Stands;
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
  if (S->Kind != Symbol::Struct && S->Kind != Symbol::Enum)
    return nullptr;
  bool IsEnum = S->Kind == Symbol::Enum;
  NamedType &Info = IsEnum ? static_cast<NamedType &>(enumInfo(*S))
                           : static_cast<NamedType &>(structInfo(*S));
  const Type *Ty = IsEnum ? static_cast<const Type *>(enumInfo(*S).Ty)
                          : static_cast<const Type *>(structInfo(*S).Ty);
  if (Resolving)
    Resolving->Mentions.push_back({&Info, Use});
  // An array is a reference: its layout does not depend on its elements.
  if (InArray && Resolving && Info.State != Progress::Done)
    return Ty;
  if (Info.State == Progress::Busy) {
    reportCycle(Info, Use);
    return errorType();
  }
  resolveNamed(Info);
  return Info.Broken ? errorType() : Ty;
}

void Program::reportCycle(NamedType &Info, SourceRange Use) {
  if (Info.IsEnum)
    Diags.report(Use, diag::RecursiveEnum)
            .fix("hold it in an array: '" + std::string(Info.Name.Text) + "[]'")
        << Info.Name.Text;
  else
    Diags.report(Use, diag::RecursiveStruct)
            .fix("keep the elements in one array, and indices into it here")
        << Info.Name.Text;
  Info.Broken = true;
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

const Type *Program::functionType(llvm::ArrayRef<const Type *> Params,
                                  const Type *Result, SourceRange Use) {
  size_t NameLength = Result->name().size();
  for (const Type *Param : Params) {
    if (Param->kind() == TypeKind::Error)
      return errorType();
    NameLength += Param->name().size();
  }
  if (Result->kind() == TypeKind::Error || !checkTypeSize(0, NameLength, Use))
    return errorType();
  return M->Types.function(Params, Result);
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
    const auto *Named = dyn_cast<syntax::NamedTypeExpr>(A->Element);
    const Type *Element =
        Named ? findType(Named->Name, Named->Range, /*InArray=*/true) : nullptr;
    return arrayType(Element ? Element : resolveType(A->Element), A->Rank,
                     T->Range);
  }
  case syntax::TypeExprKind::FixedArray: {
    const auto *A = cast<syntax::FixedArrayTypeExpr>(T);
    const Type *Element = resolveType(A->Element);
    std::optional<uint64_t> Count = Checker(*this).constantCount(A->Count);
    return Count ? fixedArrayType(Element, *Count, T->Range) : errorType();
  }
  case syntax::TypeExprKind::Function: {
    const auto *F = cast<syntax::FunctionTypeExpr>(T);
    llvm::SmallVector<const Type *, 4> Params;
    for (const syntax::TypeExpr *Param : F->Params)
      Params.push_back(resolveType(Param));
    return functionType(
        Params, F->Result ? resolveType(F->Result) : M->Types.unit(), T->Range);
  }
  }
  return errorType();
}

//===----------------------------------------------------------------------===//
// Structs and enums

void Program::resolveTypes() {
  for (NamedType *N : NamedTypes)
    resolveNamed(*N);
  findCycles();
  spreadBroken();
}

void Program::resolveNamed(NamedType &N) {
  if (N.State != Progress::Untouched)
    return;
  N.State = Progress::Busy;
  NamedType *Outer = std::exchange(Resolving, &N);
  N.Broken = isTooDeep(N.Name.Range);
  if (N.IsEnum)
    resolveEnum(static_cast<EnumInfo &>(N));
  else
    resolveStruct(static_cast<StructInfo &>(N));
  Resolving = Outer;
  N.State = Progress::Done;
}

/// A struct may not hold itself even in an array, unless through an enum. What
/// contains itself by value has been reported.
void Program::findCycles() {
  enum ColorType : uint8_t { White, Grey, Black };
  llvm::DenseMap<NamedType *, ColorType> Color;
  struct Visit {
    NamedType *Of;
    size_t Next = 0;
  };
  std::vector<Visit> Path;
  for (NamedType *Root : NamedTypes) {
    if (Color.lookup(Root) == White)
      Path.push_back({Root});
    while (!Path.empty()) {
      Visit &Top = Path.back();
      Color[Top.Of] = Grey;
      if (Top.Of->IsEnum || Top.Of->Broken ||
          Top.Next == Top.Of->Mentions.size()) {
        Color[Top.Of] = Black;
        Path.pop_back();
        continue;
      }
      const NamedType::Mention &M = Top.Of->Mentions[Top.Next++];
      if (M.Of->IsEnum || M.Of->Broken)
        continue;
      ColorType Seen = Color.lookup(M.Of);
      if (Seen == Grey)
        reportCycle(*M.Of, M.Use);
      else if (Seen == White)
        Path.push_back({M.Of});
    }
  }
}

/// What holds something broken, even in an array, is broken.
void Program::spreadBroken() {
  llvm::DenseMap<NamedType *, llvm::SmallVector<NamedType *, 2>> Users;
  std::vector<NamedType *> Queue;
  for (NamedType *N : NamedTypes) {
    for (const NamedType::Mention &M : N->Mentions)
      Users[M.Of].push_back(N);
    if (N->Broken)
      Queue.push_back(N);
  }
  while (!Queue.empty()) {
    NamedType *N = Queue.back();
    Queue.pop_back();
    for (NamedType *User : Users.lookup(N))
      if (!std::exchange(User->Broken, true))
        Queue.push_back(User);
  }
}

void Program::resolveStruct(StructInfo &S) {
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
  if (!S.Broken)
    M->Types.completeStruct(S.Ty, Fields);
}

void Program::resolveEnum(EnumInfo &E) {
  if (E.Decl->Variants.empty()) {
    Diags.report(E.Name.Range, diag::EmptyEnum) << E.Name.Text;
    E.Broken = true;
  }
  llvm::StringSet<> Names;
  std::vector<std::pair<std::string, std::vector<const Type *>>> Variants;
  uint64_t Largest = 0;
  for (const syntax::VariantDecl &V : E.Decl->Variants) {
    if (E.Broken)
      break;
    if (!Names.insert(V.Name.Text).second) {
      Diags.report(V.Name.Range, diag::RepeatedVariant)
          << V.Name.Text << E.Name.Text;
      E.Broken = true;
    }
    auto &[Name, Payload] = Variants.emplace_back();
    Name = V.Name.Text;
    uint64_t Size = 8;
    for (const syntax::TypeExpr *Each : V.Payload) {
      const Type *T = resolveType(Each);
      E.Broken |= T->kind() == TypeKind::Error;
      Size += T->size() + 8;
      Payload.push_back(T);
    }
    Largest = std::max(Largest, Size);
  }
  if (!E.Broken && !checkTypeSize(Largest, 0, E.Name.Range))
    E.Broken = true;
  if (!E.Broken)
    M->Types.completeEnum(E.Ty, Variants);
}

} // namespace jitrun::sema
