#include "Driver.h"
#include "Options.h"

int main(int Argc, char **Argv) {
  int ExitCode = 0;
  auto Options = jitrun::tool::parseOptions(Argc, Argv, ExitCode);
  if (!Options)
    return ExitCode;
  return jitrun::tool::run(*Options);
}
