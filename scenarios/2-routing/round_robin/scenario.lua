lab {
  title = "Ten messages, three consumers: in turn, each to one only",
  claim = "Consumers of one queue compete: ten messages go 4/3/3 to three of them, none to "
    .. "two. Two services and a unit test listening on one queue are three consumers, so the "
    .. "services seem to lose what the test took.",
  story = "Two services and a forgotten test consume one queue; ten orders arrive.",
}

local rabbit = broker "rabbit"
local orders = rabbit:queue "orders"

local service1 = consumer { "service1", from = orders, ack = "manual" }
local service2 = consumer { "service2", from = orders, ack = "manual" }
local test = consumer { "test", from = orders, ack = "manual" }

publisher { "shop", to = orders, count = 10, every = 10 * ms, start = 100 * ms }
run()

expect.received(service1, { "shop.1", "shop.4", "shop.7", "shop.10" })
expect.received(service2, { "shop.2", "shop.5", "shop.8" })
expect.received(test, { "shop.3", "shop.6", "shop.9" })
expect.handled(10)
expect.duplicated(0)
expect.lost(0)
