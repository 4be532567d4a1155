lab {
  title = "A queue turns a burst into a level load",
  claim = "10,000 requests within a second at a service that does 1,000 in a second: without a "
    .. "queue nine of ten are refused; with one nobody is, and the work takes ten seconds.",
  story = "Every 0.1 ms somebody buys a ticket, for one second. For each a text message has to "
    .. "be sent, which takes 1 ms. All clients are next to the broker: no latency.",
}

variants {
  { "direct", "the text message service is called; while it is busy it refuses" },
  { "queue", "the requests wait in a queue" },
}

local rabbit = broker { "rabbit", latency = 0 }
local requests = rabbit:queue { "requests", durable = true }
local count, apart, work = 10000, 100 * us, 1 * ms

local refused, served = 0, 0
if variant == "direct" then
  process {
    "sms",
    function()
      local free = 0
      for i = 1, count do
        if now() >= free then
          free = now() + work
          effect("sent", "request " .. i)
          served = served + 1
        else
          refused = refused + 1
        end
        sleep(apart)
      end
    end,
  }
else
  publisher { "shop", to = requests, count = count, every = apart }
  consumer {
    "sms",
    from = requests,
    ack = "manual",
    prefetch = 1,
    work = work,
    effect = "sent",
    handler = function() served = served + 1 end,
  }
  -- The last request comes at 999.9 ms. By then 999 are done and one is in hand: 9,000 wait.
  local peak = count - 999 - 1
  always("never more than 9,000 wait", function() return requests:ready() <= peak end)
  sometimes("9,000 wait", function() return requests:ready() == peak end)
  -- From then on 1,000 leave in each second.
  for second = 1, 9 do
    at(second * s + 500 * us, function() expect.ready(requests, 10000 - 1000 * second - 1) end)
  end
end
run()

-- Free again after 1 ms: of every ten requests the first is served.
expect.equal(served, pick { direct = 1000, queue = 10000 }, "text messages sent")
expect.equal(refused, pick { direct = 9000, queue = 0 }, "requests refused")
expect.handled(nil, pick { direct = 1000, queue = 10000 })
expect.lost(0)
if variant == "queue" then expect.time(10 * s) end -- 10,000 times 1 ms
