-- Each request to the next of the routes that were given as `GET <path>` lines.
local paths = {}
for path in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = path end
local asked = {}
function init() for i, path in ipairs(paths) do asked[i] = wrk.format("GET", path) end end
local next = 0
function request()
  next = next % #asked + 1
  return asked[next]
end
