lab {
  title = "Virtual hosts keep worlds apart; permissions keep users in them",
  claim = "The same names in two virtual hosts never meet. A user needs configure to declare, "
    .. "write to publish, read to consume; what is missing is refused with 403 (PERM-1, "
    .. "PERM-2).",
  story = "`orders` exists in the virtual hosts `/` and `test`. Alice may only read in `/`, "
    .. "and has no rights at all in `test`.",
}

local rabbit = broker "rabbit"
rabbit:vhost "test"
rabbit:user { "alice", password = "secret", read = ".*" }

local orders = rabbit:queue { "orders", durable = true }
local test_orders = rabbit:queue { "orders", durable = true, vhost = "test" }

publisher { "shop", to = orders, count = 2, every = 1 * ms }
publisher { "tester", to = test_orders, count = 3, every = 1 * ms }

process {
  "alice",
  start = 1 * s,
  function(me)
    local login = { user = "alice", password = "secret" }
    local connection = me:connect(rabbit, login)

    local ch = connection:channel()
    local _, err = ch:queue { "hers" }
    expect.error(err, 403, "configure access to queue 'hers' in vhost '/' refused for user 'alice'")

    ch = connection:channel()
    ch:publish { to = orders }
    sleep(10 * ms)
    expect.error(ch:closed(), 403, "refused for user 'alice'")

    ch = connection:channel()
    local m = ch:get(orders, { ack = "auto" })
    expect.equal(m.id, "shop.1", "reading is what she may do")

    local _, refused = me:connect(rabbit, { user = "alice", password = "secret", vhost = "test" })
    expect.error(refused, 530, "vhost 'test' refused for user 'alice'")
  end,
}
run()

expect.ready(orders, 1)
expect.ready(test_orders, 3)
expect.contents(test_orders, { "tester.1", "tester.2", "tester.3" })
