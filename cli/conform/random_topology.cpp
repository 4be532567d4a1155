// SPDX-License-Identifier: MIT
// Random cases about what is there: declarations, bindings, deletions, and everything refused.
#include <array>

#include <fmt/format.h>

#include "cli/conform/case_maker.hpp"

namespace mqlab::conform {

namespace {

constexpr std::array kChannels{ChannelName{"A", 1}, ChannelName{"A", 2}, ChannelName{"B", 1}};
constexpr std::array kTypes{"direct",  "fanout", "topic",   "headers", "topic",
                            "headers", "x-nope", "rubbish", "",        "direct"};
constexpr std::array kKeys{"", "a", "a.b", "#", "*.b", "a.#", "a\nb"};
constexpr std::array kFlags{"durable", "auto_delete"};

class Topology {
 public:
  explicit Topology(CaseMaker& maker) : make_(maker) {}

  void make() {
    for (const ChannelName at : kChannels) make_.open(at);
    make_.on({"A", 1}, "queue.declare", {{"queue", queue()}});
    const std::uint64_t steps = 45 + make_.below(30);
    for (std::uint64_t i = 0; i < steps; ++i) one_step();
    make_.inspect();
  }

 private:
  std::string queue() { return make_.named("q", make_.below(4)); }
  std::string exchange() {
    constexpr std::array known{"", "amq.direct", "amq.topic", "amq.headers", "amq.nope"};
    if (make_.one_in(12)) return make_.pick(known);
    return make_.named("x", make_.below(4));
  }
  // A queue; seldom the last one declared on the channel, or one that the server named.
  std::string some_queue() {
    if (make_.one_in(12)) return "";
    if (make_.one_in(12)) return "amq.gen-1";
    return queue();
  }

  Json some_integer() {
    constexpr std::array letters{"b", "s", "I", "l"};
    constexpr std::array values{0, 1, 2, 3, 5, 100, -1};
    return Json::array({make_.pick(letters), make_.pick(values)});
  }

  Json odd_value() {
    switch (make_.below(7)) {
      case 0:
        return text("text");
      case 1:
        return truth(true);
      case 2:
        return nothing();
      case 3:
        return Json::array({"d", 1.5});
      case 4:
        return texts({"a"});
      case 5:
        return Json::array({"F", Json::object()});
      default:
        return Json::array({"T", 1000});
    }
  }

  Json queue_arguments() {
    Json arguments = Json::object();
    constexpr std::array numbers{"x-message-ttl",      "x-expires",      "x-max-length",
                                 "x-max-length-bytes", "x-max-priority", "x-delivery-limit"};
    if (make_.one_in(2)) {
      const std::string name = make_.pick(numbers);
      // What expires, does so after the case.
      const bool slow = name == "x-message-ttl" || name == "x-expires";
      arguments[name] = slow ? whole(600000 + make_.number(2)) : some_integer();
      if (make_.one_in(5)) arguments[name] = odd_value();
    }
    constexpr std::array overflows{"drop-head", "reject-publish", "reject-publish-dlx", "nope"};
    if (make_.one_in(5)) arguments["x-overflow"] = text(make_.pick(overflows));
    if (make_.one_in(8)) arguments["x-dead-letter-exchange"] = text(make_.named("x", 0));
    if (make_.one_in(10)) arguments["x-dead-letter-routing-key"] = text("a");
    if (make_.one_in(10)) arguments["x-single-active-consumer"] = truth(make_.one_in(2));
    constexpr std::array queue_types{"classic", "nope"};
    if (make_.one_in(6)) arguments["x-queue-type"] = text(make_.pick(queue_types));
    constexpr std::array modes{"lazy", "default", "nope"};
    if (make_.one_in(12)) arguments["x-queue-mode"] = text(make_.pick(modes));
    if (make_.one_in(12)) arguments["x-own"] = some_integer();
    constexpr std::array others{"x-overflow",
                                "x-dead-letter-exchange",
                                "x-dead-letter-routing-key",
                                "x-single-active-consumer",
                                "x-queue-type",
                                "x-queue-mode"};
    if (make_.one_in(12)) arguments[make_.pick(others)] = odd_value();
    return arguments;
  }

  void declare_queue(ChannelName at) {
    Json members{{"queue", make_.one_in(12) ? std::string() : queue()}};
    if (make_.one_in(30)) members["queue"] = "amq.own";
    for (const char* flag : kFlags) {
      if (make_.one_in(4)) members[flag] = true;
    }
    if (make_.one_in(10)) members["exclusive"] = true;
    if (make_.one_in(8)) members["passive"] = true;
    if (make_.one_in(12)) members["nowait"] = true;
    if (make_.one_in(2)) members["arguments"] = queue_arguments();
    if (members["queue"] == "") {
      members["nowait"] = false;  // or nobody learns the name
      if (make_.one_in(2)) members["exclusive"] = true;
    }
    make_.on(at, "queue.declare", std::move(members));
  }

