lab {
  title = "A direct exchange compares keys byte by byte",
  claim = "A queue bound with `key` gets `key`, not `key1` or `key.1`; two queues bound with "
    .. "one key both get a copy. The notes call direct unicast: it is not (ROUTE-3).",
  story = "Two queues are bound with the key `key`, a third with `key1`. Three messages are "
    .. "published.",
}

local rabbit = broker "rabbit"
local exchange = rabbit:exchange { "direct", type = "direct" }
local first = rabbit:queue("first"):bind(exchange, "key")
local second = rabbit:queue("second"):bind(exchange, "key")
local other = rabbit:queue("other"):bind(exchange, "key1")

publisher { "shop", to = exchange, key = { "key", "key1", "key.1" }, count = 3, every = 1 * ms }
run()

expect.contents(first, { "shop.1" })
expect.contents(second, { "shop.1" })
expect.contents(other, { "shop.2" })
expect.unroutable(1)
expect.lost(1, "unroutable")
