-- Says how a claimed delivery goes on. Gives 0 where it is ended by this, 1 where it was ended before, 2 where another
-- process took it over.
-- ARGV: the process, the subscriber's name to wake others, group, entry, id, attempt, what, wait in milliseconds, error.
-- Behind the subscriber's keys: the dead letters, and their counter.
local keys, consumer, name, group, entry, id, attempt = of(0), ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if not mine(keys, group, consumer, entry, id, attempt) then
  return redis.call('ZSCORE', TAKEN, claim_of(keys, id, attempt)) and 2 or 1
end
local _, line = fields(redis.call('XRANGE', keys.stream, entry, entry)[1])
local item = decode(redis.call('HGET', keys.items, id))
-- An entry of an earlier version has no line of its own.
if not line or line == '' then line = item and item[3] or '' end
redis.call('XACK', keys.stream, group, entry)
redis.call('XDEL', keys.stream, entry)
local what = ARGV[7]
if what == 'retry' or what == 'release' then
  local due = 0
  if what == 'retry' then due = now() + tonumber(ARGV[8]) else redis.call('HINCRBY', keys.attempts, id, -1) end
  redis.call('ZADD', keys.resting, due, pack(id, line))
  wake(consumer, name)
  return 0
end
if what == 'bury' then
  local number = redis.call('INCR', KEYS[COMMON + 9])
  item = item or { '', '', line }
  local letter = { number, item[1], item[2], line, ARGV[9], tonumber(attempt), server() }
  redis.call('ZADD', KEYS[COMMON + 8], number, cjson.encode(letter))
end
redis.call('HDEL', keys.items, id)
redis.call('HDEL', keys.attempts, id)
if call_up(keys, id, line) then wake(consumer, name) end
return 0
