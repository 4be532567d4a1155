lab {
  title = "A confirm that is only late",
  claim = "A timeout cannot tell late from lost. Nothing is lost on a link that holds everything "
    .. "back for a while, and no connection breaks; but a shop that gives up waiting sends again, "
    .. "once per timeout, and each copy arrives. All of them are confirmed in the end.",
  story = "Three orders, one a second, from a shop 10 ms away that waits for each confirm. The "
    .. "second is stored at 1.01 s. At 1.015 s, with its confirm on the way, the link stops; at "
    .. "6.015 s it goes on as if nothing had been.",
}

variants {
  { "impatient", "waits 2 s for a confirm, then sends again" },
  { "patient", "waits 10 s, longer than any link has stood still so far" },
  { "dedup", "impatient, but the worker records each business id with its charge" },
}

local rabbit = broker { "rabbit", latency = 10 * ms }
local orders = rabbit:queue { "orders", durable = true }
local shop = publisher {
  "shop",
  to = orders,
  count = 3,
  every = 1 * s,
  business = function(i) return "order " .. i end,
  confirm = "each",
  timeout = pick { impatient = 2 * s, patient = 10 * s, dedup = 2 * s },
  retry = 5,
}
at(1015 * ms, function()
  expect.confirmed(shop, 1)
  expect.unconfirmed(shop, 1)
  expect.delivered(orders, 2)
  shop:hold()
end)
at(6015 * ms, function()
  -- Sent again at 3 s and at 5 s. Neither copy has arrived, and the third order waits its turn.
  expect.published(shop, pick { impatient = 4, patient = 2, dedup = 4 })
  expect.delivered(orders, 2)
  shop:release()
end)

local db = store { "db", write = 0 }
local came = {}
consumer {
  "worker",
  from = orders,
  ack = "manual",
  process = function(_, m)
    came[#came + 1] = now()
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

-- What was held is there at once: the late confirm, which nobody waits for any more, and both
-- copies. The confirm of the last one is back 10 ms later; then the third order leaves.
local patient = { 20 * ms, 1020 * ms, 6035 * ms }
local impatient = { 20 * ms, 1020 * ms, 6025 * ms, 6025 * ms, 6045 * ms }
expect.equal(came, variant == "patient" and patient or impatient, "when they came to the worker")
expect.published(shop, pick { impatient = 5, patient = 3, dedup = 5 })
expect.confirmed(shop, pick { impatient = 5, patient = 3, dedup = 5 })
expect.unconfirmed(shop, 0)
expect.effects("order 2", pick { impatient = 3, patient = 1, dedup = 1 })
expect.duplicated(pick { impatient = 2, patient = 0, dedup = 0 })
expect.handled(nil, pick { impatient = 5, patient = 3, dedup = 3 })
expect.lost(0)
