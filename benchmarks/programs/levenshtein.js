'use strict';
function minstd(seed) { return seed * 16807 % 2147483647; }

function main(n) {
  let seed = 42;
  const a = new Uint8Array(n), b = new Uint8Array(n);
  for (let i = 0; i < n; i++) { seed = minstd(seed); a[i] = seed % 4; }
  for (let i = 0; i < n; i++) { seed = minstd(seed); b[i] = seed % 4; }
  let p = new Int32Array(n + 1), q = new Int32Array(n + 1);
  for (let j = 0; j <= n; j++) p[j] = j;
  for (let i = 1; i <= n; i++) {
    q[0] = i;
    const ai = a[i - 1];
    for (let j = 1; j <= n; j++) {
      const change = p[j - 1] + (ai !== b[j - 1] ? 1 : 0);
      q[j] = Math.min(Math.min(change, p[j] + 1), q[j - 1] + 1);
    }
    [p, q] = [q, p];
  }
  console.log(p[n]);
}

main(Number(process.argv[2] ?? 12000));
