#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t escape(double cr, double ci, int64_t lim) {
  double zr = 0, zi = 0, r2 = 0, i2 = 0;
  int64_t k = 0;
  while (k < lim && r2 + i2 <= 4.0) {
    zi = 2.0 * zr * zi + ci;
    zr = r2 - i2 + cr;
    r2 = zr * zr;
    i2 = zi * zi;
    k++;
  }
  return k;
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 1200;
  int64_t lim = argc > 2 ? atoll(argv[2]) : 250;
  int64_t total = 0, inside = 0;
  for (int64_t py = 0; py < n; py++) {
    double ci = 2.5 * (double)py / (double)n - 1.25;
    for (int64_t px = 0; px < n; px++) {
      int64_t k = escape(2.5 * (double)px / (double)n - 2.0, ci, lim);
      total += k;
      if (k == lim)
        inside++;
    }
  }
  printf("%lld %lld\n", (long long)total, (long long)inside);
}
