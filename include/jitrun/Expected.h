#ifndef JITRUN_EXPECTED_H
#define JITRUN_EXPECTED_H

#include "jitrun/Error.h"

#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

namespace jitrun {

/// A value, or the Error why there is none. Test it before use.
template <class T> class [[nodiscard]] Expected {
public:
  Expected(T Value) : Contents(std::in_place_index<0>, std::move(Value)) {}
  Expected(Error E) : Contents(std::in_place_index<1>, std::move(E)) {}

  explicit operator bool() const { return Contents.index() == 0; }
  T &operator*() { return value(); }
  const T &operator*() const { return value(); }
  T *operator->() { return &value(); }
  const T *operator->() const { return &value(); }
  const Error &error() const {
    assert(!*this && "there is a value and no error");
    return *std::get_if<1>(&Contents);
  }
  T valueOr(T Default) const { return *this ? value() : std::move(Default); }

private:
  T &value() {
    assert(*this && "there is an error and no value");
    return *std::get_if<0>(&Contents);
  }
  const T &value() const {
    assert(*this && "there is an error and no value");
    return *std::get_if<0>(&Contents);
  }
  std::variant<T, Error> Contents;
};

/// Success, or the Error why not.
template <> class [[nodiscard]] Expected<void> {
public:
  Expected() = default;
  Expected(Error E) : Failure(std::move(E)) {}

  explicit operator bool() const { return !Failure; }
  const Error &error() const {
    assert(Failure && "there is no error");
    return *Failure;
  }

private:
  std::optional<Error> Failure;
};

/// For tools and tests: the value, or the error's text on standard error and
/// exit code 1.
template <class T> T orExit(Expected<T> Value) {
  if (Value)
    return std::move(*Value);
  std::fwrite(Value.error().render().data(), 1, Value.error().render().size(),
              stderr);
  std::exit(1);
}
inline void orExit(Expected<void> Value) {
  if (Value)
    return;
  std::fwrite(Value.error().render().data(), 1, Value.error().render().size(),
              stderr);
  std::exit(1);
}

} // namespace jitrun

#endif // JITRUN_EXPECTED_H
