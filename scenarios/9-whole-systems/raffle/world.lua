-- The raffle's broker, its databases, the job that sends its tasks, and what its services share.
local rabbit = broker { "rabbit", latency = 0, fsync = 5 * ms }
local events = rabbit:exchange { "events", durable = true }
for _, key in ipairs { "deduct", "sold out", "prize" } do
  rabbit:queue({ key, durable = true }):bind(events, key)
end
local deduct_delay = rabbit:queue {
  "deduct.delay", durable = true, ttl = 5 * s, dead_letter = events, dead_letter_key = "deduct",
}

-- `cache` holds the stock that is sold from, and the tasks; `db` the stock of the books, and the
-- prizes. Both survive every service.
local cache = store { "cache", read = 0, write = 0 }
local db = store { "db", read = 0, write = 0 }

-- A task is a row of the outbox, written in the transaction that it follows from. The relay sends
-- it; the row says so when it is confirmed.
local function task(tx, id, key)
  tx:insert("tasks", id, { key = key, business = id, body = id })
end
local relay = publisher {
  "relay",
  to = events,
  count = 0,
  persistent = true,
  confirm = "stream",
  heartbeat = 1 * s,
  reconnect = 50 * ms,
  outbox = { store = cache, table = "tasks", scan = 100 * ms },
}

-- A service takes one message at a time, and acks it when it is done. It connects again when the
-- broker is back; a machine without power says no farewell, only its heartbeats are missed.
local function service(name, from, handle)
  return consumer {
    name,
    from = from,
    ack = "manual",
    prefetch = 1,
    heartbeat = 1 * s,
    reconnect = 50 * ms,
    process = function(_, m) handle(m.body) end,
  }
end

local function sleep_until(time)
  if time > now() then sleep(time - now()) end
end

return {
  rabbit = rabbit, cache = cache, db = db, task = task, deduct_delay = deduct_delay,
  relay = relay, service = service, sleep_until = sleep_until,
}
