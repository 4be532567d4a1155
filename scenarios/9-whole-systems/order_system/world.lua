-- The mall's broker, its database with the outbox, and what all of its services have in common.
local rabbit = broker "rabbit"
local events = rabbit:exchange { "events", durable = true }
local queues = {}
local function queue(name, keys, options)
  options = options or {}
  options[1], options.durable = name, true
  local q = rabbit:queue(options)
  for _, key in ipairs(keys) do q:bind(events, key) end
  queues[#queues + 1] = q
  return q
end
local function delay(name, time, key)
  queue(name, { name }, { ttl = time, dead_letter = events, dead_letter_key = key })
end
delay("order.delay", 1 * min, "order.release")
delay("stock.delay", 2 * min, "stock.release")
queue("order.release", { "order.release" })
queue("stock.release", { "stock.release" })
queue("stock.work", { "stock.lock", "stock.sell" })

-- The database survives every service. A message is promised by a row of the outbox, in the same
-- transaction as what it tells of; the relay sends what the rows promise.
local db = store { "db", read = 1 * ms, write = 5 * ms }
local function promise(tx, order, key)
  tx:insert("outbox", key .. " of " .. order, { key = key, business = order, body = order })
end
local relay = publisher {
  "relay",
  to = events,
  count = 0,
  persistent = true,
  confirm = "stream",
  heartbeat = 1 * s,
  reconnect = 500 * ms,
  outbox = { store = db, table = "outbox", scan = 100 * ms },
}
local function unsent()
  local count = 0
  for _, row in ipairs(db:rows "outbox") do
    if row.value ~= "sent" then count = count + 1 end
  end
  return count
end

-- A service takes one message at a time, works 50 ms before its transaction and 50 ms after it,
-- then acks. It connects again when the broker is back; a machine without power says
-- no farewell, only its heartbeats are missed.
local function service(name, from, handle)
  return consumer {
    name,
    from = from,
    ack = "manual",
    prefetch = 1,
    heartbeat = 1 * s,
    reconnect = 500 * ms,
    work = 50 * ms,
    process = function(_, m)
      handle(m.body, m.key)
      sleep(50 * ms)
    end,
  }
end

local function sleep_until(time)
  if time > now() then sleep(time - now()) end
end

return {
  rabbit = rabbit, queues = queues, db = db, promise = promise, unsent = unsent, relay = relay,
  service = service, sleep_until = sleep_until,
}
