lab {
  title = "One event replaces three calls",
  claim = "A shop that calls three services waits for the sum of them and fails with any of "
    .. "them. A shop that publishes one event waits for its confirm only, and a service that "
    .. "was down catches up.",
  story = "An order a second, ten in all. Stock needs 50 ms, points 30 ms, the text message 20 "
    .. "ms. The points service is down from 3.5 s to 6.5 s, when orders 4, 5 and 6 are placed.",
}

variants {
  { "calls", "the shop calls the three services, one after the other" },
  { "event", "the shop publishes one event for all three" },
}

local rabbit = broker "rabbit"
local placed = rabbit:exchange { "placed", type = "fanout", durable = true }
local services = { { "stock", 50 * ms }, { "points", 30 * ms }, { "sms", 20 * ms } }
local queues, workers = {}, {}
for i, service in ipairs(services) do
  local name, time = service[1], service[2]
  queues[i] = rabbit:queue({ name .. " events", durable = true }):bind(placed)
  workers[i] = consumer { name, from = queues[i], ack = "manual", work = time, effect = name }
end

local points_up = true
at(3500 * ms, function() points_up = false; workers[2]:kill() end)
at(6500 * ms, function() points_up = true; workers[2]:restart() end)

local function call_all(order)
  for _, service in ipairs(services) do
    if service[1] == "points" and not points_up then return false end
    sleep(service[2])
    effect(service[1], order)
  end
  return true
end

local function publish_event(ch, order)
  ch:publish { to = placed, business = order, persistent = true }
  return ch:wait_confirm(1 * s) == "ack"
end

local answered, failed, slowest = 0, 0, 0
process {
  "shop",
  function(me)
    local ch = me:channel(rabbit)
    ch:confirm_select()
    for i = 1, 10 do
      sleep(i * s - now())
      local order, ok = "order " .. i, nil
      if variant == "calls" then ok = call_all(order) else ok = publish_event(ch, order) end
      if ok then answered = answered + 1 else failed = failed + 1 end
      slowest = math.max(slowest, now() - i * s)
    end
  end,
}
run()

expect.equal(answered, pick { calls = 7, event = 10 }, "orders that went through")
expect.equal(failed, pick { calls = 3, event = 0 }, "orders that failed")
-- calls: 50 + 30 + 20 ms.
-- event: 1 ms there, a sync of 5 ms for the copy in the first queue, another for the two others,
--        1 ms back.
expect.equal(slowest, pick { calls = 100 * ms, event = 12 * ms }, "the slowest answer")
-- Order 4 failed half-way: its stock was taken before the points service did not answer.
expect.effects("order 4", pick { calls = 1, event = 3 })
expect.effects("order 7", 3)
expect.handled(nil, pick { calls = 7 * 3 + 3, event = 30 })
expect.duplicated(0)
