-- Stores one delivery per subscriber, all or none. The key behind theirs, where there is one, is the broadcasts'.
-- ARGV: the process, whom to wake, envelope, payload, line, delay, ttl (both in milliseconds, -1 for none), then one id per
-- subscriber.
local at, count = now(), #ARGV - 7
if #KEYS > COMMON + count * 7 then
  -- First: where it fails, nothing was changed. It is there for a minute; approximate trimming goes by whole nodes, which
  -- is why this can't lose what is younger.
  local old = string.format('%d', server() - 60000)
  redis.call('XADD', KEYS[#KEYS], 'MINID', '~', old, '*', 'envelope', ARGV[3], 'payload', ARGV[4])
end
local line, delay, ttl = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local expires = ttl < 0 and -1 or at + ttl
for number = 0, count - 1 do
  local keys, id = of(number), ARGV[8 + number]
  redis.call('HSET', keys.items, id, cjson.encode({ ARGV[3], ARGV[4], line, expires }))
  if delay >= 0 then
    redis.call('ZADD', keys.delayed, at + delay, pack(id, line))
  else
    enter(keys, id, line)
  end
end
if count > 0 then wake(ARGV[1], ARGV[2]) end
return at
