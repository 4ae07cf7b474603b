#ifndef JITRUN_SYNTAX_PARSER_H
#define JITRUN_SYNTAX_PARSER_H

#include "Syntax/AST.h"

#include <memory>

namespace jitrun {
class DiagnosticEngine;
} // namespace jitrun

namespace jitrun::syntax {

/// Parses a whole file. Errors go to \p Diags and leave Error nodes behind, so
/// the result is never null and may be checked further for more errors, though
/// not run. \p Diags and the SourceManager behind it must outlive the call, the
/// SourceManager also the result.
std::unique_ptr<Module> parseModule(FileId File, DiagnosticEngine &Diags);

/// The same for a formula: a module whose main program must end in an
/// expression.
std::unique_ptr<Module> parseFormula(FileId File, DiagnosticEngine &Diags);

} // namespace jitrun::syntax

#endif
