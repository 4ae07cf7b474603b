#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int32_t rep(uint8_t *code, int32_t n, uint8_t op, int64_t times) {
  memset(code + n, op, times);
  return n + (int32_t)times;
}

static int32_t program(uint8_t *c, int64_t depth) {
  int32_t n = 0;
  for (int64_t d = 0; d < depth; d++) {
    n = rep(c, n, 2, 8);
    n = rep(c, n, 5, 1);
    n = rep(c, n, 0, 1);
  }
  n = rep(c, n, 2, 3);
  n = rep(c, n, 5, 1);
  n = rep(c, n, 0, 1);
  n = rep(c, n, 2, 1);
  n = rep(c, n, 1, 1);
  n = rep(c, n, 3, 1);
  n = rep(c, n, 6, 1);
  for (int64_t d = 0; d < depth; d++) {
    n = rep(c, n, 1, 1);
    n = rep(c, n, 3, 1);
    n = rep(c, n, 6, 1);
    if (d < 2) {
      n = rep(c, n, 0, depth + 1 - d);
      n = rep(c, n, 2, 1);
      if (d == 1)
        n = rep(c, n, 4, 1);
      n = rep(c, n, 1, depth + 1 - d);
    }
  }
  n = rep(c, n, 0, depth + 1);
  return rep(c, n, 4, 1);
}

int main(int argc, char **argv) {
  uint8_t *code = calloc(4096, sizeof *code);
  int32_t n = program(code, argc > 1 ? atoll(argv[1]) : 8);

  int32_t *jump = calloc(4096, sizeof *jump);
  int32_t *stack = calloc(256, sizeof *stack);
  int64_t sp = 0;
  for (int32_t i = 0; i < n; i++) {
    if (code[i] == 5) {
      stack[sp++] = i;
    } else if (code[i] == 6) {
      int32_t j = stack[--sp];
      jump[i] = j;
      jump[j] = i;
    }
  }

  uint8_t *tape = calloc(30000, sizeof *tape);
  int32_t pc = 0;
  int64_t p = 0, steps = 0, h = 0;
  while (pc < n) {
    steps++;
    switch (code[pc]) {
    case 0: p++; break;
    case 1: p--; break;
    case 2: tape[p]++; break;
    case 3: tape[p]--; break;
    case 4: h = (h * 31 + tape[p]) % 1000003; break;
    case 5: if (tape[p] == 0) pc = jump[pc]; break;
    default: if (tape[p] != 0) pc = jump[pc]; break;
    }
    pc++;
  }
  printf("%lld %lld\n", (long long)steps, (long long)h);
  free(code);
  free(jump);
  free(stack);
  free(tape);
}
