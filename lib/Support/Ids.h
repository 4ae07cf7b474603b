#ifndef JITRUN_SUPPORT_IDS_H
#define JITRUN_SUPPORT_IDS_H

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace jitrun {

/// An id is an `enum class XId : uint32_t {}`: dense numbers that index a
/// vector of their owner and cannot be mixed up with one another.
template <class E>
concept Id =
    std::is_enum_v<E> && std::is_same_v<std::underlying_type_t<E>, uint32_t>;

template <Id E> constexpr size_t indexOf(E Value) {
  return static_cast<uint32_t>(Value);
}

template <Id E> constexpr E idFromIndex(size_t Index) {
  return static_cast<E>(static_cast<uint32_t>(Index));
}

} // namespace jitrun

#endif
