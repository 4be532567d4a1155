lab {
  title = "Prefetch: fairness, throughput, and what a crash returns",
  claim = "Without a limit, the turn decides who gets a message, not who is free. Prefetch 1 "
    .. "is fair and slow over a long link; a large prefetch is fast and unfair, and a crash "
    .. "returns, or with automatic acks loses, all of it.",
  story = "Twenty tasks for a fast worker (10 ms) and a slow one (190 ms), 20 ms away from the "
    .. "broker. At 150 ms the slow one is killed.",
}

variants {
  { "one", "prefetch 1" },
  { "ten", "prefetch 10" },
  { "auto", "automatic acks: no limit at all" },
}

local rabbit = broker "rabbit"
local tasks = rabbit:queue { "tasks", durable = true }

local mode = pick { one = "manual", ten = "manual", auto = "auto" }
local limit = pick { one = 1, ten = 10, auto = 0 }
local fast = consumer {
  "fast", from = tasks, ack = mode, prefetch = limit, work = 10 * ms, latency = 20 * ms,
}
local slow = consumer {
  "slow", from = tasks, ack = mode, prefetch = limit, work = 190 * ms, latency = 20 * ms,
}

publisher { "shop", to = tasks, count = 20, every = 0, latency = 0 }

at(150 * ms, function() slow:kill() end)
run()

expect.handled(slow, 0)
expect.handled(fast, pick { one = 20, ten = 20, auto = 10 })
expect.lost(pick { one = 0, ten = 0, auto = 10 }, "auto-acked-then-crashed")
expect.redelivered(fast, pick { one = 1, ten = 10, auto = 0 })
expect.duplicated(0)

-- one:  20 times there, work and back: 20 * (20 + 10 + 20) ms.
-- ten:  the kill is known after 150 + 20 ms; ten tasks go there, are done, the last ack comes back:
--       170 + 20 + 10 * 10 + 20 ms.
-- auto: nothing comes again; the last event is the end of the dead one's connection, 150 + 20 ms.
expect.time(pick { one = 1000 * ms, ten = 310 * ms, auto = 170 * ms })
