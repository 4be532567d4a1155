lab {
  title = "Idempotence: which guard holds against which storm",
  claim = "Check, process, record lets a duplicate through if it dies before it records, or if "
    .. "two do it at once. A lock only keeps them apart. A key that is set first and kept for "
    .. "an hour loses what dies after it, and forgets. Only what is written together with the "
    .. "work holds always.",
  story = "Five orders for a worker with two threads; the work takes 10 ms, the record comes "
    .. "10 ms after it. With 'early' the worker dies before the work is done, with 'crash' after "
    .. "it and before the record, and is back a second later. 'twice' comes two times at once, "
    .. "'again' once more a minute later, 'late' after 2 h.",
}

variants {
  { "nothing", "works on whatever comes" },
  { "lock", "a distributed lock around the work, free again after 5 s at the latest" },
  { "state", "checks the state of the order, processes, sets the state" },
  { "dedup_after", "checks the dedup store, processes, records the key for 1 h" },
  { "dedup_first", "records the key for 1 h, if it is not there, and then processes" },
  { "unique_key", "work and key in one transaction" },
  { "version", "work and version in one transaction: update ... where version = 1" },
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

local db = store { "db" }       -- the table of orders, and of what is done
local redis = store { "redis" } -- locks and keys that expire

-- The work, and what may befall it: each point is passed by one order only.
local function process_order(m)
  sleep(10 * ms)
  point("before " .. m.business)
  effect("shipped", m)
  sleep(10 * ms)
  point("after " .. m.business)
end
-- The same, as part of a transaction: it takes place with the commit.
local function process_with(m, guard)
  sleep(10 * ms)
  point("before " .. m.business)
  db:transaction(function(tx)
    guard(tx)
    tx:effect("shipped", m)
  end)
  point("after " .. m.business)
end

local guards = {
  nothing = process_order,
  lock = function(m)
    while not redis:insert("lock", m.business, "mine", { expires = 5 * s }) do sleep(10 * ms) end
    process_order(m)
    redis:delete("lock", m.business)
  end,
  state = function(m)
    if db:get("orders", m.business) == "shipped" then return end
    process_order(m)
    db:put("orders", m.business, "shipped")
  end,
  dedup_after = function(m)
    if redis:get("done", m.business) then return end
    process_order(m)
    redis:put("done", m.business, true, { expires = 1 * h })
  end,
  dedup_first = function(m)
    if not redis:insert("done", m.business, true, { expires = 1 * h }) then return end
    process_order(m)
  end,
  unique_key = function(m)
    process_with(m, function(tx) tx:insert("shipments", m.business) end)
  end,
  version = function(m)
    process_with(m, function(tx)
      tx:update("orders", m.business, "shipped", { version = 1 })
    end)
  end,
}

process {
  "checkout", -- the orders were placed before: each row has version 1
  function()
    for _, order in ipairs { "early", "crash", "twice", "again", "late" } do
      db:insert("orders", order, "paid")
    end
  end,
}
local worker = consumer {
  "worker",
  from = queue,
  ack = "manual",
  prefetch = 2,
  threads = 2,
  process = function(_, m) guards[variant](m) end,
}
crash { worker, at = "before early", restart_after = 1 * s }
crash { worker, at = "after crash", restart_after = 1 * s }
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
