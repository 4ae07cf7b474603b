#ifndef JITRUN_TEST_UNIT_SYNTAX_SYNTAXTESTING_H
#define JITRUN_TEST_UNIT_SYNTAX_SYNTAXTESTING_H

#include "Support/Diagnostics.h"
#include "Syntax/Lexer.h"
#include "Syntax/Parser.h"
#include "Syntax/Printer.h"

#include <memory>
#include <string>

namespace jitrun::syntax {

/// A text and what came of it.
struct Parsed {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  std::unique_ptr<Module> Tree;

  explicit Parsed(std::string Text, bool IsFormula = false) {
    FileId File = Sources.addText("t.jit", std::move(Text));
    Tree = IsFormula ? parseFormula(File, Diags) : parseModule(File, Diags);
  }
};

/// The dump of a module's tree, with its diagnostics in front.
inline std::string tree(std::string Text) {
  Parsed P(std::move(Text));
  return P.Diags.render() + dump(*P.Tree);
}

/// An expression on one line, in prefix form with its subexpressions in
/// parentheses: "(+ 1 (* 2 3))". Only for operators, names and literals.
std::string shape(const Expr *E);

/// The same, of a formula's text.
std::string shape(std::string Text);

} // namespace jitrun::syntax

#endif
