#include "TypedAST/ModuleData.h"

#include <cstring>
#include <deque>
#include <new>

namespace jitrun::tast {

namespace {

/// Zeroed memory for an object that ends in a variable part.
using Bytes = std::unique_ptr<char[]>;
static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= alignof(abi::ArrayHeader) &&
                  __STDCPP_DEFAULT_NEW_ALIGNMENT__ >= 16,
              "objects and constants are made of plain char arrays");

/// Where empty arrays point: never read, but aligned like any own buffer.
alignas(64) constinit char EmptyData[64] = {};

constinit abi::StrHeader EmptyText = {
    {{nullptr, nullptr}, abi::ImmortalCount, 0}, 0, {0}};

abi::DescriptorKind kindOf(const Type *T) {
  switch (T->kind()) {
  case TypeKind::Error:
    assert(false && "a checked module holds no erroneous type");
    [[fallthrough]];
  case TypeKind::Never:
  case TypeKind::Unit:
    return abi::DescriptorKind::Unit;
#define JITRUN_SCALAR_TYPE(Name, Spelling, Size)                               \
  case TypeKind::Name:                                                         \
    return abi::DescriptorKind::Name;
#include "Types/TypeKinds.def"
  case TypeKind::Str:
    return abi::DescriptorKind::Str;
  case TypeKind::Tuple:
  case TypeKind::Struct:
    return abi::DescriptorKind::Record;
  case TypeKind::Array:
    return abi::DescriptorKind::Array;
  case TypeKind::FixedArray:
    return abi::DescriptorKind::FixedArray;
  case TypeKind::Any:
    return abi::DescriptorKind::Any;
  case TypeKind::Enum:
    return abi::DescriptorKind::Enum;
  case TypeKind::Function:
    return abi::DescriptorKind::Function;
  }
  return abi::DescriptorKind::Unit;
}

abi::HeapObject immortal() {
  return {{nullptr, nullptr}, abi::ImmortalCount, 0};
}

} // namespace

struct ModuleData::Storage {
  std::unordered_map<const Type *, std::unique_ptr<abi::TypeDescriptor>>
      Descriptors;
  std::deque<std::vector<abi::FieldDescriptor>> Fields;
  std::deque<std::vector<abi::VariantDescriptor>> Variants;
  std::deque<Bytes> EmptyArrays;
  std::unordered_map<uint32_t, Bytes> Texts;
  std::unordered_map<uint32_t, Bytes> Constants;
  std::unordered_map<uint32_t, abi::ClosureHeader> Closures;
  std::unordered_map<const OperationStmt *, uint32_t> PlanNumbers;
  struct Plan {
    abi::FormatPlan Header;
    std::vector<abi::FormatPiece> Pieces;
  };
  std::deque<Plan> Plans;
};

ModuleData::ModuleData(const Module &Of)
    : M(Of), Store(std::make_unique<Storage>()) {}
ModuleData::~ModuleData() = default;

const abi::TypeDescriptor *ModuleData::descriptor(const Type *T) {
  std::lock_guard Lock(Mutex);
  return descriptorLocked(T);
}

