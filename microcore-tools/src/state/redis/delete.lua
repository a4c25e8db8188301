local key = ARGV[2]
sweep()
redis.call('ZREM', list, key)
return redis.call('DEL', prefix .. key)
