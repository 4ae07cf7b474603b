#include "CompileLatency.h"

#include <algorithm>
#include <cstdlib>

int main(int Argc, char **Argv) {
  jitrun::measureCompileLatency(
      Argc > 1 ? unsigned(std::max(40, std::atoi(Argv[1]))) : 1000);
}
