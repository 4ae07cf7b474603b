local ffi = require("ffi")
local bit = require("bit")
local bxor, lshift, rshift = bit.bxor, bit.lshift, bit.rshift

local function next(x)
  x = bxor(x, lshift(x, 13))
  x = bxor(x, rshift(x, 17))
  return bxor(x, lshift(x, 5))
end

-- rule[9 * state + neighbours] is the state that follows.
local function step(rule, a, b, w)
  for i = 1, w - 2 do
    for j = 1, w - 2 do
      local c = i * w + j
      local around = a[c - w - 1] + a[c - w] + a[c - w + 1]
                   + a[c - 1] + a[c + 1]
                   + a[c + w - 1] + a[c + w] + a[c + w + 1]
      b[c] = rule[9 * a[c] + around]
    end
  end
end

local n = tonumber(arg[1] or 1000)
local steps = tonumber(arg[2] or 500)
local w = n + 2
local rule = ffi.new("uint8_t[?]", 18)
rule[3], rule[9 + 2], rule[9 + 3] = 1, 1, 1
local a = ffi.new("uint8_t[?]", w * w)
local b = ffi.new("uint8_t[?]", w * w)
local seed = 2463534242
for i = 1, n do
  for j = 1, n do
    seed = next(seed)
    a[i * w + j] = rshift(seed, 31)
  end
end
for _ = 1, steps do
  step(rule, a, b, w)
  a, b = b, a
end
local alive = 0
for i = 1, n do
  for j = 1, n do alive = alive + a[i * w + j] end
end
print(alive)
