lab {
  title = "Done, but crashed before the ack",
  claim = "A consumer that dies between the work and the ack gets the message again and does "
    .. "the work twice. The redelivered flag warns; only a handler that looks whether the work "
    .. "was done makes it once.",
  story = "Three orders are to be charged. Charging takes a second, and the ack goes out a "
    .. "second later. At 3.5 s order 2 is charged and not acked: the worker is killed, and "
    .. "restarted at 5 s.",
}

variants {
  { "trusting", "charges whatever comes" },
  { "idempotent", "charges what the table of orders does not call charged" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }
publisher { "shop", to = orders, count = 3, business = function(i) return "order " .. i end }

local charged = {} -- in the database: it survives the worker
local came = {}
local worker = process {
  "worker",
  function(me)
    local ch = me:channel(rabbit)
    ch:qos(1)
    ch:consume(orders)
    while true do
      local m = ch:next()
      came[#came + 1] = m.business .. (m.redelivered and ", redelivered" or "")
      if variant == "trusting" or not charged[m.business] then
        sleep(1 * s)
        effect("charged", m)
        charged[m.business] = true
      end
      sleep(1 * s)
      ch:ack(m)
    end
  end,
}
at(3500 * ms, function() worker:kill() end)
at(5 * s, function() worker:restart() end)
run()

expect.equal(came, { "order 1", "order 2", "order 2, redelivered", "order 3" }, "what came")
expect.effects("order 1", 1)
expect.effects("order 2", pick { trusting = 2, idempotent = 1 })
expect.effects("order 3", 1)
expect.duplicated(pick { trusting = 1, idempotent = 0 })
expect.lost(0)
expect.empty(orders)
