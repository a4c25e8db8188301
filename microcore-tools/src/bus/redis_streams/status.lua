-- All that are not done with, those that run, those that are delayed, the dead. ARGV: group. Behind the subscriber's keys:
-- the dead letters.
local keys = of(0)
local pending = redis.pcall('XPENDING', keys.stream, ARGV[1])
local running = (not pending.err) and pending[1] or 0
return {
  redis.call('HLEN', keys.items), running, redis.call('ZCARD', keys.delayed), redis.call('ZCARD', KEYS[COMMON + 8])
}
