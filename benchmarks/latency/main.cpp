#include "CompileLatency.h"
#include "CompilingStall.h"
#include "LoopEntry.h"
#include "SwapStall.h"

#include <cstdio>
#include <string_view>

// bench-latency [compile | swap | compiling | osr]: all without an argument.
int main(int Argc, char **Argv) {
  const std::string_view Which = Argc > 1 ? Argv[1] : "";
  const bool All = Argc == 1;
  const bool Compile = All || Which == "compile";
  const bool Swap = All || Which == "swap";
  const bool Compiling = All || Which == "compiling";
  const bool OSR = All || Which == "osr";
  if (Argc > 2 || !(Compile || Swap || Compiling || OSR)) {
    std::fprintf(stderr,
                 "usage: bench-latency [compile | swap | compiling | osr]\n");
    return 2;
  }
  if (Compile)
    jitrun::measureCompileLatency(1000);
  if (Swap)
    jitrun::measureSwapStall();
  if (Compiling)
    jitrun::measureCompilingStall();
  if (OSR)
    jitrun::measureLoopEntry();
}
