lab {
  title = "A lost confirm, and a resend",
  claim = "A publisher that misses a confirm cannot know whether its message arrived. If it "
    .. "sends again there are two copies, neither marked redelivered; the business id tells "
    .. "them apart.",
  story = "Three orders, 10 ms apart. The second is sent at 10 ms, stored at 11 ms, and its "
    .. "confirm is due at 12 ms. At 11.5 ms the connection breaks.",
}

variants {
  { "trusting", "the worker charges whatever comes" },
  { "dedup", "the worker remembers the business ids it has charged" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }
local shop = publisher {
  "shop",
  to = orders,
  count = 3,
  every = 10 * ms,
  business = function(i) return "order " .. i end,
  confirm = "each",
  timeout = 5 * s,
  retry = 1,
  reconnect = 100 * ms,
}
at(11500 * us, function()
  expect.confirmed(shop, 1)
  expect.unconfirmed(shop, 1)
  expect.ready(orders, 2)
  shop:drop_connection()
end)

process {
  "worker",
  start = 1 * s,
  function(me)
    local ch = me:channel(rabbit)
    ch:consume(orders)
    local charged = {}
    while true do
      local m = ch:next()
      expect.is_true(not m.redelivered, "a copy of the publisher's is not marked redelivered")
      if variant == "trusting" or not charged[m.business] then effect("charged", m) end
      charged[m.business] = true
      ch:ack(m)
    end
  end,
}
run()

expect.published(shop, 4)
expect.delivered(orders, 4)
expect.effects("order 1", 1)
expect.effects("order 2", pick { trusting = 2, dedup = 1 })
expect.effects("order 3", 1)
expect.duplicated(pick { trusting = 1, dedup = 0 })
expect.lost(0)
