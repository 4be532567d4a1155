// SPDX-License-Identifier: MIT
// Options are read strictly: every mistake has its line, says what is wrong, and how to mend it.
#include <vector>

#include "tests/catch.hpp"
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {
namespace {

struct Mistake {
  const char* script;
  const char* message;
};

void check_all(const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    const std::string got = error(std::string("\n") + mistake.script);
    INFO(mistake.script);
    CHECK(got == std::string("lab.lua:3: ") + mistake.message);
    CHECK(got.find('\n') == std::string::npos);
  }
}

}  // namespace

TEST_CASE("An unknown option is told with the one that was probably meant") {
  check_all({
      {"publisher { 'shop', to = q, evry = 1 }",
       "publisher has no option 'evry' (did you mean 'every'?)"},
      {"consumer { 'w', from = q, prefech = 1 }",
       "consumer has no option 'prefech' (did you mean 'prefetch'?)"},
      {"rabbit:queue { 'a', durabel = true }",
       "queue has no option 'durabel' (did you mean 'durable'?)"},
      {"rabbit:exchange { 'a', typ = 'topic' }",
       "exchange has no option 'typ' (did you mean 'type'?)"},
      {"broker { 'b', verson = '4.0' }", "broker has no option 'verson' (did you mean 'version'?)"},
      {"process { 'p', function() end, strat = 1 }",
       "process has no option 'strat' (it has start)"},
      {"rabbit:user { 'u', pasword = '' }",
       "user has no option 'pasword' (did you mean 'password'?)"},
      {"rabbit:policy { 'u', definition = { x = 1 }, prioritty = 1 }",
       "policy has no option 'prioritty' (did you mean 'priority'?)"},
  });
}

TEST_CASE("A value of the wrong type is told with what is wanted and what came") {
  check_all({
      {"publisher { 'shop', to = q, count = '5' }",
       "publisher: option 'count' must be a whole number, not the text '5'"},
      {"publisher { 'shop', to = q, count = 1.5 }",
       "publisher: option 'count' must be a whole number, not a number with a fraction"},
      {"publisher { 'shop', to = q, mandatory = 1 }",
       "publisher: option 'mandatory' must be true or false, not the number 1"},
      {"publisher { 'shop', to = q, on_return = 'x' }",
       "publisher: option 'on_return' must be a function, not the text 'x'"},
      {"publisher { 'shop', to = q, content_type = {} }",
       "publisher: option 'content_type' must be text, not a table"},
      {"publisher { 'shop', to = q, broker = q }",
       "publisher: option 'broker' must be a broker, not a queue"},
      {"consumer { 'w', from = q, arguments = 'x' }",
       "consumer: option 'arguments' must be a table, not the text 'x'"},
      {"consumer { 'w', from = q, work = true }",
       "consumer: option 'work' must be a time, not true (times are numbers with a unit: 10*ms, "
       "1.5*s)"},
      {"rabbit:queue { 'a', ttl = q }",
       "queue: option 'ttl' must be a time, not a queue (times are numbers with a unit: 10*ms, "
       "1.5*s)"},
  });
}

TEST_CASE("A value out of range is told with its range") {
  check_all({
      {"publisher { 'shop', to = q, count = -1 }",
       "publisher: option 'count' is -1, outside 0 to 1000000000000"},
      {"publisher { 'shop', to = q, window = 0 }",
       "publisher: option 'window' is 0, outside 1 to 1000000000"},
      {"publisher { 'shop', to = q, priority = 256 }",
       "publisher: option 'priority' is 256, outside 0 to 255"},
      {"publisher { 'shop', to = q, body = 1048577 }", "a body has 0 to 1048576 bytes"},
      {"consumer { 'w', from = q, prefetch = 65536 }",
       "consumer: option 'prefetch' is 65536, outside 0 to 65535"},
      {"consumer { 'w', from = q, threads = 0 }",
       "consumer: option 'threads' is 0, outside 1 to 100000"},
  });
}

