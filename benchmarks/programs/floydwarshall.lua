local ffi = require("ffi")
local bit = require("bit")
local band, bxor, lshift, rshift = bit.band, bit.bxor, bit.lshift, bit.rshift

local function next(x)
  x = bxor(x, lshift(x, 13))
  x = bxor(x, rshift(x, 17))
  return bxor(x, lshift(x, 5))
end

local function shortestPaths(d, n)
  for k = 0, n - 1 do
    local dk = d + k * n
    for i = 0, n - 1 do
      local di = d + i * n
      local dik = di[k]
      for j = 0, n - 1 do
        local t = dik + dk[j]
        if t < di[j] then di[j] = t end
      end
    end
  end
end

local n = tonumber(arg[1] or 1200)
local d = ffi.new("int32_t[?]", n * n)
local seed = 2463534242
for i = 0, n - 1 do
  for j = 0, n - 1 do
    seed = next(seed)
    if i == j then
      d[i * n + j] = 0
    elseif band(rshift(seed, 8), 15) == 0 then
      d[i * n + j] = band(rshift(seed, 12), 1023) + 1
    else
      d[i * n + j] = 1000000
    end
  end
end
shortestPaths(d, n)
local total = 0
for i = 0, n * n - 1 do total = total + d[i] end
print(string.format("%d", total))
