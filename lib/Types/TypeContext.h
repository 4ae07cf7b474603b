#ifndef JITRUN_TYPES_TYPECONTEXT_H
#define JITRUN_TYPES_TYPECONTEXT_H

#include "Types/Type.h"

#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

namespace jitrun {

/// Owns and uniques types. Not thread-safe while types are being made; a
/// finished context may be read by any thread.
class TypeContext {
public:
  TypeContext();
  ~TypeContext();
  TypeContext(const TypeContext &) = delete;
  TypeContext &operator=(const TypeContext &) = delete;

  /// A kind without parameters: scalars, Unit, Never, Error, Str, Any.
  const Type *get(TypeKind K) const { return Simple[size_t(K)]; }
  const Type *unit() const { return get(TypeKind::Unit); }
  const Type *boolean() const { return get(TypeKind::Bool); }
  const Type *i64() const { return get(TypeKind::I64); }
  const Type *f64() const { return get(TypeKind::F64); }
  const Type *str() const { return get(TypeKind::Str); }
  const Type *any() const { return get(TypeKind::Any); }

  const RecordType *tuple(std::span<const Type *const> Elements);
  const ArrayType *array(const Type *Element, unsigned Rank);
  const FixedArrayType *fixedArray(const Type *Element, uint64_t Count);

  const FunctionType *function(std::span<const Type *const> Parameters,
                               const Type *Result);

  /// A new nominal struct type without fields yet; two calls with one name
  /// give two types.
  RecordType *createStruct(std::string Name);
  /// Gives \p S its fields and layout. The fields' own types are complete
  /// (structs by value cannot be recursive; the caller has checked).
  void completeStruct(RecordType *S,
                      std::span<const std::pair<std::string, const Type *>> F);

  using VariantList =
      std::span<const std::pair<std::string, std::vector<const Type *>>>;
  /// As createStruct.
  EnumType *createEnum(std::string Name);
  /// Gives \p E its variants and layout, as completeStruct. An array of \p E
  /// may be part of a payload; \p E itself may not.
  void completeEnum(EnumType *E, VariantList Variants);

  uint32_t typeCount() const { return uint32_t(All.size()); }
  const Type *type(uint32_t Id) const { return All[Id]; }

  /// Upper limit of an aggregate's size in bytes; larger ones are the
  /// caller's error to report before asking for the type.
  static constexpr uint64_t MaxAggregateSize = 1u << 20;

private:
  template <class T> T *make(TypeKind K);
  using FieldList = std::span<const std::pair<std::string, const Type *>>;
  void layOut(RecordType *R, FieldList F);
  /// Places \p F from \p Offset on, which moves behind them, and notes in
  /// \p T what follows for it.
  std::span<const Field> placeFields(Type *T, FieldList F, uint64_t &Offset);

  std::vector<const Type *> Simple;
  std::vector<const Type *> All;
  std::deque<std::unique_ptr<Type>> Owned;
  std::deque<std::vector<Field>> FieldLists;
  std::deque<std::vector<Variant>> VariantLists;
  std::deque<std::vector<const Type *>> ParameterLists;
  std::unordered_map<std::string, const Type *> Uniqued;
};

} // namespace jitrun

#endif // JITRUN_TYPES_TYPECONTEXT_H
