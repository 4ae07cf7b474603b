'use strict';
function rep(code, n, op, times) {
  code.fill(op, n, n + times);
  return n + times;
}

function program(c, depth) {
  let n = 0;
  for (let d = 0; d < depth; d++) {
    n = rep(c, n, 2, 8); n = rep(c, n, 5, 1); n = rep(c, n, 0, 1);
  }
  n = rep(c, n, 2, 3); n = rep(c, n, 5, 1); n = rep(c, n, 0, 1);
  n = rep(c, n, 2, 1); n = rep(c, n, 1, 1); n = rep(c, n, 3, 1);
  n = rep(c, n, 6, 1);
  for (let d = 0; d < depth; d++) {
    n = rep(c, n, 1, 1); n = rep(c, n, 3, 1); n = rep(c, n, 6, 1);
    if (d < 2) {
      n = rep(c, n, 0, depth + 1 - d);
      n = rep(c, n, 2, 1);
      if (d === 1) n = rep(c, n, 4, 1);
      n = rep(c, n, 1, depth + 1 - d);
    }
  }
  n = rep(c, n, 0, depth + 1);
  return rep(c, n, 4, 1);
}

function main(depth) {
  const code = new Uint8Array(4096);
  const n = program(code, depth);
  const jump = new Int32Array(4096);
  const stack = new Int32Array(256);
  let sp = 0;
  for (let i = 0; i < n; i++) {
    if (code[i] === 5) {
      stack[sp++] = i;
    } else if (code[i] === 6) {
      const j = stack[--sp];
      jump[i] = j;
      jump[j] = i;
    }
  }
  const tape = new Uint8Array(30000);
  let pc = 0, p = 0, steps = 0, h = 0;
  while (pc < n) {
    steps++;
    switch (code[pc]) {
      case 0: p++; break;
      case 1: p--; break;
      case 2: tape[p]++; break;
      case 3: tape[p]--; break;
      case 4: h = (h * 31 + tape[p]) % 1000003; break;
      case 5: if (tape[p] === 0) pc = jump[pc]; break;
      default: if (tape[p] !== 0) pc = jump[pc]; break;
    }
    pc++;
  }
  console.log(`${steps} ${h}`);
}

main(Number(process.argv[2] ?? 8));
