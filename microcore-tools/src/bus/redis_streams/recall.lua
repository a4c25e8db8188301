-- What a process claimed and does not know of goes back as it was. ARGV: the process, how many subscribers, the group of
-- each, then what it holds: the subscriber's number and the entry.
local consumer, count = ARGV[1], tonumber(ARGV[2])
local held, back = {}, 0
for index = 3 + count, #ARGV do held[ARGV[index]] = true end
for number = 0, count - 1 do
  local keys, group, from = of(number), ARGV[3 + number], '-'
  while from do
    local pending = redis.pcall('XPENDING', keys.stream, group, from, '+', 100, consumer)
    if pending.err or #pending == 0 then break end
    from = #pending == 100 and '(' .. pending[100][1]
    for _, entry in ipairs(pending) do
      if not held[number .. ' ' .. entry[1]] then
        back = back + 1
        give_back(keys, group, entry[1], function(id) redis.call('HINCRBY', keys.attempts, id, -1) end)
      end
    end
  end
end
if back > 0 then wake('', '*') end
return back
