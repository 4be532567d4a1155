lab {
  title = "Failing and requeueing spins",
  claim = "A message that always fails and is always requeued comes back at once, for ever, and "
    .. "takes the time of the good ones. A few attempts in the client's memory, further and "
    .. "further apart, and then the end, stop that.",
  story = "One poisonous message, then fifty good ones; each attempt takes 10 ms. The worker "
    .. "holds two messages at a time. After 2 s somebody counts. No latency.",
}

variants {
  { "requeue", "what fails is requeued" },
  { "local_retry", "three attempts, 100 and 200 ms apart, then rejected to the dead letters" },
}

local rabbit = broker { "rabbit", latency = 0 }
local graveyard = rabbit:exchange { "graveyard", type = "fanout", durable = true }
local dead = rabbit:queue({ "dead", durable = true }):bind(graveyard)
local tasks = rabbit:queue { "tasks", durable = true, dead_letter = graveyard }
publisher { "shop", to = tasks, count = 51 }

local bad = 0 -- attempts at the poisonous one
local worker = consumer {
  "worker",
  from = tasks,
  ack = "manual",
  prefetch = 2,
  work = 10 * ms,
  fail = function(m)
    if m.number > 1 then return false end
    bad = bad + 1
    return true
  end,
  retry = variant == "local_retry"
      and { attempts = 3, first = 100 * ms, factor = 2, recover = "reject" }
    or nil,
}

-- requeue: bad and good in turn. The 50th bad one fails at 990 ms, the 50th good one is done at
--          1 s; from then on there is nothing but the bad one, a hundred times a second.
-- local_retry: 10 + 100 + 10 + 200 + 10 ms; then the good ones, 50 * 10 ms, done at 830 ms.
at(1 * s + 5 * ms, function()
  expect.equal(bad, pick { requeue = 50, local_retry = 3 }, "failures in the first second")
  expect.handled(worker, 50)
end)
at(825 * ms, function() expect.handled(worker, pick { requeue = 41, local_retry = 49 }) end)
run(2 * s + 5 * ms)

expect.equal(bad, pick { requeue = 150, local_retry = 3 }, "failures in two seconds")
expect.delivered(worker, pick { requeue = 50 + 151, local_retry = 51 })
expect.contents(dead, pick { requeue = {}, local_retry = { "shop.1" } })
