lab {
  title = "Transactions against confirms: where 250 times comes from",
  claim = "A transaction for each message costs no more than waiting for each confirm: a round "
    .. "trip and a sync. The notes' 250 is what batching saves, and it depends on the batch, "
    .. "the round trip and the disk: 400 * (2 + 3) / (2 + 3 + 3) = 250.",
  story = "4,000 persistent messages, a round trip R of 2 ms, a sync F of 3 ms. While a sync "
    .. "runs, what comes waits for the next one, which takes all of it.",
}

variants {
  { "tx", "a transaction for each message" },
  { "each", "the confirm of each message is awaited" },
  { "batch", "400 messages, then all their confirms" },
  { "stream", "at most 400 unconfirmed at any time" },
}

local rabbit = broker { "rabbit", latency = 1 * ms, fsync = 3 * ms }
local orders = rabbit:queue { "orders", durable = true }
local count, window, R, F = 4000, 400, 2 * ms, 3 * ms

local finished
if variant == "tx" then
  process {
    "shop",
    function(me)
      local ch = me:channel(rabbit)
      ch:tx_select()
      local start = now()
      for _ = 1, count do
        ch:publish { to = orders, persistent = true }
        ch:commit()
      end
      finished = now() - start
    end,
  }
else
  publisher {
    "shop",
    to = orders,
    count = count,
    persistent = true,
    confirm = variant,
    window = window,
    on_confirm = function() finished = now() end,
  }
end
run()

-- tx, each: R + F for every message.
-- batch:    the first of a batch starts a sync, the other 399 wait for the next: R + 2 F for 400.
-- stream:   the disk never rests: 2 F for 400, and one R for the first there and the last back.
local took = {
  tx = count * (R + F),
  each = count * (R + F),
  batch = count // window * (R + 2 * F),
  stream = count // window * 2 * F + R,
}
expect.equal(finished, took[variant], "the time until all are safe")
expect.equal(took.tx, 20 * s)
expect.equal(took.batch, 80 * ms)
expect.equal(took.stream, 62 * ms)
expect.equal(took.tx // took.batch, 250, "the notes' figure")
expect.ready(orders, count)
