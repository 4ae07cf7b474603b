local ffi = require("ffi")

local function rep(code, n, op, times)
  for i = n, n + times - 1 do code[i] = op end
  return n + times
end

local function program(c, depth)
  local n = 0
  for _ = 1, depth do
    n = rep(c, n, 2, 8); n = rep(c, n, 5, 1); n = rep(c, n, 0, 1)
  end
  n = rep(c, n, 2, 3); n = rep(c, n, 5, 1); n = rep(c, n, 0, 1)
  n = rep(c, n, 2, 1); n = rep(c, n, 1, 1); n = rep(c, n, 3, 1)
  n = rep(c, n, 6, 1)
  for d = 0, depth - 1 do
    n = rep(c, n, 1, 1); n = rep(c, n, 3, 1); n = rep(c, n, 6, 1)
    if d < 2 then
      n = rep(c, n, 0, depth + 1 - d)
      n = rep(c, n, 2, 1)
      if d == 1 then n = rep(c, n, 4, 1) end
      n = rep(c, n, 1, depth + 1 - d)
    end
  end
  n = rep(c, n, 0, depth + 1)
  return rep(c, n, 4, 1)
end

local code = ffi.new("uint8_t[?]", 4096)
local n = program(code, tonumber(arg[1] or 8))

local jump = ffi.new("int32_t[?]", 4096)
local stack = ffi.new("int32_t[?]", 256)
local sp = 0
for i = 0, n - 1 do
  if code[i] == 5 then
    stack[sp] = i
    sp = sp + 1
  elseif code[i] == 6 then
    sp = sp - 1
    local j = stack[sp]
    jump[i] = j
    jump[j] = i
  end
end

local tape = ffi.new("uint8_t[?]", 30000)
local pc, p, steps, h = 0, 0, 0, 0
while pc < n do
  steps = steps + 1
  local op = code[pc]
  if op == 0 then p = p + 1
  elseif op == 1 then p = p - 1
  elseif op == 2 then tape[p] = tape[p] + 1
  elseif op == 3 then tape[p] = tape[p] - 1
  elseif op == 4 then h = (h * 31 + tape[p]) % 1000003
  elseif op == 5 then if tape[p] == 0 then pc = jump[pc] end
  else if tape[p] ~= 0 then pc = jump[pc] end
  end
  pc = pc + 1
end
print(string.format("%d %d", steps, h))
