lab {
  title = "The network fails before the broker",
  claim = "An exception tells about a message that could not be written, not about one that was "
    .. "written and did not arrive. Only a log table, marked by the confirm, and a job that "
    .. "sends again what is not marked, lose nothing.",
  story = "Ten orders, one every 100 ms from 1 s on, from a shop that is 25 ms away. At 1.31 s "
    .. "the network breaks, 10 ms after order 4 was written; it is back at 3 s. The job looks "
    .. "at 4 s.",
}

variants {
  { "forget", "publishes, and ignores exceptions" },
  { "catch", "publishes, and on an exception marks the row as failed" },
  { "confirm", "publishes, and marks the row as sent when the confirm is there" },
}

local rabbit = broker { "rabbit", latency = 25 * ms, fsync = 5 * ms }
local orders = rabbit:queue { "orders", durable = true }
consumer { "worker", from = orders, ack = "manual" }

local db = store { "db", read = 0, write = 0 } -- its log table: "new", "failed" or "sent"
local connection, ch

-- Returns false for an exception, or for want of a confirm.
local function publish(order)
  if connection:closed() then return false end
  ch:publish { to = orders, business = order, persistent = true }
  if variant == "confirm" then return ch:wait_confirm(1 * s) == "ack" end
  return true
end
local function connect(me)
  connection = me:connect(rabbit)
  ch = connection:channel()
  ch:confirm_select()
end

local shop = process {
  "shop",
  function(me)
    connect(me)
    for i = 1, 10 do
      sleep(1 * s + (i - 1) * 100 * ms - now())
      local order = "order " .. i
      if variant == "confirm" then db:insert("log", order, "new") end
      local went_well = publish(order)
      if variant == "confirm" and went_well then db:put("log", order, "sent") end
      if variant == "catch" and not went_well then db:put("log", order, "failed") end
    end
    sleep(4 * s - now())
    connect(me)
    for _, row in ipairs(db:scan "log") do
      if row.value ~= "sent" and publish(row.key) then db:put("log", row.key, "sent") end
    end
  end,
}
at(1310 * ms, function() shop:drop_connection() end)
run()

-- Orders 1 to 3 arrived. Order 4 was on its way. From 5 on there was no connection to write to.
for i = 1, 10 do
  local arrives = i <= 3 or variant == "catch" and i >= 5 or variant == "confirm"
  expect.effects("order " .. i, arrives and 1 or 0)
end
expect.handled(nil, pick { forget = 3, catch = 3 + 6, confirm = 10 })
expect.lost(pick { forget = 1, catch = 1, confirm = 0 }, "lost-before-broker")
expect.duplicated(0)
for _, row in ipairs(db:rows "log") do expect.equal(row.value, "sent", row.key) end
