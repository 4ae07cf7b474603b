#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static double a(int64_t i, int64_t j) {
  return 1 / (double)((i + j) * (i + j + 1) / 2 + i + 1);
}

static void times(const double *v, double *out, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    double s = 0;
    for (int64_t j = 0; j < n; j++)
      s += a(i, j) * v[j];
    out[i] = s;
  }
}

static void transposeTimes(const double *v, double *out, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    double s = 0;
    for (int64_t j = 0; j < n; j++)
      s += a(j, i) * v[j];
    out[i] = s;
  }
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 3500;
  double *u = malloc(n * sizeof *u);
  double *v = malloc(n * sizeof *v);
  double *t = malloc(n * sizeof *t);
  for (int64_t i = 0; i < n; i++)
    u[i] = 1;
  for (int k = 0; k < 10; k++) {
    times(u, t, n);
    transposeTimes(t, v, n);
    times(v, t, n);
    transposeTimes(t, u, n);
  }
  double uv = 0, vv = 0;
  for (int64_t i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  printf("%.9f\n", sqrt(uv / vv));
  free(u);
  free(v);
  free(t);
}
