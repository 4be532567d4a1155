lab {
  title = "The mall: order, stock, payment, compensation",
  claim = "With an outbox before every publish, manual acks after every transaction, delay "
    .. "queues for the deadlines and handlers that look at the state first, a mall whose "
    .. "services and broker keep dying ends as if nothing had happened.",
  story = "Ten orders, one a second. The stock of each is locked by a message. The even ones "
    .. "are paid after 30 s. What is open after 1 minute is closed, its stock released; 2 "
    .. "minutes after the lock somebody looks again. Number 9 is paid when it has been closed: "
    .. "that is refunded. In each variant somebody dies 20 times, 7.013 s apart, and is back a "
    .. "second later. Try others: --set apart=5060ms.",
}

variants {
  { "calm", "nobody dies" },
  { "mall", "the mall dies" },
  { "relay", "the job that sends the outbox dies" },
  { "order_service", "the order service dies" },
  { "stock_services", "both parts of the stock service die" },
  { "broker_killed", "the broker is killed" },
  { "broker_power", "the broker's machine loses power" },
}

local apart = param("apart", 7013 * ms, "from one death to the next")
local world = include "world.lua"
local db, service, promise = world.db, world.service, world.promise

local mall = process {
  "mall",
  function()
    for i = 1, 10 do
      local order = "order " .. i
      world.sleep_until(i * s)
      db:transaction(function(tx)
        tx:insert("orders", order, "open") -- refused if it was placed before the mall died
        promise(tx, order, "order.delay")
        promise(tx, order, "stock.lock")
      end)
    end
    local payments = { { 2, 32 }, { 4, 34 }, { 6, 36 }, { 8, 38 }, { 10, 40 }, { 9, 100 } }
    for _, payment in ipairs(payments) do
      local order = "order " .. payment[1]
      world.sleep_until(payment[2] * s)
      local state, version = db:get("orders", order)
      db:transaction(function(tx)
        if state == "open" then
          tx:update("orders", order, "paid", { version = version })
          tx:effect("paid", order)
          promise(tx, order, "stock.sell")
        elseif state == "closed" then
          tx:update("orders", order, "refunded", { version = version })
          tx:effect("refunded", order)
        end
      end)
    end
  end,
}

local closer = service("order service", "order.release", function(order)
  local state, version = db:get("orders", order)
  if state ~= "open" then return end
  db:transaction(function(tx)
    tx:update("orders", order, "closed", { version = version })
    tx:effect("closed", order)
    promise(tx, order, "stock.release")
  end)
end)

local keeper = service("stock service", "stock.work", function(order, key)
  db:transaction(function(tx)
    tx:insert("stock", order, "locked") -- refused if it was locked before
    tx:effect("locked", order)
    promise(tx, order, "stock.delay")
  end)
  local state, version = db:get("stock", order)
  if key == "stock.sell" and state == "locked" then
    db:transaction(function(tx)
      tx:update("stock", order, "sold", { version = version })
      tx:effect("sold", order)
    end)
  end
end)

local unlocker = service("stock release", "stock.release", function(order)
  local state = db:get("orders", order)
  local stock, version = db:get("stock", order)
  if stock ~= "locked" or state ~= "closed" and state ~= "refunded" then return end
  db:transaction(function(tx)
    tx:update("stock", order, "free", { version = version })
    tx:effect("unlocked", order)
  end)
end)

local rabbit = world.rabbit
local victims = pick {
  calm = {}, mall = { mall }, relay = { world.relay }, order_service = { closer },
  stock_services = { keeper, unlocker }, broker_killed = { rabbit }, broker_power = { rabbit },
}
for k = 1, 20 do
  at(k * apart, function()
    for _, victim in ipairs(victims) do
      if variant == "broker_power" then victim:power_off() else victim:kill() end
    end
  end)
  at(k * apart + 1 * s, function()
    for _, victim in ipairs(victims) do victim:restart() end
  end)
end
run()

local function content(name)
  local found = {}
  for _, row in ipairs(db:rows(name)) do found[row.key] = row.value end
  return found
end
local orders, stock = content "orders", content "stock"
for i = 1, 10 do
  local order = "order " .. i
  local paid = i % 2 == 0
  expect.equal(stock[order], paid and "sold" or "free", "the stock of " .. order)
  expect.equal(orders[order], paid and "paid" or i == 9 and "refunded" or "closed", order)
end
-- Each is locked; five are paid and sold; five are closed and unlocked; one is refunded.
expect.handled(nil, 10 + 5 * 2 + 5 * 2 + 1)
expect.duplicated(0)
expect.lost(0)
expect.equal(world.unsent(), 0, "messages that are not sent")
for _, queue in ipairs(world.queues) do expect.empty(queue) end
