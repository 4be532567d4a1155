lab {
  title = "Point-to-point or publish/subscribe",
  claim = "Several consumers of one queue share its messages, each to exactly one; several "
    .. "queues on one fanout exchange each get all of them.",
  story = "Six messages and three consumers: once on one queue, once each on a queue of its own.",
}

variants {
  { "queue", "three consumers on one queue" },
  { "topic", "three queues on one fanout exchange" },
}

local rabbit = broker "rabbit"
local events = rabbit:exchange { "events", type = "fanout" }
local consumers = {}
for i = 1, 3 do
  local queue = variant == "topic" and rabbit:queue("inbox" .. i) or nil
  if queue then queue:bind(events, "") end
  consumers[i] = { queue = queue }
end
local shared = variant == "queue" and rabbit:queue("inbox"):bind(events, "") or nil
for i = 1, 3 do
  consumers[i].actor = consumer {
    "reader" .. i,
    from = consumers[i].queue or shared,
    ack = "manual",
    effect = pick { queue = "handled", topic = "handled by reader" .. i },
  }
end

publisher { "shop", to = events, count = 6, every = 10 * ms, start = 100 * ms }
run()

for i = 1, 3 do
  expect.delivered(consumers[i].actor, pick { queue = 2, topic = 6 })
end
expect.handled(pick { queue = 6, topic = 18 })
expect.lost(0)
expect.duplicated(0)
