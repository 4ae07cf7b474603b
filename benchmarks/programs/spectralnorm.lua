local ffi = require("ffi")

local function a(i, j)
  return 1 / ((i + j) * (i + j + 1) / 2 + i + 1)
end

local function times(v, out, n)
  for i = 0, n - 1 do
    local s = 0
    for j = 0, n - 1 do s = s + a(i, j) * v[j] end
    out[i] = s
  end
end

local function transposeTimes(v, out, n)
  for i = 0, n - 1 do
    local s = 0
    for j = 0, n - 1 do s = s + a(j, i) * v[j] end
    out[i] = s
  end
end

local n = tonumber(arg[1] or 3500)
local u = ffi.new("double[?]", n, 1)
local v = ffi.new("double[?]", n)
local t = ffi.new("double[?]", n)
for i = 0, n - 1 do u[i] = 1 end
for _ = 1, 10 do
  times(u, t, n)
  transposeTimes(t, v, n)
  times(v, t, n)
  transposeTimes(t, u, n)
end
local uv, vv = 0, 0
for i = 0, n - 1 do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.9f", math.sqrt(uv / vv)))
