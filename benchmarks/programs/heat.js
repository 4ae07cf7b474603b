'use strict';
function step(u, v, n) {
  for (let i = 1; i < n - 1; i++)
    for (let j = 1; j < n - 1; j++)
      v[i * n + j] = 0.25 * (u[(i - 1) * n + j] + u[(i + 1) * n + j]
                             + u[i * n + j - 1] + u[i * n + j + 1]);
}

function main(n, steps) {
  let u = new Float64Array(n * n);
  let v = new Float64Array(n * n);
  for (let j = 0; j < n; j++) u[j] = v[j] = 100;
  for (let s = 0; s < steps; s++) {
    step(u, v, n);
    [u, v] = [v, u];
  }
  let total = 0;
  for (let i = 0; i < n * n; i++) total += u[i];
  const half = n >> 1;
  console.log(`${u[half * n + half].toFixed(6)} ${total.toFixed(4)}`);
}

main(Number(process.argv[2] ?? 300), Number(process.argv[3] ?? 20000));
