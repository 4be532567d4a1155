lab {
  title = "A slow link is not a dead one",
  claim = "Without a prefetch limit a queue pushes all that it has onto the link of its consumer, "
    .. "however slow that is. The queue looks empty, a second worker gets nothing, and heartbeats "
    .. "do not help: bytes that trickle are a sign of life. With prefetch the backlog stays where "
    .. "others can take it.",
  story = "Sixty orders in six seconds, 1,000 bytes each on the wire, to a worker whose link is "
    .. "clogged: 1,000 bytes a second. At 10 s a second worker joins, whose link is fine.",
}

variants {
  { "flooded", "no prefetch" },
  { "heartbeat", "no prefetch; both ends look for signs of life every 500 ms" },
  { "bounded", "prefetch 1" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }
-- 36 bytes of basic.deliver, 22 of the header, 8 around the body.
publisher { "shop", to = orders, count = 60, every = 100 * ms, body = 934 }

local last
local function worker(name, start)
  return consumer {
    name,
    from = orders,
    ack = "manual",
    prefetch = pick { flooded = 0, heartbeat = 0, bounded = 1 },
    heartbeat = pick { flooded = 0, heartbeat = 500 * ms, bounded = 0 },
    start = start,
    handler = function() last = now() end,
  }
end
local first = worker("slow 1", 0)
local second = worker("fast 2", 10 * s)
at(0, function() first:clog(1000) end)

-- The first order is at the broker after 1 ms. It takes a second and 1 ms to the worker, its ack
-- of 21 bytes 21 ms and 1 ms back; with prefetch 1 only then the next one leaves, 1.023 s later.
at(9900 * ms, function()
  expect.ready(orders, pick { flooded = 0, heartbeat = 0, bounded = 50 })
  expect.unacked(orders, pick { flooded = 51, heartbeat = 51, bounded = 1 })
  expect.handled(first, 9)
end)
-- By 20 s 19 have trickled through, or the second worker has done all the others.
at(20 * s, function()
  expect.handled(nil, pick { flooded = 19, heartbeat = 19, bounded = 60 })
end)
run()

-- flooded: the sixtieth comes after 60 s on the wire. bounded: the tenth order to the first worker,
-- sent at 1 + 9 * 1,023 ms, comes a second and 1 ms later; the fifty others are long done.
expect.handled(first, pick { flooded = 60, heartbeat = 60, bounded = 10 })
expect.handled(second, pick { flooded = 0, heartbeat = 0, bounded = 50 })
if variant ~= "heartbeat" then
  expect.equal(last, pick { flooded = 60002 * ms, heartbeat = 0, bounded = 10209 * ms }, "the last")
end
-- Nobody gave up a connection.
expect.redelivered(orders, 0)
expect.lost(0)
