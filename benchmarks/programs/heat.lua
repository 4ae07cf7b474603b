local ffi = require("ffi")

local function step(u, v, n)
  for i = 1, n - 2 do
    for j = 1, n - 2 do
      v[i * n + j] = 0.25 * (u[(i - 1) * n + j] + u[(i + 1) * n + j]
                             + u[i * n + j - 1] + u[i * n + j + 1])
    end
  end
end

local n = tonumber(arg[1] or 300)
local steps = tonumber(arg[2] or 20000)
local u = ffi.new("double[?]", n * n)
local v = ffi.new("double[?]", n * n)
for j = 0, n - 1 do
  u[j] = 100
  v[j] = 100
end
for _ = 1, steps do
  step(u, v, n)
  u, v = v, u
end
local total = 0
for i = 0, n * n - 1 do total = total + u[i] end
local half = math.floor(n / 2)
print(string.format("%.6f %.4f", u[half * n + half], total))
