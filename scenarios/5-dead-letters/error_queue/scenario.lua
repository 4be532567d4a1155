lab {
  title = "After the last attempt: to an error exchange",
  claim = "A consumer that gives up can publish the message, with the cause in its headers, to "
    .. "an error exchange and ack it: poison ends in a queue for people, everything else flows. "
    .. "Merely rejected, without a dead letter exchange, it is gone.",
  story = "Six messages; the second and the fifth cannot be handled. An attempt takes 10 ms; "
    .. "there are three, 100 ms apart.",
}

variants {
  { "reject", "after the last attempt the message is rejected" },
  { "republish", "after the last attempt it is published to the error exchange" },
}

local rabbit = broker { "rabbit", latency = 0 }
local errors = rabbit:exchange { "errors", type = "direct", durable = true }
local for_people = rabbit:queue({ "for people", durable = true }):bind(errors, "error")
local tasks = rabbit:queue { "tasks", durable = true }
publisher {
  "shop", to = tasks, count = 6, persistent = true, business = function(i) return "task " .. i end,
}

local worker = consumer {
  "worker",
  from = tasks,
  ack = "manual",
  prefetch = 1,
  work = 10 * ms,
  process = function(_, m)
    if m.number == 2 or m.number == 5 then fail("no such customer") end
    effect("done", m)
  end,
  retry = {
    attempts = 3,
    first = 100 * ms,
    recover = variant == "republish" and { republish = { errors, "error" } } or "reject",
  },
}
-- Somebody looks at what is left for people, and leaves it there.
local causes = {}
process {
  "people",
  start = 10 * s,
  function(me)
    local ch = me:channel(rabbit)
    for m in function() return ch:get(for_people) end do
      causes[#causes + 1] = m.business .. ": " .. m.headers["x-exception-message"]
        .. ", from key " .. m.headers["x-original-routingKey"]
    end
    ch:close()
  end,
}
run()

expect.equal(causes, pick {
  reject = {},
  republish = {
    "task 2: no such customer, from key tasks", "task 5: no such customer, from key tasks",
  },
}, "the causes in the headers")
expect.handled(worker, 4)
expect.empty(tasks)
expect.ready(for_people, pick { reject = 0, republish = 2 })
expect.lost(pick { reject = 2, republish = 0 }, "rejected")
expect.pending(pick { reject = 0, republish = 2 })