  void declare_exchange(ChannelName at) {
    Json members{{"exchange", exchange()}, {"type", make_.pick(kTypes)}};
    for (const char* flag : kFlags) {
      if (make_.one_in(5)) members[flag] = true;
    }
    if (make_.one_in(8)) members["internal"] = true;
    if (make_.one_in(8)) members["passive"] = true;
    if (make_.one_in(12)) members["nowait"] = true;
    Json arguments = Json::object();
    if (make_.one_in(4)) arguments["alternate-exchange"] = text(exchange());
    if (make_.one_in(20)) arguments["alternate-exchange"] = odd_value();
    if (make_.one_in(12)) arguments["x-own"] = odd_value();
    if (!arguments.empty()) members["arguments"] = std::move(arguments);
    make_.on(at, "exchange.declare", std::move(members));
  }

  Json match() {
    Json arguments = Json::object();
    constexpr std::array ways{"any", "all", "any-with-x", "all-with-x", "none"};
    if (!make_.one_in(4)) arguments["x-match"] = text(make_.pick(ways));
    if (make_.one_in(20)) arguments["x-match"] = odd_value();
    if (make_.one_in(2)) arguments["k"] = make_.one_in(2) ? some_integer() : odd_value();
    if (make_.one_in(3)) arguments["x-z"] = some_integer();
    return arguments;
  }

  // Kept, so that the same can be unbound.
  Json binding(bool to_queue) {
    std::vector<Json>& known = to_queue ? to_queues_ : to_exchanges_;
    if (!known.empty() && make_.one_in(2)) return make_.pick(known);
    Json members = to_queue ? Json{{"queue", some_queue()}, {"exchange", exchange()}}
                            : Json{{"destination", exchange()}, {"source", exchange()}};
    members["routing_key"] = make_.pick(kKeys);
    if (make_.one_in(3)) members["arguments"] = match();
    known.push_back(members);
    return members;
  }

  void bind(ChannelName at) {
    const bool to_queue = !make_.one_in(3);
    Json members = binding(to_queue);
    if (make_.one_in(12)) members["nowait"] = true;
    make_.on(at, to_queue ? "queue.bind" : "exchange.bind", std::move(members));
  }

  void unbind(ChannelName at) {
    const bool to_queue = !make_.one_in(3);
    make_.on(at, to_queue ? "queue.unbind" : "exchange.unbind", binding(to_queue));
  }

  void remove(ChannelName at) {
    Json members = Json::object();
    if (make_.one_in(3)) members["if_unused"] = true;
    if (make_.one_in(3)) {
      members["exchange"] = exchange();
      return make_.on(at, "exchange.delete", std::move(members));
    }
    members["queue"] = some_queue();
    if (make_.one_in(3)) members["if_empty"] = true;
    make_.on(at, "queue.delete", std::move(members));
  }

  void publish(ChannelName at) {
    Json members{{"exchange", exchange()}, {"routing_key", make_.pick(kKeys)}};
    if (make_.one_in(4)) members["exchange"] = "";
    if (members["exchange"] == "") members["routing_key"] = queue();
    members["mandatory"] = true;
    members["body"] = fmt::format("m{}", ++messages_);
    if (make_.one_in(3)) {
      Json headers = Json::object();
      headers["k"] = make_.one_in(2) ? some_integer() : odd_value();
      if (make_.one_in(3)) headers["x-z"] = some_integer();
      members["props"] = Json{{"headers", std::move(headers)}};
    }
    make_.on(at, "basic.publish", std::move(members));
  }

  void use(ChannelName at) {
    switch (make_.below(5)) {
      case 0:
        return make_.on(at, "queue.purge", {{"queue", some_queue()}});
      case 1:
      case 2:
        return make_.on(at, "basic.get", {{"queue", some_queue()}, {"no_ack", true}});
      case 3: {
        Json members{{"queue", some_queue()}, {"consumer_tag", fmt::format("c{}", make_.below(6))}};
        members["no_ack"] = true;
        if (make_.one_in(4)) members["exclusive"] = true;
        return make_.on(at, "basic.consume", std::move(members));
      }
      default:
        return make_.on(at, "basic.cancel", {{"consumer_tag", fmt::format("c{}", make_.below(6))}});
    }
  }

  void one_step() {
    const ChannelName at = make_.pick(kChannels);
    make_.open(at);
    const std::uint64_t die = make_.below(100);
    if (die < 25) return declare_queue(at);
    if (die < 40) return declare_exchange(at);
    if (die < 58) return bind(at);
    if (die < 66) return unbind(at);
    if (die < 74) return remove(at);
    if (die < 86) return publish(at);
    if (die < 95) return use(at);
    if (die < 97) return make_.on(at, "channel.close");
    if (die < 98) return make_.add("connection.close", {{"conn", at.connection}});
    make_.inspect();
  }

  CaseMaker& make_;
  int messages_ = 0;
  std::vector<Json> to_queues_;
  std::vector<Json> to_exchanges_;
};

}  // namespace

void make_topology(CaseMaker& maker) {
  Topology(maker).make();
}

}  // namespace mqlab::conform
