local function escape(cr, ci, lim)
  local zr, zi, r2, i2 = 0.0, 0.0, 0.0, 0.0
  local k = 0
  while k < lim and r2 + i2 <= 4.0 do
    zi = 2.0 * zr * zi + ci
    zr = r2 - i2 + cr
    r2 = zr * zr
    i2 = zi * zi
    k = k + 1
  end
  return k
end

local n = tonumber(arg[1] or 1200)
local lim = tonumber(arg[2] or 250)
local total, inside = 0, 0
for py = 0, n - 1 do
  local ci = 2.5 * py / n - 1.25
  for px = 0, n - 1 do
    local k = escape(2.5 * px / n - 2.0, ci, lim)
    total = total + k
    if k == lim then inside = inside + 1 end
  end
end
print(total .. " " .. inside)