TEST_CASE("Times are not negative, not endless and not too long") {
  check_all({
      {"at(-1*ms, function() end)", "at: the time is negative (times start at 0)"},
      {"at(0/0, function() end)", "at: the time is too long (at most 292 years)"},
      {"after(math.huge, function() end)", "after: the time is too long (at most 292 years)"},
      {"at(300*365*24*h, function() end)",
       "at: the time is negative (times start at 0; more than 292 years do not fit, and Lua goes "
       "on "
       "with negative numbers)"},
      {"at(300*365*24*h*1.0, function() end)",
       "at: the time is negative (times start at 0; more than 292 years do not fit, and Lua goes "
       "on "
       "with negative numbers)"},
      {"at(-364*24*h, function() end)", "at: the time is negative (times start at 0)"},
      {"after(-0.1, function() end)", "after: the time is negative (times start at 0)"},
      {"every(0, function() end)", "every: the time must be above 0 (every(10*ms, …))"},
      {"run(-1)", "run: the end is negative (times start at 0)"},
      {"run(1e19)", "run: the end is too long (at most 292 years)"},
      {"run('1s')",
       "run: the end must be a time, not the text '1s' (times are numbers with a unit: 10*ms, "
       "1.5*s)"},
      {"consumer { 'w', from = q, work = -1 }",
       "consumer: option 'work' is negative (times start at 0)"},
      {"publisher { 'p', to = q, every = 1e300 }",
       "publisher: option 'every' is too long (at most 292 years)"},
      {"publisher { 'p', to = q, at = { 1*s, -1*s } }",
       "option 'at' is negative (times start at 0)"},
      {"uniform(-1, 1)", "uniform: the least is negative (times start at 0)"},
      {"exponential('x')",
       "exponential: the mean must be a time, not the text 'x' (times are numbers with a unit: "
       "10*ms, 1.5*s)"},
      {"rabbit:queue { 'a', ttl = 1.5*ms }",
       "option 'ttl' must be whole milliseconds: AMQP knows nothing finer"},
  });
}

TEST_CASE("The latest instant there is does no harm") {
  CHECK(error("at(math.maxinteger, function() end) run(1*s)") == "");
  CHECK(error("at(1*s, function() after(math.maxinteger, print) end) run(2*s)") == "");
  CHECK(error("every(math.maxinteger, print) run(2*s)") == "");
  CHECK(error("process { 'p', function() sleep(1*s) sleep(math.maxinteger) end } run(2*s)") == "");
  CHECK(error("publisher { 'p', to = q, every = math.maxinteger, count = 5 } run(2*s)") == "");
  CHECK(error("publisher { 'p', to = q, latency = math.maxinteger } "
              "consumer { 'w', from = q, work = math.maxinteger } run(2*s)") == "");
}

TEST_CASE("Names are texts, there, and given once") {
  check_all({
      {"publisher { to = q }", "publisher needs a name (write publisher { \"name\", … })"},
      {"consumer { '', from = q }", "consumer needs a name (write consumer { \"name\", … })"},
      {"broker {}", "broker needs a name (write broker { \"name\", … })"},
      {"broker { 5 }", "the name of a broker must be text, not the number 5"},
      {"broker(7)", "broker takes a table of options, not the number 7 (write broker { … })"},
      {"publisher { 'a', 'b', to = q }",
       "publisher: the text 'b' is not an option (options have names: key = value)"},
      {"process { 'p' }",
       "process takes a name and a function (process { \"client\", function(me) … end })"},
      {"process { function() end, 'p' }",
       "process takes a name and a function (process { \"client\", function(me) … end })"},
  });
  for (const std::string second : {"publisher { 'x', to = q }", "consumer { 'x', from = q }",
                                   "process { 'x', print }", "broker 'x'"}) {
    const std::string got = error("publisher { 'x', to = q }\n" + second);
    INFO(got);
    CHECK(got.rfind("lab.lua:3: ", 0) == 0);
    CHECK(got.find("'x'") != std::string::npos);
  }
}

