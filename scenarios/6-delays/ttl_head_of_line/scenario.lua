lab {
  title = "A queue looks at its head only",
  claim = "Messages with a time to live of 5 min, 1 min and 1 s in one queue all leave at 5 "
    .. "min: an expired message behind one that has not expired waits (TTL-3). One queue for "
    .. "each delay keeps every time.",
  story = "The three messages of the notes, once in one delay queue, once in three.",
}

variants {
  { "shared", "one queue, times to live per message" },
  { "separate", "one queue for each delay" },
}

local rabbit = broker "rabbit"
local due = rabbit:exchange { "due", type = "fanout", durable = true }
local ready = rabbit:queue({ "ready", durable = true }):bind(due, "")
local delays = { 5 * min, 1 * min, 1 * s }

local shared = rabbit:queue { "delay", durable = true, dead_letter = due }
for i, delay in ipairs(delays) do
  local queue = shared
  if variant == "separate" then
    queue = rabbit:queue { "delay " .. i, durable = true, dead_letter = due, ttl = delay }
  end
  publisher {
    "order" .. i,
    to = queue,
    count = 1,
    start = i * 1 * ms,
    expiration = variant == "shared" and delay or nil,
    latency = 0,
  }
end

local came = {}
consumer {
  "worker",
  from = ready,
  ack = "manual",
  latency = 0,
  handler = function(m) came[#came + 1] = m.id .. " at " .. now() // s .. " s" end,
}
run()

expect.equal(
  came,
  pick {
    shared = { "order1.1 at 300 s", "order2.1 at 300 s", "order3.1 at 300 s" },
    separate = { "order3.1 at 1 s", "order2.1 at 60 s", "order1.1 at 300 s" },
  },
  "when each order was due"
)
expect.lost(0)
