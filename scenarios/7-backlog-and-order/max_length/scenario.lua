lab {
  title = "A full queue: who loses what, and who is told",
  claim = "drop-head loses the oldest and acks the newest; reject-publish refuses the newest "
    .. "with a nack; reject-publish-dlx refuses it and keeps it as a dead letter (LEN-1, "
    .. "LEN-5, LEN-7).",
  story = "Five messages for a queue that holds three; nobody consumes.",
}

variants {
  { "drop_head", "the default: the head is dropped" },
  { "reject", "reject-publish" },
  { "reject_dlx", "reject-publish-dlx" },
}

local rabbit = broker "rabbit"
local graveyard = rabbit:exchange { "graveyard", type = "fanout", durable = true }
local dead = rabbit:queue({ "dead", durable = true }):bind(graveyard, "")
local queue = rabbit:queue {
  "queue",
  durable = true,
  max_length = 3,
  overflow = pick {
    drop_head = "drop-head",
    reject = "reject-publish",
    reject_dlx = "reject-publish-dlx",
  },
  dead_letter = graveyard,
}

local shop = publisher { "shop", to = queue, count = 5, every = 10 * ms, confirm = "stream" }
run()

expect.contents(
  queue,
  pick {
    drop_head = { "shop.3", "shop.4", "shop.5" },
    reject = { "shop.1", "shop.2", "shop.3" },
    reject_dlx = { "shop.1", "shop.2", "shop.3" },
  }
)
expect.contents(
  dead,
  pick { drop_head = { "shop.1", "shop.2" }, reject = {}, reject_dlx = { "shop.4", "shop.5" } }
)
expect.confirmed(shop, pick { drop_head = 5, reject = 3, reject_dlx = 3 })
expect.nacked(shop, pick { drop_head = 0, reject = 2, reject_dlx = 2 })
expect.lost(pick { drop_head = 0, reject = 2, reject_dlx = 0 }, "refused")
