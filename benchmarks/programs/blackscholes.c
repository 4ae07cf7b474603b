#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  double spot, strike, years;
} Option;

static uint32_t next(uint32_t x) {
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return x;
}

static double cdf(double x) {
  double k = 1 / (1 + 0.2316419 * fabs(x));
  double poly =
      k * (0.319381530 +
           k * (-0.356563782 +
                k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  double tail = 0.3989422804014327 * exp(-0.5 * x * x) * poly;
  return x >= 0 ? 1 - tail : tail;
}

static double call(const Option *o, double rate, double vol) {
  double s = vol * sqrt(o->years);
  double d1 =
      (log(o->spot / o->strike) + (rate + 0.5 * vol * vol) * o->years) / s;
  return o->spot * cdf(d1) - o->strike * exp(-rate * o->years) * cdf(d1 - s);
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 100000;
  int64_t reps = argc > 2 ? atoll(argv[2]) : 150;
  Option *options = malloc(n * sizeof *options);
  double *prices = calloc(n, sizeof *prices);
  uint32_t seed = 2463534242u;
  for (int64_t i = 0; i < n; i++) {
    seed = next(seed);
    options[i].spot = 50 + (double)(seed >> 8) / 16777216.0 * 100;
    seed = next(seed);
    options[i].strike = 50 + (double)(seed >> 8) / 16777216.0 * 100;
    seed = next(seed);
    options[i].years = 0.25 + (double)(seed >> 8) / 16777216.0 * 2;
  }
  for (int64_t r = 0; r < reps; r++) {
    double vol = 0.2 + 0.001 * (double)r;
    for (int64_t i = 0; i < n; i++)
      prices[i] += call(&options[i], 0.03, vol);
  }
  double total = 0;
  for (int64_t i = 0; i < n; i++)
    total += prices[i];
  printf("%.6f\n", total / (double)(n * reps));
  free(options);
  free(prices);
}
