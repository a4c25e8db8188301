-- Claims what is due for one subscriber. ARGV: group, consumer, room, lease in milliseconds.
-- Gives entry, id, attempt, envelope, payload and whether its time is over, for each.
local keys, group, consumer, room, at = of(1), ARGV[1], ARGV[2], tonumber(ARGV[3]), now()
redis.pcall('XGROUP', 'CREATE', keys.stream, group, '0', 'MKSTREAM')

-- An item as these scripts write it; nothing where it is something else.
local function decode(text)
  local readable, item = pcall(cjson.decode, text)
  local whole = readable and type(item) == 'table' and type(item[1]) == 'string' and type(item[2]) == 'string'
    and type(item[3]) == 'string' and type(item[4]) == 'number'
  return whole and item or nil
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', keys.delayed, '-inf', at, 'LIMIT', 0, 512)) do
  redis.call('ZREM', keys.delayed, id)
  local text = redis.call('HGET', keys.items, id)
  if text then
    local item = decode(text)
    -- What can't be read has no line; it is found out when it is claimed.
    enter(keys, id, item and item[3] or '')
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', keys.resting, '-inf', at, 'LIMIT', 0, 512)) do
  redis.call('ZREM', keys.resting, id)
  -- It holds its line still.
  redis.call('XADD', keys.stream, '*', 'id', id)
end

-- What nobody wrote with these scripts is claimed as it is, with an envelope that can't be read: it becomes a dead letter.
local function foreign(id, text)
  local item = { '', text, '', -1 }
  redis.call('HSET', keys.items, id, cjson.encode(item))
  return item
end

-- The id and the item of an entry; no item where the delivery is over already.
local function read(entry)
  local fields = entry[2] or {}
  if #fields ~= 2 or fields[1] ~= 'id' then
    local id = 'foreign-' .. entry[1]
    return id, foreign(id, cjson.encode(fields))
  end
  local text = redis.call('HGET', keys.items, fields[2])
  if not text then return fields[2], nil end
  return fields[2], decode(text) or foreign(fields[2], text)
end

local claimed = {}
local function take(entries)
  for _, entry in ipairs(entries) do
    local id, item = read(entry)
    if item then
      local attempt = redis.call('HINCRBY', keys.attempts, id, 1)
      local over = item[4] >= 0 and item[4] <= at
      claimed[#claimed + 1] = { entry[1], id, tostring(attempt), item[1], item[2], over and '1' or '0' }
    else
      redis.call('XACK', keys.stream, group, entry[1])
      redis.call('XDEL', keys.stream, entry[1])
    end
  end
end

-- First what a consumer that is gone left behind: nobody renewed it for as long as a lease is.
local cursor = '0-0'
repeat
  local found = redis.call('XAUTOCLAIM', keys.stream, group, consumer, ARGV[4], cursor, 'COUNT', room - #claimed)
  cursor = found[1]
  take(found[2])
until cursor == '0-0' or #claimed >= room
if #claimed < room then
  local found =
    redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', room - #claimed, 'STREAMS', keys.stream, '>')
  if found then take(found[1][2]) end
end
return claimed
