'use strict';
function a(i, j) { return 1 / ((i + j) * (i + j + 1) / 2 + i + 1); }

function times(v, out) {
  for (let i = 0; i < v.length; i++) {
    let s = 0;
    for (let j = 0; j < v.length; j++) s += a(i, j) * v[j];
    out[i] = s;
  }
}

function transposeTimes(v, out) {
  for (let i = 0; i < v.length; i++) {
    let s = 0;
    for (let j = 0; j < v.length; j++) s += a(j, i) * v[j];
    out[i] = s;
  }
}

function main(n) {
  const u = new Float64Array(n).fill(1);
  const v = new Float64Array(n);
  const t = new Float64Array(n);
  for (let k = 0; k < 10; k++) {
    times(u, t);
    transposeTimes(t, v);
    times(v, t);
    transposeTimes(t, u);
  }
  let uv = 0, vv = 0;
  for (let i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  console.log(Math.sqrt(uv / vv).toFixed(9));
}

main(Number(process.argv[2] ?? 3500));