TEST_CASE("A word that is none of the choices is told with the choices") {
  check_all({
      {"consumer { 'w', from = q, ack = 'none' }",
       "consumer: option 'ack' cannot be \"none\" (one of \"auto\", \"manual\")"},
      {"consumer { 'w', from = q, on_failure = 'dead-letter' }",
       "consumer: option 'on_failure' cannot be \"dead-letter\" (one of \"requeue\", \"reject\", "
       "\"nothing\")"},
      {"publisher { 'p', to = q, confirm = 'all' }",
       "publisher: option 'confirm' cannot be \"all\" (one of \"none\", \"each\", \"batch\", "
       "\"stream\")"},
      {"broker { 'b', version = '3.8' }",
       "broker: option 'version' cannot be \"3.8\" (one of \"3.10\", \"4.0\")"},
      {"expect.lost(1, 'unrouteable')",
       "expect.lost: the text 'unrouteable' is no cause of a loss (did you mean 'unroutable'?)"},
      {"expect.dead_lettered(q, 1, 'age')",
       "expect.dead_lettered: nothing dies of 'age' (rejected, expired, maxlen or delivery_limit)"},
      {"rabbit:alarm('cpu', true)",
       "alarm takes \"memory\" or \"disk\", and true or false (rabbit:alarm(\"memory\", true))"},
  });
}

TEST_CASE("What is needed and missing is told") {
  check_all({
      {"publisher { 'p' }",
       "option 'to' is missing (to = a queue, an exchange, or an exchange's name)"},
      {"consumer { 'w' }", "option 'from' is missing (from = a queue)"},
      {"broker 'second' publisher { 'p', to = 'logs' }",
       "it is not clear which broker is meant (add broker = …)"},
      {"rabbit:policy { 'p' }",
       "a policy needs a definition (definition = { [\"message-ttl\"] = 1000 })"},
      {"at(1*s)", "at takes a time and a function (at(10*ms, function() … end))"},
      {"always(function() return true end)",
       "always takes a text and a function (always(\"never more than 10\", function() return … "
       "end))"},
      {"expect.ready(q)", "expect.ready: the expected number is nothing (a whole number from 0)"},
      {"expect.ready(rabbit, 1)", "expect.ready asks about a queue, not a broker"},
      {"expect.handled(q, 1)", "expect.handled asks about an actor, not a queue"},
      {"expect.published(q, 1)", "expect.published asks about a publisher, not a queue"},
      {"expect.contents(q, 'shop.1')",
       "expect.contents takes a list of message names ({ \"shop.1\", \"shop.2\" })"},
  });
}

TEST_CASE("What the broker refuses has its code and text") {
  CHECK(error("rabbit:queue { 'q', durable = true }").rfind("lab.lua:2: PRECONDITION_FAILED", 0) ==
        0);
  CHECK(error("q:bind('nowhere', 'k')").rfind("lab.lua:2: NOT_FOUND - no exchange 'nowhere'", 0) ==
        0);
  CHECK(error("rabbit:exchange { 'e', type = 'topics' }").rfind("lab.lua:2: ", 0) == 0);
}

TEST_CASE("Objects say what they are and what they can") {
  check_all({
      {"q:purgge()", "a queue has no 'purgge' (did you mean 'purge'?)"},
      {"q.durable = false", "a queue cannot be changed by assignment"},
      {"q.ready()",
       "this is said to a queue, not to nothing (methods are called with a colon: "
       "thing:method())"},
      {"rabbit:quue 'x'", "a broker has no 'quue' (did you mean 'queue'?)"},
  });
  CHECK(printed("print(rabbit, q, uniform(1*ms, 2*ms)) print({ a = { 1, q } }, nil, 1.5)")
            .rfind("rabbit  q  ", 0) == 0);
}

TEST_CASE("Tables with gaps, cycles or odd keys are refused, not misread") {
  check_all({
      {"local t = {} t.t = t expect.equal(t, 1)", "a table is nested too deep, or contains itself"},
      {"expect.equal({ [3] = 1 }, 1)",
       "the keys of a table here are positions 1, 2, 3… without gaps, or names"},
      {"publisher { 'p', to = q, headers = { [1.5] = 1 } }",
       "the keys of a table here are positions 1, 2, 3… without gaps, or names"},
      {"publisher { 'p', to = q, headers = { f = print } }",
       "a function cannot be sent in a header or argument (use text, numbers, true, false or "
       "tables "
       "of them)"},
      {"expect.equal(coroutine.create(print), 1)", "a thread is of no use here"},
  });
}

