lab {
  title = "A thread pool behind one consumer",
  claim = "A consumer that acks on receipt and hands over to a pool loses all that the pool has "
    .. "not done when it dies, however much that is; and the pool breaks the order. With manual "
    .. "acks and a prefetch of the pool's size the rest waits in the broker. The order is "
    .. "broken all the same.",
  story = "Forty tasks wait for a worker with four threads; odd tasks take 200 ms, even ones "
    .. "100 ms. After 450 ms the worker is killed. No latency.",
}

variants {
  { "on_receipt", "acked when they are sent; the pool's queue has no bound" },
  { "bounded", "acked when they are done; prefetch 4" },
}

local rabbit = broker { "rabbit", latency = 0 }
local tasks = rabbit:queue { "tasks", durable = true }
publisher { "shop", to = tasks, count = 40 }

local done = {}
local worker = consumer {
  "worker",
  from = tasks,
  ack = pick { on_receipt = "auto", bounded = "manual" },
  prefetch = pick { on_receipt = 0, bounded = 4 },
  threads = 4,
  process = function(_, m)
    sleep(m.number % 2 == 1 and 200 * ms or 100 * ms)
    effect("done", m)
    done[#done + 1] = m.number
  end,
}
if variant == "bounded" then
  always("never more than four in the client", function()
    return worker:buffered() + worker:in_hand() <= 4
  end)
end
at(450 * ms, function()
  expect.ready(tasks, pick { on_receipt = 0, bounded = 40 - 10 - 4 })
  worker:kill()
end)
run()

-- Four threads, each takes the next task when it is free. Done at 100 ms: 2, 4; at 200: 1, 3, 6; at
-- 300: 5, 8; at 400: 7, 9, 10. In hand at 450 ms: 11 to 14.
expect.equal(done, { 2, 4, 1, 3, 6, 5, 8, 7, 9, 10 }, "the order in which they were done")
expect.handled(worker, 10)
expect.lost(pick { on_receipt = 30, bounded = 0 }, "auto-acked-then-crashed")
expect.pending(pick { on_receipt = 0, bounded = 30 })
