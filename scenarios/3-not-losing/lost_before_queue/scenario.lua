lab {
  title = "Reached the exchange, not the queue",
  claim = "A message that matches no binding vanishes, confirmed with an ack, unless it was "
    .. "published mandatory or its exchange has an alternate (PUB-1, PUB-2, ROUTE-16).",
  story = "The queue of one of three order types was never bound. The publisher has confirms and "
    .. "believes that this is enough.",
}

variants {
  { "silent", "confirms only: the loss is not noticed" },
  { "mandatory", "the publisher is told which message" },
  { "alternate", "the broker keeps it aside" },
}

local rabbit = broker "rabbit"
local aside = rabbit:exchange { "aside", type = "fanout", durable = true }
local orders = rabbit:exchange {
  "orders",
  type = "direct",
  durable = true,
  alternate = variant == "alternate" and aside or nil,
}
local books = rabbit:queue({ "books", durable = true }):bind(orders, "book")
local music = rabbit:queue({ "music", durable = true }):bind(orders, "music")
local unmatched = rabbit:queue({ "unmatched", durable = true }):bind(aside, "")

local told = {}
local shop = publisher {
  "shop",
  to = orders,
  key = { "book", "film", "music" },
  count = 3,
  every = 1 * ms,
  persistent = true,
  confirm = "stream",
  mandatory = variant == "mandatory",
  on_return = function(m) told[#told + 1] = m.id end,
}
run()

expect.confirmed(shop, 3)
expect.contents(books, { "shop.1" })
expect.contents(music, { "shop.3" })
expect.contents(unmatched, pick { silent = {}, mandatory = {}, alternate = { "shop.2" } })
expect.equal(told, pick { silent = {}, mandatory = { "shop.2" }, alternate = {} }, "who was told")
expect.lost(pick { silent = 1, mandatory = 0, alternate = 0 }, "unroutable")
expect.lost(pick { silent = 0, mandatory = 1, alternate = 0 }, "returned")
