'use strict';
const M = 39.47841760435743;

class Body {
  constructor(x, y, z, vx, vy, vz, m) {
    this.x = x; this.y = y; this.z = z;
    this.vx = vx; this.vy = vy; this.vz = vz;
    this.m = m;
  }
}

function energy(b) {
  let e = 0;
  for (let i = 0; i < b.length; i++) {
    const bi = b[i];
    e += 0.5 * bi.m * (bi.vx * bi.vx + bi.vy * bi.vy + bi.vz * bi.vz);
    for (let j = i + 1; j < b.length; j++) {
      const bj = b[j];
      const dx = bi.x - bj.x, dy = bi.y - bj.y, dz = bi.z - bj.z;
      e -= bi.m * bj.m / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

function init() {
  const r = [0, 5, 9.5, 19, 30];
  const k = [1, 1e-3, 3e-4, 4e-5, 5e-5];
  const ux = [0, 0.8, -0.6, 0, -0.8];
  const uy = [0, 0.6, 0.8, -1, -0.6];
  const b = [];
  let px = 0, py = 0, pz = 0;
  for (let i = 0; i < r.length; i++) {
    const v = i > 0 ? Math.sqrt(M / r[i]) : 0;
    const body = new Body(r[i] * ux[i], r[i] * uy[i], 0.1 * i,
                          -v * uy[i], v * ux[i], 0.01 * i, M * k[i]);
    b.push(body);
    px += body.m * body.vx; py += body.m * body.vy; pz += body.m * body.vz;
  }
  b[0].vx = -px / M; b[0].vy = -py / M; b[0].vz = -pz / M;
  return b;
}

function advance(b, dt) {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    const bi = b[i];
    for (let j = i + 1; j < n; j++) {
      const bj = b[j];
      const dx = bi.x - bj.x, dy = bi.y - bj.y, dz = bi.z - bj.z;
      const d2 = dx * dx + dy * dy + dz * dz;
      const mag = dt / (d2 * Math.sqrt(d2));
      const mj = bj.m * mag;
      const mi = bi.m * mag;
      bi.vx -= dx * mj; bi.vy -= dy * mj; bi.vz -= dz * mj;
      bj.vx += dx * mi; bj.vy += dy * mi; bj.vz += dz * mi;
    }
  }
  for (let i = 0; i < n; i++) {
    const bi = b[i];
    bi.x += dt * bi.vx; bi.y += dt * bi.vy; bi.z += dt * bi.vz;
  }
}

const bodies = init();
console.log(energy(bodies).toFixed(8));
for (let s = Number(process.argv[2] ?? 6000000); s > 0; s--) advance(bodies, 0.01);
console.log(energy(bodies).toFixed(8));
