local bit = require("bit")
local bxor, lshift, rshift = bit.bxor, bit.lshift, bit.rshift

local function next(x)
  x = bxor(x, lshift(x, 13))
  x = bxor(x, rshift(x, 17))
  return bxor(x, lshift(x, 5))
end

local n = tonumber(arg[1] or 180000000)
local seed = 2463534242
local inside = 0
for _ = 1, n do
  seed = next(seed)
  local x = rshift(seed, 8) / 16777216
  seed = next(seed)
  local y = rshift(seed, 8) / 16777216
  if x * x + y * y <= 1 then inside = inside + 1 end
end
print(string.format("%.6f", 4 * inside / n))
