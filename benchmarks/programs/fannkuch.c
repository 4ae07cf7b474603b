#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t fannkuch(int64_t n, int64_t *mostOut) {
  int32_t *perm1 = malloc(n * sizeof *perm1);
  int32_t *perm = malloc(n * sizeof *perm);
  int32_t *count = calloc(n, sizeof *count);
  int64_t checksum = 0, most = 0, r = n;
  bool even = true;
  for (int64_t i = 0; i < n; i++)
    perm1[i] = (int32_t)i;
  for (;;) {
    for (; r != 1; r--)
      count[r - 1] = (int32_t)r;
    for (int64_t i = 0; i < n; i++)
      perm[i] = perm1[i];
    int64_t flips = 0;
    for (int32_t k = perm[0]; k != 0; k = perm[0]) {
      for (int32_t i = 0, j = k; i < j; i++, j--) {
        int32_t t = perm[i];
        perm[i] = perm[j];
        perm[j] = t;
      }
      flips++;
    }
    if (flips > most)
      most = flips;
    checksum += even ? flips : -flips;
    for (;;) {
      if (r == n) {
        free(perm1);
        free(perm);
        free(count);
        *mostOut = most;
        return checksum;
      }
      int32_t first = perm1[0];
      for (int64_t i = 0; i < r; i++)
        perm1[i] = perm1[i + 1];
      perm1[r] = first;
      if (--count[r] > 0)
        break;
      r++;
    }
    even = !even;
  }
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 10;
  int64_t reps = argc > 2 ? atoll(argv[2]) : 3;
  int64_t total = 0, most = 0;
  for (int64_t k = 0; k < reps; k++) {
    int64_t flips;
    total += fannkuch(n, &flips);
    if (flips > most)
      most = flips;
  }
  printf("%lld %lld\n", (long long)total, (long long)most);
}
