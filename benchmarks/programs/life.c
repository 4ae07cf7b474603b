#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t next(uint32_t x) {
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return x;
}

/* rule[9 * state + neighbours] is the state that follows. */
static void step(const uint8_t *rule, const uint8_t *a, uint8_t *b,
                 int64_t w) {
  for (int64_t i = 1; i < w - 1; i++) {
    for (int64_t j = 1; j < w - 1; j++) {
      const uint8_t *c = a + i * w + j;
      uint8_t around = c[-w - 1] + c[-w] + c[-w + 1] + c[-1] + c[1] +
                       c[w - 1] + c[w] + c[w + 1];
      b[i * w + j] = rule[9 * *c + around];
    }
  }
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 1000;
  int64_t steps = argc > 2 ? atoll(argv[2]) : 500;
  int64_t w = n + 2;
  uint8_t *rule = calloc(18, sizeof *rule);
  uint8_t *a = calloc(w * w, sizeof *a);
  uint8_t *b = calloc(w * w, sizeof *b);
  uint32_t seed = 2463534242u;
  rule[3] = rule[9 + 2] = rule[9 + 3] = 1;
  for (int64_t i = 1; i <= n; i++) {
    for (int64_t j = 1; j <= n; j++) {
      seed = next(seed);
      a[i * w + j] = (uint8_t)(seed >> 31);
    }
  }
  for (int64_t s = 0; s < steps; s++) {
    step(rule, a, b, w);
    uint8_t *t = a;
    a = b;
    b = t;
  }
  int64_t alive = 0;
  for (int64_t i = 1; i <= n; i++)
    for (int64_t j = 1; j <= n; j++)
      alive += a[i * w + j];
  printf("%lld\n", (long long)alive);
  free(rule);
  free(a);
  free(b);
}
