'use strict';
function next(x) {
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ x << 5;
}

function main(n) {
  let seed = 2463534242 | 0;
  let inside = 0;
  for (let i = 0; i < n; i++) {
    seed = next(seed);
    const x = (seed >>> 8) / 16777216;
    seed = next(seed);
    const y = (seed >>> 8) / 16777216;
    if (x * x + y * y <= 1) inside++;
  }
  console.log((4 * inside / n).toFixed(6));
}

main(Number(process.argv[2] ?? 180000000));
