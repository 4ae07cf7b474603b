'use strict';
function fannkuch(n) {
  const perm1 = new Int32Array(n);
  const perm = new Int32Array(n);
  const count = new Int32Array(n);
  let checksum = 0, most = 0, even = true, r = n;
  for (let i = 0; i < n; i++) perm1[i] = i;
  for (;;) {
    for (; r !== 1; r--) count[r - 1] = r;
    for (let i = 0; i < n; i++) perm[i] = perm1[i];
    let flips = 0;
    for (let k = perm[0]; k !== 0; k = perm[0]) {
      for (let i = 0, j = k; i < j; i++, j--) {
        const t = perm[i];
        perm[i] = perm[j];
        perm[j] = t;
      }
      flips++;
    }
    if (flips > most) most = flips;
    checksum += even ? flips : -flips;
    for (;;) {
      if (r === n) return [checksum, most];
      const first = perm1[0];
      for (let i = 0; i < r; i++) perm1[i] = perm1[i + 1];
      perm1[r] = first;
      if (--count[r] > 0) break;
      r++;
    }
    even = !even;
  }
}

const n = Number(process.argv[2] ?? 10);
let total = 0, most = 0;
for (let k = Number(process.argv[3] ?? 3); k > 0; k--) {
  const [checksum, flips] = fannkuch(n);
  total += checksum;
  most = Math.max(most, flips);
}
console.log(`${total} ${most}`);
