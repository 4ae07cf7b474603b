#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t next(uint32_t x) {
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return x;
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 180000000;
  uint32_t seed = 2463534242u;
  int64_t inside = 0;
  for (int64_t i = 0; i < n; i++) {
    seed = next(seed);
    double x = (double)(seed >> 8) / 16777216.0;
    seed = next(seed);
    double y = (double)(seed >> 8) / 16777216.0;
    if (x * x + y * y <= 1.0)
      inside++;
  }
  printf("%.6f\n", 4.0 * (double)inside / (double)n);
}
