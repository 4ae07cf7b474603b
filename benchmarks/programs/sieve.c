#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t primes(int64_t n) {
  bool *composite = calloc(n + 1, sizeof *composite);
  for (int64_t p = 2; p * p <= n; p++) {
    if (!composite[p])
      for (int64_t i = p * p; i <= n; i += p)
        composite[i] = true;
  }
  int64_t count = 0;
  for (int64_t i = 2; i <= n; i++)
    if (!composite[i])
      count++;
  free(composite);
  return count;
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 2000000;
  int64_t reps = argc > 2 ? atoll(argv[2]) : 300;
  int64_t total = 0;
  for (int64_t k = 0; k < reps; k++)
    total += primes(n - k);
  printf("%lld\n", (long long)total);
}
