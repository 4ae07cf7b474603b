local ffi = require("ffi")
local bit = require("bit")
local bxor, lshift, rshift = bit.bxor, bit.lshift, bit.rshift

local function next(x)
  x = bxor(x, lshift(x, 13))
  x = bxor(x, rshift(x, 17))
  return bxor(x, lshift(x, 5))
end

local function siftDown(a, start, last)
  local x = a[start]
  local i = start
  while true do
    local child = 2 * i + 1
    if child >= last then break end
    if child + 1 < last and a[child + 1] > a[child] then child = child + 1 end
    if a[child] <= x then break end
    a[i] = a[child]
    i = child
  end
  a[i] = x
end

local function heapsort(a, n)
  for i = math.floor(n / 2) - 1, 0, -1 do siftDown(a, i, n) end
  for last = n - 1, 1, -1 do
    a[0], a[last] = a[last], a[0]
    siftDown(a, 0, last)
  end
end

local n = tonumber(arg[1] or 3000000)
local seed = 2463534242
local a = ffi.new("double[?]", n)
for i = 0, n - 1 do
  seed = next(seed)
  a[i] = rshift(seed, 8) / 16777216
end
heapsort(a, n)
local sorted = true
for i = 1, n - 1 do
  if a[i - 1] > a[i] then sorted = false end
end
print(sorted)
print(string.format("%.6f %.6f %.6f", a[0], a[math.floor(n / 2)], a[n - 1]))
