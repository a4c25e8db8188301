-- The list of keys, what each value begins with, and the server's clock in milliseconds.
local list, prefix = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Keys whose values are gone leave the list, a few with each write: none pays for all of them.
local function sweep()
    local gone = redis.call('ZRANGEBYSCORE', list, '-inf', now, 'LIMIT', 0, 32)
    if #gone > 0 then
        redis.call('ZREM', list, unpack(gone))
    end
end

-- The end of a value that lives so long; an empty time is for good.
local function ending(ttl)
    if ttl == '' then
        return '+inf'
    end
    return string.format('%.0f', now + tonumber(ttl))
end
