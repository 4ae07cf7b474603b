#ifndef JITRUN_ABI_HEAP_H
#define JITRUN_ABI_HEAP_H

#include "ABI/ExecutionContext.h"

namespace jitrun::abi {

/// What every counted object starts with.
///
/// Count is touched without atomics: an object belongs to the context (thread)
/// that allocated it. Immortal objects (literals, the empty array and text)
/// have Count == ImmortalCount, are in no ledger and may be shared: retain and
/// release test for it and leave them alone.
struct HeapObject {
  LedgerNode Node;
  int64_t Count;
  /// What the allocation is charged against the limit, perhaps with
  /// HoldsNothing. So many bytes, from the object on, are its block.
  uint64_t Bytes;
};
/// A bit of Bytes: no reference to a counted object is in the block.
inline constexpr uint64_t HoldsNothing = uint64_t(1) << 63;
inline uint64_t chargedBytes(const HeapObject &O) {
  return O.Bytes & ~HoldsNothing;
}
inline constexpr int64_t ImmortalCount = INT64_MIN / 2;
static_assert(offsetof(HeapObject, Count) == 16, "IRGen retains inline");

/// Text: immutable UTF-8 of Length bytes at Data, which is inline.
struct StrHeader {
  HeapObject Head;
  int64_t Length;
  char Data[1];
};
static_assert(offsetof(StrHeader, Length) == 32 &&
                  offsetof(StrHeader, Data) == 40,
              "IRGen reads length and bytes inline");

struct TypeDescriptor;

enum ArrayFlags : uint32_t {
  /// Row-major without gaps: Strides follow from Shape (checked once by
  /// optimised code). A dimension of 1 or an empty array does not break it.
  ArrayContiguous = 1,
  /// Data belongs to Base (a view) or to the host (Base == null).
  ArrayBorrowed = 2,
  ArrayReadOnly = 4,
  /// The last dimension's stride is 1, or its length is at most 1, or the
  /// array is empty: then element addresses need not multiply by that stride.
  /// Implied by ArrayContiguous.
  ArrayUnitInner = 8,
};

/// An array of rank R: header, R lengths, then R strides in elements.
///
/// A reference seen by a program is never null (the empty array of each rank
/// is an immortal object); null stands only in storage not yet filled, and
/// retain and release accept it. Nothing but Count changes after creation, so
/// each other field need be read only once while the array lives. Own buffers
/// are 64-byte aligned.
struct ArrayHeader {
  HeapObject Head;
  uint32_t Flags;
  uint32_t Rank;
  char *Data;
  ArrayHeader *Base; ///< What a view keeps alive (never itself a view).
  const TypeDescriptor *Element;
  int64_t Shape[1]; ///< Rank lengths, then Rank strides.

  int64_t *shape() { return Shape; }
  const int64_t *shape() const { return Shape; }
  int64_t *strides() { return Shape + Rank; }
  const int64_t *strides() const { return Shape + Rank; }
};
static_assert(offsetof(ArrayHeader, Flags) == 32 &&
                  offsetof(ArrayHeader, Data) == 40 &&
                  offsetof(ArrayHeader, Shape) == 64,
              "IRGen loads array fields at these offsets");

enum class DescriptorKind : uint32_t {
  Unit,
  Bool,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F32,
  F64,
  Str,
  Record,
  FixedArray,
  Array,
  Any,
  Enum,
  Function,
};

struct FieldDescriptor {
  const char *Name; ///< Null for tuples' fields.
  const TypeDescriptor *Type;
  uint64_t Offset;
};

/// One of an enum's alternatives; the fields' offsets are from the enum's
/// start.
struct VariantDescriptor {
  const char *Name;
  const FieldDescriptor *Fields;
  uint32_t Count; ///< Of fields.
};

/// Run-time description of a type: what the generic parts of the runtime need
/// to zero, copy, release, compare and print values. Immutable; owned by the
/// loaded module and alive as long as any value of it may be.
struct TypeDescriptor {
  DescriptorKind Kind;
  uint32_t Align;
  uint64_t Size;
  /// Whether values hold counted references.
  bool Counted;
  /// Whether the zero value is not all bits zero (it holds empty text or
  /// arrays).
  bool PatternZero;
  /// For Array: rank. For Record: number of fields. For Enum: of variants.
  uint32_t Count;
  /// For FixedArray: number of elements.
  uint64_t Length;
  /// For Array and FixedArray.
  const TypeDescriptor *Element;
  /// For Record.
  const FieldDescriptor *Fields;
  /// For Enum: by tag, a u32 at the start of the value.
  const VariantDescriptor *Variants;
  /// For Record: the struct's name, or null for a tuple. For Function: the
  /// type as it is written.
  const char *Name;
  /// For Str and Array: the immortal object that is the zero value.
  HeapObject *Zero;
  /// The type as written in source.
  const char *Spelling;
};

/// A value of type `any`. All zero bytes are `()`.
struct AnyValue {
  /// Address of the TypeDescriptor of what it holds, and AnyCounted if Payload
  /// is a counted object; 0 for `()`. A module has one descriptor for each
  /// type, so that equal tags mean equal types.
  uint64_t Tag;
  /// A scalar in 8 bytes (integers and bool extended by their signedness, an
  /// f32 in the low half), a reference, or the address of an AnyBox.
  uint64_t Payload;

