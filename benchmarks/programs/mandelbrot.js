'use strict';
function escape(cr, ci, lim) {
  let zr = 0, zi = 0, r2 = 0, i2 = 0, k = 0;
  while (k < lim && r2 + i2 <= 4) {
    zi = 2 * zr * zi + ci;
    zr = r2 - i2 + cr;
    r2 = zr * zr;
    i2 = zi * zi;
    k++;
  }
  return k;
}

function main(n, lim) {
  let total = 0, inside = 0;
  for (let py = 0; py < n; py++) {
    const ci = 2.5 * py / n - 1.25;
    for (let px = 0; px < n; px++) {
      const k = escape(2.5 * px / n - 2, ci, lim);
      total += k;
      if (k === lim) inside++;
    }
  }
  console.log(`${total} ${inside}`);
}

main(Number(process.argv[2] ?? 1200), Number(process.argv[3] ?? 250));
