'use strict';
function next(x) {
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ x << 5;
}

function siftDown(a, start, end) {
  const x = a[start];
  let i = start;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= end) break;
    if (child + 1 < end && a[child + 1] > a[child]) child++;
    if (a[child] <= x) break;
    a[i] = a[child];
    i = child;
  }
  a[i] = x;
}

function heapsort(a) {
  const n = a.length;
  for (let i = (n >> 1) - 1; i >= 0; i--) siftDown(a, i, n);
  for (let end = n - 1; end >= 1; end--) {
    const t = a[0];
    a[0] = a[end];
    a[end] = t;
    siftDown(a, 0, end);
  }
}

function main(n) {
  let seed = 2463534242 | 0;
  const a = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    seed = next(seed);
    a[i] = (seed >>> 8) / 16777216;
  }
  heapsort(a);
  let sorted = true;
  for (let i = 1; i < n; i++)
    if (a[i - 1] > a[i]) sorted = false;
  console.log(sorted);
  console.log([a[0], a[n >> 1], a[n - 1]].map(x => x.toFixed(6)).join(' '));
}

main(Number(process.argv[2] ?? 3000000));
