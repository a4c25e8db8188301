-- Renews the leases of claims that are not void. ARGV: group, consumer, then entry, id and attempt of each.
local keys, group, consumer = of(1), ARGV[1], ARGV[2]
for index = 3, #ARGV, 3 do
  if mine(keys, group, consumer, ARGV[index], ARGV[index + 1], ARGV[index + 2]) then
    redis.call('XCLAIM', keys.stream, group, consumer, 0, ARGV[index], 'JUSTID')
  end
end
return 1
