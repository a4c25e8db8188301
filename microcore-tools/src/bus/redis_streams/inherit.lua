-- What a process held waits again, and its consumers go, unless it has beaten since. Gives how many deliveries that were.
-- ARGV: the process, its last beat, then the group of each subscriber.
local gone = ARGV[1]
if redis.call('HGET', ALIVE, gone) ~= ARGV[2] then return 0 end
local at, taken = server(), 0
for number = 0, #ARGV - 3 do
  local keys, group = of(number), ARGV[3 + number]
  while true do
    local pending = redis.pcall('XPENDING', keys.stream, group, '-', '+', 100, gone)
    if pending.err or #pending == 0 then break end
    for _, held in ipairs(pending) do
      taken = taken + 1
      give_back(keys, group, held[1], function(id)
        local attempt = redis.call('HGET', keys.attempts, id) or '0'
        redis.call('ZADD', TAKEN, at, claim_of(keys, id, attempt))
      end)
    end
  end
  redis.pcall('XGROUP', 'DELCONSUMER', keys.stream, group, gone)
end
redis.call('ZREMRANGEBYSCORE', TAKEN, '-inf', at - 86400000)
redis.call('HDEL', ALIVE, gone)
-- Also for what it alone knew the time of.
wake('', '*')
return taken
