local sqrt = math.sqrt
local M = 39.47841760435743

local function energy(b)
  local e = 0
  for i = 1, #b do
    local bi = b[i]
    e = e + 0.5 * bi.m * (bi.vx * bi.vx + bi.vy * bi.vy + bi.vz * bi.vz)
    for j = i + 1, #b do
      local bj = b[j]
      local dx, dy, dz = bi.x - bj.x, bi.y - bj.y, bi.z - bj.z
      e = e - bi.m * bj.m / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local function init()
  local r  = { 0, 5, 9.5, 19, 30 }
  local k  = { 1, 1e-3, 3e-4, 4e-5, 5e-5 }
  local ux = { 0, 0.8, -0.6, 0, -0.8 }
  local uy = { 0, 0.6, 0.8, -1, -0.6 }
  local b = {}
  local px, py, pz = 0, 0, 0
  for i = 1, #r do
    local v = i > 1 and sqrt(M / r[i]) or 0
    local body = { x = r[i] * ux[i], y = r[i] * uy[i], z = 0.1 * (i - 1),
                   vx = -v * uy[i], vy = v * ux[i], vz = 0.01 * (i - 1),
                   m = M * k[i] }
    b[i] = body
    px = px + body.m * body.vx
    py = py + body.m * body.vy
    pz = pz + body.m * body.vz
  end
  b[1].vx, b[1].vy, b[1].vz = -px / M, -py / M, -pz / M
  return b
end

local function advance(b, n, dt)
  for i = 1, n do
    local bi = b[i]
    local bix, biy, biz, bimass = bi.x, bi.y, bi.z, bi.m
    local bivx, bivy, bivz = bi.vx, bi.vy, bi.vz
    for j = i + 1, n do
      local bj = b[j]
      local dx, dy, dz = bix - bj.x, biy - bj.y, biz - bj.z
      local d2 = dx * dx + dy * dy + dz * dz
      local mag = dt / (d2 * sqrt(d2))
      local mj = bj.m * mag
      local mi = bimass * mag
      bivx = bivx - dx * mj
      bivy = bivy - dy * mj
      bivz = bivz - dz * mj
      bj.vx = bj.vx + dx * mi
      bj.vy = bj.vy + dy * mi
      bj.vz = bj.vz + dz * mi
    end
    bi.vx, bi.vy, bi.vz = bivx, bivy, bivz
    bi.x = bix + dt * bivx
    bi.y = biy + dt * bivy
    bi.z = biz + dt * bivz
  end
end

local bodies = init()
print(string.format("%.8f", energy(bodies)))
for _ = 1, tonumber(arg[1] or 6000000) do advance(bodies, #bodies, 0.01) end
print(string.format("%.8f", energy(bodies)))
