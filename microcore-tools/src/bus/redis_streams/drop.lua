-- Deletes all that is kept for a subscriber; gives how many there were. ARGV: its name. Behind its keys: its dead letters,
-- and the names of all subscribers.
local keys, dead = of(0), KEYS[COMMON + 8]
local count = redis.call('HLEN', keys.items) + redis.call('ZCARD', dead)
redis.call('DEL', keys.stream, keys.items, keys.attempts, keys.lines, keys.delayed, keys.resting, keys.counter, dead)
redis.call('SREM', KEYS[COMMON + 9], ARGV[1])
return count
