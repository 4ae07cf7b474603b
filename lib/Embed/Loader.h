#ifndef JITRUN_EMBED_LOADER_H
#define JITRUN_EMBED_LOADER_H

#include "Support/SourceManager.h"
#include "TypedAST/TypedAST.h"

#include <memory>
#include <span>
#include <string>
#include <utility>

namespace jitrun::embed {

enum class LoadMode : uint8_t {
  Program, ///< Declarations and a top-level program.
  /// An expression after declarations and statements, as a program that
  /// prints its value.
  PrintedExpression,
  /// The same as a function of Parameters, which gives its value.
  Formula,
};

/// What to make of a text.
struct LoadRequest {
  LoadMode Mode = LoadMode::Program;
  /// Formula: names and types, as spelled in the language, of the free
  /// variables, and the type of the result.
  std::span<const std::pair<std::string, std::string>> Parameters;
  std::string Result;
};

/// A checked program, or why there is none.
struct LoadResult {
  /// Null when there were errors.
  std::shared_ptr<const tast::Module> Checked;
  /// Rendered diagnostics, errors and warnings; empty when all is well.
  std::string Diagnostics;
  /// Of the first error: its text and place, and whether it is one of syntax.
  std::string FirstMessage;
  SourceRange FirstRange;
  bool IsSyntax = false;
};

/// Parses and checks \p File of \p Sources, and what it imports, which is
/// looked for beside the importing file.
LoadResult load(SourceManager &Sources, FileId File,
                const LoadRequest &Request);

} // namespace jitrun::embed

#endif // JITRUN_EMBED_LOADER_H
