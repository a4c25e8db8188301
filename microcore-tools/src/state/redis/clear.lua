for _, key in ipairs(redis.call('ZRANGE', list, 0, -1)) do
    redis.call('UNLINK', prefix .. key)
end
redis.call('DEL', list)
