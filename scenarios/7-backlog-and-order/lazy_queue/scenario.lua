lab {
  title = "Lazy queues: bodies on the disk until they are wanted",
  claim = "A classic queue keeps the bodies of its backlog in memory until the alarm stops all "
    .. "publishers; a lazy one keeps them on the disk. The notes say that a lazy queue confirms "
    .. "what is on the disk: any durable queue does, for persistent messages, and neither for "
    .. "transient ones.",
  story = "A hundred messages of 100,000 bytes, 100 ms apart; no consumer for 20 s, then one "
    .. "that takes 10 ms for each. The broker has 1,000,000 bytes for messages: 1,024 for each "
    .. "one in a queue, and the bodies of those that wait, unless the queue is lazy.",
}

variants {
  { "classic", "bodies in memory" },
  { "lazy", "x-queue-mode: lazy" },
  { "lazy_transient", "the same, but the messages are not persistent" },
}

local rabbit = broker {
  "rabbit", version = "3.10", latency = 1 * ms, fsync = 5 * ms, memory_limit = 1000000,
}
local lazy = variant ~= "classic"
local queue = rabbit:queue { "queue", durable = true, mode = lazy and "lazy" or nil }

local confirmed_at = {}
local shop = publisher {
  "shop",
  to = queue,
  count = 100,
  every = 100 * ms,
  body = 100000,
  persistent = variant ~= "lazy_transient",
  confirm = "stream",
  on_confirm = function(m) confirmed_at[m.number] = now() end,
}
local worker = consumer {
  "worker", from = queue, ack = "manual", prefetch = 1, work = 10 * ms, start = 20 * s,
}

-- Classic: 101,024 bytes for each message: the tenth raises the alarm, the eleventh is not read.
at(19 * s, function()
  expect.published(shop, 100)
  expect.ready(queue, lazy and 100 or 10)
  expect.confirmed(shop, lazy and 100 or 10)
  expect.equal(shop:blocked() ~= nil, not lazy, "the publisher is blocked")
end)
run()

-- 1 ms there, the sync of 5 ms for persistent messages, 1 ms back.
local latency = variant == "lazy_transient" and 2 * ms or 7 * ms
for i = 1, lazy and 100 or 10 do
  if confirmed_at[i] ~= (i - 1) * 100 * ms + latency then
    expect.equal(confirmed_at[i], (i - 1) * 100 * ms + latency, "the confirm of message " .. i)
  end
end
expect.equal(confirmed_at[11] < 20 * s, lazy, "the eleventh is confirmed before anybody consumes")
expect.confirmed(shop, 100)
expect.handled(worker, 100)
expect.lost(0)
