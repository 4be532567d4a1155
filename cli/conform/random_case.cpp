// SPDX-License-Identifier: MIT
// The mixture of operations in random sequences.
#include "cli/conform/random_case.hpp"

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/base/random.hpp"

namespace mqlab::conform {

namespace {

constexpr int kTtlMs = 250;
constexpr int kWaitMs = 900;  // more than three queues' TTL one after another

struct ChannelName {
  const char* connection;
  int number;
};

constexpr std::array kConsumers{ChannelName{"B", 1}, ChannelName{"B", 2}, ChannelName{"C", 1},
                                ChannelName{"C", 2}};
constexpr std::array kKeys{"a", "a.b", "a.c", "b.c", "x", ""};
constexpr std::array kPatterns{"a.*", "#.c", "a.#", "#", "*", "a", "a.b", "x", ""};

class Generator {
 public:
  explicit Generator(const RandomCaseOptions& options)
      : options_(options), random_(options.seed, "conform"), expires_(one_in(4)) {}

  Transcript make() {
    open_all();
    declare_all();
    const std::uint64_t starters = 2 + random_.below(4);
    for (std::uint64_t i = 0; i < starters; ++i) consume();
    const std::uint64_t steps = expires_ ? 18 + random_.below(8) : 30 + random_.below(20);
    for (std::uint64_t i = 0; i < steps; ++i) one_step();
    inspect();
    for (const std::string& queue : queues_) get(queue);
    Transcript made;
    made.form = Form::case_;
    made.name = fmt::format("rnd-{:04}", options_.seed);
    made.title = fmt::format("random case, seed {}", options_.seed);
    made.seed = options_.seed;
    made.drop_skipped = true;
    made.others = Json::object();
    made.steps = std::move(steps_);
    return made;
  }

 private:
  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }

  template <typename List>
  auto pick(const List& list) {
    return list[random_.below(list.size())];
  }

  static Step step(const char* op, Json members) {
    Json all{{"op", op}};
    for (auto& item : members.items()) all[item.key()] = std::move(item.value());
    Step made;
    made.op = op;
    made.members = std::move(all);
    return made;
  }
  void add(const char* op, Json members) { steps_.push_back(step(op, std::move(members))); }
  void on(ChannelName at, const char* op, Json members) {
    Json all{{"conn", at.connection}, {"ch", at.number}};
    for (auto& item : members.items()) all[item.key()] = std::move(item.value());
    add(op, std::move(all));
  }

  static Json text(std::string_view value) { return Json::array({"S", std::string(value)}); }
  static Json whole(int value) { return Json::array({"I", value}); }
  std::string named(std::string_view kind, std::uint64_t number) const {
    return fmt::format("{}{}{}", options_.prefix, kind, number);
  }

  void open_all() {
    for (const char* connection : {"A", "B", "C"}) {
      add("connection.open", {{"conn", connection}});
      for (const int channel : {1, 2}) on({connection, channel}, "channel.open", Json::object());
    }
    if (!one_in(3)) on({"A", 1}, "confirm.select", Json::object());
    transactions_ = one_in(3);
    if (!transactions_) return;
    on({"A", 3}, "channel.open", Json::object());
    on({"A", 3}, "tx.select", Json::object());
  }

  void declare_all() {
    for (std::uint64_t i = 0; i < 2; ++i) {
      const std::string exchange = named("dx", i);
      const std::string queue = named("dl", i);
      on({"A", 1}, "exchange.declare", {{"exchange", exchange}, {"type", "fanout"}});
      Json arguments = Json::object();
      if (one_in(4)) arguments["x-max-length"] = whole(2);
      on({"A", 1}, "queue.declare", {{"queue", queue}, {"arguments", arguments}});
      on({"A", 1}, "queue.bind", {{"queue", queue}, {"exchange", exchange}});
      queues_.push_back(queue);
    }
    for (std::uint64_t i = 0; i < 3; ++i) declare_queue(named("q", i));
    for (std::uint64_t i = 0; i < 2; ++i) {
      const std::string exchange = named("x", i);
      constexpr std::array types{"topic", "topic", "direct", "fanout", "headers"};
      const std::string type = pick(types);
      Json arguments = Json::object();
      if (one_in(4)) arguments["alternate-exchange"] = text(named("x", 1 - i));
      on({"A", 1}, "exchange.declare",
         {{"exchange", exchange}, {"type", type}, {"arguments", arguments}});
      exchanges_.push_back(exchange);
      const std::uint64_t bindings = 1 + random_.below(4);
      for (std::uint64_t j = 0; j < bindings; ++j) bind(exchange, type == "headers");
    }
    if (one_in(3)) {
      on({"A", 1}, "exchange.bind",
         {{"destination", named("x", 0)},
          {"source", named("x", 1)},
          {"routing_key", pick(kPatterns)}});
    }
  }

