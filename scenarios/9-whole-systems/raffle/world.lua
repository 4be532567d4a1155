-- The raffle's broker, its task table, the job that sends it, and what its services have in common.
local rabbit = broker { "rabbit", latency = 0, fsync = 5 * ms }
local events = rabbit:exchange { "events", durable = true }
for _, key in ipairs { "deduct", "sold out", "prize" } do
  rabbit:queue({ key, durable = true }):bind(events, key)
end
local deduct_delay = rabbit:queue {
  "deduct.delay", durable = true, ttl = 5 * s, dead_letter = events, dead_letter_key = "deduct",
}

-- The task table survives every process: what was won and is not sent yet.
local tasks = {}
local function task(id, key) tasks[#tasks + 1] = { id = id, key = key } end

-- Every 100 ms: sends what stands in the table; a row goes when its message is confirmed.
local relay = process {
  "relay",
  function(me)
    local ch
    while now() < 30 * s do
      sleep(100 * ms - now() % (100 * ms))
      if not ch or ch:closed() then
        ch = me:channel(rabbit, { heartbeat = 1 * s })
        if ch then ch:confirm_select() end
      end
      while ch and tasks[1] do
        local task = tasks[1]
        ch:publish {
          to = events, key = task.key, business = task.id, body = task.id, persistent = true,
        }
        if ch:wait_confirm(1 * s) ~= "ack" then break end
        table.remove(tasks, 1)
      end
    end
  end,
}

-- A service takes one message at a time, and acks it when it is done. It connects again when the
-- broker is back; a machine without power says no farewell, only its heartbeats are missed.
local function service(name, from, handle)
  return process {
    name,
    function(me)
      while true do
        local ch = me:channel(rabbit, { heartbeat = 1 * s })
        if ch and ch:qos(1) and ch:consume(from) then
          local m = ch:next()
          while m do
            handle(m.body)
            ch:ack(m)
            m = ch:next()
          end
        end
        sleep(50 * ms)
      end
    end,
  }
end

local function sleep_until(time)
  if time > now() then sleep(time - now()) end
end

return {
  rabbit = rabbit, task = task, deduct_delay = deduct_delay, relay = relay, service = service,
  sleep_until = sleep_until,
}
