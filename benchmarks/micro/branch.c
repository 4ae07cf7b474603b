#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

__attribute__((noinline)) static double counted(int64_t n, double a, double b) {
  double s = 0;
  for (int64_t i = 0; i < n; i++) {
    double u = a * (double)i + b, w = u * u - 1.25, q = w / (u + 3);
    s += q > 0.5 ? q : w;
  }
  return s;
}

__attribute__((noinline)) static double read(const double *xs, int64_t n,
                                             double a, double b) {
  double s = 0;
  for (int64_t i = 0; i < n; i++) {
    double u = a * xs[i] + b, w = u * u - 1.25, q = w / (u + 3);
    s += q > 0.5 ? q : w;
  }
  return s;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv) {
  enum { n = 50000 };
  static double xs[n];
  int64_t seed = 42;
  for (int i = 0; i < n; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    xs[i] = (double)seed / 2147483648.0 * 3.5;
  }
  double best[2] = {1e9, 1e9};
  volatile double sum = 0;
  int64_t rounds = argc > 1 ? atol(argv[1]) : 500;
  for (int64_t k = 0; k < rounds; k++) {
    double t0 = now();
    sum += counted(n, 0.5 + (double)k * 1e-9, 1.0);
    double t1 = now();
    sum += read(xs, n, 0.5 + (double)k * 1e-9, 0.5);
    double t2 = now();
    if ((t1 - t0) / n < best[0])
      best[0] = (t1 - t0) / n;
    if ((t2 - t1) / n < best[1])
      best[1] = (t2 - t1) / n;
  }
  printf("predictable %.3f ns, unpredictable %.3f ns\n", best[0], best[1]);
}
