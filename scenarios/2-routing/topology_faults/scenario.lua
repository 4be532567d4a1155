lab {
  title = "Topologies that are wrong, and run without an error",
  claim = "A broker takes circles, dead ends and policies that apply to nothing as they come: "
    .. "messages go round or vanish, settings have no effect, and no publisher is told. "
    .. "mqlab lint sees it before anything runs.",
  story = "One small topology for each fault, with one or two messages, for a second.",
}

variants {
  { "letter_circle", "two queues are each other's dead letter queue" },
  { "letter_nowhere", "the dead letter exchange was never declared" },
  { "unbound", "nothing is bound to the exchange" },
  { "circle", "two exchanges are bound to each other" },
  { "bound_to_nothing", "the queue of a binding is not there" },
  { "policy_typo", "the pattern of a policy has a letter too few" },
  { "policy_tie", "two policies of the same priority for one queue" },
  { "no_rights", "a user that may enter no virtual host" },
}

local rabbit = broker "rabbit"

local function rejecting(name, queue)
  return consumer { name, from = queue, ack = "manual", prefetch = 1, work = 10 * ms,
    on_failure = "reject", fail = function() return true end }
end

-- What each world is, and what is to be seen of it after a second.
local worlds = {
  letter_circle = function()
    local a = rabbit:queue { "a", dead_letter = "", dead_letter_key = "b" }
    local b = rabbit:queue { "b", dead_letter = "", dead_letter_key = "a" }
    publisher { "shop", to = a }
    local first, second = rejecting("first", a), rejecting("second", b)
    return function() return { first:received(), second:received() } end
  end,
  letter_nowhere = function()
    local tasks = rabbit:queue { "tasks", dead_letter = "graveyard" }
    publisher { "shop", to = tasks }
    local worker = rejecting("worker", tasks)
    return function() return { worker:received(), tasks:ready() } end
  end,
  unbound = function()
    local news = rabbit:exchange { "news", type = "fanout" }
    local shop = publisher { "shop", to = news, count = 2, confirm = "each" }
    return function() return { shop:published(), shop:confirmed(), "confirmed" } end
  end,
  circle = function()
    local x = rabbit:exchange { "x", type = "fanout" }
    local y = rabbit:exchange { "y", type = "fanout" }
    local all = rabbit:queue "all"
    y:bind(x)
    x:bind(y)
    all:bind(y)
    publisher { "shop", to = x }
    return function() return { "ready", all:ready() } end
  end,
  bound_to_nothing = function()
    local code
    process { "setup", function(me)
      local ch = me:channel(rabbit)
      local _, err = ch:bind("odrers", "amq.topic", "order.#")
      code = err.code
    end }
    return function() return { code } end
  end,
  policy_typo = function()
    local orders = rabbit:queue "orders"
    rabbit:policy { "short", pattern = "^oders$", definition = { ["message-ttl"] = 100 } }
    publisher { "shop", to = orders, count = 2 }
    return function() return { "ready", orders:ready() } end
  end,
  policy_tie = function()
    local orders = rabbit:queue "orders"
    rabbit:policy { "length", pattern = "^orders$", definition = { ["max-length"] = 2 } }
    rabbit:policy { "time", pattern = "^ord", definition = { ["message-ttl"] = 100 } }
    publisher { "shop", to = orders, count = 5 }
    return function() return { "length alone", orders:ready() } end
  end,
  no_rights = function()
    rabbit:user { "app", password = "app", access = false }
    local code
    process { "client", function(me)
      local _, err = me:connect(rabbit, { user = "app", password = "app" })
      code = err.code
    end }
    return function() return { code } end
  end,
}

local look = worlds[variant]()
run(1 * s)

-- letter_circle: 1 ms to the broker and 1 ms to the worker, 10 ms of work, 1 ms back: the message
--                comes to one of the two every 12 ms from 2 ms on, 84 times within the second.
-- policy_tie:    the first by name applies, so two stay however old they are.
expect.equal(look(), pick {
  letter_circle = { 42, 42 },
  letter_nowhere = { 1, 0 },
  unbound = { 2, 2, "confirmed" },
  circle = { "ready", 1 },
  bound_to_nothing = { 404 },
  policy_typo = { "ready", 2 },
  policy_tie = { "length alone", 2 },
  no_rights = { 530 },
}, "what came of it")
