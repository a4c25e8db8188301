-- Says how a claimed delivery goes on; 0 where the claim is void.
-- ARGV: group, consumer, entry, id, attempt, what, wait in milliseconds, error. KEYS[8] has the dead letters, KEYS[9] their counter.
local keys, group, consumer, entry, id, attempt = of(1), ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not mine(keys, group, consumer, entry, id, attempt) then return 0 end
redis.call('XACK', keys.stream, group, entry)
redis.call('XDEL', keys.stream, entry)
local what = ARGV[6]
if what == 'retry' then
  redis.call('ZADD', keys.resting, now() + tonumber(ARGV[7]), id)
  return 1
end
if what == 'release' then
  redis.call('HINCRBY', keys.attempts, id, -1)
  redis.call('ZADD', keys.resting, 0, id)
  return 1
end
local item = cjson.decode(redis.call('HGET', keys.items, id))
if what == 'bury' then
  local number = redis.call('INCR', KEYS[9])
  local letter = { number, item[1], item[2], item[3], ARGV[8], tonumber(attempt), now() }
  redis.call('ZADD', KEYS[8], number, cjson.encode(letter))
end
redis.call('HDEL', keys.items, id)
redis.call('HDEL', keys.attempts, id)
call_up(keys, id, item[3])
return 1
