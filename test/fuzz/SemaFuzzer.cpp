#include "Sema/Sema.h"
#include "Support/Diagnostics.h"
#include "TypedAST/Printer.h"
#include "TypedAST/Verifier.h"

#include <cstdio>
#include <cstdlib>

using namespace jitrun;

/// Any bytes can be checked, as a program, as an expression to print and as a
/// formula: the result is a tree that is well formed, or errors in the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  SourceManager Sources;
  FileId File = Sources.addText(
      "fuzz.jit", std::string(reinterpret_cast<const char *>(Data), Size));
  for (int Mode = 0; Mode < 3; ++Mode) {
    sema::SemaOptions Options;
    Options.PrintResult = Mode == 1;
    Options.IsFormula = Mode == 2;
    if (Options.IsFormula)
      Options.Parameters.push_back(
          {"x", [](TypeContext &T) -> const Type * { return T.f64(); }});
    DiagnosticEngine Diags(Sources);
    auto Module = sema::check(Sources, File, Options, Diags);
    Diags.render();
    if ((Module == nullptr) != Diags.hasErrors())
      std::abort();
    for (const Diagnostic &D : Diags.diagnostics())
      if (Sources.fileOf(D.Range.Begin) != File ||
          D.Range.End < D.Range.Begin) {
        std::fprintf(stderr, "a range outside of the text: %s\n",
                     D.Message.c_str());
        std::abort();
      }
    if (!Module)
      continue;
    tast::print(*Module);
    if (std::string Problem = tast::verify(*Module); !Problem.empty()) {
      std::fprintf(stderr, "%s\n", Problem.c_str());
      std::abort();
    }
  }
  return 0;
}
