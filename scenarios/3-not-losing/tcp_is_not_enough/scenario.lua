lab {
  title = "TCP is reliable, and yet messages are lost",
  claim = "TCP repeats what was lost as long as the connection lives. When the connection "
    .. "breaks, what was on its way is gone, and the publisher is not told what arrived. "
    .. "Confirms tell it.",
  story = "Ten orders, one every 10 ms, from a shop that is 25 ms away. At 60.5 ms the "
    .. "connection breaks; or, in 'patient', the cable is cut for a second and nobody gives up. "
    .. "Seven orders have left by then; four have arrived; two of their confirms are back.",
}

variants {
  { "patient", "no confirms; the connection outlives the cut" },
  { "trusting", "no confirms: what was written to the socket counts as sent" },
  { "confirms", "what is not confirmed is sent again on the next connection" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }

local shop = publisher {
  "shop",
  to = orders,
  count = 10,
  every = 10 * ms,
  latency = 25 * ms,
  reconnect = 100 * ms,
  confirm = pick { patient = "none", trusting = "none", confirms = "stream" },
  timeout = 5 * s,
  retry = pick { patient = 0, trusting = 0, confirms = 1 },
}
local worker = consumer { "worker", from = orders, ack = "manual" }

at(60500 * us, function()
  expect.published(shop, 7)
  -- Sent at 0, 10, 20, 30 ms: there by 55 ms. The confirms of the first two are back at 50, 60 ms.
  expect.delivered(orders, 4)
  expect.confirmed(shop, pick { patient = 0, trusting = 0, confirms = 2 })
  expect.unconfirmed(shop, pick { patient = 0, trusting = 0, confirms = 5 })
  if variant == "patient" then shop:partition() else shop:drop_connection() end
end)
if variant == "patient" then at(1 * s, function() shop:heal() end) end
run()

-- In 'patient' TCP sends again what did not get through: all ten arrive.
-- The trusting shop believes in ten orders; the broker never had those of 40, 50 and 60 ms.
-- The other one resends its five unconfirmed orders. Two of them had arrived: they come twice.
expect.published(shop, pick { patient = 10, trusting = 10, confirms = 15 })
expect.lost(pick { patient = 0, trusting = 3, confirms = 0 }, "lost-before-broker")
expect.delivered(orders, pick { patient = 10, trusting = 7, confirms = 12 })
expect.duplicated(pick { patient = 0, trusting = 0, confirms = 2 })
expect.handled(worker, pick { patient = 10, trusting = 7, confirms = 12 })
