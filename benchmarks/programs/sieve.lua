local ffi = require("ffi")

local function primes(n)
  local composite = ffi.new("bool[?]", n + 1)
  local p = 2
  while p * p <= n do
    if not composite[p] then
      for i = p * p, n, p do composite[i] = true end
    end
    p = p + 1
  end
  local count = 0
  for i = 2, n do
    if not composite[i] then count = count + 1 end
  end
  return count
end

local n = tonumber(arg[1] or 2000000)
local reps = tonumber(arg[2] or 300)
local total = 0
for k = 0, reps - 1 do total = total + primes(n - k) end
print(total)
