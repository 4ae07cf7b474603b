local ffi = require("ffi")
local min = math.min

local function minstd(seed) return seed * 16807 % 2147483647 end

local n = tonumber(arg[1] or 12000)
local seed = 42
local a, b = ffi.new("uint8_t[?]", n), ffi.new("uint8_t[?]", n)
for i = 0, n - 1 do seed = minstd(seed); a[i] = seed % 4 end
for i = 0, n - 1 do seed = minstd(seed); b[i] = seed % 4 end
local p, q = ffi.new("int32_t[?]", n + 1), ffi.new("int32_t[?]", n + 1)
for j = 0, n do p[j] = j end
for i = 1, n do
  q[0] = i
  local ai = a[i - 1]
  for j = 1, n do
    local change = p[j - 1]
    if ai ~= b[j - 1] then change = change + 1 end
    q[j] = min(min(change, p[j] + 1), q[j - 1] + 1)
  end
  p, q = q, p
end
print(p[n])
