-- Hands all that is kept for one subscriber to another, each line in its order; what a process handles now stays, and what
-- waits behind that. Gives how many there were.
-- ARGV: the group. Behind the keys of the two: the dead letters of each, and the names of all subscribers.
local from, to, group = of(0), of(1), ARGV[1]
local dead, dead_to, names = KEYS[COMMON + 15], KEYS[COMMON + 16], KEYS[COMMON + 17]
local stays, busy, moved = {}, {}, 0
local pending = redis.pcall('XPENDING', from.stream, group, '-', '+', 1000000)
for _, held in ipairs(pending.err and {} or pending) do
  local id, line = fields(redis.call('XRANGE', from.stream, held[1], held[1])[1])
  if id then
    stays[id] = true
    if line ~= '' then busy[line] = true end
  end
end

local gone = {}
local function take(id)
  gone[id] = true
  local text, attempt = redis.call('HGET', from.items, id), redis.call('HGET', from.attempts, id)
  redis.call('HDEL', from.items, id)
  redis.call('HDEL', from.attempts, id)
  if not text then return false end
  redis.call('HSET', to.items, id, text)
  if attempt then redis.call('HSET', to.attempts, id, attempt) end
  moved = moved + 1
  return true
end

local delayed = redis.call('ZRANGE', from.delayed, 0, -1, 'WITHSCORES')
for index = 1, #delayed, 2 do
  local id = unpacked(delayed[index])
  if take(id) then redis.call('ZADD', to.delayed, delayed[index + 1], delayed[index]) end
end
redis.call('DEL', from.delayed)
for _, member in ipairs(redis.call('ZRANGE', from.lines, 0, -1)) do
  local line, id = string.match(member, '^(.-)%z%d+%z([^%z]+)$')
  if line and not busy[line] then
    redis.call('ZREM', from.lines, member)
    if take(id) then enter(to, id, line) end
  end
end
local resting = redis.call('ZRANGE', from.resting, 0, -1, 'WITHSCORES')
for index = 1, #resting, 2 do
  local id, line = unpacked(resting[index])
  if gone[id] then
    redis.call('ZREM', from.resting, resting[index])
  elseif line == '' and take(id) then
    redis.call('ZREM', from.resting, resting[index])
    redis.call('ZADD', to.resting, resting[index + 1], resting[index])
  end
end
for _, entry in ipairs(redis.call('XRANGE', from.stream, '-', '+')) do
  local id, line = fields(entry)
  if id and not stays[id] and not gone[id] and line == '' and take(id) then enter(to, id, '') end
  if id and gone[id] then redis.call('XDEL', from.stream, entry[1]) end
end
local letters = redis.call('ZRANGE', dead, 0, -1, 'WITHSCORES')
for index = 1, #letters, 2 do
  moved = moved + 1
  redis.call('ZADD', dead_to, letters[index + 1], letters[index])
end
redis.call('DEL', dead)
if redis.call('HLEN', from.items) == 0 then
  redis.call('DEL', from.stream, from.items, from.attempts, from.lines, from.delayed, from.resting, from.counter)
  redis.call('SREM', names, ARGV[2])
end
wake('', '*')
return moved
