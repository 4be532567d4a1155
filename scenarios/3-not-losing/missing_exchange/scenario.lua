lab {
  title = "The exchange does not exist",
  claim = "The notes say that such a publish is nacked and returned. It is neither: the channel is "
    .. "closed with 404, and what was sent behind it is lost without a confirm (ROUTE-19, PUB-8).",
  story = "A client publishes five messages in one go; the second names an exchange that is "
    .. "not there. One client leaves it at that, the other opens a new channel and sends again "
    .. "what was never confirmed.",
}

variants {
  { "naive", "gives up" },
  { "resend", "opens a channel again and resends the unconfirmed" },
}

local rabbit = broker "rabbit"
local orders = rabbit:exchange { "orders", type = "fanout", durable = true }
local queue = rabbit:queue({ "queue", durable = true }):bind(orders, "")

process {
  "shop",
  function(me)
    local connection = me:connect(rabbit)
    local ch = connection:channel()
    ch:confirm_select()
    for i = 1, 5 do
      ch:publish { to = i == 2 and "odrers" or orders, business = "order " .. i }
    end
    expect.equal(ch:wait_confirm(1 * s), "ack", "the confirm of the first")
    local answer, err = ch:wait_confirm(1 * s)
    expect.is_true(answer == nil, "no confirm for the second: the channel is closed")
    expect.error(err, 404, "NOT_FOUND - no exchange 'odrers' in vhost '/'")
    expect.equal(#ch:returned(), 0, "and nothing is returned")
    if variant == "naive" then return end

    ch = connection:channel()
    ch:confirm_select()
    for i = 2, 5 do
      ch:publish { to = orders, business = "order " .. i }
    end
    expect.equal(ch:wait_confirms(1 * s), "ack", "all others are confirmed")
  end,
}
run()

expect.ready(queue, pick { naive = 1, resend = 5 })
expect.lost(pick { naive = 1, resend = 0 }, "no-exchange")
expect.lost(pick { naive = 3, resend = 0 }, "ignored")
expect.pending(pick { naive = 1, resend = 5 })
