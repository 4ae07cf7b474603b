#include "Support/Diagnostics.h"
#include "Syntax/Parser.h"
#include "Syntax/Printer.h"

#include <cstdlib>

using namespace jitrun;

/// Any bytes can be parsed, as a module and as a formula, shown and reported;
/// the tree is never deeper than promised, and ranges lie in the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  SourceManager Sources;
  FileId File = Sources.addText(
      "fuzz.jit", std::string(reinterpret_cast<const char *>(Data), Size));
  for (auto Parse : {syntax::parseModule, syntax::parseFormula}) {
    DiagnosticEngine Diags(Sources);
    auto Tree = Parse(File, Diags);
    if (!Tree->Main || Tree->Main->Depth > syntax::MaxTreeDepth)
      std::abort();
    syntax::dump(*Tree);
    Diags.render();
    for (const Diagnostic &D : Diags.diagnostics())
      if (Sources.fileOf(D.Range.Begin) != File || D.Range.End < D.Range.Begin)
        std::abort();
  }
  return 0;
}
