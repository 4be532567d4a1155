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
local service, write = world.service, world.write
-- The tables of the order service and of the stock service; like the outbox they survive everybody.
local orders, stock = {}, {}

local mall = process {
  "mall",
  function()
    for i = 1, 10 do
      local order = "order " .. i
      world.sleep_until(i * s)
      if not orders[order] then -- one transaction: the order and its two messages
        orders[order] = "open"
        write(order, "order.delay")
        write(order, "stock.lock")
      end
    end
    local payments = { { 2, 32 }, { 4, 34 }, { 6, 36 }, { 8, 38 }, { 10, 40 }, { 9, 100 } }
    for _, payment in ipairs(payments) do
      local order = "order " .. payment[1]
      world.sleep_until(payment[2] * s)
      if orders[order] == "open" then
        orders[order] = "paid"
        effect("paid", order)
        write(order, "stock.sell")
      elseif orders[order] == "closed" then
        orders[order] = "refunded"
        effect("refunded", order)
      end
    end
  end,
}

local closer = service("order service", "order.release", function(order)
  if orders[order] ~= "open" then return end
  orders[order] = "closed"
  effect("closed", order)
  write(order, "stock.release")
end)

local function lock(order)
  if stock[order] then return end
  stock[order] = "locked"
  effect("locked", order)
  write(order, "stock.delay")
end
local keeper = service("stock service", "stock.work", function(order, key)
  lock(order)
  if key == "stock.sell" and stock[order] == "locked" then
    stock[order] = "sold"
    effect("sold", order)
  end
end)

local function is_over(order) return orders[order] == "closed" or orders[order] == "refunded" end
local unlocker = service("stock release", "stock.release", function(order)
  if stock[order] ~= "locked" or not is_over(order) then return end
  stock[order] = "free"
  effect("unlocked", order)
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
