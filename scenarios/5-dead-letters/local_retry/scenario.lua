lab {
  title = "Retry in the client's memory, then give up",
  claim = "A container that retries holds the message and its thread while it waits: the broker "
    .. "sees one unacked delivery, whatever the attempts. A crash forgets how many there were: "
    .. "the next worker starts from the first.",
  story = "A message whose handling fails; an attempt takes 1 s. There are four, with 1, 2 and "
    .. "4 s between them; then the message is rejected to the dead letters. No latency.",
}

variants {
  { "steady", "nobody dies" },
  { "crash", "the worker dies at 6.5 s, between attempt 3 and 4, and is back at 10 s" },
}

local rabbit = broker { "rabbit", latency = 0 }
local graveyard = rabbit:exchange { "graveyard", type = "fanout", durable = true }
local dead = rabbit:queue({ "dead", durable = true }):bind(graveyard)
local tasks = rabbit:queue { "tasks", durable = true, dead_letter = graveyard }
publisher { "shop", to = tasks, count = 1, persistent = true }

local attempts = {}
local worker = consumer {
  "worker",
  from = tasks,
  ack = "manual",
  prefetch = 1,
  work = 1 * s,
  fail = function()
    attempts[#attempts + 1] = now() // s
    return true
  end,
  retry = { attempts = 4, first = 1 * s, factor = 2, max = 1 * min, recover = "reject" },
}
if variant == "crash" then
  at(6500 * ms, function() worker:kill() end)
  at(10 * s, function() worker:restart() end)
end
at(6400 * ms, function()
  expect.delivered(tasks, 1)
  expect.unacked(tasks, 1)
end)
run()

-- Attempts end at 1, 1+1+1 = 3, 3+2+1 = 6, 6+4+1 = 11 s. After the crash, from 10 s on,
-- all four again.
expect.equal(attempts, pick {
  steady = { 1, 3, 6, 11 },
  crash = { 1, 3, 6, 11, 13, 16, 21 },
}, "when each attempt failed")
expect.delivered(tasks, pick { steady = 1, crash = 2 })
expect.redelivered(tasks, pick { steady = 0, crash = 1 })
expect.contents(dead, { "shop.1" })
expect.rejected(tasks, 1)
