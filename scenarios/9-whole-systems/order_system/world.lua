-- The mall's broker, its outbox, and what all of its services have in common.
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

-- The outbox is a table of the database: it survives every process. What is done between two waits
-- is one transaction.
local outbox = {}
local function unsent() return #outbox end
local function write(order, key) outbox[#outbox + 1] = { order = order, key = key } end

-- Sends the outbox, oldest first; a row goes when its message is confirmed.
local function send_outbox(ch)
  while outbox[1] do
    local row = outbox[1]
    ch:publish {
      to = events, key = row.key, business = row.order, body = row.order,
      headers = { key = row.key }, persistent = true,
    }
    if ch:wait_confirm(1 * s) ~= "ack" then return false end
    table.remove(outbox, 1)
  end
  return true
end
local relay = process {
  "relay",
  function(me)
    while now() < 10 * min do
      local ch = me:channel(rabbit, { heartbeat = 1 * s })
      if ch and ch:confirm_select() then
        while send_outbox(ch) and now() < 10 * min do sleep(100 * ms) end
      end
      sleep(500 * ms)
    end
  end,
}

-- A service takes one message at a time, works 50 ms before its transaction and 50 ms after it,
-- then acks. It connects again when the broker is back; a machine without power says
-- no farewell, only its heartbeats are missed.
local function service(name, from, handle)
  return process {
    name,
    function(me)
      while true do
        local ch = me:channel(rabbit, { heartbeat = 1 * s })
        if ch and ch:qos(1) and ch:consume(from) then
          local m = ch:next()
          while m do
            sleep(50 * ms)
            handle(m.body, m.headers.key)
            sleep(50 * ms)
            ch:ack(m)
            m = ch:next()
          end
        end
        sleep(500 * ms)
      end
    end,
  }
end

local function sleep_until(time)
  if time > now() then sleep(time - now()) end
end

return {
  rabbit = rabbit, queues = queues, write = write, unsent = unsent, relay = relay,
  service = service, sleep_until = sleep_until,
}