const abi::TypeDescriptor *ModuleData::descriptorLocked(const Type *T) {
  std::unique_ptr<abi::TypeDescriptor> &Slot = Store->Descriptors[T];
  if (Slot)
    return Slot.get();
  // Known before it is complete: an enum may hold arrays of itself.
  Slot = std::make_unique<abi::TypeDescriptor>();
  abi::TypeDescriptor &D = *Slot;
  D.Kind = kindOf(T);
  D.Align = T->align();
  D.Size = T->size();
  D.Spelling = T->name().c_str();
  // Whatever is counted has an immortal object, not null, as its zero; but an
  // `any` has `()`.
  D.Counted = T->isCounted();
  D.PatternZero = T->isCounted() && !T->isAny();
  switch (D.Kind) {
  case abi::DescriptorKind::Str:
    D.Zero = &EmptyText.Head;
    break;
  case abi::DescriptorKind::Function:
    D.Name = T->name().c_str();
    break;
  case abi::DescriptorKind::Record: {
    std::span<const Field> From = as<RecordType>(*T).fields();
    bool Named = T->kind() == TypeKind::Struct;
    std::vector<abi::FieldDescriptor> &List = Store->Fields.emplace_back();
    List.reserve(From.size());
    for (const Field &F : From)
      List.push_back(
          {Named ? F.Name.c_str() : nullptr, descriptorLocked(F.Ty), F.Offset});
    D.Count = uint32_t(List.size());
    D.Fields = List.data();
    D.Name = Named ? T->name().c_str() : nullptr;
    break;
  }
  case abi::DescriptorKind::Enum: {
    std::span<const Variant> From = as<EnumType>(*T).variants();
    std::vector<abi::VariantDescriptor> &List = Store->Variants.emplace_back();
    List.reserve(From.size());
    for (const Variant &V : From) {
      std::vector<abi::FieldDescriptor> &Payload = Store->Fields.emplace_back();
      Payload.reserve(V.Payload.size());
      for (const Field &F : V.Payload)
        Payload.push_back({nullptr, descriptorLocked(F.Ty), F.Offset});
      List.push_back(
          {V.Name.c_str(), Payload.data(), uint32_t(Payload.size())});
    }
    D.Count = uint32_t(List.size());
    D.Variants = List.data();
    // It has no zero value at all.
    D.PatternZero = false;
    break;
  }
  case abi::DescriptorKind::FixedArray:
    D.Length = as<FixedArrayType>(*T).count();
    D.Element = descriptorLocked(as<FixedArrayType>(*T).element());
    break;
  case abi::DescriptorKind::Array: {
    D.Count = as<ArrayType>(*T).rank();
    D.Element = descriptorLocked(as<ArrayType>(*T).element());
    size_t Size = offsetof(abi::ArrayHeader, Shape) + 2 * D.Count * 8;
    char *At = Store->EmptyArrays.emplace_back(new char[Size]()).get();
    auto *Array = reinterpret_cast<abi::ArrayHeader *>(At);
    Array->Head = immortal();
    Array->Flags = abi::ArrayContiguous | abi::ArrayUnitInner;
    Array->Rank = D.Count;
    Array->Data = EmptyData;
    Array->Element = D.Element;
    Array->strides()[D.Count - 1] = 1;
    D.Zero = &Array->Head;
    break;
  }
  default:
    break;
  }
  return &D;
}

abi::StrHeader *ModuleData::emptyText() { return &EmptyText; }

abi::ArrayHeader *ModuleData::emptyArray(const ArrayType *T) {
  return reinterpret_cast<abi::ArrayHeader *>(descriptor(T)->Zero);
}

abi::StrHeader *ModuleData::text(TextId Id) {
  std::lock_guard Lock(Mutex);
  return textLocked(Id);
}

abi::StrHeader *ModuleData::textLocked(TextId Id) {
  const std::string &From = M.Texts[size_t(Id)];
  Bytes &Slot = Store->Texts[uint32_t(Id)];
  if (!Slot) {
    Slot.reset(new char[sizeof(abi::StrHeader) + From.size()]());
    auto *Text = reinterpret_cast<abi::StrHeader *>(Slot.get());
    Text->Head = immortal();
    Text->Length = int64_t(From.size());
    std::memcpy(Slot.get() + offsetof(abi::StrHeader, Data), From.data(),
                From.size());
  }
  return reinterpret_cast<abi::StrHeader *>(Slot.get());
}

const void *ModuleData::constant(ConstantId Id) {
  std::lock_guard Lock(Mutex);
  Bytes &Slot = Store->Constants[uint32_t(Id)];
  if (!Slot) {
    const Constant &C = M.Constants[size_t(Id)];
    Slot.reset(new char[std::max<uint64_t>(C.Ty->size(), 1)]());
    writeConstant(C.Value, Slot.get());
  }
  return Slot.get();
}

