-- A consumer that holds nothing goes. One that holds something stays: what it holds must be found. ARGV: group, consumer.
local keys = of(1)
local pending = redis.pcall('XPENDING', keys.stream, ARGV[1], '-', '+', 1, ARGV[2])
if not pending.err and #pending == 0 then redis.pcall('XGROUP', 'DELCONSUMER', keys.stream, ARGV[1], ARGV[2]) end
return 1
