local bit = require("bit")
local band, bor, bxor, bnot = bit.band, bit.bor, bit.bxor, bit.bnot
local lshift, rshift = bit.lshift, bit.rshift

local function solve(all, cols, left, right)
  if cols == all then return 1 end
  local count = 0
  local free = band(all, bnot(bor(cols, left, right)))
  while free ~= 0 do
    local b = band(free, -free)
    free = bxor(free, b)
    count = count + solve(all, bor(cols, b), lshift(bor(left, b), 1),
                          rshift(bor(right, b), 1))
  end
  return count
end

local n = tonumber(arg[1] or 15)
print(solve(lshift(1, n) - 1, 0, 0, 0))
