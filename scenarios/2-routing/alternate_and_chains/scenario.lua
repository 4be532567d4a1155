lab {
  title = "Exchanges behind exchanges, and an exchange for what finds no way",
  claim = "A message that reaches a queue by two paths is one copy there (ROUTE-13); what an "
    .. "exchange itself cannot route goes to its alternate exchange (ROUTE-16).",
  story = "Orders enter at `orders`, which knows paid and open ones. Both lead on to `audit`, "
    .. "whose queue would see paid orders twice if paths counted. A third kind of order "
    .. "matches nothing.",
}

variants {
  { "plain", "what matches nothing is dropped without a word" },
  { "alternate", "what matches nothing is caught by the alternate exchange" },
}

local rabbit = broker "rabbit"
local unrouted = rabbit:exchange { "unrouted", type = "fanout", durable = true }
local orders = rabbit:exchange {
  "orders",
  type = "topic",
  durable = true,
  alternate = variant == "alternate" and unrouted or nil,
}
local audit = rabbit:exchange { "audit", type = "fanout", durable = true }
audit:bind(orders, "order.paid"):bind(orders, "order.*.late"):bind(orders, "order.#.late")

local paid = rabbit:queue("paid"):bind(orders, "order.paid")
local books = rabbit:queue("books"):bind(audit, ""):bind(orders, "order.paid")
local lost_and_found = rabbit:queue("lost-and-found"):bind(unrouted, "")

publisher {
  "shop",
  to = orders,
  key = { "order.paid", "order.open.late", "order.cancelled" },
  count = 3,
  every = 1 * ms,
}
run()

expect.contents(paid, { "shop.1" })
expect.contents(books, { "shop.1", "shop.2" })
expect.contents(lost_and_found, pick { plain = {}, alternate = { "shop.3" } })
expect.unroutable(pick { plain = 1, alternate = 0 })
expect.lost(pick { plain = 1, alternate = 0 })