  void declare_queue(const std::string& queue) {
    Json arguments = Json::object();
    if (one_in(3)) arguments["x-max-length"] = whole(1 + static_cast<int>(random_.below(4)));
    if (one_in(8)) arguments["x-max-length-bytes"] = whole(5);
    if (one_in(4)) {
      constexpr std::array kinds{"reject-publish", "reject-publish-dlx", "drop-head"};
      arguments["x-overflow"] = text(pick(kinds));
    }
    if (one_in(4)) arguments["x-max-priority"] = whole(3 + 2 * static_cast<int>(random_.below(2)));
    if (one_in(6)) arguments["x-single-active-consumer"] = Json::array({"t", true});
    if (expires_ && one_in(2)) arguments["x-message-ttl"] = whole(kTtlMs);
    if (one_in(2)) {
      const bool direct = one_in(2);
      arguments["x-dead-letter-exchange"] = text(direct ? "" : named("dx", random_.below(2)));
      if (direct || one_in(4)) {
        const bool back = one_in(3);
        arguments["x-dead-letter-routing-key"] =
            text(back ? named("q", random_.below(3)) : named("dl", random_.below(2)));
      }
    }
    Json members{{"queue", queue}, {"arguments", arguments}};
    if (one_in(3)) members["durable"] = true;
    on({"A", 1}, "queue.declare", std::move(members));
    queues_.push_back(queue);
  }

  void bind(const std::string& exchange, bool headers) {
    Json members{{"queue", named("q", random_.below(3))}, {"exchange", exchange}};
    members["routing_key"] = pick(kPatterns);
    if (headers) {
      members["arguments"] = Json{{"x-match", text(one_in(2) ? "any" : "all")},
                                  {"k", whole(1)},
                                  {"h", one_in(2) ? text("v") : whole(1)}};
    }
    on({"A", 1}, "queue.bind", std::move(members));
  }

  // Each consuming channel has its queue, so that one queue alone decides the order on it.
  std::string queue_of(std::size_t consumer) const {
    return consumer == 3 ? named("dl", 0) : named("q", consumer);
  }

  void consume() {
    const std::size_t at = random_.below(kConsumers.size());
    const ChannelName channel = kConsumers[at];
    const int prefetch = static_cast<int>(random_.below(4));
    on(channel, "channel.open", {{"if_closed", true}});
    on(channel, "basic.qos", {{"prefetch_count", prefetch}});
    Json members{{"queue", queue_of(at)}, {"consumer_tag", fmt::format("c{}", ++consumers_)}};
    if (one_in(8)) members["no_ack"] = true;
    if (one_in(10)) members["exclusive"] = true;
    if (one_in(5)) {
      constexpr std::array priorities{-1, 1, 5};
      members["arguments"] = Json{{"x-priority", whole(pick(priorities))}};
    }
    on(channel, "basic.consume", std::move(members));
  }

  Json publish(ChannelName at) {
    Json members{{"conn", at.connection}, {"ch", at.number}};
    if (one_in(2)) {
      members["exchange"] = "";
      members["routing_key"] = one_in(10) ? "nowhere" : named("q", random_.below(3));
    } else {
      members["exchange"] = one_in(40) ? named("missing", 0) : pick(exchanges_);
      members["routing_key"] = pick(kKeys);
    }
    if (one_in(5)) members["mandatory"] = true;
    members["body"] = fmt::format("m{}", ++messages_);
    Json props = Json::object();
    if (one_in(3)) props["priority"] = random_.below(7);
    if (one_in(3)) props["delivery_mode"] = 1 + random_.below(2);
    if (one_in(3)) {
      Json headers{{"k", one_in(3) ? text("v") : whole(1)}};
      if (one_in(2)) headers["h"] = one_in(2) ? text("v") : whole(1);
      props["headers"] = std::move(headers);
    }
    if (expires_ && one_in(4)) props["expiration"] = one_in(4) ? "0" : std::to_string(kTtlMs);
    if (!props.empty()) members["props"] = std::move(props);
    return members;
  }

