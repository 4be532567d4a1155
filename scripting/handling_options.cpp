// SPDX-License-Identifier: MIT
// How a consumer's handling is read.
#include "scripting/handling_options.hpp"

#include <fmt/format.h>

namespace mqlab::scripting {
namespace {

world::OnFailure failure_rule(const std::string& word) {
  if (word == "reject") return world::OnFailure::reject;
  if (word == "nothing") return world::OnFailure::nothing;
  return world::OnFailure::requeue;
}

// When the attempts are used up: "reject", "requeue" or { republish = { exchange, key } }.
void read_recoverer(const Call& call, Options& options, const Value& value,
                    world::RetryRule& rule) {
  const std::string* word = value.text();
  if (word != nullptr && *word == "reject") {
    rule.recoverer = world::Recoverer::reject;
    return;
  }
  if (word != nullptr && *word == "requeue") {
    rule.recoverer = world::Recoverer::requeue;
    return;
  }
  const Table* table = value.table();
  const Value* republish = table == nullptr ? nullptr : table->find("republish");
  const Table* to = republish == nullptr ? nullptr : republish->table();
  if (to == nullptr || to->list.empty() || to->list.size() > 2) {
    return options.fail("retry: 'recover' must be \"reject\", \"requeue\" or where to republish",
                        "recover = { republish = { errors, \"key\" } }");
  }
  rule.recoverer = world::Recoverer::republish;
  if (const Object* object = to->list[0].object();
      object != nullptr && object->kind == ObjectKind::exchange) {
    rule.exchange = call.host.exchanges[object->index].name;
  } else if (to->list[0].text() != nullptr) {
    rule.exchange = *to->list[0].text();
  } else {
    return options.fail(
        fmt::format("retry: republish names an exchange, not {}", to->list[0].kind_text()));
  }
  if (to->list.size() == 2) {
    if (to->list[1].text() == nullptr) return options.fail("retry: the key of republish is a text");
    rule.key = *to->list[1].text();
  }
}

void read_retry(const Call& call, Options& options, world::RetryRule& rule) {
  const Value value = options.value("retry");
  if (value.is_nil()) return;
  const Table* table = value.table();
  if (table == nullptr) {
    return options.fail("option 'retry' must be a table",
                        "retry = { attempts = 3, first = 1*s, factor = 2, max = 10*s }");
  }
  rule = world::RetryRule{3, seconds(1), 1, seconds(10), world::Recoverer::reject, {}, {}};
  for (const auto& [key, given] : table->fields) {
    if (key == "attempts") {
      if (given.integer() == nullptr || *given.integer() < 1 || *given.integer() > 1'000'000) {
        return options.fail("retry: 'attempts' must be a whole number from 1 to 1000000");
      }
      rule.attempts = static_cast<std::uint32_t>(*given.integer());
    } else if (key == "first" || key == "max") {
      const Result<Duration> span = duration_of(call, given, "retry: '" + key + "'");
      if (!span.ok()) return options.fail(span.error().what, span.error().hint);
      (key == "first" ? rule.first : rule.most) = *span;
    } else if (key == "factor") {
      const double factor = given.integer() != nullptr  ? static_cast<double>(*given.integer())
                            : given.number() != nullptr ? *given.number()
                                                        : 0;
      if (!(factor >= 1 && factor <= 1000)) {
        return options.fail("retry: 'factor' must be a number from 1 to 1000");
      }
      rule.factor = factor;
    } else if (key == "recover") {
      read_recoverer(call, options, given, rule);
    } else {
      return options.fail(fmt::format("retry has no option '{}'", key),
                          "it has attempts, first, factor, max, recover");
    }
  }
}

// What a listener container calls its modes, and what is behind them.
void read_modes(Options& options, world::ConsumerConfig& config, ActorObject& object) {
  const std::string container = options.one_of("container", "", {"", "none", "auto", "manual"});
  std::int64_t prefetch = 0;
  std::string ack = "manual";
  if (!container.empty()) {
    if (options.has("ack")) {
      options.fail("consumer: option 'container' says how messages are acked", "leave 'ack' out");
    }
    prefetch = 250;
    if (container == "none") ack = "auto";
    config.on_failure = world::OnFailure::requeue;
    object.leaves = container == "manual";
  }
  const bool requeue = options.flag("default_requeue", true);
  if (options.has("default_requeue") && container != "auto") {
    options.fail("consumer: option 'default_requeue' belongs to container = \"auto\"");
  }
  ack = options.one_of("ack", ack, {"auto", "manual"});
  config.ack = ack == "auto" ? world::AckMode::automatic : world::AckMode::manual;
  config.prefetch = static_cast<std::uint16_t>(options.integer("prefetch", prefetch, 0, 65535));
  const char* on_failure = container == "manual" ? "nothing" : requeue ? "requeue" : "reject";
  config.on_failure =
      failure_rule(options.one_of("on_failure", on_failure, {"requeue", "reject", "nothing"}));
}

}  // namespace

void read_handling(const Call& call, Options& options, world::ConsumerConfig& config,
                   ActorObject& object) {
  read_modes(options, config, object);
  read_retry(call, options, config.retry);
  object.handler = options.function("handler");
  object.fail = options.function("fail");
  object.work_function = options.function("process");
  config.asks_host = object.handler.has_value() || object.fail.has_value();
  config.coroutine = object.work_function.has_value();
  if (config.coroutine && config.asks_host) {
    options.fail("consumer: option 'process' takes the place of 'handler' and 'fail'",
                 "leave them out");
  }
  if (config.coroutine) config.effect.clear();
  const Value effect = options.value("effect");
  if (effect.boolean() != nullptr && !*effect.boolean()) {
    config.effect.clear();
  } else if (effect.text() != nullptr) {
    config.effect = *effect.text();
  } else if (!effect.is_nil()) {
    options.fail("option 'effect' must be the name of an effect, or false");
  }
}

}  // namespace mqlab::scripting
