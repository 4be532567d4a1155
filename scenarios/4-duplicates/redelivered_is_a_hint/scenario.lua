lab {
  title = "The redelivered flag is a hint, no more",
  claim = "redelivered=true says that this copy was sent before, not that anybody worked on it; "
    .. "redelivered=false says nothing about a second copy that the publisher sent (QUEUE-3).",
  story = "A consumer is killed before it touches what it has prefetched: all comes back marked. A "
    .. "publisher that missed a confirm sends an order twice: the second copy is not marked.",
}

variants {
  { "trusting", "skips what is marked redelivered" },
  { "by_id", "remembers business ids instead" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }

publisher {
  "shop",
  to = orders,
  count = 4,
  every = 1 * ms,
  business = function(i) return i == 4 and "order 3" or "order " .. i end,
}

local first = consumer { "first", from = orders, ack = "manual", prefetch = 3, work = 1 * h }
at(1 * s, function() first:kill() end)

-- The process writes its effects itself, so that the lab can see what it skips.
process {
  "second",
  start = 2 * s,
  function(me)
    local ch = me:channel(rabbit)
    ch:qos(10)
    ch:consume(orders, {})
    local seen = {}
    for _ = 1, 4 do
      local m = ch:next(1 * s)
      local skip = seen[m.business]
      if variant == "trusting" then skip = m.redelivered end
      if not skip then effect("charged", m) end
      seen[m.business] = true
      ch:ack(m)
    end
  end,
}
run()

expect.redelivered(orders, 3)
expect.effects("order 1", pick { trusting = 0, by_id = 1 })
expect.effects("order 2", pick { trusting = 0, by_id = 1 })
expect.effects("order 3", 1)
expect.lost(pick { trusting = 2, by_id = 0 })
expect.duplicated(0)
expect.empty(orders)
