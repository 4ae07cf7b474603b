#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t minstd(int64_t seed) { return seed * 16807 % 2147483647; }

static int32_t min(int32_t a, int32_t b) { return a < b ? a : b; }

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 12000;
  int64_t seed = 42;
  uint8_t *a = malloc(n), *b = malloc(n);
  int32_t *p = malloc((n + 1) * sizeof *p), *q = malloc((n + 1) * sizeof *q);
  for (int64_t i = 0; i < n; i++)
    a[i] = (uint8_t)((seed = minstd(seed)) % 4);
  for (int64_t i = 0; i < n; i++)
    b[i] = (uint8_t)((seed = minstd(seed)) % 4);
  for (int64_t j = 0; j <= n; j++)
    p[j] = (int32_t)j;
  for (int64_t i = 1; i <= n; i++) {
    q[0] = (int32_t)i;
    for (int64_t j = 1; j <= n; j++) {
      int32_t change = p[j - 1] + (a[i - 1] != b[j - 1]);
      q[j] = min(min(change, p[j] + 1), q[j - 1] + 1);
    }
    int32_t *t = p;
    p = q;
    q = t;
  }
  printf("%d\n", p[n]);
  free(a);
  free(b);
  free(p);
  free(q);
}
