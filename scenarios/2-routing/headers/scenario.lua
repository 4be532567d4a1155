lab {
  title = "A headers exchange looks at the headers, not at the key",
  claim = "x-match=all wants every pair of the binding, x-match=any one of them (ROUTE-9).",
  story = "The example of the notes: two queues are bound with the same two pairs, one with "
    .. "all, one with any. The message has the right name and the wrong sex.",
}

local rabbit = broker "rabbit"
local people = rabbit:exchange { "people", type = "headers" }
local queue1 = rabbit:queue "queue1"
local queue2 = rabbit:queue "queue2"
queue1:bind(people, { ["x-match"] = "all", name = "xiaochuan", sex = "male" })
queue2:bind(people, { ["x-match"] = "any", name = "xiaochuan", sex = "male" })

publisher {
  "shop",
  to = people,
  key = "ignored",
  count = 3,
  every = 1 * ms,
  headers = function(i)
    if i == 1 then return { name = "xiaochuanXX", sex = "male" } end
    if i == 2 then return { name = "xiaochuan", sex = "male", age = 20 } end
    return { name = "somebody", sex = "female" }
  end,
}
run()

expect.contents(queue1, { "shop.2" })
expect.contents(queue2, { "shop.1", "shop.2" })
expect.unroutable(1)
