// SPDX-License-Identifier: MIT
// at, after, every, now, run, and the distributions.
#include <fmt/format.h>

#include "scripting/host.hpp"
#include "scripting/object.hpp"
#include "scripting/options.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/base/text.hpp"

namespace mqlab::scripting {
namespace {

enum class When { at, after, every };

Result<Then> set_timer(Call& call, When when, const char* word) {
  const Result<Duration> span = duration_of(call, call.arg(0), fmt::format("{}: the time", word));
  if (!span.ok()) return span.error();
  const Function* function = call.arg(1).function();
  if (function == nullptr) {
    return call.error(fmt::format("{} takes a time and a function", word),
                      fmt::format("{}(10*ms, function() … end)", word));
  }
  Host& host = call.host;
  world::World& world = host.world();
  if (when == When::every && span->ns == 0) {
    return call.error("every: the time must be above 0", "every(10*ms, …)");
  }
  const auto token = static_cast<std::uint64_t>(host.timers.size());
  host.timers.emplace_back(TimerObject{0, *function, when == When::every});
  switch (when) {
    case When::at:
      host.timers.back().id = world.at(Time{span->ns}, token);
      break;
    case When::after:
      host.timers.back().id = world.at(world.now() + *span, token);
      break;
    case When::every:
      host.timers.back().id = world.every(*span, token);
      break;
  }
  call.results.emplace_back(Object{ObjectKind::timer, static_cast<std::uint32_t>(token)});
  return Then::reply;
}

Result<Then> at(Call& call) {
  return set_timer(call, When::at, "at");
}
// after("#41", "kill worker"): an intervention, when so many events have happened.
Result<Then> after_event(Call& call, const std::string& when) {
  const Result<std::uint64_t> event = parse_count(std::string_view(when).substr(1));
  if (!event.ok()) return call.error(fmt::format("after {}: {}", when, event.error().what));
  const std::string* what = call.arg(1).text();
  if (what == nullptr) {
    return call.error("after an event, what is done is a text", "after(\"#41\", \"kill worker\")");
  }
  const Result<world::Intervention> todo = world::parse_intervention(*event, *what);
  if (!todo.ok()) return call.error(todo.error().what, todo.error().hint);
  const Result<void> planned = call.host.world().plan(*todo);
  if (!planned.ok()) return call.error(planned.error().what, "say it before run()");
  return Then::reply;
}

Result<Then> after(Call& call) {
  const std::string* when = call.arg(0).text();
  if (when != nullptr && when->starts_with('#')) return after_event(call, *when);
  return set_timer(call, When::after, "after");
}
// decide("shop.latency", 3, 0): that choice of that stream is this one, whatever the seed says.
Result<Then> decide(Call& call) {
  const std::string* stream = call.arg(0).text();
  const std::int64_t* nth = call.arg(1).integer();
  const std::int64_t* value = call.arg(2).integer();
  if (stream == nullptr || stream->empty() || nth == nullptr || *nth < 0 || value == nullptr) {
    return call.error("decide takes a stream, which of its choices (the first is 0), and its value",
                      "decide(\"shop.latency\", 3, 0)");
  }
  // Of a choice with 64 bits the upper half is negative in Lua.
  call.host.world().choices().set_override(
      {*stream, static_cast<std::uint64_t>(*nth), static_cast<std::uint64_t>(*value)});
  call.host.has_decided = true;
  return Then::reply;
}
Result<Then> every(Call& call) {
  return set_timer(call, When::every, "every");
}

Result<Then> cancel(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != ObjectKind::timer) {
    return call.error("cancel is said to a timer", "timer:cancel()");
  }
  call.host.world().cancel(call.host.timers[object->index].id);
  return Then::reply;
}

Result<Then> now(Call& call) {
  call.results.emplace_back(call.host.has_world() ? call.host.world().now().ns : std::int64_t{0});
  return Then::reply;
}

Result<Then> run(Call& call) {
  std::optional<Time> until;
  if (!call.arg(0).is_nil()) {
    const Result<Duration> span = duration_of(call, call.arg(0), "run: the end");
    if (!span.ok()) return span.error();
    until = Time{span->ns};
  }
  const Result<std::string> ended = call.host.run(until, call);
  if (!ended.ok()) return ended.error();
  call.results.emplace_back(*ended);
  return Then::reply;
}

Result<Then> keep(Call& call, const Result<Distribution>& distribution) {
  if (!distribution.ok()) {
    return call.error(distribution.error().what, distribution.error().hint);
  }
  call.results.emplace_back(
      Object{ObjectKind::distribution, static_cast<std::uint32_t>(call.host.distributions.size())});
  call.host.distributions.push_back(*distribution);
  return Then::reply;
}

Result<Then> uniform(Call& call) {
  const Result<Duration> low = duration_of(call, call.arg(0), "uniform: the least");
  if (!low.ok()) return low.error();
  const Result<Duration> high = duration_of(call, call.arg(1), "uniform: the most");
  if (!high.ok()) return high.error();
  return keep(call, Distribution::uniform(*low, *high));
}

Result<Then> exponential(Call& call) {
  const Result<Duration> mean = duration_of(call, call.arg(0), "exponential: the mean");
  if (!mean.ok()) return mean.error();
  return keep(call, Distribution::exponential(*mean));
}

Result<Then> normal(Call& call) {
  const Result<Duration> mean = duration_of(call, call.arg(0), "normal: the mean");
  if (!mean.ok()) return mean.error();
  const Result<Duration> deviation = duration_of(call, call.arg(1), "normal: the deviation");
  if (!deviation.ok()) return deviation.error();
  return keep(call, Distribution::normal(*mean, *deviation));
}

Result<Then> pareto(Call& call) {
  const Result<Duration> least = duration_of(call, call.arg(0), "pareto: the least");
  if (!least.ok()) return least.error();
  const Value& shape = call.arg(1);
  if (shape.number() != nullptr) return keep(call, Distribution::pareto(*least, *shape.number()));
  if (shape.integer() != nullptr) {
    return keep(call, Distribution::pareto(*least, static_cast<double>(*shape.integer())));
  }
  return call.error("pareto: the shape must be a number", "pareto(1*ms, 1.5)");
}

Result<Then> empirical(Call& call) {
  const Table* table = call.arg(0).table();
  if (table == nullptr) {
    return call.error("empirical takes a list of times, or of { time, weight }",
                      "empirical { {1*ms, 9}, {100*ms, 1} }");
  }
  std::vector<Distribution::Share> shares;
  for (const Value& entry : table->list) {
    const Table* pair = entry.table();
    const Value& value = pair != nullptr && !pair->list.empty() ? pair->list[0] : entry;
    const Result<Duration> time = duration_of(call, value, "empirical: a value");
    if (!time.ok()) return time.error();
    Distribution::Share share{*time, 1};
    if (pair != nullptr) {
      const std::int64_t* weight = pair->list.size() == 2 ? pair->list[1].integer() : nullptr;
      if (weight == nullptr || *weight < 0) {
        return call.error("empirical: a weight must be a whole number from 0");
      }
      share.weight = static_cast<std::uint64_t>(*weight);
    }
    shares.push_back(share);
  }
  return keep(call, Distribution::empirical(std::move(shares)));
}

}  // namespace

void add_time_words(lua_State* L) {
  lua_register(L, "at", callable<at>);
  lua_register(L, "after", callable<after>);
  lua_register(L, "decide", callable<decide>);
  lua_register(L, "every", callable<every>);
  lua_register(L, "now", callable<now>);
  lua_register(L, "run", callable<run>);
  lua_register(L, "uniform", callable<uniform>);
  lua_register(L, "exponential", callable<exponential>);
  lua_register(L, "normal", callable<normal>);
  lua_register(L, "pareto", callable<pareto>);
  lua_register(L, "empirical", callable<empirical>);
  constexpr Method kTimer[] = {{"cancel", callable<cancel>}};
  register_kind(L, ObjectKind::timer, kTimer);
  register_kind(L, ObjectKind::distribution, {});
}

}  // namespace mqlab::scripting
