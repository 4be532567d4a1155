lab {
  title = "An expired message is covered by the task table",
  claim = "A message that expires is gone. If the task stands in a table until it is done, a "
    .. "scan sends it again; the prize is given, and once.",
  story = "Four prizes are won, at 0, 4, 8 and 12 s; a message lives for 10 s. The worker needs "
    .. "a second for each. It is down from 6 s to 25 s: the messages of the last two expire.",
}

variants {
  { "message_only", "the message is all there is" },
  { "task_table", "every 30 s what is not done is sent again" },
}

local rabbit = broker "rabbit"
local prizes = rabbit:queue { "prizes", durable = true, ttl = 10 * s }

local db = store { "db", read = 0, write = 0 } -- its table of tasks: "waiting", then "done"
local function send(ch, i)
  ch:publish { to = prizes, business = "prize " .. i, body = tostring(i), persistent = true }
end

process {
  "raffle",
  function(me)
    local ch = me:channel(rabbit)
    for i = 1, 4 do
      sleep((i - 1) * 4 * s - (i > 1 and now() or 0))
      db:insert("tasks", i, "waiting")
      send(ch, i)
    end
    if variant == "message_only" then return end
    for scan = 1, 2 do
      sleep(scan * 30 * s - now())
      for _, task in ipairs(db:scan "tasks") do
        if task.value == "waiting" then send(ch, task.key) end
      end
    end
  end,
}

local worker = consumer {
  "worker",
  from = prizes,
  ack = "manual",
  work = 1 * s,
  process = function(_, m)
    db:transaction(function(tx)
      tx:update("tasks", m.body, "done", { version = 1 }) -- refused if it is done
      tx:effect("given", m)
    end)
  end,
}
at(6 * s, function() worker:kill() end)
at(25 * s, function() worker:restart() end)
run()

for _, task in ipairs(db:rows "tasks") do
  local done = variant == "task_table" or tonumber(task.key) <= 2
  expect.equal(task.value, done and "done" or "waiting", "task " .. task.key)
end

expect.expired(prizes, 2)
for i = 1, 4 do
  expect.effects("prize " .. i, pick { message_only = i <= 2 and 1 or 0, task_table = 1 })
end
expect.delivered(prizes, pick { message_only = 2, task_table = 4 })
expect.lost(pick { message_only = 2, task_table = 0 }, "expired")
expect.duplicated(0)
