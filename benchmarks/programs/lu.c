#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t next(uint32_t x) {
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return x;
}

static void factor(double *a, int64_t *pivot, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    int64_t p = k;
    for (int64_t i = k + 1; i < n; i++)
      if (fabs(a[i * n + k]) > fabs(a[p * n + k]))
        p = i;
    pivot[k] = p;
    if (p != k) {
      for (int64_t j = 0; j < n; j++) {
        double t = a[k * n + j];
        a[k * n + j] = a[p * n + j];
        a[p * n + j] = t;
      }
    }
    for (int64_t i = k + 1; i < n; i++) {
      double f = a[i * n + k] / a[k * n + k];
      a[i * n + k] = f;
      for (int64_t j = k + 1; j < n; j++)
        a[i * n + j] -= f * a[k * n + j];
    }
  }
}

static void solve(const double *a, const int64_t *pivot, double *b, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    double t = b[k];
    b[k] = b[pivot[k]];
    b[pivot[k]] = t;
  }
  for (int64_t i = 0; i < n; i++) {
    double s = b[i];
    for (int64_t j = 0; j < i; j++)
      s -= a[i * n + j] * b[j];
    b[i] = s;
  }
  for (int64_t i = n - 1; i >= 0; i--) {
    double s = b[i];
    for (int64_t j = i + 1; j < n; j++)
      s -= a[i * n + j] * b[j];
    b[i] = s / a[i * n + i];
  }
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 1600;
  uint32_t seed = 2463534242u;
  double *a = malloc(n * n * sizeof *a);
  double *b = calloc(n, sizeof *b);
  int64_t *pivot = calloc(n, sizeof *pivot);
  for (int64_t i = 0; i < n * n; i++) {
    seed = next(seed);
    a[i] = (double)(seed >> 8) / 16777216.0 - 0.5;
  }
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < n; j++)
      b[i] += a[i * n + j];
  factor(a, pivot, n);
  solve(a, pivot, b, n);
  double det = 0, total = 0;
  for (int64_t i = 0; i < n; i++) {
    det += log(fabs(a[i * n + i]));
    total += b[i];
  }
  printf("%.4f %.4f\n", det, total);
  free(a);
  free(b);
  free(pivot);
}