  void publish_some() {
    const ChannelName at{"A", transactions_ && one_in(4) ? 3 : 1};
    add("channel.open", {{"conn", "A"}, {"ch", 1}, {"if_closed", true}});
    if (at.number == 1 && one_in(3)) {
      // All to one place: a dead letter on its way from one queue to another would overtake, or
      // not, a publish that goes straight there.
      Step burst = step("burst", Json::object());
      const std::uint64_t size = 2 + random_.below(3);
      const Json first = publish(at);
      for (std::uint64_t i = 0; i < size; ++i) {
        Json members = i == 0 ? first : publish(at);
        members["exchange"] = first["exchange"];
        members["routing_key"] = first["routing_key"];
        burst.steps.push_back(step("basic.publish", std::move(members)));
      }
      steps_.push_back(std::move(burst));
    } else {
      add("basic.publish", publish(at));
    }
    pass_time();
  }

  void pass_time() {
    if (expires_) add("wait", {{"ms", kWaitMs}});
  }

  void settle() {
    Json members{{"pick", random_.below(8)}};
    constexpr std::array tags{"oldest", "newest", "held:1", "held:2"};
    members["delivery_tag"] = pick(tags);
    constexpr std::array ops{"basic.ack", "basic.ack", "basic.nack", "basic.nack", "basic.reject"};
    const char* op = pick(ops);
    if (std::string_view(op) != "basic.reject" && one_in(4)) members["multiple"] = true;
    if (std::string_view(op) != "basic.ack") members["requeue"] = one_in(2);
    add(op, std::move(members));
    pass_time();
  }

  void get(const std::string& queue) {
    add("channel.open", {{"conn", "A"}, {"ch", 2}, {"if_closed", true}});
    on({"A", 2}, "basic.get", {{"queue", queue}, {"no_ack", !one_in(4)}});
  }

  void inspect() {
    if (options_.inspects) add("inspect", Json::object());
  }

  void lose_something() {
    const ChannelName at = pick(kConsumers);
    const std::uint64_t which = random_.below(6);
    if (which == 0) {
      add("connection.drop", {{"conn", at.connection}});
    } else if (which == 1) {
      add("connection.close", {{"conn", at.connection}});
    } else {
      on(at, "channel.close", Json::object());
    }
    pass_time();
    if (which < 2) {
      add("connection.open", {{"conn", at.connection}, {"if_closed", true}});
      for (const int channel : {1, 2}) {
        on({at.connection, channel}, "channel.open", {{"if_closed", true}});
      }
    }
    on(at, "channel.open", {{"if_closed", true}});
  }

  void change_topology() {
    const ChannelName at{"A", 2};
    on(at, "channel.open", {{"if_closed", true}});
    const std::string queue = named("q", random_.below(3));
    switch (random_.below(6)) {
      case 0:
        on(at, "queue.purge", {{"queue", queue}});
        break;
      case 1:
        on(at, "queue.delete", {{"queue", queue}, {"if_empty", one_in(2)}});
        break;
      case 2:
        on(at, "queue.declare", {{"queue", queue}, {"passive", true}});
        break;
      case 3:
        on(at, "queue.declare", {{"queue", queue}, {"auto_delete", one_in(2)}});
        break;
      case 4:
        on(at, "queue.unbind",
           {{"queue", queue}, {"exchange", pick(exchanges_)}, {"routing_key", pick(kPatterns)}});
        break;
      case 5:
        on(at, "exchange.delete", {{"exchange", pick(exchanges_)}});
        break;
    }
  }

  void one_step() {
    const std::uint64_t die = random_.below(100);
    if (die < 40) return publish_some();
    if (die < 62) return settle();
    if (die < 72) return get(pick(queues_));
    if (die < 78) return consume();
    if (die < 83) return inspect();
    if (die < 87) return lose_something();
    if (die < 91) return change_topology();
    if (die < 94 && consumers_ > 0) {
      const std::uint64_t consumer = 1 + random_.below(consumers_);
      return on(pick(kConsumers), "basic.cancel", {{"consumer_tag", fmt::format("c{}", consumer)}});
    }
    if (die < 96) return on(pick(kConsumers), "basic.recover", {{"requeue", true}});
    if (transactions_) {
      on({"A", 3}, one_in(3) ? "tx.rollback" : "tx.commit", Json::object());
      pass_time();
    }
  }

  RandomCaseOptions options_;
  RandomStream random_;
  bool expires_;
  bool transactions_ = false;
  std::uint64_t consumers_ = 0;
  int messages_ = 0;
  std::vector<std::string> queues_;
  std::vector<std::string> exchanges_;
  std::vector<Step> steps_;
};

}  // namespace

Transcript random_case(const RandomCaseOptions& options) {
  return Generator(options).make();
}

}  // namespace mqlab::conform
