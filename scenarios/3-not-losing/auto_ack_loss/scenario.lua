lab {
  title = "Automatic ack loses what a crashed consumer had in hand",
  claim = "With automatic acks the broker forgets a message when it sends it; a consumer that dies "
    .. "takes with it everything that it had received and not yet done.",
  story = "A shop sends five orders at once. The worker needs a second for each, so at 1.5 s "
    .. "it has done one, is busy with the second and holds three more in its buffer. Then it "
    .. "dies.",
}

variants {
  { "auto", "the fault: the broker forgets on sending" },
  { "manual", "the cure: the broker remembers until the ack" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }

local shop = publisher { "shop", to = orders, count = 5, every = 10 * ms }
local worker = consumer { "worker", from = orders, ack = variant, work = 1 * s }

at(1400 * ms, function()
  expect.ready(orders, 0)
  expect.unacked(orders, pick { auto = 0, manual = 4 })
end)
at(1500 * ms, function() worker:kill() end)
run()

expect.published(shop, 5)
expect.handled(worker, 1)
expect.ready(orders, pick { auto = 0, manual = 4 })
expect.lost(pick { auto = 4, manual = 0 }, "auto-acked-then-crashed")
expect.pending(pick { auto = 0, manual = 4 })
