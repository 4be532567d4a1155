lab {
  title = "What a broker's crash takes with it",
  claim = "A message outlives its broker if its queue is durable and the message persistent; a "
    .. "lost machine takes even that until the disk has synced. Only then does the confirm "
    .. "come: a confirmed message is safe if, and only if, it was both.",
  story = "Twenty small worlds, one broker each. At 0 ms a message leaves; it arrives at 1 ms. "
    .. "A transient one is confirmed at 2 ms, a persistent one in a durable queue after the "
    .. "sync: 1 + 5 + 1 = 7 ms. The broker dies at 3 ms (before the sync) or at 10 ms, and "
    .. "comes back at 1 s.",
}

local before, after = 3 * ms, 10 * ms
local kept, kept_silently = "survived and confirmed", "survived unconfirmed"
local told, untold = "lost and known", "lost and unknown"
local betrayed = "confirmed and then lost"

-- durable, persistent, how the broker dies, when, with confirms, without
local matrix = {
  { true, true, "kill", before, kept_silently, kept_silently },
  { true, true, "kill", after, kept, kept_silently },
  { true, true, "power_off", before, told, untold },
  { true, true, "power_off", after, kept, kept_silently },
  { true, false, "kill", after, betrayed, untold },
  { true, false, "power_off", after, betrayed, untold },
  { false, true, "kill", after, betrayed, untold },
  { false, true, "power_off", after, betrayed, untold },
  { false, false, "kill", after, betrayed, untold },
  { false, false, "power_off", after, betrayed, untold },
}

local cells = {}
for _, row in ipairs(matrix) do
  local durable, persistent, death, when = row[1], row[2], row[3], row[4]
  for _, confirms in ipairs { true, false } do
    local name = (durable and "durable" or "transient queue")
      .. (persistent and ", persistent, " or ", transient, ")
      .. death .. " at " .. when // ms .. " ms, "
      .. (confirms and "confirms" or "no confirms")
    local node = broker { name, latency = 1 * ms, fsync = 5 * ms }
    local queue = node:queue { "orders", durable = durable }
    local shop = publisher {
      "shop " .. #cells + 1,
      to = queue,
      persistent = persistent,
      confirm = confirms and "stream" or "none",
    }
    at(when, function() node[death](node) end)
    at(1 * s, function() node:restart() end)
    cells[#cells + 1] = {
      name = name, node = node, shop = shop, confirms = confirms,
      outcome = confirms and row[5] or row[6],
    }
  end
end

-- Afterwards somebody looks into each queue.
process {
  "auditor",
  start = 2 * s,
  function(me)
    for _, cell in ipairs(cells) do
      local ch = me:channel(cell.node)
      local m = ch:get "orders" -- nil, too, if the queue itself is gone
      local confirmed = cell.shop:confirmed() == 1
      local outcome
      if m then outcome = confirmed and kept or kept_silently
      elseif confirmed then outcome = betrayed
      else outcome = cell.confirms and told or untold end
      expect.equal(outcome, cell.outcome, cell.name)
    end
  end,
}
run(1 * min)
expect.equal(#cells, 20, "every distinct cell")
-- Durable and persistent, eight cells: two are lost, when the power went too early. One of the two,
-- four cells: the message is lost, and four times its queue. Neither,
-- four cells: the queue is lost.
expect.lost(2 + 4, "lost-in-broker")
expect.lost(4 + 4, "queue-deleted")
expect.pending(6)
