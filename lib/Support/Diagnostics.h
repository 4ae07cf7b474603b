#ifndef JITRUN_SUPPORT_DIAGNOSTICS_H
#define JITRUN_SUPPORT_DIAGNOSTICS_H

#include "Support/SourceManager.h"

#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jitrun {

enum class Severity : uint8_t { Error, Warning, Note };

namespace diag {
/// Every message of lexer, parser and checker; listed in Diagnostics.def.
enum Id : uint16_t {
#define JITRUN_DIAG(Name, Severity, Format) Name,
#include "Support/Diagnostics.def"
};
} // namespace diag

/// The id as it is spelled in Diagnostics.def.
std::string_view diagnosticName(diag::Id Id);
std::string_view diagnosticFormat(diag::Id Id);
unsigned diagnosticCount();

struct DiagnosticNote {
  SourceRange Range;
  std::string Message;
};

/// One finding, with its text already formatted.
struct Diagnostic {
  diag::Id Id;
  Severity Level;
  SourceRange Range;
  std::string Message;
  std::vector<DiagnosticNote> Notes;
  /// What to do about it, without a full stop: "write 'f64(n)'"; or empty.
  std::string Fix;
};

/// The text of one argument of a message. Poisoned: it shows the result of an
/// earlier error, so the message that it is for is not reported.
struct DiagnosticArgument {
  std::string Text;
  bool Poisoned = false;
};

inline DiagnosticArgument toDiagnosticArgument(std::string_view Text) {
  return {std::string(Text)};
}
inline DiagnosticArgument toDiagnosticArgument(const char *Text) {
  return {Text};
}
inline DiagnosticArgument toDiagnosticArgument(std::string Text) {
  return {std::move(Text)};
}
template <std::integral T> DiagnosticArgument toDiagnosticArgument(T Value) {
  return {std::to_string(Value)};
}

class DiagnosticEngine;

/// Collects the arguments, notes and fix of one diagnostic and hands it to
/// the engine when it goes out of scope (at the end of the full expression).
/// An argument is anything with a `toDiagnosticArgument(Value)` found by
/// argument-dependent lookup.
class DiagnosticBuilder {
public:
  DiagnosticBuilder(DiagnosticEngine &Engine, SourceRange Range, diag::Id Id,
                    bool Quiet)
      : Engine(Engine), Range(Range), Id(Id), Quiet(Quiet) {}
  DiagnosticBuilder(const DiagnosticBuilder &) = delete;
  DiagnosticBuilder &operator=(const DiagnosticBuilder &) = delete;
  ~DiagnosticBuilder();

  template <class T> DiagnosticBuilder &operator<<(const T &Value) {
    Arguments.push_back(toDiagnosticArgument(Value));
    return *this;
  }
  /// Adds a note whose text is complete as given.
  DiagnosticBuilder &note(SourceRange Range, std::string Message) {
    Notes.push_back({Range, std::move(Message)});
    return *this;
  }
  DiagnosticBuilder &fix(std::string Text) {
    Fix = std::move(Text);
    return *this;
  }

private:
  friend class DiagnosticEngine;
  DiagnosticEngine &Engine;
  SourceRange Range;
  diag::Id Id;
  bool Quiet;
  std::vector<DiagnosticArgument> Arguments;
  std::vector<DiagnosticNote> Notes;
  std::string Fix;
};

/// Gathers the diagnostics of one compilation. Keeps the first MaxErrors
/// errors and then one "too many errors", and as many warnings; drops a
/// diagnostic with a poisoned argument, and one that repeats an earlier id at
/// the same place. Used by one thread at a time.
class DiagnosticEngine {
public:
  static constexpr unsigned MaxErrors = 50;

  explicit DiagnosticEngine(const SourceManager &Sources) : Sources(Sources) {}
  DiagnosticEngine(const DiagnosticEngine &) = delete;
  DiagnosticEngine &operator=(const DiagnosticEngine &) = delete;

  /// `Diags.report(E->range(), diag::CannotAdd) << L << R;` The placeholders
  /// {0}, {1} ... of the message are its arguments in order. \p Quiet: it only
  /// follows from an earlier error, and is dropped.
  DiagnosticBuilder report(SourceRange Range, diag::Id Id, bool Quiet = false) {
    return DiagnosticBuilder(*this, Range, Id, Quiet);
  }

  /// Notes that every diagnostic ends with from now on: how the text that is
  /// being looked at came to be looked at. Gives the ones before.
  std::vector<DiagnosticNote> setContext(std::vector<DiagnosticNote> Notes) {
    return std::exchange(Context, std::move(Notes));
  }

  const std::vector<DiagnosticNote> &context() const { return Context; }

  bool hasErrors() const { return Errors != 0; }
  unsigned errorCount() const { return Errors; }
  /// True once the limit is reached: nothing more will be kept.
  bool isFull() const { return Errors > MaxErrors; }
  std::span<const Diagnostic> diagnostics() const { return List; }
  const SourceManager &sources() const { return Sources; }
  void clear();

  /// Those of each file in order of place; files in order of their first
  /// report. "Too many errors" stays last. For when all is reported.
  void sortByPlace();

  /// All of them, in their order, as text for people.
  std::string render() const;

private:
  friend class DiagnosticBuilder;
  void add(DiagnosticBuilder &Builder);

  const SourceManager &Sources;
  std::vector<Diagnostic> List;
  std::vector<DiagnosticNote> Context;
  unsigned Errors = 0;
};

/// Message, source line, caret and notes of one diagnostic, each line ended.
std::string renderDiagnostic(const SourceManager &Sources, const Diagnostic &D);

/// The same for a message that is no Diagnostic, such as a trap's:
/// "a.jit:3:7: trap: index 9 is outside 0..4" and the line. \p Label is the
/// word before the message; an invalid range leaves out place and line.
std::string renderMessage(const SourceManager &Sources, SourceRange Range,
                          std::string_view Label, std::string_view Message,
                          std::string_view Fix = {});

} // namespace jitrun

#endif
