'use strict';
function next(x) {
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ x << 5;
}

function shortestPaths(d, n) {
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      const dik = d[i * n + k];
      for (let j = 0; j < n; j++) {
        const t = dik + d[k * n + j];
        if (t < d[i * n + j]) d[i * n + j] = t;
      }
    }
  }
}

function main(n) {
  const d = new Int32Array(n * n);
  let seed = 2463534242 | 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      seed = next(seed);
      d[i * n + j] = i === j ? 0
          : (seed >>> 8 & 15) === 0 ? (seed >>> 12 & 1023) + 1 : 1000000;
    }
  }
  shortestPaths(d, n);
  let total = 0;
  for (let i = 0; i < n * n; i++) total += d[i];
  console.log(total);
}

main(Number(process.argv[2] ?? 1200));
