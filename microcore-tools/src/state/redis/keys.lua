local found = {}
for _, key in ipairs(redis.call('ZRANGE', list, 0, -1)) do
    -- One may be gone, by its time or by the server's.
    if redis.call('EXISTS', prefix .. key) == 1 then
        found[#found + 1] = key
    end
end
return found
