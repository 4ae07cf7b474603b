#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static double *multiply(const double *a, const double *b, int64_t n) {
  double *c = malloc(n * n * sizeof *c);
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < n; j++) {
      double s = 0;
      for (int64_t k = 0; k < n; k++)
        s += a[i * n + k] * b[k * n + j];
      c[i * n + j] = s;
    }
  }
  return c;
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 900;
  double *a = malloc(n * n * sizeof *a);
  double *b = malloc(n * n * sizeof *b);
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < n; j++) {
      a[i * n + j] = (double)((i * 7 + j * 3) % 11 - 5);
      b[i * n + j] = (double)((i * 5 + j * 2) % 13 - 6);
    }
  }
  double *c = multiply(a, b, n);
  double total = 0;
  for (int64_t i = 0; i < n * n; i++)
    total += c[i] * (double)(i % 5 - 1);
  printf("%.1f\n", total);
  free(a);
  free(b);
  free(c);
}
