lab {
  title = "Durable, exclusive, auto-delete: what a declare fixes",
  claim = "A queue exists from its first declare on; a second declare must be equal or the "
    .. "channel is closed with 406; durable survives a restart, exclusive dies with its "
    .. "connection, auto-delete with its last consumer (DECL-1, DECL-5, DECL-12, DECL-14, "
    .. "DUR-1).",
  story = "One client declares a queue of each kind, changes its mind about one, and goes "
    .. "through the ends that each kind waits for.",
}

local rabbit = broker "rabbit"

process {
  "early",
  function(me)
    local ch = me:channel(rabbit)
    local _, err = ch:queue { "durable", passive = true }
    expect.error(err, 404, "NOT_FOUND - no queue 'durable' in vhost '/'")
  end,
}

process {
  "client",
  start = 1 * s,
  function(me)
    local connection = me:connect(rabbit)
    local ch = connection:channel()
    local durable = ch:queue { "durable", durable = true }
    ch:queue { "transient" }
    local mine = ch:queue { "mine", exclusive = true }
    local brief = ch:queue { "brief", auto_delete = true }

    local again = ch:queue { "durable", durable = true }
    expect.is_true(again == durable, "an equal declare finds the queue that is there")

    local changed = connection:channel()
    local _, err = changed:queue { "durable" }
    expect.error(err, 406, "inequivalent arg 'durable' for queue 'durable' in vhost '/'")
    expect.error(changed:closed(), 406)
    expect.is_true(ch:closed() == nil, "the other channel of the connection lives on")

    local other = me:channel(rabbit)
    _, err = other:get(mine)
    expect.error(err, 405, "cannot obtain exclusive access to locked queue 'mine'")

    -- A get is no consumer: the auto-delete queue waits for its first one (DECL-12).
    ch:get(brief)
    local tag = ch:consume(brief, {})
    ch:cancel(tag)
    local late = me:channel(rabbit)
    _, err = late:queue { "brief", passive = true }
    expect.error(err, 404, "no queue 'brief'")

    connection:close()
    late = me:channel(rabbit)
    _, err = late:queue { "mine", passive = true }
    expect.error(err, 404, "no queue 'mine'")
  end,
}

at(10 * s, function() rabbit:stop() end)
at(20 * s, function() rabbit:restart() end)

process {
  "after_restart",
  start = 60 * s,
  function(me)
    local ch = me:channel(rabbit)
    local found = ch:queue { "durable", passive = true }
    expect.is_true(found ~= nil, "the durable queue survives a restart")
    local _, err = ch:queue { "transient", passive = true }
    expect.error(err, 404, "no queue 'transient'")
  end,
}
run()

expect.drained()
