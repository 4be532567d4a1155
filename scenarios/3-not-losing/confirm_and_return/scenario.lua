lab {
  title = "A confirm means the broker has it; a return means no queue does",
  claim = "An unroutable mandatory message is given back with 312 NO_ROUTE before its confirm, and "
    .. "the confirm is an ack all the same (PUB-1, PUB-2).",
  story = "A publisher in confirm mode sends three messages to a direct exchange; the key of the "
    .. "second one is misspelt. Whether anybody notices depends on the mandatory flag.",
}

variants {
  { "mandatory", "the wrong key comes back as a return" },
  { "plain", "the wrong key is dropped, and confirmed" },
}

local rabbit = broker "rabbit"
local mail = rabbit:exchange { "mail", type = "direct", durable = true }
local outbox = rabbit:queue { "outbox", durable = true }
outbox:bind(mail, "send")

local heard = {}
local shop = publisher {
  "shop",
  to = mail,
  key = function(i) return i == 2 and "sned" or "send" end,
  count = 3,
  every = 10 * ms,
  confirm = "stream",
  mandatory = variant == "mandatory",
  on_return = function(m, code, text)
    heard[#heard + 1] = "return " .. m.id .. " " .. code .. " " .. text
  end,
  on_confirm = function(m, ok) heard[#heard + 1] = (ok and "ack " or "nack ") .. m.id end,
}
run()

expect.confirmed(shop, 3)
expect.nacked(shop, 0)
expect.returned(shop, pick { mandatory = 1, plain = 0 })
expect.ready(outbox, 2)
expect.lost(1, pick { mandatory = "returned", plain = "unroutable" })
expect.equal(
  table.concat(heard, ", "),
  pick {
    mandatory = "ack shop.1, return shop.2 312 NO_ROUTE, ack shop.2, ack shop.3",
    plain = "ack shop.1, ack shop.2, ack shop.3",
  },
  "what the publisher hears, in order"
)
