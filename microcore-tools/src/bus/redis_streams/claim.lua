-- Claims what is due. ARGV: the process, then group and room of each subscriber.
-- Gives for each how long it is until something more is due (-1: nothing is), why it failed, the ids of what was lost, and
-- entry, id, attempt, envelope, payload and whether its time is over of what was claimed.
local consumer, at, any = ARGV[1], now(), false

local function claim(keys, group, room, lost, claimed)
  -- Its item is gone: nobody can handle it, and its line goes on.
  local function lose(id, line)
    lost[#lost + 1] = id
    redis.call('HDEL', keys.attempts, id)
    call_up(keys, id, line)
  end

  for _, member in ipairs(redis.call('ZRANGEBYSCORE', keys.delayed, '-inf', at, 'LIMIT', 0, 512)) do
    redis.call('ZREM', keys.delayed, member)
    local id, line = unpacked(member)
    local text = redis.call('HGET', keys.items, id)
    if text then
      local item = decode(text)
      enter(keys, id, line ~= '' and line or item and item[3] or '')
    else
      lose(id, line)
    end
  end
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', keys.resting, '-inf', at, 'LIMIT', 0, 512)) do
    redis.call('ZREM', keys.resting, member)
    local id, line = unpacked(member)
    -- It holds its line still.
    entered(keys, id, line)
  end

  -- What nobody wrote with these scripts is claimed as it is, with an envelope that can't be read: it becomes a dead
  -- letter. Its line, where the entry has one, goes on after it.
  local function foreign(id, text, line)
    local item = { '', text, line, -1 }
    redis.call('HSET', keys.items, id, cjson.encode(item))
    return item
  end

  local function read(entry)
    local id, line = fields(entry)
    if not id then
      id = 'foreign-' .. entry[1]
      return id, foreign(id, cjson.encode(entry[2] or {}), ''), ''
    end
    local text = redis.call('HGET', keys.items, id)
    if not text then return id, nil, line end
    return id, decode(text) or foreign(id, text, line), line
  end

  local call = { 'XREADGROUP', 'GROUP', group, consumer, 'COUNT', room, 'STREAMS', keys.stream, '>' }
  local found = redis.pcall(unpack(call))
  if found and found.err and string.find(found.err, 'NOGROUP') then
    redis.call('XGROUP', 'CREATE', keys.stream, group, '0', 'MKSTREAM')
    found = redis.call(unpack(call))
  elseif found and found.err then
    error(found.err)
  end
  for _, entry in ipairs(found and found[1][2] or {}) do
    local id, item, line = read(entry)
    if item then
      any = true
      local attempt = redis.call('HINCRBY', keys.attempts, id, 1)
      local over = item[4] >= 0 and item[4] <= at
      claimed[#claimed + 1] = { entry[1], id, tostring(attempt), item[1], item[2], over and '1' or '0' }
    else
      redis.call('XACK', keys.stream, group, entry[1])
      redis.call('XDEL', keys.stream, entry[1])
      lose(id, line)
    end
  end

  local wait = #lost > 0 and 0 or -1
  for _, waiting in ipairs({ keys.delayed, keys.resting }) do
    local first = redis.call('ZRANGE', waiting, 0, 0, 'WITHSCORES')
    if first[2] then
      local left = math.max(0, tonumber(first[2]) - at)
      if wait < 0 or left < wait then wait = left end
    end
  end
  return wait
end

local answer = {}
for number = 0, (#ARGV - 1) / 2 - 1 do
  local lost, claimed = {}, {}
  local done, wait = pcall(claim, of(number), ARGV[2 + number * 2], ARGV[3 + number * 2], lost, claimed)
  local why = ''
  if not done then
    why = type(wait) == 'table' and wait.err or tostring(wait)
    wait = -1
  end
  answer[number + 1] = { wait, why, lost, claimed }
end
-- From now on the others watch whether this one is alive.
if any then redis.call('HINCRBY', ALIVE, consumer, 1) end
return answer
