#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void step(const double *u, double *v, int64_t n) {
  for (int64_t i = 1; i < n - 1; i++)
    for (int64_t j = 1; j < n - 1; j++)
      v[i * n + j] = 0.25 * (u[(i - 1) * n + j] + u[(i + 1) * n + j] +
                             u[i * n + j - 1] + u[i * n + j + 1]);
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 300;
  int64_t steps = argc > 2 ? atoll(argv[2]) : 20000;
  double *u = calloc(n * n, sizeof *u);
  double *v = calloc(n * n, sizeof *v);
  for (int64_t j = 0; j < n; j++)
    u[j] = v[j] = 100;
  for (int64_t s = 0; s < steps; s++) {
    step(u, v, n);
    double *t = u;
    u = v;
    v = t;
  }
  double total = 0;
  for (int64_t i = 0; i < n * n; i++)
    total += u[i];
  printf("%.6f %.4f\n", u[n / 2 * n + n / 2], total);
  free(u);
  free(v);
}
