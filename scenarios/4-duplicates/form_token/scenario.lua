lab {
  title = "An id and a short lock against double clicks",
  claim = "A lock on interface, user and product stops a second click as long as it lives, and "
    .. "not after. A token that came with the form and is used up by the first click stops "
    .. "both.",
  story = "Somebody clicks on buy four times, at 0, 200, 900 and 1,500 ms. The lock lives for a "
    .. "second. The page was loaded once: all four clicks carry the same token.",
}

variants {
  { "nothing", "each click is an order" },
  { "lock", "a click sets a lock for a second; while there is one, clicks are ignored" },
  { "token", "a click uses up the token of its form" },
}

local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", durable = true }
local worker = consumer { "worker", from = orders, ack = "manual", effect = "bought" }

local clicks = { 0, 200 * ms, 900 * ms, 1500 * ms }
local redis = store { "redis", read = 0, write = 0 } -- the cache of the shop

local function admitted(token)
  if variant == "lock" then
    return redis:insert("locks", "buy, user 1, product 2", true, { expires = 1 * s })
  elseif variant == "token" then
    return redis:delete("tokens", token) -- nil if it is not there (any more)
  end
  return true
end

local taken = {}
process {
  "shop",
  function(me)
    local ch = me:channel(rabbit)
    redis:insert("tokens", "token 7") -- with the page
    local opened = now()
    for _, click in ipairs(clicks) do
      sleep(opened + click - now())
      if admitted "token 7" then
        taken[#taken + 1] = click // ms
        ch:publish { to = orders, business = "user 1 buys product 2", persistent = true }
      end
    end
  end,
}
run()

expect.equal(taken, pick {
  nothing = { 0, 200, 900, 1500 },
  lock = { 0, 1500 },
  token = { 0 },
}, "the clicks that became orders, in ms")
expect.handled(worker, pick { nothing = 4, lock = 2, token = 1 })
expect.effects("user 1 buys product 2", pick { nothing = 4, lock = 2, token = 1 })
expect.duplicated(pick { nothing = 3, lock = 1, token = 0 })
