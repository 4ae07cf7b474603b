local ffi = require("ffi")

local function multiply(a, b, n)
  local c = ffi.new("double[?]", n * n)
  for i = 0, n - 1 do
    for j = 0, n - 1 do
      local s = 0
      for k = 0, n - 1 do s = s + a[i * n + k] * b[k * n + j] end
      c[i * n + j] = s
    end
  end
  return c
end

local n = tonumber(arg[1] or 900)
local a = ffi.new("double[?]", n * n)
local b = ffi.new("double[?]", n * n)
for i = 0, n - 1 do
  for j = 0, n - 1 do
    a[i * n + j] = (i * 7 + j * 3) % 11 - 5
    b[i * n + j] = (i * 5 + j * 2) % 13 - 6
  end
end
local c = multiply(a, b, n)
local total = 0
for i = 0, n * n - 1 do total = total + c[i] * (i % 5 - 1) end
print(string.format("%.1f", total))
