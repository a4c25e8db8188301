-- Takes a dead letter out; with an id it waits again, at the end of its line and without an end of its time.
-- ARGV: number, id or nothing, the subscriber's name. Behind the subscriber's keys: the dead letters.
local dead = KEYS[COMMON + 8]
local found = redis.call('ZRANGEBYSCORE', dead, ARGV[1], ARGV[1])[1]
if not found then return 0 end
redis.call('ZREM', dead, found)
local id = ARGV[2]
if id ~= '' then
  local keys, letter = of(0), cjson.decode(found)
  redis.call('HSET', keys.items, id, cjson.encode({ letter[2], letter[3], letter[4], -1 }))
  enter(keys, id, letter[4])
  wake('', ARGV[3])
end
return 1
