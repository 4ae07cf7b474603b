#ifndef JITRUN_ERROR_H
#define JITRUN_ERROR_H

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace jitrun {

enum class ErrorKind : uint8_t {
  Syntax,    ///< The text is not a program.
  Type,      ///< The program has type errors.
  Link,      ///< A host function or file is missing.
  Signature, ///< A function is asked for with another signature than it has.
  Trap,      ///< A running program went wrong: index, division, stack ...
  Deadline,  ///< A call ran past its deadline.
  Stopped,   ///< A call was interrupted.
  Memory,    ///< A call exceeded its memory limit.
  Host,      ///< A host function failed.
  Internal,  ///< A defect of jitrun's own.
};

/// A position in a source text; line and column count from 1, columns in code
/// points. Line 0: none.
struct SourcePosition {
  std::string_view File;
  uint32_t Line = 0;
  uint32_t Column = 0;
};

/// One activation of a language function.
struct Frame {
  std::string_view Function;
  SourcePosition At;
};

/// Why something failed: a small handle that owns its texts, cheap to copy,
/// valid without the engine it came from.
class Error {
public:
  struct Data;
  explicit Error(std::shared_ptr<const Data> D) : Contents(std::move(D)) {}
  /// An error without a place in a source text.
  Error(ErrorKind Kind, std::string Message);

  ErrorKind kind() const;
  /// One line, lower case, without a full stop.
  std::string_view message() const;
  SourcePosition where() const;
  /// The language functions that were active, innermost first; of a trap.
  std::span<const Frame> stack() const;
  /// The text to show a user: message, source line, caret, fix, call stack.
  /// Several lines, each ended.
  const std::string &render() const;

private:
  std::shared_ptr<const Data> Contents;
};

} // namespace jitrun

#endif // JITRUN_ERROR_H
