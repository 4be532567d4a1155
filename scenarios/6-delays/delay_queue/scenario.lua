lab {
  title = "A delay queue beats a polling job",
  claim = "A job that looks every 30 minutes finds an order that is due after 30 minutes up to "
    .. "59 minutes after it was placed. A queue with a time to live and a dead letter exchange "
    .. "has each one on time.",
  story = "Thirty orders, one a minute from 0 on; each is to be closed 30 minutes later unless "
    .. "paid. Nobody pays.",
}

variants {
  { "scan", "a job scans the table of orders every 30 minutes" },
  { "delay", "the order waits in a queue with a time to live of 30 minutes" },
}

local rabbit = broker { "rabbit", latency = 0 }
local due = rabbit:exchange { "due", type = "fanout", durable = true }
local close = rabbit:queue({ "close", durable = true }):bind(due)
local waiting = rabbit:queue { "waiting", durable = true, ttl = 30 * min, dead_letter = due }

local count, delay = 30, 30 * min
local lateness = {}
local function closed(number, placed)
  lateness[number] = (now() - placed - delay) / min
end

if variant == "scan" then
  process {
    "job",
    function()
      local open = {}
      for i = 1, count do open[i] = (i - 1) * min end
      for _ = 1, 3 do
        sleep(30 * min)
        for i, placed in pairs(open) do
          if placed + delay <= now() then
            effect("closed", "order " .. i)
            closed(i, placed)
            open[i] = nil
          end
        end
      end
    end,
  }
else
  publisher { "shop", to = waiting, count = count, every = 1 * min, persistent = true }
  consumer {
    "job",
    from = close,
    ack = "manual",
    effect = "closed",
    handler = function(m) closed(m.number, (m.number - 1) * min) end,
  }
end
run()

-- The order of minute 0 is due at 30, when the job looks: 0 late. That of minute 1 is due at 31 and
-- found at 60: 29 late. That of minute 29 is due at 59: 1 late.
local expected = {}
for i = 1, count do expected[i] = variant == "scan" and (30 - (i - 1)) % 30 or 0 end
expect.equal(lateness, expected, "minutes late, of each order")
table.sort(lateness)
local once_each = {}
for i = 1, count do once_each[i] = variant == "scan" and i - 1 or 0 end
expect.equal(lateness, once_each, "0, 1, ... 29 minutes once each, or never late")
expect.handled(nil, count)
