local ffi = require("ffi")
local bit = require("bit")
local abs, log = math.abs, math.log
local bxor, lshift, rshift = bit.bxor, bit.lshift, bit.rshift

local function next(x)
  x = bxor(x, lshift(x, 13))
  x = bxor(x, rshift(x, 17))
  return bxor(x, lshift(x, 5))
end

local function factor(a, pivot, n)
  for k = 0, n - 1 do
    local p = k
    for i = k + 1, n - 1 do
      if abs(a[i * n + k]) > abs(a[p * n + k]) then p = i end
    end
    pivot[k] = p
    if p ~= k then
      for j = 0, n - 1 do
        a[k * n + j], a[p * n + j] = a[p * n + j], a[k * n + j]
      end
    end
    for i = k + 1, n - 1 do
      local f = a[i * n + k] / a[k * n + k]
      a[i * n + k] = f
      for j = k + 1, n - 1 do
        a[i * n + j] = a[i * n + j] - f * a[k * n + j]
      end
    end
  end
end

local function solve(a, pivot, b, n)
  for k = 0, n - 1 do
    local p = pivot[k]
    b[k], b[p] = b[p], b[k]
  end
  for i = 0, n - 1 do
    local s = b[i]
    for j = 0, i - 1 do s = s - a[i * n + j] * b[j] end
    b[i] = s
  end
  for i = n - 1, 0, -1 do
    local s = b[i]
    for j = i + 1, n - 1 do s = s - a[i * n + j] * b[j] end
    b[i] = s / a[i * n + i]
  end
end

local n = tonumber(arg[1] or 1600)
local seed = 2463534242
local a = ffi.new("double[?]", n * n)
local b = ffi.new("double[?]", n)
local pivot = ffi.new("int32_t[?]", n)
for i = 0, n * n - 1 do
  seed = next(seed)
  a[i] = rshift(seed, 8) / 16777216 - 0.5
end
for i = 0, n - 1 do
  local s = 0
  for j = 0, n - 1 do s = s + a[i * n + j] end
  b[i] = s
end
factor(a, pivot, n)
solve(a, pivot, b, n)
local det, total = 0, 0
for i = 0, n - 1 do
  det = det + log(abs(a[i * n + i]))
  total = total + b[i]
end
print(string.format("%.4f %.4f", det, total))
