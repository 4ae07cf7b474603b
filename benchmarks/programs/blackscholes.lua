local ffi = require("ffi")
local bit = require("bit")
local bxor, lshift, rshift = bit.bxor, bit.lshift, bit.rshift
local abs, exp, log, sqrt = math.abs, math.exp, math.log, math.sqrt

ffi.cdef("typedef struct { double spot, strike, years; } Option;")

local function next(x)
  x = bxor(x, lshift(x, 13))
  x = bxor(x, rshift(x, 17))
  return bxor(x, lshift(x, 5))
end

local function cdf(x)
  local k = 1 / (1 + 0.2316419 * abs(x))
  local poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937
             + k * (-1.821255978 + k * 1.330274429))))
  local tail = 0.3989422804014327 * exp(-0.5 * x * x) * poly
  if x >= 0 then return 1 - tail end
  return tail
end

local function call(o, rate, vol)
  local s = vol * sqrt(o.years)
  local d1 = (log(o.spot / o.strike) + (rate + 0.5 * vol * vol) * o.years) / s
  return o.spot * cdf(d1) - o.strike * exp(-rate * o.years) * cdf(d1 - s)
end

local n = tonumber(arg[1] or 100000)
local reps = tonumber(arg[2] or 150)
local options = ffi.new("Option[?]", n)
local prices = ffi.new("double[?]", n)
local seed = 2463534242
for i = 0, n - 1 do
  seed = next(seed)
  options[i].spot = 50 + rshift(seed, 8) / 16777216 * 100
  seed = next(seed)
  options[i].strike = 50 + rshift(seed, 8) / 16777216 * 100
  seed = next(seed)
  options[i].years = 0.25 + rshift(seed, 8) / 16777216 * 2
end
for r = 0, reps - 1 do
  local vol = 0.2 + 0.001 * r
  for i = 0, n - 1 do
    prices[i] = prices[i] + call(options[i], 0.03, vol)
  end
end
local total = 0
for i = 0, n - 1 do total = total + prices[i] end
print(string.format("%.6f", total / (n * reps)))
