-- Consumers that nobody watches are watched from now on: what they hold is found when they are gone. ARGV: the process,
-- then the group of each subscriber.
for number = 0, #ARGV - 2 do
  local consumers = redis.pcall('XINFO', 'CONSUMERS', of(number).stream, ARGV[2 + number])
  for _, consumer in ipairs(consumers.err and {} or consumers) do
    if consumer[2] ~= ARGV[1] then redis.call('HSETNX', ALIVE, consumer[2], 0) end
  end
end
return 1
