#ifndef JITRUN_TYPES_TYPE_H
#define JITRUN_TYPES_TYPE_H

#include <cassert>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace jitrun {

enum class TypeKind : uint8_t {
#define JITRUN_TYPE_KIND(Name) Name,
#include "Types/TypeKinds.def"
};

/// A type of the language. Types are uniqued by their TypeContext, so two
/// types are equal exactly when their addresses are. Immutable once complete;
/// they live as long as the context.
///
/// Memory layout (what elements, fields and locals occupy) is C's: `bool` is
/// one byte, `str`, arrays and functions are one pointer, structs and tuples
/// are laid out in field order with C's padding, `()` has size 0 and alignment
/// 1, `any` is abi::AnyValue: 16 bytes. An enum is a u32, the number of its
/// variant, and behind it a union of the payloads.
class Type {
public:
  virtual ~Type() = default;
  TypeKind kind() const { return Kind; }
  /// Dense number in its context, in creation order.
  uint32_t id() const { return Id; }
  /// In bytes.
  uint64_t size() const { return Size; }
  uint32_t align() const { return Align; }
  /// Whether a value is, or holds, a counted reference (`str`, array,
  /// function, `any`).
  bool isCounted() const { return Counted; }
  /// Whether a zero value exists (see language reference).
  bool hasZero() const { return Zeroable; }

  bool isNever() const { return Kind == TypeKind::Never; }
  bool isUnit() const { return Kind == TypeKind::Unit; }
  bool isBool() const { return Kind == TypeKind::Bool; }
  bool isInteger() const {
    return Kind >= TypeKind::I8 && Kind <= TypeKind::U64;
  }
  bool isSigned() const {
    return Kind >= TypeKind::I8 && Kind <= TypeKind::I64;
  }
  bool isUnsigned() const {
    return Kind >= TypeKind::U8 && Kind <= TypeKind::U64;
  }
  bool isFloat() const {
    return Kind == TypeKind::F32 || Kind == TypeKind::F64;
  }
  bool isNumeric() const { return isInteger() || isFloat(); }
  /// bool, integer or float.
  bool isScalar() const { return isBool() || isNumeric(); }
  bool isStr() const { return Kind == TypeKind::Str; }
  bool isArray() const { return Kind == TypeKind::Array; }
  bool isFunction() const { return Kind == TypeKind::Function; }
  bool isAny() const { return Kind == TypeKind::Any; }
  bool isEnum() const { return Kind == TypeKind::Enum; }
  /// A value passed by memory: tuple, struct, fixed array, enum, `any` (which
  /// has no parts that a program can name).
  bool isAggregate() const {
    return Kind == TypeKind::Tuple || Kind == TypeKind::Struct ||
           Kind == TypeKind::FixedArray || Kind == TypeKind::Enum ||
           Kind == TypeKind::Any;
  }
  /// Of a scalar.
  unsigned bits() const { return isBool() ? 1 : unsigned(Size) * 8; }

  /// As written in source: `i64`, `(f64, str)`, `f32[,]`, `[u8; 4]`, `Body`.
  const std::string &name() const { return Name; }

protected:
  friend class TypeContext;
  Type(TypeKind K, uint32_t I) : Kind(K), Id(I) {}

  TypeKind Kind;
  bool Counted = false;
  bool Zeroable = true;
  uint32_t Align = 1;
  uint32_t Id;
  uint64_t Size = 0;
  std::string Name;
};

/// A field of a struct, or of a tuple or an enum's variant (whose field names
/// are "0", "1" ...).
struct Field {
  std::string Name;
  const Type *Ty;
  uint64_t Offset; ///< In bytes.
};

/// A tuple or struct: something with fields.
class RecordType : public Type {
public:
  std::span<const Field> fields() const { return {FieldData, FieldCount}; }
  const Field &field(uint32_t I) const {
    assert(I < FieldCount && "field index out of range");
    return FieldData[I];
  }
  /// Index of the field called \p N, or -1.
  int fieldIndex(std::string_view N) const;

  static bool classof(const Type *T) {
    return T->kind() == TypeKind::Tuple || T->kind() == TypeKind::Struct;
  }

protected:
  friend class TypeContext;
  using Type::Type;
  const Field *FieldData = nullptr;
  uint32_t FieldCount = 0;
};

/// A counted reference to a strided buffer of a rank of 1 or more.
class ArrayType : public Type {
public:
  const Type *element() const { return Element; }
  unsigned rank() const { return Rank; }
  static bool classof(const Type *T) { return T->kind() == TypeKind::Array; }

private:
  friend class TypeContext;
  using Type::Type;
  const Type *Element = nullptr;
  unsigned Rank = 1;
};

/// `[T; N]`, by value.
class FixedArrayType : public Type {
public:
  const Type *element() const { return Element; }
  uint64_t count() const { return Count; }
  static bool classof(const Type *T) {
    return T->kind() == TypeKind::FixedArray;
  }

private:
  friend class TypeContext;
  using Type::Type;
  const Type *Element = nullptr;
  uint64_t Count = 0;
};

/// One of an enum's alternatives. The payload's offsets are from the start of
/// the enum; all payloads begin at the same offset.
struct Variant {
  std::string Name;
  std::span<const Field> Payload;
};

/// `enum Shape { Circle(f64), Empty }`, by value: a u32 tag at offset 0, the
/// variant's number in order of declaration, then the payload. Zero bytes are
/// variant 0 with null references, which no program sees: an enum has no zero
/// value.
class EnumType : public Type {
public:
  std::span<const Variant> variants() const {
    return {VariantData, VariantCount};
  }
  const Variant &variant(uint32_t I) const {
    assert(I < VariantCount && "variant number out of range");
    return VariantData[I];
  }
  /// Number of the variant called \p N, or -1.
  int variantIndex(std::string_view N) const;

  static bool classof(const Type *T) { return T->kind() == TypeKind::Enum; }

private:
  friend class TypeContext;
  using Type::Type;
  const Variant *VariantData = nullptr;
  uint32_t VariantCount = 0;
};

/// `fn(A, B) -> R`: a counted reference to a closure.
class FunctionType : public Type {
public:
  std::span<const Type *const> parameters() const {
    return {ParameterData, ParameterCount};
  }
  const Type *result() const { return Result; }
  static bool classof(const Type *T) { return T->kind() == TypeKind::Function; }

private:
  friend class TypeContext;
  using Type::Type;
  const Type *const *ParameterData = nullptr;
  size_t ParameterCount = 0;
  const Type *Result = nullptr;
};

} // namespace jitrun

#endif // JITRUN_TYPES_TYPE_H
