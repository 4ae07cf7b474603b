#ifndef JITRUN_FUNCTION_H
#define JITRUN_FUNCTION_H

#include "jitrun/Expected.h"

#include <chrono>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace jitrun {

/// Limits of one call; zero: none.
struct Limits {
  std::chrono::nanoseconds Deadline{0};
  size_t Memory = 0; ///< In bytes.
};

namespace detail {

/// What crosses the library's border: a scalar's spelling in the language.
/// Anything else fails here, with a sentence.
template <class T> constexpr const char *scalarName() {
  if constexpr (std::is_same_v<T, bool>)
    return "bool";
  else if constexpr (std::is_same_v<T, float>)
    return "f32";
  else if constexpr (std::is_same_v<T, double>)
    return "f64";
  else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, char>) {
    constexpr bool S = std::is_signed_v<T>;
    switch (sizeof(T)) {
    case 1:
      return S ? "i8" : "u8";
    case 2:
      return S ? "i16" : "u16";
    case 4:
      return S ? "i32" : "u32";
    default:
      return S ? "i64" : "u64";
    }
  } else {
    static_assert(std::is_void_v<T>,
                  "a typed Function takes and returns bool, integers, float "
                  "and double");
    return "()";
  }
}

/// A value in an 8-byte cell, as generated code's entry thunks expect it:
/// integers extended by their sign, floats in the low bytes.
template <class T> uint64_t toCell(T Value) {
  uint64_t Cell = 0;
  if constexpr (std::is_floating_point_v<T>)
    std::memcpy(&Cell, &Value, sizeof(T));
  else
    Cell = static_cast<uint64_t>(static_cast<int64_t>(Value));
  return Cell;
}
template <class T> T fromCell(uint64_t Cell) {
  if constexpr (std::is_floating_point_v<T>) {
    T Value;
    std::memcpy(&Value, &Cell, sizeof(T));
    return Value;
  } else if constexpr (std::is_same_v<T, bool>) {
    return (Cell & 1) != 0;
  } else {
    return static_cast<T>(Cell);
  }
}

/// A function of a loaded module; keeps module and engine alive.
class FunctionState;

/// Cells: the arguments, then room for the result.
std::optional<Error> invoke(const FunctionState &F, uint64_t *Cells,
                            const Limits &L);
std::optional<Error> checkSignature(const FunctionState &F, const char *Result,
                                    std::span<const char *const> Parameters);

} // namespace detail

template <class Signature> class Function;

/// A compiled function with a C++ signature: a handle to a slot. Tiers and
/// recompilation change what is behind it. Cheap to copy; keeps its code,
/// module and engine alive; may be called by any number of threads at once.
template <class R, class... A> class Function<R(A...)> {
public:
  /// Runs the function. A trap is an error value.
  Expected<R> operator()(A... Arguments) const {
    return call(Limits{}, Arguments...);
  }
  /// The same within limits.
  Expected<R> call(const Limits &L, A... Arguments) const {
    uint64_t Cells[sizeof...(A) + 1] = {detail::toCell<A>(Arguments)..., 0};
    if (auto Failure = detail::invoke(*State, Cells, L))
      return std::move(*Failure);
    if constexpr (std::is_void_v<R>)
      return {};
    else
      return detail::fromCell<R>(Cells[sizeof...(A)]);
  }

private:
  friend class Engine;
  friend class Module;
  static Expected<Function>
  bind(Expected<std::shared_ptr<const detail::FunctionState>> Found) {
    if (!Found)
      return Found.error();
    const char *Names[] = {detail::scalarName<A>()..., nullptr};
    if (auto Failure = detail::checkSignature(**Found, detail::scalarName<R>(),
                                              {Names, sizeof...(A)}))
      return std::move(*Failure);
    return Function(std::move(*Found));
  }
  explicit Function(std::shared_ptr<const detail::FunctionState> S)
      : State(std::move(S)) {}
  std::shared_ptr<const detail::FunctionState> State;
};

} // namespace jitrun

#endif // JITRUN_FUNCTION_H
