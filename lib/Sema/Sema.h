#ifndef JITRUN_SEMA_SEMA_H
#define JITRUN_SEMA_SEMA_H

#include "Support/SourceManager.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jitrun {
class DiagnosticEngine;
class Type;
class TypeContext;
namespace tast {
class Module;
}
} // namespace jitrun

namespace jitrun::sema {

/// Makes a type in the context of the module that is being checked.
using TypeMaker = std::function<const Type *(TypeContext &)>;

/// A free variable of a formula.
struct FormulaParameter {
  std::string Name;
  TypeMaker Type;
};

struct SemaOptions {
  /// The main program prints the value that it ends with, unless that is `()`.
  bool PrintResult = false;
  /// Finds the file that an import of From names; Invalid, with the reason in
  /// Error, when there is none. Null: nothing can be imported. A file given
  /// twice, as the same id or by the same name, is checked once.
  std::function<FileId(std::string_view Path, FileId From, std::string &Error)>
      ImportFile;

  /// The text is a formula: its statements become the function "formula" of
  /// Parameters, which gives the value of the last expression.
  bool IsFormula = false;
  std::vector<FormulaParameter> Parameters;
  /// The formula's type; null: whatever its value has.
  TypeMaker Result;
};

/// Parses \p File and all that it imports, checks every function in it, called
/// or not, and lowers it. Errors go to \p Diags, and then the result is null.
/// May be called on any thread, also one with a small stack.
std::unique_ptr<tast::Module> check(SourceManager &Sources, FileId File,
                                    const SemaOptions &Options,
                                    DiagnosticEngine &Diags);

} // namespace jitrun::sema

#endif // JITRUN_SEMA_SEMA_H