TEST_CASE("What AMQP has no room for is refused: names, keys, tags, properties above 255 bytes") {
  const char* const calls[] = {
      "rabbit:queue { ('x'):rep(N) }",
      "rabbit:exchange { ('x'):rep(N) }",
      "publisher { ('x'):rep(N), to = q }",
      "publisher { 'p', to = q, key = ('x'):rep(N) }",
      "publisher { 'p', to = q, key = { ('x'):rep(N) } } run(0)",
      "publisher { 'p', to = q, key = function() return ('x'):rep(N) end } run(0)",
      "publisher { 'p', to = q, correlation_id = ('x'):rep(N) }",
      "consumer { 'c', from = q, tag = ('x'):rep(N) }",
      "q:bind('amq.direct', ('x'):rep(N))",
      "q:bind('amq.headers', { [('x'):rep(N)] = 1 })",
      "rabbit:queue { 'other', arguments = { [('x'):rep(N)] = 1 } }",
      "publisher { 'p', to = q, headers = { [('x'):rep(N)] = 1 } } run(0)",
      "publisher { 'p', to = q, headers = { a = { b = { { [('x'):rep(N)] = 1 } } } } } run(0)",
      "publisher { 'p', to = q, headers = function() return { [('x'):rep(N)] = 1 } end } run(0)",
      "process { 'c', function(me) me:channel(rabbit):queue { ('x'):rep(N) } end } run()",
      ("process { 'c', function(me) me:channel(rabbit):publish { to = q, key = ('x'):rep(N) } end "
       "} "
       "run()"),
      ("process { 'c', function(me) me:channel(rabbit):publish { to = q, headers = { "
       "[('x'):rep(N)] = 1 } } end } run()"),
  };
  for (const std::string call : calls) {
    INFO(call);
    const std::string got = error("local N = 256\n" + call);
    CHECK(got.rfind("lab.lua:3: ", 0) == 0);
    CHECK(got.find("256 bytes (AMQP has at most 255 bytes there)") != got.npos);
    CHECK(error("local N = 255\n" + call) == "");
  }
}

