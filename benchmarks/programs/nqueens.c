#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t solve(uint32_t all, uint32_t cols, uint32_t left,
                     uint32_t right) {
  if (cols == all)
    return 1;
  int64_t count = 0;
  uint32_t free = all & ~(cols | left | right);
  while (free != 0) {
    uint32_t bit = free & (0 - free);
    free ^= bit;
    count += solve(all, cols | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}

int main(int argc, char **argv) {
  uint32_t n = argc > 1 ? (uint32_t)atoll(argv[1]) : 15;
  printf("%lld\n", (long long)solve((1u << n) - 1, 0, 0, 0));
}