  const TypeDescriptor *type() const; ///< Null for `()`.
};
inline constexpr uint64_t AnyCounted = 1;
static_assert(sizeof(AnyValue) == 16 && offsetof(AnyValue, Payload) == 8,
              "IRGen reads tag and payload inline");

inline const TypeDescriptor *AnyValue::type() const {
  return reinterpret_cast<const TypeDescriptor *>(Tag & ~AnyCounted);
}

/// The kinds of what two anys hold, as one number.
inline uint32_t kindPair(DescriptorKind Left, DescriptorKind Right) {
  return uint32_t(Left) << 8 | uint32_t(Right);
}
inline uint32_t heldKinds(const AnyValue &Left, const AnyValue &Right) {
  auto Kind = [](const AnyValue &V) {
    const TypeDescriptor *T = V.type();
    return T ? T->Kind : DescriptorKind::Unit;
  };
  return kindPair(Kind(Left), Kind(Right));
}
struct KindPair {
  DescriptorKind Left, Right;
};
inline KindPair kindsOf(uint32_t Number) {
  return {DescriptorKind(Number >> 8), DescriptorKind(Number & 0xFF)};
}

/// What an `any` refers to that holds a value passed by memory: the value,
/// which the box owns and which never changes.
struct AnyBox {
  HeapObject Head;
  const TypeDescriptor *Type;
  alignas(8) char Value[8];
};
static_assert(offsetof(AnyBox, Value) == 40, "IRGen finds the value there");

/// The operators on `any`, in the order of TypedAST's BinaryOp and then of its
/// UnaryOp. Not is `!`, also of integers.
enum class AnyOperator : uint32_t {
#define JITRUN_ANY_OPERATOR(Name, Spelling) Name,
#include "ABI/AnyOperators.def"
};

inline const char *spelling(AnyOperator Op) {
  static constexpr const char *Spellings[] = {
#define JITRUN_ANY_OPERATOR(Name, Spelling) Spelling,
#include "ABI/AnyOperators.def"
  };
  return Spellings[size_t(Op)];
}

/// Whether an `any` keeps values of this type in a box.
inline bool isBoxed(const TypeDescriptor &Type) {
  return Type.Kind == DescriptorKind::Record ||
         Type.Kind == DescriptorKind::FixedArray ||
         Type.Kind == DescriptorKind::Enum;
}
/// A function value: what is called, and what it has captured.
///
/// Never null in a program. Those without captures are immortal. Nothing but
/// Count changes after creation; references cannot form cycles, as captures
/// exist before the closure.
struct ClosureHeader {
  HeapObject Head;
  /// Of the captures, a record; null when there are none.
  const TypeDescriptor *Captures;
  /// The word through which the function is called, with the closure as its
  /// first parameter. Null in the evaluator.
  const void *Slot;
  uint32_t Function; ///< Its number in the module.
  uint32_t Reserved;
  char Data[8]; ///< The captures.
};
static_assert(offsetof(ClosureHeader, Slot) == 40 &&
                  offsetof(ClosureHeader, Function) == 48 &&
                  offsetof(ClosureHeader, Data) == 56,
              "IRGen calls through closures and reads captures inline");

/// How one value is written by print and format.
struct FormatPiece {
  const char *Before; ///< Text that stands before the value.
  uint32_t BeforeLength;
  int32_t Width;     ///< 0: none.
  int32_t Precision; ///< -1: none.
  char Fill;
  char Align;        ///< '<', '>', '^' or 0.
  char Sign;         ///< '+', ' ' or 0.
  char Presentation; ///< One of "bcdoxXeEfFgGs" or 0.
  bool Alternate;
  bool ZeroPad;
  const TypeDescriptor *Type;
};

/// All of one print, println or format.
struct FormatPlan {
  const FormatPiece *Pieces;
  const char *Trailing; ///< Text after the last value.
  uint32_t PieceCount;
  uint32_t TrailingLength;
};

/// Bits of one dimension of a slice, eight for each dimension, the first in
/// the lowest byte. The operands that are said to be there follow in order.
enum SliceBits : uint8_t {
  SliceIndex = 1,
  SliceLo = 2,
  SliceHi = 4,
  SliceHiInclusive = 8,
  SliceStep = 16,
};

} // namespace jitrun::abi

#endif // JITRUN_ABI_HEAP_H
