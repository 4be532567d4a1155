lab {
  title = "Three ways to become a dead letter",
  claim = "A message is dead lettered when it is rejected without requeue, when it expires at "
    .. "the head, or when a full queue drops it; the x-death header tells which, where and how "
    .. "often. Without a dead letter exchange it is gone (DLX-1, DLX-7).",
  story = "A queue for two messages with a time to live of one second gets three; one is "
    .. "rejected at 500 ms, one waits until it expires.",
}

variants {
  { "none", "no dead letter exchange: all three are gone" },
  { "dlx", "with one: all three are kept, with the reason" },
}

local rabbit = broker "rabbit"
local graveyard = rabbit:exchange { "graveyard", type = "fanout", durable = true }
local dead = rabbit:queue({ "dead", durable = true }):bind(graveyard, "")
local work = rabbit:queue {
  "work",
  durable = true,
  ttl = 1 * s,
  max_length = 2,
  dead_letter = variant == "dlx" and graveyard or nil,
}

publisher { "shop", to = work, count = 3, every = 1 * ms }

process {
  "refuser",
  start = 400 * ms,
  function(me)
    local ch = me:channel(rabbit)
    local m = ch:get(work)
    expect.equal(m.id, "shop.2", "shop.1 was dropped when the third message came")
    ch:reject(m, { requeue = false })
  end,
}

process {
  "undertaker",
  start = 5 * s,
  function(me)
    local ch = me:channel(rabbit)
    local reasons = {}
    while true do
      local m = ch:get(dead, { ack = "auto" })
      if not m then break end
      local death = m.deaths[1]
      local where = " in " .. death.queue .. " x" .. death.count
      reasons[#reasons + 1] = m.id .. " " .. death.reason .. where
    end
    expect.equal(
      reasons,
      pick {
        none = {},
        dlx = {
          "shop.1 maxlen in work x1",
          "shop.2 rejected in work x1",
          "shop.3 expired in work x1",
        },
      },
      "what the x-death headers say"
    )
  end,
}
run()

expect.dead_lettered(work, pick { none = 0, dlx = 1 }, "maxlen")
expect.dead_lettered(work, pick { none = 0, dlx = 1 }, "rejected")
expect.dead_lettered(work, pick { none = 0, dlx = 1 }, "expired")
expect.dropped(work, 1)
expect.rejected(work, 1)
expect.expired(work, 1)
