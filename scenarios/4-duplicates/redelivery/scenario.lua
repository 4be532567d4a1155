lab {
  title = "Done, but crashed before the ack",
  claim = "A consumer that dies between the work and the ack gets the message again and does "
    .. "the work twice; so does one whose acks do not get through. The redelivered flag warns; "
    .. "only a handler that records the work together with it does it once.",
  story = "Three orders are to be charged. Charging takes a second, and the ack goes out a "
    .. "second later. Order 2 is charged when the worker dies; it is back 1.5 s later. In "
    .. "'cut_off' nobody dies: from 3.5 s to a minute nothing gets from the worker to the "
    .. "broker, which closes the silent connection after two to three heartbeats of 10 s.",
}

variants {
  { "trusting", "charges whatever comes" },
  { "cut_off", "the same; not the worker dies, but its link" },
  { "idempotent", "charges, and records it, in one transaction" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }
publisher { "shop", to = orders, count = 3, business = function(i) return "order " .. i end }

local db = store "db"
local came = {}
local worker = consumer {
  "worker",
  from = orders,
  ack = "manual",
  prefetch = 1,
  heartbeat = 10 * s,
  reconnect = 1 * s,
  work = 1 * s,
  process = function(_, m)
    came[#came + 1] = m.business .. (m.redelivered and ", redelivered" or "")
    if variant == "idempotent" then
      db:transaction(function(tx)
        tx:insert("charged", m.business)
        tx:effect("charged", m)
      end)
    else
      effect("charged", m)
    end
    point "charged"
    sleep(1 * s)
  end,
}
if variant == "cut_off" then
  at(3500 * ms, function() worker:partition "to_broker" end)
  at(1 * min, function() worker:heal() end)
else
  crash { worker, at = "charged", nth = 2, restart_after = 1500 * ms }
end
run()

expect.equal(came, { "order 1", "order 2", "order 2, redelivered", "order 3" }, "what came")
expect.effects("order 1", 1)
expect.effects("order 2", pick { trusting = 2, cut_off = 2, idempotent = 1 })
expect.effects("order 3", 1)
expect.duplicated(pick { trusting = 1, cut_off = 1, idempotent = 0 })
expect.lost(0)
expect.empty(orders)
