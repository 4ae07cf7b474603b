local ffi = require("ffi")

local function fannkuch(n)
  local perm1 = ffi.new("int32_t[?]", n)
  local perm = ffi.new("int32_t[?]", n)
  local count = ffi.new("int32_t[?]", n)
  local checksum, most, even, r = 0, 0, true, n
  for i = 0, n - 1 do perm1[i] = i end
  while true do
    while r ~= 1 do
      count[r - 1] = r
      r = r - 1
    end
    for i = 0, n - 1 do perm[i] = perm1[i] end
    local flips = 0
    local k = perm[0]
    while k ~= 0 do
      local i, j = 0, k
      while i < j do
        perm[i], perm[j] = perm[j], perm[i]
        i = i + 1
        j = j - 1
      end
      flips = flips + 1
      k = perm[0]
    end
    if flips > most then most = flips end
    checksum = checksum + (even and flips or -flips)
    while true do
      if r == n then return checksum, most end
      local first = perm1[0]
      for i = 0, r - 1 do perm1[i] = perm1[i + 1] end
      perm1[r] = first
      count[r] = count[r] - 1
      if count[r] > 0 then break end
      r = r + 1
    end
    even = not even
  end
end

local n = tonumber(arg[1] or 10)
local total, most = 0, 0
for _ = 1, tonumber(arg[2] or 3) do
  local checksum, flips = fannkuch(n)
  total = total + checksum
  most = math.max(most, flips)
end
print(total .. " " .. most)
