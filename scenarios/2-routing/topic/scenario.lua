lab {
  title = "A topic exchange: # is zero or more words, * exactly one",
  claim = "Patterns are matched word by word. The notes say that * stands for one word or "
    .. "more; on a real broker it is exactly one (ROUTE-5, ROUTE-6).",
  story = "First the four queues of the course, bound with `gulimall.#` and `*.news`; then the "
    .. "table of patterns of the second notes.",
}

local rabbit = broker "rabbit"

local course = rabbit:exchange { "exchange.topic", type = "topic", durable = true }
local gulimall = rabbit:queue("gulimall"):bind(course, "gulimall.#")
local emps = rabbit:queue("gulimall.emps"):bind(course, "gulimall.#")
local news = rabbit:queue("gulimall.news"):bind(course, "gulimall.#"):bind(course, "*.news")
local xueyuan = rabbit:queue("gulixueyuan.news"):bind(course, "*.news")

local patterns = rabbit:exchange { "patterns", type = "topic" }
local four = {}
local table_of_002 = { "key1.key2.key3.*", "key1.#", "*.key2.*.key4", "#.key3.key4", "key1.*" }
for _, pattern in ipairs(table_of_002) do
  four[pattern] = rabbit:queue("pattern " .. pattern):bind(patterns, pattern)
end

publisher {
  "shop",
  to = course,
  key = { "gulimall.news", "hello.news" },
  count = 2,
  every = 1 * ms,
}
publisher {
  "table",
  to = patterns,
  key = { "key1.key2.key3.key4", "key1" },
  count = 2,
  every = 1 * ms,
}
run()

expect.contents(gulimall, { "shop.1" })
expect.contents(emps, { "shop.1" })
expect.contents(news, { "shop.1", "shop.2" })
expect.contents(xueyuan, { "shop.1", "shop.2" })

expect.contents(four["key1.key2.key3.*"], { "table.1" })
expect.contents(four["key1.#"], { "table.1", "table.2" })
expect.contents(four["*.key2.*.key4"], { "table.1" })
expect.contents(four["#.key3.key4"], { "table.1" })
expect.contents(four["key1.*"], {})
