#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define N 5
static const double M = 39.47841760435743;

typedef struct {
  double x, y, z, vx, vy, vz, m;
} Body;

static double energy(const Body *b, int64_t n) {
  double e = 0;
  for (int64_t i = 0; i < n; i++) {
    e += 0.5 * b[i].m *
         (b[i].vx * b[i].vx + b[i].vy * b[i].vy + b[i].vz * b[i].vz);
    for (int64_t j = i + 1; j < n; j++) {
      double dx = b[i].x - b[j].x;
      double dy = b[i].y - b[j].y;
      double dz = b[i].z - b[j].z;
      e -= b[i].m * b[j].m / sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

static void init(Body *b) {
  static const double r[N] = {0, 5, 9.5, 19, 30};
  static const double k[N] = {1, 1e-3, 3e-4, 4e-5, 5e-5};
  static const double ux[N] = {0, 0.8, -0.6, 0, -0.8};
  static const double uy[N] = {0, 0.6, 0.8, -1, -0.6};
  double px = 0, py = 0, pz = 0;
  for (int64_t i = 0; i < N; i++) {
    double v = i > 0 ? sqrt(M / r[i]) : 0.0;
    b[i] = (Body){r[i] * ux[i], r[i] * uy[i], 0.1 * (double)i, -v * uy[i],
                  v * ux[i],    0.01 * (double)i, M * k[i]};
    px += b[i].m * b[i].vx;
    py += b[i].m * b[i].vy;
    pz += b[i].m * b[i].vz;
  }
  b[0].vx = -px / M;
  b[0].vy = -py / M;
  b[0].vz = -pz / M;
}

static void advance(Body *b, int64_t n, double dt) {
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = i + 1; j < n; j++) {
      double dx = b[i].x - b[j].x;
      double dy = b[i].y - b[j].y;
      double dz = b[i].z - b[j].z;
      double d2 = dx * dx + dy * dy + dz * dz;
      double mag = dt / (d2 * sqrt(d2));
      double mj = b[j].m * mag;
      double mi = b[i].m * mag;
      b[i].vx -= dx * mj;
      b[i].vy -= dy * mj;
      b[i].vz -= dz * mj;
      b[j].vx += dx * mi;
      b[j].vy += dy * mi;
      b[j].vz += dz * mi;
    }
  }
  for (int64_t i = 0; i < n; i++) {
    b[i].x += dt * b[i].vx;
    b[i].y += dt * b[i].vy;
    b[i].z += dt * b[i].vz;
  }
}

int main(int argc, char **argv) {
  int64_t steps = argc > 1 ? atoll(argv[1]) : 6000000;
  Body bodies[N];
  init(bodies);
  printf("%.8f\n", energy(bodies, N));
  for (int64_t s = 0; s < steps; s++)
    advance(bodies, N, 0.01);
  printf("%.8f\n", energy(bodies, N));
}
