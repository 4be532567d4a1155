lab {
  title = "Idempotence: which guard holds against which storm",
  claim = "Check, process, record lets a duplicate through if it dies before it records, or if "
    .. "two do it at once. A lock only keeps them apart. A key that is set first and kept for "
    .. "an hour loses what dies after it, and forgets. Only what is written together with the "
    .. "work holds always.",
  story = "Five orders for two workers; the work takes 10 ms, the record comes 10 ms after it. "
    .. "With 'early' both workers die before the work is done, with 'crash' after it and before "
    .. "the record. 'twice' comes two times at once, 'again' once more a minute later, 'late' "
    .. "after 2 h.",
}

variants {
  { "nothing", "works on whatever comes" },
  { "lock", "a distributed lock around the work, free again after 5 s at the latest" },
  { "state", "checks the state of the order, processes, sets the state" },
  { "dedup_after", "checks the dedup store, processes, records the key for 1 h" },
  { "dedup_first", "records the key for 1 h, if it is not there, and then processes" },
  { "unique_key", "work and key in one transaction" },
  { "version", "work and version in one transaction: update ... where version = 0" },
}

local rabbit = broker { "rabbit", latency = 0 }
local queue = rabbit:queue { "orders", durable = true }
local storm = {
  { 10 * s, "early" }, { 20 * s, "crash" }, { 30 * s, "twice" }, { 30 * s, "twice" },
  { 40 * s, "again" }, { 100 * s, "again" }, { 200 * s, "late" }, { 2 * h + 200 * s, "late" },
}
local times = {}
for i, copy in ipairs(storm) do times[i] = copy[1] end
publisher { "shop", to = queue, at = times, business = function(i) return storm[i][2] end }

-- What outlives the workers: a key and until when it is there; states and versions.
local keys, states, versions = {}, {}, {}
local function held(key) return keys[key] ~= nil and keys[key] > now() end
local function process_order(m)
  sleep(10 * ms)
  effect("shipped", m)
  sleep(10 * ms)
end

local guards = {
  nothing = process_order,
  lock = function(m)
    while held(m.business) do sleep(10 * ms) end
    keys[m.business] = now() + 5 * s
    process_order(m)
    keys[m.business] = nil
  end,
  state = function(m)
    if states[m.business] == "shipped" then return end
    process_order(m)
    states[m.business] = "shipped"
  end,
  dedup_after = function(m)
    if held(m.business) then return end
    process_order(m)
    keys[m.business] = now() + 1 * h
  end,
  dedup_first = function(m)
    if held(m.business) then return end
    keys[m.business] = now() + 1 * h
    process_order(m)
  end,
  unique_key = function(m)
    sleep(10 * ms)
    if states[m.business] then return end -- the insert fails, the transaction is rolled back
    states[m.business] = true
    effect("shipped", m)
    sleep(10 * ms)
  end,
  version = function(m)
    sleep(10 * ms)
    if (versions[m.business] or 0) ~= 0 then return end -- no row is updated
    versions[m.business] = 1
    effect("shipped", m)
    sleep(10 * ms)
  end,
}

local workers = {}
for i = 1, 2 do
  workers[i] = process {
    "worker " .. i,
    function(me)
      local ch = me:channel(rabbit)
      ch:qos(1)
      ch:consume(queue)
      while true do
        local m = ch:next()
        guards[variant](m)
        ch:ack(m)
      end
    end,
  }
end
local function crash(time)
  at(time, function() for _, worker in ipairs(workers) do worker:kill() end end)
  at(time + 1 * s, function() for _, worker in ipairs(workers) do worker:restart() end end)
end
crash(10 * s + 5 * ms)
crash(20 * s + 15 * ms)
run()

local shipped = {
  --              early crash twice again late
  nothing =     { 1, 2, 2, 2, 2 },
  lock =        { 1, 2, 2, 2, 2 },
  state =       { 1, 2, 2, 1, 1 },
  dedup_after = { 1, 2, 2, 1, 2 },
  dedup_first = { 0, 1, 1, 1, 2 },
  unique_key =  { 1, 1, 1, 1, 1 },
  version =     { 1, 1, 1, 1, 1 },
}
local duplicates = 0
for i, order in ipairs { "early", "crash", "twice", "again", "late" } do
  expect.effects(order, shipped[variant][i])
  duplicates = duplicates + math.max(0, shipped[variant][i] - 1)
end
expect.duplicated(duplicates)
expect.lost(variant == "dedup_first" and 1 or 0, "acked-without-effect")
