lab {
  title = "Stopping a consumer is not a crash",
  claim = "A graceful stop finishes and acks what is in hand, so nothing comes back; only a "
    .. "kill shows what a crash does. Stopping a program from a debugger tests the wrong one.",
  story = "Four messages wait at a worker that needs 100 ms for each. At 150 ms it is ended: "
    .. "in one variant it is asked to stop, in the other the process is killed.",
}

variants {
  { "stop", "asked to stop: cancels, finishes, acks, closes" },
  { "kill", "killed: what it held returns to the queue" },
}

local rabbit = broker "rabbit"
local tasks = rabbit:queue { "tasks", durable = true }

local shop = publisher { "shop", to = tasks, count = 4, every = 1 * ms }
local worker = consumer { "worker", from = tasks, ack = "manual", work = 100 * ms }

at(150 * ms, function()
  if variant == "stop" then worker:stop() else worker:kill() end
end)
run()

expect.published(shop, 4)
expect.handled(worker, pick { stop = 4, kill = 1 })
expect.ready(tasks, pick { stop = 0, kill = 3 })
expect.unacked(tasks, 0)
expect.lost(0)
expect.pending(pick { stop = 0, kill = 3 })
