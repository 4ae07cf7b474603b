#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t next(uint32_t x) {
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return x;
}

static void shortestPaths(int32_t *d, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    for (int64_t i = 0; i < n; i++) {
      int32_t dik = d[i * n + k];
      for (int64_t j = 0; j < n; j++) {
        int32_t t = dik + d[k * n + j];
        if (t < d[i * n + j])
          d[i * n + j] = t;
      }
    }
  }
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 1200;
  int32_t *d = malloc(n * n * sizeof *d);
  uint32_t seed = 2463534242u;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < n; j++) {
      seed = next(seed);
      d[i * n + j] = i == j                     ? 0
                     : (seed >> 8 & 15) == 0 ? (int32_t)(seed >> 12 & 1023) + 1
                                             : 1000000;
    }
  }
  shortestPaths(d, n);
  int64_t total = 0;
  for (int64_t i = 0; i < n * n; i++)
    total += d[i];
  printf("%lld\n", (long long)total);
  free(d);
}
