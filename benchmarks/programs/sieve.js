'use strict';
function primes(n) {
  const composite = new Uint8Array(n + 1);
  for (let p = 2; p * p <= n; p++) {
    if (composite[p] === 0)
      for (let i = p * p; i <= n; i += p) composite[i] = 1;
  }
  let count = 0;
  for (let i = 2; i <= n; i++)
    if (composite[i] === 0) count++;
  return count;
}

const n = Number(process.argv[2] ?? 2000000);
const reps = Number(process.argv[3] ?? 300);
let total = 0;
for (let k = 0; k < reps; k++) total += primes(n - k);
console.log(total);
