lab {
  title = "Closing an order and unlocking its stock: which comes first?",
  claim = "An order is closed after 1 minute, its stock unlocked after 2. If the closing is "
    .. "held up for more than a minute, the unlock finds an open order, does nothing and is "
    .. "gone: the stock stays locked for ever. Nothing in the script fails; one late message is "
    .. "enough.",
  story = "Three orders: the first is never paid, the second is paid at 30 s, the third was "
    .. "rolled back after its stock had been locked. Run it with --set late=90500ms, and the "
    .. "fault shows; with --set crash=true as well, to see which cure withstands what.",
}

variants {
  { "naive", "withstands: the closing up to a minute late" },
  { "requeue", "an unlock that finds an open order is requeued; withstands all, but spins" },
  { "release_once", "who closes an order sends an unlock; withstands any delay and no crash" },
  { "release", "the same, also on redelivery; withstands all" },
}
local late = param("late", 0, "how long the closing of order 1 is held up")
local crash = param("crash", false, "the order service dies between the closing and what follows")

local rabbit = broker { "rabbit", latency = 0 }
local events = rabbit:exchange { "events", durable = true }
local function delayed(name, time, key)
  return rabbit:queue {
    name, durable = true, ttl = time, dead_letter = events, dead_letter_key = key,
  }
end
local order_delay = delayed("order.delay", 1 * min, "order.release")
local stock_delay = delayed("stock.delay", 2 * min, "stock.release")
local function released(name) return rabbit:queue({ name, durable = true }):bind(events, name) end
local order_release, stock_release = released "order.release", released "stock.release"

local orders, locks = {}, {} -- the tables of the order service and of the stock service

process {
  "mall",
  function(me)
    local ch = me:channel(rabbit)
    for i = 1, 3 do
      local order = "order " .. i
      locks[order] = "locked"
      ch:publish {
        to = stock_delay, business = order .. "'s stock", body = order, persistent = true,
      }
      if i ~= 3 then
        orders[order] = "open"
        ch:publish { to = order_delay, business = order, body = order, persistent = true }
      end
    end
    sleep(30 * s)
    orders["order 2"] = "paid"
  end,
}

local closer = process {
  "order service",
  function(me)
    local ch = me:channel(rabbit)
    ch:qos(1)
    ch:consume(order_release)
    while true do
      local m = ch:next()
      if m.body == "order 1" and not m.redelivered then sleep(late) end
      local closes = orders[m.body] == "open"
      if closes then
        orders[m.body] = "closed"
        effect("closed", m)
        sleep(1 * s)
      end
      local tells = variant == "release_once" and closes
        or variant == "release" and orders[m.body] == "closed"
      if tells then
        ch:publish {
          to = events, key = "stock.release", business = m.body .. "'s stock", body = m.body,
          persistent = true,
        }
      end
      ch:ack(m)
    end
  end,
}
if crash then
  at(1 * min + late + 500 * ms, function() closer:kill() end)
  at(1 * min + late + 10 * s, function() closer:restart() end)
end

process {
  "stock service",
  function(me)
    local ch = me:channel(rabbit)
    ch:qos(1)
    ch:consume(stock_release)
    while true do
      local m = ch:next()
      sleep(1 * s)
      local state = orders[m.body] or "rolled back"
      if state == "open" and variant == "requeue" then
        ch:nack(m)
      else
        if (state == "closed" or state == "rolled back") and locks[m.body] then
          locks[m.body] = nil
          effect("unlocked", m)
        end
        ch:ack(m)
      end
    end
  end,
}
run()

expect.equal(locks, { ["order 2"] = "locked" }, "only what was paid is locked in the end")
expect.equal(orders, { ["order 1"] = "closed", ["order 2"] = "paid" }, "the orders")
expect.effects("order 1", 1)
for i, times in ipairs { 1, 0, 1 } do expect.effects("order " .. i .. "'s stock", times) end
-- The unlock is looked at 1 s after it is due, and again each second until the order is closed at
-- 60 s + late. (While it spins it stands before the unlocks of the other two.)
local spins = math.max(0, math.ceil((late - 61 * s) / s))
expect.redelivered(stock_release, variant == "requeue" and spins or 0)
expect.empty(stock_release)
