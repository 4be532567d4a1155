lab {
  title = "The raffle: a smooth load on the database, and one prize for each winner",
  claim = "Delayed messages bound the rate at which the database's stock is written, however "
    .. "fast the cache's stock is sold; one last message sets it right. A task row written with "
    .. "the win, a job that sends it and a prize service that looks before it gives: each "
    .. "winner one prize, whoever dies.",
  story = "A thousand draws, one every 10 ms; every tenth wins. Each takes one from the stock "
    .. "in the cache and sends a message that arrives 5 s later; a write to the database takes "
    .. "50 ms. In the variants below 'calm' somebody dies 15 times, 713 ms apart, and is back "
    .. "300 ms later.",
}

variants {
  { "direct", "each draw writes to the database" },
  { "calm", "delayed messages; nobody dies" },
  { "raffle", "the raffle dies" },
  { "relay", "the job that sends the tasks dies" },
  { "writer", "the service that writes the stock dies" },
  { "prizes", "the prize service dies" },
  { "broker_killed", "the broker is killed" },
  { "broker_power", "the broker's machine loses power" },
}

local apart = param("apart", 713 * ms, "from one death to the next")
local world = include "world.lua"
local rabbit, cache, db, service = world.rabbit, world.cache, world.db, world.service
local draws = 1000
local writes = {} -- when the stock in the database was written
local function write(value, version)
  if db:update("stock", "tickets", value, { version = version }) then
    writes[#writes + 1] = now()
  end
end

local raffle = process {
  "raffle",
  function(me)
    local ch = me:channel(rabbit, { heartbeat = 1 * s })
    cache:insert("stock", "tickets", draws) -- both are refused when it starts again
    db:insert("stock", "tickets", draws)
    local left = cache:get("stock", "tickets")
    while left > 0 do
      local number = draws - left + 1
      world.sleep_until(number * 10 * ms - 7 * ms)
      left = left - 1
      cache:transaction(function(tx) -- the draw, and what follows from it
        tx:put("stock", "tickets", left)
        if number % 10 == 0 then world.task(tx, "winner " .. number, "prize") end
        if left == 0 and variant ~= "direct" then world.task(tx, "sold out", "sold out") end
      end)
      if variant == "direct" then
        local stock, version = db:get("stock", "tickets")
        write(stock - 1, version)
      else
        -- Not every one of these has to arrive: the last message sets the stock right.
        if not ch or ch:closed() then ch = me:channel(rabbit, { heartbeat = 1 * s }) end
        if ch then
          local draw = "draw " .. number
          ch:publish { to = world.deduct_delay, body = draw, business = draw, persistent = true }
        end
      end
    end
  end,
}

local writer = service("writer", "deduct", function(draw)
  effect("looked at", draw)
  if db:get("stock", "tickets") == 0 then return end
  sleep(50 * ms)
  local stock, version = db:get("stock", "tickets")
  if stock > 0 then write(stock - 1, version) end
end)
local closer = service("closer", "sold out", function(message)
  effect("looked at", message)
  local stock, version = db:get("stock", "tickets")
  if stock > 0 then write(0, version) end
end)

local prizes = service("prizes", "prize", function(winner)
  sleep(20 * ms)
  db:transaction(function(tx)
    tx:insert("prizes", winner) -- the unique key: refused if the winner has one
    tx:effect("prize", winner)
  end)
  sleep(20 * ms)
end)

local victims = pick {
  direct = {}, calm = {}, raffle = { raffle }, relay = { world.relay }, writer = { writer, closer },
  prizes = { prizes }, broker_killed = { rabbit }, broker_power = { rabbit },
}
for k = 1, 15 do
  at(k * apart, function()
    for _, victim in ipairs(victims) do
      if variant == "broker_power" then victim:power_off() else victim:kill() end
    end
  end)
  at(k * apart + 300 * ms, function()
    for _, victim in ipairs(victims) do victim:restart() end
  end)
end
run()

expect.equal(#db:rows "prizes", draws // 10, "winners with a prize")
expect.handled(prizes, draws // 10) -- so none has two
expect.equal(cache:rows("stock")[1].value, 0, "the cache's stock")
expect.equal(db:rows("stock")[1].value, 0, "the database's stock")

local busiest, first = 0, 1
for i, time in ipairs(writes) do
  while writes[first] <= time - 1 * s do first = first + 1 end
  busiest = math.max(busiest, i - first + 1)
end
-- direct: a draw every 10 ms. Else: a write takes 50 ms; once there is the last message as well.
expect.is_true(busiest <= (variant == "direct" and 100 or 20 + 1), "writes within a second")
-- calm: the first message is there at 5.003 s, so the 99th write is done at 9.953 s. The last draw
-- is at 9.993 s; the relay sends "sold out" at 10 s.
if variant == "direct" then expect.equal(#writes, 1000) end
if variant == "calm" then expect.equal(#writes, 99 + 1) end
