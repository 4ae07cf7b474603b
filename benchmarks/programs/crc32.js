'use strict';
function makeTable() {
  const table = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let k = 0; k < 8; k++) c = c & 1 ? c >>> 1 ^ 0xedb88320 : c >>> 1;
    table[i] = c;
  }
  return table;
}

function crc32(table, data, start) {
  let c = ~start;
  for (let i = 0; i < data.length; i++)
    c = table[(c ^ data[i]) & 0xff] ^ c >>> 8;
  return ~c;
}

function main(n, reps) {
  const table = makeTable();
  const data = new Uint8Array(n);
  for (let i = 0; i < n; i++) data[i] = i * 7 + (i >> 8);
  let crc = 0;
  for (let k = 0; k < reps; k++) crc = crc32(table, data, crc);
  console.log((crc >>> 0).toString(16).padStart(8, '0'));
}

main(Number(process.argv[2] ?? 1000000), Number(process.argv[3] ?? 300));
