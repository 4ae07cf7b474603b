#include "CompileLatency.h"
#include "SwapStall.h"

#include <cstdio>
#include <cstring>

// bench-latency [compile | swap]: both without an argument.
int main(int Argc, char **Argv) {
  const char *Which = Argc > 1 ? Argv[1] : "";
  const bool Compile = std::strcmp(Which, "compile") == 0;
  const bool Swap = std::strcmp(Which, "swap") == 0;
  if (Argc > 2 || (Argc == 2 && !Compile && !Swap)) {
    std::fprintf(stderr, "usage: bench-latency [compile | swap]\n");
    return 2;
  }
  if (!Swap)
    jitrun::measureCompileLatency(1000);
  if (!Compile)
    jitrun::measureSwapStall();
}
