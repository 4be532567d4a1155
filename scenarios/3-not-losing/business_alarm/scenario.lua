lab {
  title = "Alarms on depth, memory and disk",
  claim = "A queue that grows is seen from outside only by its depth; an alarm on the depth "
    .. "tells when. If nobody looks, the broker has an alarm of its own: short of memory or "
    .. "disk it reads no publisher any more, until there is room. What was published meanwhile "
    .. "waits in the connection and is not lost.",
  story = "Ten orders a second for a minute, of 1,000 bytes each. The worker dies just before "
    .. "10 s. There is room for 200 orders before the broker's alarm. A monitor looks at the depth "
    .. "every 5 s and warns from 100 on. At 100 s a customer calls.",
}

variants {
  { "unwatched", "nobody looks: the worker is restarted when the customer calls" },
  { "full_disk", "the same; the disk is full before the memory is" },
  { "watched", "whoever is warned restarts the worker 5 s later" },
}

local machine = { "rabbit", latency = 0, fsync = 0 }
if variant == "full_disk" then
  machine.disk_free = 50200000
  machine.disk_free_limit = 50000000
else
  machine.memory_limit = 200 * (1024 + 1000)
end
local rabbit = broker(machine)
local orders = rabbit:queue { "orders", durable = true }
local blocked_at, free_at
local shop = publisher {
  "shop",
  to = orders,
  count = 600,
  every = 100 * ms,
  body = 1000,
  persistent = true,
  confirm = "stream",
  on_blocked = function(why)
    if why then blocked_at = blocked_at or now() else free_at = free_at or now() end
  end,
}
local worker = consumer { "worker", from = orders, ack = "manual", prefetch = 1, work = 10 * ms }
at(9950 * ms, function() worker:kill() end)

local warned
for look = 1, 24 do
  at(look * 5 * s - 50 * ms, function()
    if variant == "watched" and not warned and orders:ready() >= 100 then
      warned = now()
      after(5 * s, function() worker:restart() end)
    end
  end)
end
at(100 * s, function()
  -- 100 done, 201 in the queue: the last of them made it too much. The rest waits unread.
  expect.confirmed(shop, pick { unwatched = 301, full_disk = 301, watched = 600 })
  expect.ready(orders, pick { unwatched = 201, full_disk = 201, watched = 0 })
  if variant ~= "watched" then worker:restart() end
end)
run()

-- 100 orders are done by 9.95 s. Ten a second: 50 wait at 14.95 s, 100 at 19.95 s; the 201st comes
-- at 30 s, and the broker tells it to whoever publishes next. There is room when the first is done:
-- an unacked message still takes up memory, and the disk.
local function at_time(time) return { at = time } end
expect.equal(at_time(warned), pick {
  unwatched = at_time(), full_disk = at_time(), watched = at_time(19950 * ms),
}, "the warning")
expect.equal(at_time(blocked_at), pick {
  unwatched = at_time(30100 * ms), full_disk = at_time(30100 * ms), watched = at_time(),
}, "blocked")
local freed = at_time(100 * s + 10 * ms)
expect.equal(at_time(free_at), pick {
  unwatched = freed, full_disk = freed, watched = at_time(),
}, "read again")
expect.confirmed(shop, 600)
expect.handled(worker, 600)
expect.lost(0)
