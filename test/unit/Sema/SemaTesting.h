#ifndef JITRUN_TEST_UNIT_SEMA_SEMATESTING_H
#define JITRUN_TEST_UNIT_SEMA_SEMATESTING_H

#include "Sema/Sema.h"
#include "Support/Diagnostics.h"
#include "TypedAST/Printer.h"

#include <map>
#include <memory>
#include <string>

namespace jitrun::sema {

/// A text and what came of checking it. Imports are looked up in Files.
struct Checked {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  std::unique_ptr<tast::Module> Module;

  explicit Checked(std::string Text, SemaOptions Options = {},
                   std::map<std::string, std::string> Files = {}) {
    FileId File = Sources.addText("t.jit", std::move(Text));
    Options.ImportFile = [&](std::string_view Path, FileId,
                             std::string &Error) {
      auto At = Files.find(std::string(Path));
      if (At != Files.end())
        return Sources.addText(At->first, At->second);
      Error = "no such file";
      return FileId::Invalid;
    };
    Module = check(Sources, File, Options, Diags);
  }

  /// The typed tree, or else the diagnostics.
  std::string shown() const {
    return Module ? tast::print(*Module) : Diags.render();
  }
};

/// The statements of `fn f`, whose header \p Text has, without indentation
/// and braces around them; or the diagnostics.
std::string lowered(std::string Text);

/// \p Text is one error, which this gives without place and source line.
std::string error(std::string Text);

} // namespace jitrun::sema

#endif // JITRUN_TEST_UNIT_SEMA_SEMATESTING_H
