#ifndef JITRUN_EVALUATOR_CELL_H
#define JITRUN_EVALUATOR_CELL_H

#include "Types/Type.h"

#include <bit>
#include <cstring>
#include <type_traits>

namespace jitrun::evaluator {

/// A value of a scalar type, text or array in 8 bytes: integers and bool
/// extended by their signedness, f32 in the low half, pointers.
using Cell = uint64_t;

/// The value of C++ type \p T in a cell; bool is uint8_t.
template <class T> T get(Cell C) {
  if constexpr (std::is_same_v<T, float>)
    return std::bit_cast<float>(uint32_t(C));
  else if constexpr (std::is_same_v<T, double>)
    return std::bit_cast<double>(C);
  else if constexpr (std::is_pointer_v<T>)
    return reinterpret_cast<T>(C);
  else
    return T(C);
}

template <class T> Cell put(T Value) {
  if constexpr (std::is_same_v<T, float>)
    return std::bit_cast<uint32_t>(Value);
  else if constexpr (std::is_same_v<T, double>)
    return std::bit_cast<uint64_t>(Value);
  else if constexpr (std::is_pointer_v<T>)
    return reinterpret_cast<uint64_t>(Value);
  else
    return Cell(int64_t(Value));
}

template <class T> T read(const char *At) {
  T Value;
  std::memcpy(&Value, At, sizeof(T));
  return Value;
}

template <class T> void write(char *At, T Value) {
  std::memcpy(At, &Value, sizeof(T));
}

/// Calls \p F.operator()<T>() with the C++ type of a scalar kind; what is in
/// no such kind (text, arrays) is taken as uint64_t.
template <class Function> decltype(auto) withKind(TypeKind Kind, Function F) {
  switch (Kind) {
  case TypeKind::Bool:
  case TypeKind::U8:
    return F.template operator()<uint8_t>();
  case TypeKind::I8:
    return F.template operator()<int8_t>();
  case TypeKind::I16:
    return F.template operator()<int16_t>();
  case TypeKind::I32:
    return F.template operator()<int32_t>();
  case TypeKind::I64:
    return F.template operator()<int64_t>();
  case TypeKind::U16:
    return F.template operator()<uint16_t>();
  case TypeKind::U32:
    return F.template operator()<uint32_t>();
  case TypeKind::F32:
    return F.template operator()<float>();
  case TypeKind::F64:
    return F.template operator()<double>();
  default:
    return F.template operator()<uint64_t>();
  }
}

/// Reads a value of a type that is neither an aggregate nor `()`.
inline Cell readCell(TypeKind Kind, const char *At) {
  return withKind(Kind, [&]<class T>() { return put(read<T>(At)); });
}

inline void writeCell(TypeKind Kind, char *At, Cell C) {
  withKind(Kind, [&]<class T>() { write(At, get<T>(C)); });
}

} // namespace jitrun::evaluator

#endif // JITRUN_EVALUATOR_CELL_H
