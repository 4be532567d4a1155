lab {
  title = "Every queue is bound to the default exchange by its name",
  claim = "Publishing to the exchange without a name with a queue's name as the key reaches "
    .. "that queue; the default exchange itself can be neither bound, unbound nor deleted "
    .. "(ROUTE-1, ROUTE-2).",
  story = "One message to an existing queue, one to a name that nobody has, then three forbidden "
    .. "operations, each of which costs a channel.",
}

local rabbit = broker "rabbit"
local tasks = rabbit:queue "tasks"

publisher {
  "shop",
  to = rabbit:default_exchange(),
  key = { "tasks", "task" },
  count = 2,
  every = 1 * ms,
}

process {
  "operator",
  function(me)
    local ch = me:channel(rabbit)
    local ok, err = ch:bind(tasks, rabbit:default_exchange(), "tasks")
    expect.error(err, 403, "operation not permitted on the default exchange")

    ch = me:channel(rabbit)
    ok, err = ch:unbind(tasks, rabbit:default_exchange(), "tasks")
    expect.error(err, 403, "operation not permitted on the default exchange")

    ch = me:channel(rabbit)
    ok, err = ch:delete_exchange(rabbit:default_exchange())
    expect.error(err, 403, "operation not permitted on the default exchange")
  end,
}
run()

expect.contents(tasks, { "shop.1" })
expect.unroutable(1)
expect.lost(1, "unroutable")
expect.drained()
