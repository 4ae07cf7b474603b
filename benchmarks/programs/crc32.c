#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void makeTable(uint32_t *table) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++)
      c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
    table[i] = c;
  }
}

static uint32_t crc32(const uint32_t *table, const uint8_t *data, int64_t n,
                      uint32_t start) {
  uint32_t c = ~start;
  for (int64_t i = 0; i < n; i++)
    c = table[(c ^ data[i]) & 0xff] ^ c >> 8;
  return ~c;
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 1000000;
  int64_t reps = argc > 2 ? atoll(argv[2]) : 300;
  uint32_t *table = malloc(256 * sizeof *table);
  uint8_t *data = malloc(n);
  makeTable(table);
  for (int64_t i = 0; i < n; i++)
    data[i] = (uint8_t)(i * 7 + i / 256);
  uint32_t crc = 0;
  for (int64_t k = 0; k < reps; k++)
    crc = crc32(table, data, n, crc);
  printf("%08x\n", crc);
  free(table);
  free(data);
}
