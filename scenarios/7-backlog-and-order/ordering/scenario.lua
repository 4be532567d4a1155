lab {
  title = "One consumer keeps the order; several do not",
  claim = "Several consumers of one queue finish in another order. Sequence numbers put it "
    .. "right again; a queue for each key keeps the order where it matters. A requeue breaks it "
    .. "even with one consumer, if more than one message is in its hands.",
  story = "Nine messages, of three orders a, b and c in turn. Workers need 10, 25 and 40 ms. An "
    .. "inversion is a message that is done after a later one. No latency.",
}

variants {
  { "one", "one worker" },
  { "three", "three workers on one queue" },
  { "resequence", "the same, and what comes too early waits for its turn" },
  { "by_key", "three queues, one for each order, one worker each" },
  { "requeue", "one worker, prefetch 3; message 2 fails once and is requeued" },
  { "requeue_single", "the same with prefetch 1" },
}

local rabbit = broker { "rabbit", latency = 0 }
local keys = { "a", "b", "c" }
local by_key = variant == "by_key"
local work = { 10 * ms, 25 * ms, 40 * ms }
local workers = pick {
  one = 1, three = 3, resequence = 3, by_key = 3, requeue = 1, requeue_single = 1,
}

local done = {}
local function finish(number) done[#done + 1] = number end

local early, turn = {}, 1
local function resequence(number)
  early[number] = true
  while early[turn] do
    finish(turn)
    turn = turn + 1
  end
end

local exchange = rabbit:exchange { "orders", type = by_key and "direct" or "fanout" }
local shared = rabbit:queue "shared"
if not by_key then shared:bind(exchange) end
local failed = false
for i = 1, workers do
  local queue = by_key and rabbit:queue(keys[i]):bind(exchange, keys[i]) or shared
  consumer {
    "worker " .. i,
    from = queue,
    ack = "manual",
    prefetch = variant == "requeue_single" and 1 or 3,
    work = work[i],
    handler = function(m) (variant == "resequence" and resequence or finish)(m.number) end,
    fail = function(m)
      if m.number ~= 2 or failed or not variant:find "requeue" then return false end
      failed = true
      return true
    end,
  }
end
publisher { "shop", to = exchange, key = keys, count = 9 }
run()

-- three: worker 1 does 1, 4, 7 by 10, 20, 30 ms; worker 2 does 2, 5, 8 by 25, 50, 75 ms; worker 3
-- does 3, 6, 9 by 40, 80, 120 ms. by_key gives each worker the same messages.
-- requeue: 2 comes back while 3 and 4 are in the worker's hands: it goes behind them.
local uneven = { 1, 4, 2, 7, 3, 5, 8, 6, 9 }
local in_order = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }
expect.equal(done, pick {
  one = in_order,
  three = uneven,
  resequence = in_order,
  by_key = uneven,
  requeue = { 1, 3, 4, 2, 5, 6, 7, 8, 9 },
  requeue_single = in_order,
}, "the order in which they were done")

-- Inversions among the messages that `same` puts together.
local function inversions(same)
  local count = 0
  for i, number in ipairs(done) do
    for j = 1, i - 1 do
      if done[j] > number and same(done[j], number) then
        count = count + 1
        break
      end
    end
  end
  return count
end
-- three: 2 after 4, 3 and 5 after 7, 6 after 8. requeue: 2 after 4.
expect.equal(
  inversions(function() return true end),
  pick { one = 0, three = 4, resequence = 0, by_key = 4, requeue = 1, requeue_single = 0 },
  "inversions"
)
local function same_key(a, b) return a % 3 == b % 3 end
expect.equal(inversions(same_key), 0, "inversions within one order")
expect.handled(nil, 9)
