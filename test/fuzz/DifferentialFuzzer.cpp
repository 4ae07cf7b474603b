#include "fuzz/Differential/Differential.h"
#include "fuzz/Generator/ProgramGenerator.h"

#include <cstdio>
#include <cstdlib>

/// Reads the input as the choices of the program generator and compares the
/// tiers on what comes out. Ends the process at the first difference.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  using namespace jitrun::fuzz;
  Choices From(std::span<const uint8_t>(Data, Size));
  GeneratorOptions Options;
  Options.MainStatements = 12;
  Options.MaxFunctions = 4;
  std::string Text = generateProgram(From, Options);
  Comparison C = compareTiers(Text);
  if (C.Result == Verdict::Agrees || C.Result == Verdict::Limited)
    return 0;
  fprintf(stderr, "%s\n%s\n%s\n", Text.c_str(), C.Finding.c_str(),
          C.Report.c_str());
  abort();
}
