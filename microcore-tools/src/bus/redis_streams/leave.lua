-- A consumer that holds nothing goes. One that holds something stays: what it holds must be found. ARGV: the process, then
-- the group of each subscriber.
local consumer, holds = ARGV[1], false
for number = 0, #ARGV - 2 do
  local keys, group = of(number), ARGV[2 + number]
  local pending = redis.pcall('XPENDING', keys.stream, group, '-', '+', 1, consumer)
  if not pending.err and #pending > 0 then
    holds = true
  elseif not pending.err then
    redis.pcall('XGROUP', 'DELCONSUMER', keys.stream, group, consumer)
  end
end
if not holds then redis.call('HDEL', ALIVE, consumer) end
return 1
