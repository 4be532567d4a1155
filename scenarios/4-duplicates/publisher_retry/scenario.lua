lab {
  title = "A lost confirm, and a resend",
  claim = "A publisher that misses a confirm cannot know whether its message arrived. If it "
    .. "sends again there are two copies, neither marked redelivered; only the business id "
    .. "tells that they are one order.",
  story = "Three orders, 10 ms apart. The second is sent at 10 ms, stored at 11 ms, and its "
    .. "confirm is due at 12 ms. At 11.5 ms the connection breaks; or, in 'one_way', nothing "
    .. "gets back to the shop for 6 s, and it waits 5 s for a confirm.",
}

variants {
  { "trusting", "the worker charges whatever comes" },
  { "one_way", "the same; the connection stands, but no confirm gets through in time" },
  { "dedup", "the worker records each business id with its charge" },
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
  if variant == "one_way" then shop:partition "to_client" else shop:drop_connection() end
end)
if variant == "one_way" then at(6 * s, function() shop:heal() end) end

local db = store "db"
consumer {
  "worker",
  from = orders,
  ack = "manual",
  start = 1 * s,
  process = function(_, m)
    expect.is_true(not m.redelivered, "a copy of the publisher's is not marked redelivered")
    if variant == "dedup" then
      db:transaction(function(tx)
        tx:insert("charged", m.business) -- refused if it is there: then nothing takes place
        tx:effect("charged", m)
      end)
    else
      effect("charged", m)
    end
  end,
}
run()

expect.published(shop, 4)
expect.delivered(orders, 4)
expect.effects("order 1", 1)
expect.effects("order 2", pick { trusting = 2, one_way = 2, dedup = 1 })
expect.effects("order 3", 1)
expect.duplicated(pick { trusting = 1, one_way = 1, dedup = 0 })
expect.lost(0)
