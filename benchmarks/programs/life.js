'use strict';
function next(x) {
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ x << 5;
}

// rule[9 * state + neighbours] is the state that follows.
function step(rule, a, b, w) {
  for (let i = 1; i < w - 1; i++) {
    for (let j = 1; j < w - 1; j++) {
      const c = i * w + j;
      const around = a[c - w - 1] + a[c - w] + a[c - w + 1]
                   + a[c - 1] + a[c + 1]
                   + a[c + w - 1] + a[c + w] + a[c + w + 1];
      b[c] = rule[9 * a[c] + around];
    }
  }
}

function main(n, steps) {
  const w = n + 2;
  const rule = new Uint8Array(18);
  rule[3] = rule[9 + 2] = rule[9 + 3] = 1;
  let a = new Uint8Array(w * w);
  let b = new Uint8Array(w * w);
  let seed = 2463534242 | 0;
  for (let i = 1; i <= n; i++) {
    for (let j = 1; j <= n; j++) {
      seed = next(seed);
      a[i * w + j] = seed >>> 31;
    }
  }
  for (let s = 0; s < steps; s++) {
    step(rule, a, b, w);
    [a, b] = [b, a];
  }
  let alive = 0;
  for (let i = 1; i <= n; i++)
    for (let j = 1; j <= n; j++) alive += a[i * w + j];
  console.log(alive);
}

main(Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 500));
