local ffi = require("ffi")
local bit = require("bit")
local band, bxor, bnot, rshift = bit.band, bit.bxor, bit.bnot, bit.rshift

local function makeTable()
  local t = ffi.new("int32_t[256]")
  for i = 0, 255 do
    local c = i
    for _ = 1, 8 do
      if band(c, 1) == 1 then
        c = bxor(rshift(c, 1), 0xedb88320)
      else
        c = rshift(c, 1)
      end
    end
    t[i] = c
  end
  return t
end

local function crc32(t, data, n, start)
  local c = bnot(start)
  for i = 0, n - 1 do
    c = bxor(t[band(bxor(c, data[i]), 0xff)], rshift(c, 8))
  end
  return bnot(c)
end

local n = tonumber(arg[1] or 1000000)
local reps = tonumber(arg[2] or 300)
local t = makeTable()
local data = ffi.new("uint8_t[?]", n)
for i = 0, n - 1 do data[i] = band(i * 7 + rshift(i, 8), 0xff) end
local crc = 0
for _ = 1, reps do crc = crc32(t, data, n, crc) end
print(bit.tohex(crc))
