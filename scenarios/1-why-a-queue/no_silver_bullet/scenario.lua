lab {
  title = "A queue is no silver bullet",
  claim = "Whoever puts a broker between two services depends on one thing more: while it is "
    .. "down no order goes through, though both services are up. What was refused may be done "
    .. "nevertheless (inconsistency), and what was done is done again (duplicates).",
  story = "An order a second, a hundred in all; the customer waits half a second for an answer. "
    .. "The broker is killed at 30.0025 s and is back 30 s later. By then it has written order "
    .. "30 and delivered it; neither its confirm nor the ack of the worker has got through.",
}

variants {
  { "direct", "the shop calls the stock service: no broker" },
  { "refuse", "what is not confirmed in time is refused" },
  { "resend", "what is not confirmed in time is sent again until it is" },
}

local rabbit = broker { "rabbit", latency = 1 * ms, fsync = 5 * ms }
local orders = rabbit:queue { "orders", durable = true }
if variant ~= "direct" then
  consumer { "stock", from = orders, ack = "manual", effect = "reserved", reconnect = 1 * s }
end
at(30002500 * us, function() rabbit:kill() end)
at(60002500 * us, function() rabbit:restart() end)

local answered = 0
process {
  "shop",
  function(me)
    local ch
    local function send(order)
      if variant == "direct" then
        effect("reserved", order)
        return true
      end
      if not ch then
        ch = me:channel(rabbit)
        if not ch then return false end
        ch:confirm_select()
      end
      ch:publish { to = orders, business = order, persistent = true }
      if ch:wait_confirm(500 * ms) == "ack" then return true end
      ch = nil
      return false
    end

    local open = {}
    for i = 1, 100 do
      sleep(i * s - now())
      if send("order " .. i) then
        answered = answered + 1
      elseif variant == "resend" then
        open[#open + 1] = "order " .. i
      end
      while open[1] and send(open[1]) do table.remove(open, 1) end
    end
  end,
}
run()

-- The broker is missing from order 30 (not confirmed) to order 60 (2.5 ms too early): 31 of 100.
expect.equal(answered, pick { direct = 100, refuse = 69, resend = 69 }, "per cent answered in time")
-- Order 30 is done at 30.002 s, and again when the broker has recovered it; the customer was told
-- that it failed. Sent again, it is done a third time.
expect.effects("order 30", pick { direct = 1, refuse = 2, resend = 3 })
expect.effects("order 31", pick { direct = 1, refuse = 0, resend = 1 })
expect.handled(nil, pick { direct = 100, refuse = 69 + 2, resend = 100 + 2 })
expect.duplicated(pick { direct = 0, refuse = 1, resend = 2 })
expect.lost(0)
