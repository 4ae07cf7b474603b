#include "Types/TypeContext.h"

#include <algorithm>

namespace jitrun {

int RecordType::fieldIndex(std::string_view N) const {
  for (uint32_t I = 0; I < FieldCount; ++I)
    if (FieldData[I].Name == N)
      return int(I);
  return -1;
}

int EnumType::variantIndex(std::string_view N) const {
  for (uint32_t I = 0; I < VariantCount; ++I)
    if (VariantData[I].Name == N)
      return int(I);
  return -1;
}

template <class T> T *TypeContext::make(TypeKind K) {
  auto *Raw = new T(K, uint32_t(All.size()));
  Owned.emplace_back(Raw);
  All.push_back(Raw);
  return Raw;
}

TypeContext::TypeContext() {
  auto Simples = [&](TypeKind K, const char *Name, uint32_t Bytes) {
    Type *T = make<Type>(K);
    T->Name = Name;
    T->Size = Bytes;
    T->Align = std::max<uint32_t>(Bytes, 1);
    if (Simple.size() <= size_t(K))
      Simple.resize(size_t(K) + 1);
    Simple[size_t(K)] = T;
    return T;
  };
  Simples(TypeKind::Error, "<error>", 0)->Zeroable = false;
  Simples(TypeKind::Never, "!", 0)->Zeroable = false;
  Simples(TypeKind::Unit, "()", 0);
#define JITRUN_SCALAR_TYPE(Name, Spelling, Bytes)                              \
  Simples(TypeKind::Name, Spelling, Bytes);
#include "Types/TypeKinds.def"
  Simples(TypeKind::Str, "str", sizeof(void *))->Counted = true;
  Type *Any = Simples(TypeKind::Any, "any", 16);
  Any->Align = 8;
  Any->Counted = true;
}

TypeContext::~TypeContext() = default;

static uint64_t alignUp(uint64_t Offset, uint64_t Align) {
  return (Offset + Align - 1) / Align * Align;
}

std::span<const Field> TypeContext::placeFields(Type *T, FieldList F,
                                                uint64_t &Offset) {
  std::vector<Field> &List = FieldLists.emplace_back();
  List.reserve(F.size());
  for (const auto &[Name, Ty] : F) {
    Offset = alignUp(Offset, Ty->align());
    List.push_back({Name, Ty, Offset});
    Offset += Ty->size();
    T->Align = std::max(T->Align, Ty->align());
    T->Counted |= Ty->isCounted();
    T->Zeroable &= Ty->hasZero();
  }
  return List;
}

void TypeContext::layOut(RecordType *R, FieldList F) {
  uint64_t Offset = 0;
  std::span<const Field> List = placeFields(R, F, Offset);
  R->Size = alignUp(Offset, R->Align);
  R->FieldData = List.data();
  R->FieldCount = uint32_t(List.size());
}

const RecordType *TypeContext::tuple(std::span<const Type *const> Elements) {
  std::string Key = "(";
  for (const Type *E : Elements)
    Key += std::to_string(E->id()) + ",";
  const Type *&Slot = Uniqued[Key];
  if (Slot)
    return static_cast<const RecordType *>(Slot);
  auto *T = make<RecordType>(TypeKind::Tuple);
  Slot = T;
  std::vector<std::pair<std::string, const Type *>> F;
  T->Name = "(";
  for (size_t I = 0; I < Elements.size(); ++I) {
    F.emplace_back(std::to_string(I), Elements[I]);
    T->Name += (I ? ", " : "") + Elements[I]->name();
  }
  T->Name += Elements.size() == 1 ? ",)" : ")";
  layOut(T, F);
  return T;
}

const ArrayType *TypeContext::array(const Type *Element, unsigned Rank) {
  const Type *&Slot =
      Uniqued["[" + std::to_string(Rank) + ":" + std::to_string(Element->id())];
  if (Slot)
    return static_cast<const ArrayType *>(Slot);
  auto *T = make<ArrayType>(TypeKind::Array);
  Slot = T;
  T->Element = Element;
  T->Rank = Rank;
  T->Size = T->Align = sizeof(void *);
  T->Counted = true;
  T->Name =
      Element->isFunction() ? "(" + Element->name() + ")" : Element->name();
  T->Name += "[" + std::string(Rank - 1, ',') + "]";
  return T;
}

const FixedArrayType *TypeContext::fixedArray(const Type *Element,
                                              uint64_t Count) {
  const Type *&Slot = Uniqued["F" + std::to_string(Count) + ":" +
                              std::to_string(Element->id())];
  if (Slot)
    return static_cast<const FixedArrayType *>(Slot);
  auto *T = make<FixedArrayType>(TypeKind::FixedArray);
  Slot = T;
  T->Element = Element;
  T->Count = Count;
  T->Size = Element->size() * Count;
  T->Align = Element->align();
  T->Counted = Element->isCounted() && Count;
  T->Zeroable = Element->hasZero();
  T->Name = "[" + Element->name() + "; " + std::to_string(Count) + "]";
  return T;
}

const FunctionType *
TypeContext::function(std::span<const Type *const> Parameters,
                      const Type *Result) {
  std::string Key = "f" + std::to_string(Result->id());
  for (const Type *P : Parameters)
    Key += "," + std::to_string(P->id());
  const Type *&Slot = Uniqued[Key];
  if (Slot)
    return static_cast<const FunctionType *>(Slot);
  auto *T = make<FunctionType>(TypeKind::Function);
  Slot = T;
  const auto &List =
      ParameterLists.emplace_back(Parameters.begin(), Parameters.end());
  T->ParameterData = List.data();
  T->ParameterCount = List.size();
  T->Result = Result;
  T->Size = T->Align = sizeof(void *);
  T->Counted = true;
  T->Zeroable = false;
  T->Name = "fn(";
  for (size_t I = 0; I < Parameters.size(); ++I)
    T->Name += (I ? ", " : "") + Parameters[I]->name();
  T->Name += ")";
  if (!Result->isUnit())
    T->Name += " -> " + Result->name();
  return T;
}

RecordType *TypeContext::createStruct(std::string Name) {
  auto *T = make<RecordType>(TypeKind::Struct);
  T->Name = std::move(Name);
  return T;
}

void TypeContext::completeStruct(
    RecordType *S, std::span<const std::pair<std::string, const Type *>> F) {
  layOut(S, F);
}

EnumType *TypeContext::createEnum(std::string Name) {
  auto *T = make<EnumType>(TypeKind::Enum);
  T->Name = std::move(Name);
  T->Zeroable = false;
  return T;
}

void TypeContext::completeEnum(EnumType *E, VariantList Variants) {
  constexpr uint32_t TagSize = 4;
  std::vector<Variant> &List = VariantLists.emplace_back();
  List.reserve(Variants.size());
  uint64_t Start = TagSize, End = TagSize;
  for (const auto &[Name, Types] : Variants)
    for (const Type *T : Types)
      Start = std::max<uint64_t>(Start, T->align());
  E->Align = TagSize;
  for (const auto &[Name, Types] : Variants) {
    std::vector<std::pair<std::string, const Type *>> F;
    for (const Type *T : Types)
      F.emplace_back(std::to_string(F.size()), T);
    uint64_t Offset = Start;
    List.push_back({Name, placeFields(E, F, Offset)});
    if (!Types.empty())
      End = std::max(End, Offset);
  }
  E->Zeroable = false;
  E->Size = alignUp(End, E->Align);
  E->VariantData = List.data();
  E->VariantCount = uint32_t(List.size());
}

} // namespace jitrun
