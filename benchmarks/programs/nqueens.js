'use strict';
function solve(all, cols, left, right) {
  if (cols === all) return 1;
  let count = 0;
  let free = all & ~(cols | left | right);
  while (free !== 0) {
    const bit = free & -free;
    free ^= bit;
    count += solve(all, cols | bit, (left | bit) << 1, (right | bit) >>> 1);
  }
  return count;
}

const n = Number(process.argv[2] ?? 15);
console.log(solve((1 << n) - 1, 0, 0, 0));
