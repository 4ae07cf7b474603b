#ifndef JITRUN_SEMA_LIBRARY_H
#define JITRUN_SEMA_LIBRARY_H

#include "TypedAST/TypedAST.h"

#include <span>
#include <string_view>

namespace jitrun::sema {

/// The shape of a library function's signature; Library.def says which.
enum class LibraryKind : uint8_t {
  Float,     ///< floats of one type -> that type
  Numeric,   ///< numbers of one type -> that type
  FloatTest, ///< float -> bool
  Integer,   ///< integer -> the same type
  Rotate,    ///< integer and count of its type -> that type
  MinMax,    ///< numbers of one type, or one array
  Reduction, ///< one array
  Bits,
  FromBits,
  Array,
  Text,
  Print,
  Format,
  HigherOrder, ///< array and function
  Unsupported,
};

/// A function of the library.
struct LibraryFunction {
  std::string_view Name;
  LibraryKind Kind;
  unsigned MinArgs;
  unsigned MaxArgs; ///< Any number when it is AnyNumber.
  /// Of the kinds that lower to one.
  tast::Intrinsic Which;
  /// Distinguishes the functions of one kind.
  enum class Id : uint8_t {
#define JITRUN_LIBRARY(Id, Spelling, Kind, Min, Max, Which) Id,
#include "Sema/Library.def"
  } Id;

  static constexpr unsigned AnyNumber = ~0u;
};

const LibraryFunction *findLibraryFunction(std::string_view Name);
std::span<const LibraryFunction> libraryFunctions();

} // namespace jitrun::sema

#endif // JITRUN_SEMA_LIBRARY_H