TEST_CASE("What is not simulated is said with its place, or refused") {
  struct Row {
    const char* line;
    const char* said;     // in "not simulated: lab.lua:2: …", or ""
    const char* refused;  // in the error, or ""
  };
  const Row rows[] = {
      {"rabbit:queue { 'a', arguments = { ['x-max-in-memory-length'] = 5, ['x-queue-type'] = "
       "'quorum' }, durable = true }",
       "queue argument x-max-in-memory-length", ""},
      {"rabbit:queue { 'a', arguments = { ['x-queue-master-locator'] = 'random' } }",
       "queue argument x-queue-master-locator", ""},
      {"rabbit:queue { 'a', arguments = { ['x-queue-leader-locator'] = 'balanced' } }",
       "queue argument x-queue-leader-locator", ""},
      {"rabbit:queue { 'a', type = 'quorum', durable = true,"
       " arguments = { ['x-quorum-initial-group-size'] = 3 } }",
       "queue argument x-quorum-initial-group-size", ""},
      {"rabbit:queue { 'a', type = 'stream', durable = true,"
       " arguments = { ['x-initial-cluster-size'] = 3 } }",
       "queue argument x-initial-cluster-size", ""},
      {"rabbit:queue { 'a', type = 'stream', durable = true, arguments = { ['x-max-age'] = '1h' } "
       "}",
       "queue argument x-max-age", ""},
      {"rabbit:queue { 'a', type = 'stream', durable = true, max_bytes = 100 }",
       "queue argument x-max-length-bytes", ""},
      {"rabbit:queue { 'a', arguments = { ['x-message-deduplication'] = true } }",
       "queue argument x-message-deduplication: RabbitMQ without plugins ignores it, too", ""},
      {"rabbit:queue { 'a', arguments = { ['x-max-age'] = '1h' } }", "", "x-max-age"},
      {"rabbit:queue { 'a', max_age = 5 }", "", "queue has no option 'max_age'"},
      {"rabbit:exchange { 'x', arguments = { ['hash-header'] = 'k' } }",
       "exchange argument hash-header", ""},
      {"rabbit:exchange { 'x', type = 'x-local-random' }", "", ""},
      {"rabbit:exchange { 'x', type = 'x-random' }", "exchange type x-random",
       "unknown exchange type 'x-random'"},
      {"q:bind('amq.headers', { ['x-match'] = 'all', ['x-weight'] = 3 })",
       "binding argument x-weight: RabbitMQ without plugins ignores it, too", ""},
      {"q:bind('amq.headers', { ['x-match'] = 'all-with-x', ['x-weight'] = 3 })", "", ""},
      {"process { 'me', function(me) me:channel(rabbit):bind(q, 'amq.topic', 'k', { ['x-y'] = 1 }) "
       "end } run(1*s)",
       "binding argument x-y: RabbitMQ without plugins ignores it, too", ""},
      {"process { 'me', function(me) me:channel(rabbit):exchange { 'x', type = 'x-delayed-message' "
       "} "
       "end } run(1*s)",
       "exchange type x-delayed-message", ""},
      {"consumer { 'c', from = q, arguments = { ['x-cancel-on-ha-failover'] = true } }",
       "consumer argument x-cancel-on-ha-failover", ""},
      {"consumer { 'c', from = q, arguments = { ['x-prioriti'] = 5 } }",
       "consumer argument x-prioriti: RabbitMQ without plugins ignores it, too", ""},
      {"process { 'me', function(me) me:channel(rabbit):consume(q, { arguments = { ['x-credit'] = "
       "1 "
       "} }) end } run(1*s)",
       "consumer argument x-credit", ""},
      {"process { 'me', function(me) me:channel(rabbit):recover { requeue = false } end } run(1*s)",
       "", "recover takes nothing"},
      {"process { 'me', function(me) me:channel(rabbit):flow(false) end } run(1*s)", "",
       "a channel has no 'flow'"},
      {"process { 'me', function(me) me:channel(rabbit):publish { to = q, immediate = true } end } "
       "run(1*s)",
       "", "publish has no option 'immediate'"},
      {"process { 'me', function(me) me:channel(rabbit):consume(q, { no_local = true }) end } "
       "run(1*s)",
       "", "consume has no option 'no_local'"},
      {"publisher { 'p', to = q, cluster_id = 'c' }", "", "publisher has no option 'cluster_id'"},
      {"rabbit:policy { 'p', pattern = '', definition = { ['ha-mode'] = 'all' } }",
       "policy key ha-mode", ""},
      {"rabbit:policy { 'p', pattern = '', definition = { ['max-length-bytes'] = 5 } } run(1*s)",
       "", ""},
      {"rabbit:policy { 'p', pattern = '^s', definition = { ['max-length-bytes'] = 5 } } "
       "rabbit:queue { 's', type = 'stream', durable = true } run(1*s)",
       "policy p: max-length-bytes of a stream", ""},
      {"rabbit:policy { 'p', pattern = '^s', definition = { ['max-length-bytes'] = 5 } } "
       "process { 'me', function(me) me:channel(rabbit):queue { 's', type = 'stream', durable = "
       "true } end } run(1*s)",
       "policy p: max-length-bytes of a stream", ""},
      {"rabbit:policy { 'p', pattern = '', definition = { ['consumer-timeout'] = 5 } }",
       "policy key consumer-timeout", ""},
      {"rabbit:policy { 'p', pattern = '', definition = { ['federation-upstream-set'] = 'all' } }",
       "", "a policy has no setting 'federation-upstream-set'"},
      {"rabbit:user { 'u', tags = { 'impersonator' } }", "", "user has no option 'tags'"},
      {"rabbit:operator_policy { 'p' }", "", "a broker has no 'operator_policy'"},
      {"broker { 'other', cluster = 'c' }", "", "broker has no option 'cluster'"},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const Report report = run(row.line);
    CHECK(error_of(report).find(row.refused) != std::string::npos);
    CHECK(error_of(report).empty() == std::string_view(row.refused).empty());
    if (std::string_view(row.said).empty()) {
      CHECK((report.warnings.empty() || !std::string_view(row.refused).empty()));
      continue;
    }
    REQUIRE(report.warnings.size() == 1);
    CHECK(report.warnings.front() == "lab.lua:2: " + std::string(row.said));
  }
}

}  // namespace mqlab::scripting::test
