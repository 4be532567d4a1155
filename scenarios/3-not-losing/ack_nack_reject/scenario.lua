lab {
  title = "Three answers: ack, nack, reject",
  claim = "ack forgets a message, nack and reject refuse it; a refused message goes back to its "
    .. "original place or is dropped; ack and nack can settle many at once, reject only one.",
  story = "One client takes five messages without answering, then answers in every way. After each "
    .. "answer it asks the broker what is ready.",
}

local rabbit = broker "rabbit"
local tasks = rabbit:queue "tasks"

process {
  "client",
  function(me)
    local ch = me:channel(rabbit)
    for i = 1, 5 do
      ch:publish { to = tasks, body = "task " .. i }
    end
    local m = {}
    for i = 1, 5 do
      m[i] = ch:get(tasks)
    end
    expect.ready(tasks, 0)
    expect.unacked(tasks, 5)

    ch:ack(m[2], { multiple = true })
    sleep(10 * ms)
    expect.unacked(tasks, 3)

    -- Put back in the wrong order, found in the right one (QUEUE-2).
    ch:nack(m[5], { requeue = true })
    ch:reject(m[3], { requeue = true })
    ch:nack(m[4], { requeue = true })
    sleep(10 * ms)
    expect.contents(tasks, { "client.3", "client.4", "client.5" })

    local again = ch:get(tasks)
    expect.equal(again.id, "client.3", "the head after requeueing")
    expect.is_true(again.redelivered, "what came back is marked redelivered")
    ch:reject(again, { requeue = false })
    sleep(10 * ms)
    expect.contents(tasks, { "client.4", "client.5" })
    expect.unacked(tasks, 0)

    -- An ack for what is no longer outstanding ends the channel (ACK-3).
    ch:ack(again)
    sleep(10 * ms)
    expect.error(ch:closed(), 406, "unknown delivery tag")
  end,
}
run()

expect.ready(tasks, 2)
expect.drained()
