-- A user by id, any of those that were stored before.
math.randomseed(os.time())
request = function()
    return wrk.format("GET", "/users/" .. math.random(1, 10000))
end
