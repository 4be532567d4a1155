lab {
  title = "Closing an order and unlocking its stock: which comes first?",
  claim = "An order is closed after 1 minute, its stock unlocked after 2. If the message that "
    .. "closes it is late by more than a minute, the unlock finds an open order, does nothing "
    .. "and is gone: the stock stays locked for ever. Nothing in the script fails; one late "
    .. "message is enough.",
  story = "Three orders: the first is never paid, the second is paid at 30 s, the third was "
    .. "rolled back after its stock had been locked. Run it with --set late=90500ms, which "
    .. "delays one delivery, and the fault shows; with --set crash=true as well, to see which "
    .. "cure withstands what.",
}

variants {
  { "naive", "withstands: the closing up to a minute late, and a crash after it" },
  { "requeue", "an unlock that finds an open order is requeued; withstands all, but spins" },
  -- After half an hour the broker takes an unacked message back, and closes the channel.
  { "release_once", "who closes sends an unlock; withstands half an hour's delay, or a crash" },
  { "release", "the same, also on redelivery; withstands any delay and a crash" },
}
local late = param("late", 0, "how long the delivery that closes order 1 is held up")
local dies = param("crash", false, "the order service dies between the closing and what follows")

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

-- The databases of the order service and of the stock service.
local orders = store { "orders", read = 0, write = 0 }
local stock = store { "stock", read = 0, write = 0 }

process {
  "mall",
  function(me)
    local ch = me:channel(rabbit)
    for i = 1, 3 do
      local order = "order " .. i
      stock:insert("locks", order)
      ch:publish {
        to = stock_delay, business = order .. "'s stock", body = order, persistent = true,
      }
      if i ~= 3 then
        orders:insert("orders", order, "open")
        ch:publish { to = order_delay, business = order, body = order, persistent = true }
      end
    end
    sleep(30 * s)
    orders:put("orders", "order 2", "paid")
  end,
}

local function release(me, order)
  me:publish {
    to = events, key = "stock.release", business = order .. "'s stock", body = order,
    persistent = true,
  }
end
local closer = consumer {
  "order service",
  from = order_release,
  ack = "manual",
  prefetch = 1,
  latency = 1 * ms,
  reconnect = 1 * s,
  process = function(me, m)
    local order = m.body
    local closes = orders:get("orders", order) == "open"
    if closes then
      orders:transaction(function(tx)
        tx:update("orders", order, "closed")
        tx:effect("closed", m)
      end)
      point "closed"
    end
    if variant == "release_once" and closes then release(me, order) end
    if variant == "release" and orders:get("orders", order) == "closed" then release(me, order) end
  end,
}
if late > 0 then
  -- The delivery of order 1 is on the wire for a millisecond.
  at(1 * min + 500 * us, function() closer:delay(late) end)
end
if dies then crash { closer, at = "closed", restart_after = 10 * s } end

consumer {
  "stock service",
  from = stock_release,
  ack = "manual",
  prefetch = 1,
  work = 1 * s,
  process = function(_, m)
    local state = orders:get("orders", m.body) or "rolled back"
    if state == "open" and variant == "requeue" then return "requeue" end
    if state == "closed" or state == "rolled back" then
      stock:transaction(function(tx)
        tx:delete("locks", m.body) -- refused if it is not locked any more
        tx:effect("unlocked", m)
      end)
    end
  end,
}
run()

local function content(rows)
  local found = {}
  for _, row in ipairs(rows) do found[row.key] = row.value end
  return found
end
expect.equal(content(stock:rows "locks"), { ["order 2"] = true }, "only what was paid is locked")
expect.equal(content(orders:rows "orders"), { ["order 1"] = "closed", ["order 2"] = "paid" },
  "the orders")
expect.effects("order 1", 1)
for i, times in ipairs { 1, 0, 1 } do expect.effects("order " .. i .. "'s stock", times) end
-- The unlock is looked at 1 s after it is due, and again each second until the order is closed, at
-- 60.001 s + late. (While it spins it stands before the unlocks of the other two.)
local spins = math.max(0, (late + 1 * ms - 61 * s) // s + 1)
expect.redelivered(stock_release, variant == "requeue" and spins or 0)
expect.empty(stock_release)
