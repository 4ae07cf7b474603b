'use strict';
function multiply(a, b, n) {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let s = 0;
      for (let k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
      c[i * n + j] = s;
    }
  }
  return c;
}

function main(n) {
  const a = new Float64Array(n * n);
  const b = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      a[i * n + j] = (i * 7 + j * 3) % 11 - 5;
      b[i * n + j] = (i * 5 + j * 2) % 13 - 6;
    }
  }
  const c = multiply(a, b, n);
  let total = 0;
  for (let i = 0; i < n * n; i++) total += c[i] * (i % 5 - 1);
  console.log(total.toFixed(1));
}

main(Number(process.argv[2] ?? 900));
