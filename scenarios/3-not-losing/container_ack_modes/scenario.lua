lab {
  title = "The three ack modes of a listener container",
  claim = "none is AMQP's automatic ack: what fails is lost. auto acks when the handler "
    .. "returns, not on receipt, and requeues when it throws. manual leaves it to the handler: "
    .. "if that throws before it acks, the message stays unacked.",
  story = "Five messages wait. The handler needs 100 ms for each and throws at the third, the "
    .. "first time that it comes. The container asks for 250 messages at once. A second before "
    .. "the end somebody looks.",
}

variants {
  { "none", "acked by the broker when sent" },
  { "auto", "acked when the handler returns, requeued when it throws" },
  { "auto_reject", "the same with default_requeue = false" },
  { "manual", "the handler acks when it is done" },
}

local rabbit = broker { "rabbit", latency = 0 }
local tasks = rabbit:queue { "tasks", durable = true }
publisher { "shop", to = tasks, count = 5 }

local requeue -- as the container has it: true
if variant == "auto_reject" then requeue = false end
local thrown = false
local worker = consumer {
  "worker",
  from = tasks,
  container = pick { none = "none", auto = "auto", auto_reject = "auto", manual = "manual" },
  default_requeue = requeue,
  start = 1 * s,
  work = 100 * ms,
  handler = function(m)
    if m.number == 3 and not thrown then
      thrown = true
      return "failure"
    end
    return "ack"
  end,
}

-- Within 100 ms of the start none has acked; the container has prefetched all five.
at(1050 * ms, function()
  expect.ready(tasks, 0)
  expect.unacked(tasks, pick { none = 0, auto = 5, auto_reject = 5, manual = 5 })
end)
run(10 * s)

expect.handled(worker, pick { none = 4, auto = 5, auto_reject = 4, manual = 4 })
expect.redelivered(worker, pick { none = 0, auto = 1, auto_reject = 0, manual = 0 })
expect.unacked(tasks, pick { none = 0, auto = 0, auto_reject = 0, manual = 1 })
expect.lost(pick { none = 1, auto = 0, auto_reject = 0, manual = 0 }, "auto-acked-then-failed")
expect.lost(pick { none = 0, auto = 0, auto_reject = 1, manual = 0 }, "rejected")
expect.pending(pick { none = 0, auto = 0, auto_reject = 0, manual = 1 })
