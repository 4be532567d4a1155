lab {
  title = "Alarms on depth and memory",
  claim = "A queue that grows is seen from outside only by its depth; an alarm on the depth "
    .. "tells when. The broker has an alarm of its own: short of memory it reads no publisher "
    .. "any more, until it is over. What was published meanwhile waits in the connection and is "
    .. "not lost.",
  story = "Ten orders a second for a minute. The worker dies at 10 s. A monitor looks at the "
    .. "depth every 5 s and warns from 100 on. From 30 s to 40 s the broker is short of memory.",
}

variants {
  { "unwatched", "nobody looks: the worker stays down" },
  { "watched", "whoever is warned restarts the worker a minute later" },
}

local rabbit = broker { "rabbit", latency = 0 }
local orders = rabbit:queue { "orders", durable = true }
local shop = publisher { "shop", to = orders, count = 600, every = 100 * ms, confirm = "stream" }
local worker = consumer { "worker", from = orders, ack = "manual", prefetch = 1, work = 10 * ms }
at(9950 * ms, function() worker:kill() end)

local warned
for look = 1, 24 do
  at(look * 5 * s - 50 * ms, function()
    if variant == "watched" and not warned and orders:ready() >= 100 then
      warned = now()
      after(1 * min, function() worker:restart() end)
    end
  end)
end

at(30 * s - 50 * ms, function()
  expect.confirmed(shop, 300)
  rabbit:alarm("memory", true)
end)
at(40 * s - 50 * ms, function()
  expect.published(shop, 400)
  expect.confirmed(shop, 300) -- ten seconds of orders wait
  expect.ready(orders, 200)
  rabbit:alarm("memory", false)
end)
at(40 * s - 49 * ms, function()
  expect.confirmed(shop, 400)
  expect.ready(orders, 300)
end)
run()

-- 100 orders are done by 9.95 s. Ten a second: 50 wait at 14.95 s, 100 at 19.95 s.
expect.equal(warned or "never", pick { unwatched = "never", watched = 19950 * ms }, "the warning")
expect.confirmed(shop, 600)
expect.handled(worker, pick { unwatched = 100, watched = 600 })
expect.pending(pick { unwatched = 500, watched = 0 })
expect.lost(0)
