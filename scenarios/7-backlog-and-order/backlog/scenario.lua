lab {
  title = "A backlog, and three ways out",
  claim = "If more comes than goes, the backlog grows by the difference each second. More "
    .. "consumers work it off; one that only stores the messages empties the queue at once, and "
    .. "the work is done later. What piles up while the only consumer is down goes at the rate "
    .. "by which it is faster than the shop.",
  story = "A hundred orders a second for a minute; a worker does fifty a second. After 30 s "
    .. "1,500 wait, and somebody does something about it. In 'down' only 25 come in a second, "
    .. "and the worker is dead from 10 s to 30 s. No latency.",
}

variants {
  { "wait", "nothing is done" },
  { "more", "three more workers" },
  { "bulk", "the worker is replaced by one that stores an order in 1 ms, for later" },
  { "down", "the worker is fast enough, but dead for 20 s" },
}

local rabbit = broker { "rabbit", latency = 0 }
local orders = rabbit:queue { "orders", durable = true }
local rate = pick { wait = 100, more = 100, bulk = 100, down = 25 }
local total = rate * 60

publisher { "shop", to = orders, count = total, every = 1 * s // rate }

local gone = 0
local last -- when the last order left the queue for good
local function left()
  gone = gone + 1
  if gone == total then last = now() end
end
local function worker(name, start, work)
  return consumer {
    name, from = orders, ack = "manual", prefetch = 1, start = start, work = work, handler = left,
  }
end

local db = store { "db", write = 1 * ms }
local first = worker("worker", 0, 20 * ms)
if variant == "more" then
  for i = 2, 4 do worker("worker " .. i, 30 * s, 20 * ms) end
elseif variant == "bulk" then
  consumer {
    "bulk",
    from = orders,
    ack = "manual",
    prefetch = 1,
    start = 30 * s,
    process = function(_, m)
      db:transaction(function(tx)
        tx:insert("later", m.business)
        tx:effect("stored", m)
      end)
      left()
    end,
  }
  at(30 * s, function() first:stop() end)
elseif variant == "down" then
  at(10 * s, function() first:kill() end)
  at(30 * s, function() first:restart() end)
end

-- Just before t seconds 100 t orders have come, and a worker has taken 50 for each of its seconds.
local function expect_waiting(t, waiting)
  at(t * s - 500 * us, function() expect.ready(orders, waiting) end)
end
expect_waiting(10, variant == "down" and 0 or 500)
expect_waiting(30, variant == "down" and 20 * 25 or 1500)
-- wait: grows by 50 a second until 60 s, then 3,000 go at 50 a second: empty at 120 s.
if variant == "wait" then
  expect_waiting(60, 3000)
  expect_waiting(90, 1500)
end
-- more: four do 200 a second: the backlog shrinks by 100 a second and is gone 15 s later.
if variant == "more" then
  expect_waiting(40, 500)
  expect_waiting(46, 0)
end
-- bulk: 1,000 a second: it shrinks by 900 a second and is gone after 1.67 s.
if variant == "bulk" then
  expect_waiting(31, 600)
  expect_waiting(32, 0)
end
-- down: the worker does 50 a second again, twice what comes: it shrinks by 25 a second, for as long
-- as it has grown.
if variant == "down" then
  expect_waiting(40, 250)
  expect_waiting(50, 0)
end
run()

-- wait: 6,000 times 20 ms. more, bulk: the last order comes at 59.99 s. down: at 59.96 s.
local expected = pick { wait = 120 * s, more = 60010 * ms, bulk = 59991 * ms, down = 59980 * ms }
expect.equal(last, expected, "the last one left")
expect.handled(nil, total)
-- bulk: the first worker has done fifty a second for 30 s.
expect.equal(#db:rows "later", variant == "bulk" and total - 30 * 50 or 0, "kept for later")
expect.lost(0)
