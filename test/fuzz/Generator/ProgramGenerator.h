#ifndef JITRUN_FUZZ_GENERATOR_PROGRAMGENERATOR_H
#define JITRUN_FUZZ_GENERATOR_PROGRAMGENERATOR_H

#include "fuzz/Generator/Choices.h"

#include <string>

namespace jitrun::fuzz {

struct GeneratorOptions {
  /// Estimated work of one run, in statements executed.
  double Budget = 60000;
  unsigned MaxFunctions = 6;
  /// Statements at the top of the program, about.
  unsigned MainStatements = 16;
  /// How many of a hundred programs are loop nests over arrays.
  unsigned NestPercent = 40;
};

/// Makes the text of a random program that the checker must accept and that
/// ends within a bounded time, perhaps in a trap.
std::string generateProgram(Choices &From, const GeneratorOptions &Options);

} // namespace jitrun::fuzz

#endif // JITRUN_FUZZ_GENERATOR_PROGRAMGENERATOR_H
