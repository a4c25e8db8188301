-- The keys of one subscriber, seven in this order; all that a script touches is declared, and all share one hash tag.
local function of(first)
  return {
    stream = KEYS[first], items = KEYS[first + 1], attempts = KEYS[first + 2], lines = KEYS[first + 3],
    delayed = KEYS[first + 4], resting = KEYS[first + 5], counter = KEYS[first + 6]
  }
end

-- The server's clock, in milliseconds: the only one that all processes share.
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
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
  redis.call('XADD', keys.stream, '*', 'id', id)
end

-- The first of a line is done with: the next one enters the stream.
local function call_up(keys, id, line)
  if line == '' then return end
  local first = head(keys, line)
  if first and string.sub(first, -#id - 1) == '\0' .. id then
    redis.call('ZREM', keys.lines, first)
    local next = head(keys, line)
    if next then
      redis.call('XADD', keys.stream, '*', 'id', string.match(next, '([^%z]+)$'))
    end
  end
end

-- Whether an entry is this consumer's still, in this attempt.
local function mine(keys, group, consumer, entry, id, attempt)
  local pending = redis.call('XPENDING', keys.stream, group, entry, entry, 1)[1]
  return pending and pending[2] == consumer and redis.call('HGET', keys.attempts, id) == attempt
end
