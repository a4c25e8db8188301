-- What all scripts share. The first keys are the application's: its clock, what wakes processes, who is alive, what was
-- taken from whom. Behind them stand the keys of each subscriber, seven in a fixed order. All that a script touches is
-- declared, and all share one hash tag.
local COMMON = 4
local CLOCK, WAKE, ALIVE, TAKEN = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- The keys of the subscriber of this number, counted from 0.
local function of(number)
  local first = COMMON + number * 7 + 1
  return {
    stream = KEYS[first], items = KEYS[first + 1], attempts = KEYS[first + 2], lines = KEYS[first + 3],
    delayed = KEYS[first + 4], resting = KEYS[first + 5], counter = KEYS[first + 6]
  }
end

-- The server's clock, in milliseconds.
local function server()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- The same for what waits: it never goes back. What the server's clock was set back by is added.
local function now()
  local at = server()
  local kept = redis.call('HMGET', CLOCK, 'last', 'ahead')
  local last, ahead = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
  if at + ahead < last then
    redis.call('HSET', CLOCK, 'ahead', string.format('%d', last - at))
    return last
  end
  if at + ahead > last + 1000 then redis.call('HSET', CLOCK, 'last', string.format('%d', at + ahead)) end
  return at + ahead
end

-- Wakes the processes: there may be something for these subscribers, one a line; `*` for all.
local function wake(by, whose)
  redis.call('XADD', WAKE, 'MAXLEN', '~', 1000, '*', 'by', by, 'whose', whose)
end

-- What rests or is delayed: the id, and its line behind a NUL where it has one.
local function pack(id, line)
  return line == '' and id or id .. '\0' .. line
end

local function unpacked(member)
  local id, line = string.match(member, '^([^%z]*)%z(.*)$')
  return id or member, line or ''
end

-- The id and the line in the fields of an entry; nothing where it is not one of ours.
local function fields(entry)
  local found = entry and entry[2] or {}
  if found[1] ~= 'id' or (#found ~= 2 and not (#found == 4 and found[3] == 'line')) then return nil end
  return found[2], found[4] or ''
end

local function entered(keys, id, line)
  if line == '' then
    redis.call('XADD', keys.stream, '*', 'id', id)
  else
    redis.call('XADD', keys.stream, '*', 'id', id, 'line', line)
  end
end

-- An item as these scripts write it: envelope, payload, line, end. Nothing where it is something else.
local function decode(text)
  if not text then return nil end
  local readable, item = pcall(cjson.decode, text)
  local whole = readable and type(item) == 'table' and type(item[1]) == 'string' and type(item[2]) == 'string'
    and type(item[3]) == 'string' and type(item[4]) == 'number'
  return whole and item or nil
end

-- The first of a line: its member, `line \0 number \0 id`.
local function head(keys, line)
  return redis.call('ZRANGEBYLEX', keys.lines, '[' .. line .. '\0', '(' .. line .. '\1', 'LIMIT', 0, 1)[1]
end

-- A delivery enters its line, and the stream where it is the first or has no line.
local function enter(keys, id, line)
  if line ~= '' then
    local busy = head(keys, line)
    local number = string.format('%016d', redis.call('INCR', keys.counter))
    redis.call('ZADD', keys.lines, 0, line .. '\0' .. number .. '\0' .. id)
    if busy then return end
  end
  entered(keys, id, line)
end

-- The first of a line is done with: the next one enters the stream. Whether there is one.
local function call_up(keys, id, line)
  if line == '' then return false end
  local first = head(keys, line)
  if first and string.sub(first, -#id - 1) == '\0' .. id then
    redis.call('ZREM', keys.lines, first)
    local next = head(keys, line)
    if next then
      entered(keys, string.match(next, '([^%z]+)$'), line)
      return true
    end
  end
  return false
end

-- Whether an entry is this consumer's still, in this attempt.
local function mine(keys, group, consumer, entry, id, attempt)
  local pending = redis.pcall('XPENDING', keys.stream, group, entry, entry, 1)
  pending = not pending.err and pending[1]
  return pending and pending[2] == consumer and redis.call('HGET', keys.attempts, id) == attempt
end

-- A claim as it is remembered where it was taken away.
local function claim_of(keys, id, attempt)
  return keys.stream .. '\0' .. id .. '\0' .. attempt
end

-- Out of the hands of a consumer: it waits again, at once.
local function give_back(keys, group, entry, again)
  local id, line = fields(redis.call('XRANGE', keys.stream, entry, entry)[1])
  if id then
    redis.call('XACK', keys.stream, group, entry)
    redis.call('XDEL', keys.stream, entry)
    if again then again(id) end
    redis.call('ZADD', keys.resting, 0, pack(id, line))
  else
    -- What is not ours is found out by who claims it next.
    local found = redis.call('XRANGE', keys.stream, entry, entry)[1]
    redis.call('XACK', keys.stream, group, entry)
    redis.call('XDEL', keys.stream, entry)
    if found then redis.call('XADD', keys.stream, '*', unpack(found[2])) end
  end
end
