lab {
  title = "An unacked message returns when its consumer dies",
  claim = "With manual acks a message stays with the broker as unacked until it is acked; when the "
    .. "consumer dies it is ready again, and its next delivery is marked redelivered.",
  story = "Four messages are delivered to a consumer that answers none of them. The management "
    .. "page would show Ready 0, Unacked 4. The consumer is killed, and later started again.",
}

variants {
  { "silent", "the first consumer never acks" },
  { "acking", "the first consumer acks at once" },
}

local rabbit = broker "rabbit"
local tasks = rabbit:queue { "tasks", durable = true }

local shop = publisher { "shop", to = tasks, count = 4, every = 1 * ms, persistent = true }
local worker = consumer {
  "worker",
  from = tasks,
  ack = "manual",
  work = pick { silent = 1 * h, acking = 0 },
}
local second = consumer { "second", from = tasks, ack = "manual", start = 20 * s }

at(5 * s, function()
  expect.ready(tasks, 0)
  expect.unacked(tasks, pick { silent = 4, acking = 0 })
  worker:kill()
end)
at(10 * s, function()
  expect.ready(tasks, pick { silent = 4, acking = 0 })
  expect.unacked(tasks, 0)
end)
run()

expect.published(shop, 4)
expect.delivered(second, pick { silent = 4, acking = 0 })
expect.redelivered(second, pick { silent = 4, acking = 0 })
expect.handled(worker, pick { silent = 0, acking = 4 })
expect.handled(second, pick { silent = 4, acking = 0 })
expect.empty(tasks)
expect.lost(0)
expect.duplicated(0)
