lab {
  title = "A channel spares a TCP connection",
  claim = "Opening a connection takes four round trips, closing it one. A channel takes one "
    .. "each, and many share a connection. What goes wrong on a channel leaves its siblings "
    .. "alone.",
  story = "A thousand publishes, 1 ms away from the broker: a round trip is 2 ms. Then one of "
    .. "two channels asks for a queue that does not exist.",
}

variants {
  { "connections", "a connection and a channel for each publish" },
  { "channels", "one connection, a channel for each publish" },
  { "one", "one connection, one channel" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }
local count = 1000

process {
  "shop",
  function(me)
    local connection, ch
    if variant ~= "connections" then connection = me:connect(rabbit) end
    if variant == "one" then ch = connection:channel() end
    for _ = 1, count do
      if variant == "connections" then connection = me:connect(rabbit) end
      if variant ~= "one" then ch = connection:channel() end
      ch:publish { to = orders }
      if variant ~= "one" then ch:close() end
      if variant == "connections" then connection:close() end
    end
    if variant == "one" then ch:close() end

    -- Round trips: connect 4, channel 1, close the channel 1, close the connection 1.
    local round_trips = pick {
      connections = count * (4 + 1 + 1 + 1),
      channels = 4 + count * (1 + 1),
      one = 4 + 1 + 1,
    }
    expect.equal(now(), round_trips * 2 * ms, "the time of " .. round_trips .. " round trips")

    connection = me:connect(rabbit)
    local careless, sibling = connection:channel(), connection:channel()
    local _, err = careless:queue { "nowhere", passive = true }
    expect.error(err, 404, "no queue 'nowhere'")
    expect.is_true(careless:closed() ~= nil, "its channel is closed")
    sibling:confirm_select()
    sibling:publish { to = orders }
    expect.equal(sibling:wait_confirm(1 * s), "ack", "the other channel goes on")
    expect.is_true(connection:closed() == nil, "and so does the connection")
  end,
}
run()
expect.ready(orders, count + 1)
