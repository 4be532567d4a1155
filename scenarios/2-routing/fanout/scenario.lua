lab {
  title = "A fanout exchange ignores the key",
  claim = "Every bound queue gets its own copy whatever the key; acking in one queue leaves the "
    .. "others as they are (ROUTE-4, ROUTE-13).",
  story = "The four queues of the course are bound to one fanout exchange. One message goes "
    .. "in; one queue is read and acked.",
}

local rabbit = broker "rabbit"
local news = rabbit:exchange { "exchange.fanout", type = "fanout", durable = true }
local names = { "gulimall", "gulimall.emps", "gulimall.news", "gulixueyuan.news" }
local queues = {}
for i, name in ipairs(names) do
  queues[i] = rabbit:queue { name, durable = true }
  queues[i]:bind(news, "key " .. i)
end

publisher { "shop", to = news, key = "no such key", count = 1 }

process {
  "reader",
  function(me)
    sleep(100 * ms)
    for _, queue in ipairs(queues) do
      expect.ready(queue, 1)
    end
    local ch = me:channel(rabbit)
    local m = ch:get(queues[1])
    expect.equal(m.id, "shop.1", "the copy that is read")
    ch:ack(m)
  end,
}
run()

expect.empty(queues[1])
for i = 2, 4 do
  expect.ready(queues[i], 1)
  expect.unacked(queues[i], 0)
end
