lab {
  title = "Get messages: the four ack modes of the management page",
  claim = "Nack or reject with requeue put a message back, marked redelivered; automatic ack and "
    .. "reject without requeue take it away for good.",
  story = "One message lies in a queue. What the Get button of the management page does, a "
    .. "client does here with basic.get and an answer.",
}

variants {
  { "nack_requeue", "Nack message requeue true" },
  { "auto_ack", "Automatic ack" },
  { "reject_requeue", "Reject requeue true" },
  { "reject", "Reject requeue false" },
}

local rabbit = broker "rabbit"
local queue = rabbit:queue "queue"
publisher { "shop", to = queue, count = 1 }

process {
  "page",
  start = 1 * s,
  function(me)
    local ch = me:channel(rabbit)
    local m = ch:get(queue, { ack = variant == "auto_ack" and "auto" or "manual" })
    expect.is_true(not m.redelivered, "the first delivery is not marked redelivered")
    expect.equal(m.left, 0, "messages left")
    if variant == "nack_requeue" then ch:nack(m, { requeue = true }) end
    if variant == "reject_requeue" then ch:reject(m, { requeue = true }) end
    if variant == "reject" then ch:reject(m, { requeue = false }) end
    sleep(10 * ms)
    m = ch:get(queue, { ack = "manual" })
    if variant == "auto_ack" or variant == "reject" then
      expect.is_true(m == nil, "the message is gone")
    else
      expect.equal(m.id, "shop.1", "the message is back")
      expect.is_true(m.redelivered, "and marked redelivered")
      ch:nack(m, { requeue = true })
    end
  end,
}
run()

expect.ready(queue, pick { nack_requeue = 1, auto_ack = 0, reject_requeue = 1, reject = 0 })
expect.unacked(queue, 0)