/// Writes over zeroed memory, so that padding stays zero.
void ModuleData::writeConstant(const Expr *E, char *To) {
  auto WriteZero = [this](auto &Self, const Type *T, char *At) -> void {
    if (!T->isCounted() || T->isAny())
      return;
    const abi::TypeDescriptor *D = descriptorLocked(T);
    if (D->Kind == abi::DescriptorKind::Record) {
      for (const Field &F : as<RecordType>(*T).fields())
        Self(Self, F.Ty, At + F.Offset);
    } else if (D->Kind == abi::DescriptorKind::FixedArray) {
      const Type *Element = as<FixedArrayType>(*T).element();
      for (uint64_t I = 0; I < D->Length; ++I)
        Self(Self, Element, At + I * Element->size());
    } else {
      std::memcpy(At, &D->Zero, sizeof(D->Zero));
    }
  };

  switch (E->Kind) {
  case ExprKind::IntConstant:
    // The low bytes come first: the system is little-endian.
    std::memcpy(To, &as<IntConstant>(*E).Value, E->Ty->size());
    return;
  case ExprKind::FloatConstant: {
    double Value = as<FloatConstant>(*E).Value;
    float Narrow = float(Value);
    if (E->Ty->kind() == TypeKind::F32)
      std::memcpy(To, &Narrow, sizeof(Narrow));
    else
      std::memcpy(To, &Value, sizeof(Value));
    return;
  }
  case ExprKind::TextConstant: {
    abi::StrHeader *Text = textLocked(as<TextConstant>(*E).Text);
    std::memcpy(To, &Text, sizeof(Text));
    return;
  }
  case ExprKind::UnitConstant:
    return;
  case ExprKind::Zero:
    return WriteZero(WriteZero, E->Ty, To);
  case ExprKind::Aggregate: {
    std::span<const Expr *const> Parts = as<AggregateExpr>(*E).Parts;
    for (size_t I = 0; I < Parts.size(); ++I)
      writeConstant(Parts[I],
                    To + (E->Ty->kind() == TypeKind::FixedArray
                              ? I * as<FixedArrayType>(*E->Ty).element()->size()
                              : as<RecordType>(*E->Ty).field(I).Offset));
    return;
  }
  case ExprKind::Variant: {
    const auto &V = as<VariantExpr>(*E);
    std::memcpy(To, &V.Number, sizeof(V.Number));
    std::span<const Field> Fields =
        as<EnumType>(*E->Ty).variant(V.Number).Payload;
    for (size_t I = 0; I < Fields.size(); ++I)
      writeConstant(V.Parts[I], To + Fields[I].Offset);
    return;
  }
  case ExprKind::FixedFill: {
    const auto &T = as<FixedArrayType>(*E->Ty);
    for (uint64_t I = 0; I < T.count(); ++I)
      writeConstant(as<FixedFillExpr>(*E).Value, To + I * T.element()->size());
    return;
  }
  case ExprKind::Load:
  case ExprKind::Unary:
  case ExprKind::Binary:
  case ExprKind::Logical:
  case ExprKind::Convert:
  case ExprKind::IntrinsicCall:
  case ExprKind::ToAny:
  case ExprKind::AnyCast:
  case ExprKind::AnyIs:
  case ExprKind::Tag:
  case ExprKind::FunctionConstant:
    break;
  }
  assert(false && "the type checker reduces constants to values");
}

const abi::ClosureHeader *ModuleData::closure(FunctionId Id, const void *Slot) {
  std::lock_guard Lock(Mutex);
  auto [At, New] = Store->Closures.try_emplace(uint32_t(Id));
  abi::ClosureHeader &C = At->second;
  if (New) {
    C = {immortal(), nullptr, Slot, uint32_t(Id), 0, {}};
    if (const RecordType *Captures = M.function(Id).Captures)
      C.Captures = descriptorLocked(Captures);
  }
  return &C;
}

uint32_t ModuleData::formatPlanNumber(const OperationStmt &S) {
  std::lock_guard Lock(Mutex);
  auto [At, New] =
      Store->PlanNumbers.try_emplace(&S, uint32_t(Store->Plans.size()));
  if (!New)
    return At->second;

  bool IsFormat = S.Which == Operation::Format;
  assert((!IsFormat || S.Formats.size() == S.Operands.size()) &&
         "each operand of format has a spec");
  Storage::Plan &Plan = Store->Plans.emplace_back();
  Plan.Pieces.reserve(S.Operands.size());
  for (size_t I = 0; I < S.Operands.size(); ++I) {
    abi::FormatPiece Piece = {};
    Piece.Before = "";
    Piece.Precision = -1;
    Piece.Fill = ' ';
    Piece.Type = descriptorLocked(S.Operands[I]->Ty);
    if (IsFormat) {
      const FormatSpec &Spec = S.Formats[I];
      Piece.Before = Spec.Before.data();
      Piece.BeforeLength = uint32_t(Spec.Before.size());
      Piece.Width = Spec.Width;
      Piece.Precision = Spec.Precision;
      Piece.Fill = Spec.Fill;
      Piece.Align = Spec.Align;
      Piece.Sign = Spec.Sign;
      Piece.Presentation = Spec.Presentation;
      Piece.Alternate = Spec.Alternate;
      Piece.ZeroPad = Spec.ZeroPad;
    } else if (I) {
      Piece.Before = " ";
      Piece.BeforeLength = 1;
    }
    Plan.Pieces.push_back(Piece);
  }
  Plan.Header.Pieces = Plan.Pieces.data();
  Plan.Header.PieceCount = uint32_t(Plan.Pieces.size());
  Plan.Header.Trailing = "";
  if (IsFormat && S.Trailing) {
    Plan.Header.Trailing = S.Trailing->data();
    Plan.Header.TrailingLength = uint32_t(S.Trailing->size());
  } else if (S.Which == Operation::Println) {
    Plan.Header.Trailing = "\n";
    Plan.Header.TrailingLength = 1;
  }
  return At->second;
}

const abi::FormatPlan *ModuleData::formatPlan(uint32_t Number) {
  std::lock_guard Lock(Mutex);
  return &Store->Plans[Number].Header;
}

} // namespace jitrun::tast
