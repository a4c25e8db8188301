-- Stores one delivery per subscriber, all or none. The key behind theirs, where there is one, is the broadcasts'.
-- ARGV: envelope, payload, line, delay, ttl (both in milliseconds, -1 for none), then one id per subscriber.
local at = now()
if #KEYS % 7 == 1 then
  -- First: where it fails, nothing was changed. It is there for a minute; approximate trimming goes by whole nodes, which
  -- is why this can't lose what is younger.
  redis.call('XADD', KEYS[#KEYS], 'MINID', '~', at - 60000, '*', 'envelope', ARGV[1], 'payload', ARGV[2])
end
local delay, ttl = tonumber(ARGV[4]), tonumber(ARGV[5])
local expires = ttl < 0 and -1 or at + ttl
for index = 6, #ARGV do
  local keys, id = of((index - 6) * 7 + 1), ARGV[index]
  redis.call('HSET', keys.items, id, cjson.encode({ ARGV[1], ARGV[2], ARGV[3], expires }))
  if delay >= 0 then
    redis.call('ZADD', keys.delayed, at + delay, id)
  else
    enter(keys, id, ARGV[3])
  end
end
return at
