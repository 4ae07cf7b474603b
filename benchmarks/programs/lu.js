'use strict';
function next(x) {
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ x << 5;
}

function factor(a, pivot, n) {
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(a[i * n + k]) > Math.abs(a[p * n + k])) p = i;
    pivot[k] = p;
    if (p !== k) {
      for (let j = 0; j < n; j++) {
        const t = a[k * n + j];
        a[k * n + j] = a[p * n + j];
        a[p * n + j] = t;
      }
    }
    for (let i = k + 1; i < n; i++) {
      const f = a[i * n + k] / a[k * n + k];
      a[i * n + k] = f;
      for (let j = k + 1; j < n; j++) a[i * n + j] -= f * a[k * n + j];
    }
  }
}

function solve(a, pivot, b, n) {
  for (let k = 0; k < n; k++) {
    const p = pivot[k];
    const t = b[k];
    b[k] = b[p];
    b[p] = t;
  }
  for (let i = 0; i < n; i++) {
    let s = b[i];
    for (let j = 0; j < i; j++) s -= a[i * n + j] * b[j];
    b[i] = s;
  }
  for (let i = n - 1; i >= 0; i--) {
    let s = b[i];
    for (let j = i + 1; j < n; j++) s -= a[i * n + j] * b[j];
    b[i] = s / a[i * n + i];
  }
}

function main(n) {
  let seed = 2463534242 | 0;
  const a = new Float64Array(n * n);
  const b = new Float64Array(n);
  const pivot = new Int32Array(n);
  for (let i = 0; i < n * n; i++) {
    seed = next(seed);
    a[i] = (seed >>> 8) / 16777216 - 0.5;
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) b[i] += a[i * n + j];
  factor(a, pivot, n);
  solve(a, pivot, b, n);
  let det = 0, total = 0;
  for (let i = 0; i < n; i++) {
    det += Math.log(Math.abs(a[i * n + i]));
    total += b[i];
  }
  console.log(`${det.toFixed(4)} ${total.toFixed(4)}`);
}

main(Number(process.argv[2] ?? 1600));
