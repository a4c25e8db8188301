local key, by, ttl = ARGV[2], ARGV[3], ARGV[4]
local was_there = redis.call('EXISTS', prefix .. key) == 1
sweep()
if not was_there and ttl == '0' then
    return by
end
local done = redis.pcall('INCRBY', prefix .. key, by)
if type(done) == 'table' and done.err then
    if string.find(done.err, 'overflow', 1, true) then
        return 'out of range'
    end
    return 'no integer'
end
if not was_there then
    if ttl ~= '' then
        redis.call('PEXPIRE', prefix .. key, ttl)
    end
    redis.call('ZADD', list, ending(ttl), key)
end
-- As a text: a number of Lua has 53 bits.
return redis.call('GET', prefix .. key)
