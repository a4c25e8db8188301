-- A new user each time; ROUND keeps the rounds apart.
local round = os.getenv("ROUND")
local count = 0
local headers = { ["Content-Type"] = "application/json" }
request = function()
    count = count + 1
    local body = '{"name":"Ana Example","email":"ana.' .. round .. "." .. count .. '@example.com"}'
    return wrk.format("POST", "/users", headers, body)
end
