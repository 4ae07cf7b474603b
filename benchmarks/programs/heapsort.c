#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t next(uint32_t x) {
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return x;
}

static void siftDown(double *a, int64_t start, int64_t end) {
  double x = a[start];
  int64_t i = start;
  for (;;) {
    int64_t child = 2 * i + 1;
    if (child >= end)
      break;
    if (child + 1 < end && a[child + 1] > a[child])
      child++;
    if (a[child] <= x)
      break;
    a[i] = a[child];
    i = child;
  }
  a[i] = x;
}

static void heapsort(double *a, int64_t n) {
  for (int64_t i = n / 2 - 1; i >= 0; i--)
    siftDown(a, i, n);
  for (int64_t end = n - 1; end >= 1; end--) {
    double t = a[0];
    a[0] = a[end];
    a[end] = t;
    siftDown(a, 0, end);
  }
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 3000000;
  uint32_t seed = 2463534242u;
  double *a = malloc(n * sizeof *a);
  for (int64_t i = 0; i < n; i++) {
    seed = next(seed);
    a[i] = (double)(seed >> 8) / 16777216.0;
  }
  heapsort(a, n);
  bool sorted = true;
  for (int64_t i = 1; i < n; i++)
    if (a[i - 1] > a[i])
      sorted = false;
  printf("%s\n", sorted ? "true" : "false");
  printf("%.6f %.6f %.6f\n", a[0], a[n / 2], a[n - 1]);
  free(a);
}
