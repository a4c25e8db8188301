local key, value, ttl = ARGV[2], ARGV[3], ARGV[4]
sweep()
if ttl == '' then
    redis.call('SET', prefix .. key, value)
elseif ttl == '0' then
    redis.call('DEL', prefix .. key)
    redis.call('ZREM', list, key)
    return
else
    redis.call('SET', prefix .. key, value, 'PX', ttl)
end
redis.call('ZADD', list, ending(ttl), key)
