// SPDX-License-Identifier: MIT
// Random cases over classic queues.
#include <array>

#include <fmt/format.h>

#include "cli/conform/case_maker.hpp"

namespace mqlab::conform {

namespace {

constexpr int kTtlMs = 250;
constexpr int kWaitMs = 900;  // more than three queues' TTL one after another

constexpr std::array kConsumers{ChannelName{"B", 1}, ChannelName{"B", 2}, ChannelName{"C", 1},
                                ChannelName{"C", 2}};
constexpr std::array kKeys{"a", "a.b", "a.c", "a.b.c", "b.c", "x", "", "."};
constexpr std::array kPatterns{"a.*", "#.c", "a.#", "#", "*", "a", "a.b", "x", "", "#.b.#", "*.*"};

class Mixture {
 public:
  explicit Mixture(CaseMaker& maker)
      : make_(maker),
        expires_(maker.one_in(6)),
        transactions_(maker.one_in(3)),
        policies_(maker.has_console() && maker.one_in(4)),
        global_(maker.one_in(8)) {
    looping_ = make_.below(3);
    for (std::uint64_t& place : places_) place = make_.below(4);
  }

  void make() {
    open_all();
    declare_all();
    const std::uint64_t starters = 2 + make_.below(4);
    for (std::uint64_t i = 0; i < starters; ++i) consume();
    const std::uint64_t steps = expires_ ? 18 + make_.below(12) : 30 + make_.below(40);
    for (std::uint64_t i = 0; i < steps; ++i) one_step();
    make_.inspect();
    for (const std::string& queue : queues_) get(queue, true);
    make_.inspect();
  }

 private:
  void open_all() {
    for (const char* connection : {"A", "B", "C"}) {
      make_.add("connection.open", {{"conn", connection}});
      for (const int channel : {1, 2}) make_.on({connection, channel}, "channel.open");
    }
    if (!make_.one_in(3)) make_.on({"A", 1}, "confirm.select");
    if (!transactions_) return;
    make_.on({"A", 3}, "channel.open");
    make_.on({"A", 3}, "tx.select");
  }

  void declare_all() {
    for (std::uint64_t i = 0; i < 3; ++i) {
      const std::string exchange = make_.named("dx", i);
      make_.on({"A", 1}, "exchange.declare", {{"exchange", exchange}, {"type", "fanout"}});
      declare_dead_letter_queue(i);
      make_.on({"A", 1}, "queue.bind", {{"queue", make_.named("dl", i)}, {"exchange", exchange}});
    }
    for (std::uint64_t i = 0; i < 3; ++i) declare_queue(i);
    const std::uint64_t exchanges = 2 + make_.below(2);
    for (std::uint64_t i = 0; i < exchanges; ++i) declare_exchange(i);
    for (std::uint64_t i = 0; i < 2; ++i) {
      if (!make_.one_in(3)) continue;
      Json members{{"destination", make_.pick(exchanges_)}, {"source", make_.pick(exchanges_)}};
      members["routing_key"] = make_.pick(kPatterns);
      if (make_.one_in(4)) members["arguments"] = match();
      make_.on({"A", 1}, "exchange.bind", std::move(members));
    }
  }

  void declare_dead_letter_queue(std::uint64_t number) {
    Json arguments = Json::object();
    if (make_.one_in(4)) arguments["x-max-length"] = whole(2);
    const std::string queue = make_.named("dl", number);
    make_.on({"A", 1}, "queue.declare", {{"queue", queue}, {"arguments", std::move(arguments)}});
    queues_.push_back(queue);
  }

  void add_limits(Json& arguments) {
    if (make_.one_in(3)) arguments["x-max-length"] = whole(make_.number(5));
    if (make_.one_in(7)) arguments["x-max-length-bytes"] = whole(5 + make_.number(8));
    if (make_.one_in(4)) {
      constexpr std::array kKinds{"reject-publish", "reject-publish-dlx", "drop-head"};
      arguments["x-overflow"] = text(make_.pick(kKinds));
    }
    if (make_.one_in(4)) arguments["x-max-priority"] = whole(3 + 2 * make_.number(2));
    if (make_.one_in(6)) arguments["x-single-active-consumer"] = truth(true);
    if (make_.one_in(12)) arguments["x-queue-mode"] = text("lazy");
    if (expires_ && make_.one_in(2)) {
      arguments["x-message-ttl"] = whole(make_.one_in(8) ? 0 : kTtlMs);
    }
  }

  void declare_queue(std::uint64_t number) {
    Json arguments = Json::object();
    add_limits(arguments);
    if (!make_.one_in(3)) {
      // A place of its own: the letters of two queues to a third one race each other.
      const bool direct = make_.one_in(2);
      arguments["x-dead-letter-exchange"] = text(direct ? "" : make_.named("dx", number));
      if (direct || make_.one_in(4)) {
        const bool back = number == looping_ && make_.one_in(2);
        arguments["x-dead-letter-routing-key"] =
            text(back ? make_.named("q", make_.below(3)) : make_.named("dl", number));
      }
    }
    Json members{{"queue", make_.named("q", number)}, {"arguments", std::move(arguments)}};
    if (make_.one_in(3)) members["durable"] = true;
    if (make_.one_in(8)) members["auto_delete"] = true;
    make_.on({"A", 1}, "queue.declare", members);
    queues_.push_back(make_.named("q", number));
    declared_.push_back(std::move(members));
  }

  void declare_exchange(std::uint64_t number) {
    const std::string exchange = make_.named("x", number);
    constexpr std::array kTypes{"topic", "topic", "direct", "fanout", "headers"};
    const std::string type = make_.pick(kTypes);
    Json members{{"exchange", exchange}, {"type", type}};
    if (make_.one_in(3)) {
      members["arguments"] = Json{{"alternate-exchange", text(make_.named("x", make_.below(3)))}};
    }
    if (make_.one_in(8)) members["auto_delete"] = true;
    if (make_.one_in(8)) members["durable"] = true;
    make_.on({"A", 1}, "exchange.declare", std::move(members));
    exchanges_.push_back(exchange);
    const std::uint64_t bindings = 1 + make_.below(4);
    for (std::uint64_t j = 0; j < bindings; ++j) bind(exchange, type == "headers");
  }

  Json header_value() {
    switch (make_.below(4)) {
      case 0:
        return text("v");
      case 1:
        return whole(2);
      default:
        return whole(1);
    }
  }

  // Arguments of a binding to a headers exchange.
  Json match() {
    Json arguments = Json::object();
    constexpr std::array kWays{"any", "all", "all", "any-with-x", "all-with-x"};
    if (!make_.one_in(4)) arguments["x-match"] = text(make_.pick(kWays));
    for (const char* name : {"k", "h", "x-z"}) {
      if (!make_.one_in(2)) continue;
      arguments[name] = make_.one_in(4) ? nothing() : header_value();
    }
    return arguments;
  }

  void bind(const std::string& exchange, bool headers) {
    Json members{{"queue", make_.named("q", make_.below(3))}, {"exchange", exchange}};
    members["routing_key"] = make_.pick(kPatterns);
    if (headers || make_.one_in(10)) members["arguments"] = match();
    bindings_.push_back(members);
    make_.on({"A", 1}, "queue.bind", std::move(members));
  }

  // Each consuming channel has its queue, so that one queue alone decides the order on it.
  std::string queue_of(std::size_t consumer) const {
    const std::uint64_t place = places_[consumer];
    return place == 3 ? make_.named("dl", 0) : make_.named("q", place);
  }

  void consume() {
    const std::size_t at = make_.below(kConsumers.size());
    const ChannelName channel = kConsumers[at];
    make_.open(channel);
    if (!make_.one_in(4)) {
      Json members{{"prefetch_count", make_.below(4)}};
      if (global_ && make_.one_in(2)) members["global"] = true;
      make_.on(channel, "basic.qos", std::move(members));
    }
    Json members{{"queue", queue_of(at)}, {"consumer_tag", fmt::format("c{}", ++consumers_)}};
    if (make_.one_in(8)) members["no_ack"] = true;
    if (make_.one_in(12)) members["exclusive"] = true;
    if (make_.one_in(5)) {
      constexpr std::array kPriorities{-1, 1, 5};
      members["arguments"] = Json{{"x-priority", whole(make_.pick(kPriorities))}};
    }
    make_.on(channel, "basic.consume", std::move(members));
  }

  void add_headers(Json& props) {
    Json headers = Json::object();
    for (const char* name : {"k", "h", "x-z"}) {
      if (make_.one_in(2)) headers[name] = header_value();
    }
    if (make_.one_in(5)) {
      std::vector<std::string> keys{make_.pick(kKeys)};
      if (make_.one_in(2)) keys.push_back(make_.named("q", make_.below(3)));
      headers[make_.one_in(2) ? "CC" : "BCC"] = texts(keys);
    }
    props["headers"] = std::move(headers);
  }

  Json publish(ChannelName at) {
    Json members = with(at, Json::object());
    if (make_.one_in(2)) {
      members["exchange"] = "";
      const bool letters = make_.one_in(8);  // straight to where dead letters go
      members["routing_key"] = make_.one_in(12) ? "nowhere"
                               : letters        ? make_.named("dl", make_.below(3))
                                                : make_.named("q", make_.below(3));
    } else {
      members["exchange"] = make_.one_in(60) ? make_.named("missing", 0) : make_.pick(exchanges_);
      members["routing_key"] = make_.pick(kKeys);
    }
    if (make_.one_in(4)) members["mandatory"] = true;
    members["body"] = fmt::format("m{}", ++messages_);
    if (make_.one_in(10)) members["body"] = "";
    Json props = make_.one_in(10) ? some_properties(make_) : Json::object();
    if (make_.one_in(3)) props["priority"] = make_.below(7);
    if (make_.one_in(3)) props["delivery_mode"] = 1 + make_.below(2);
    if (make_.one_in(3)) add_headers(props);
    if (expires_ && make_.one_in(4)) {
      props["expiration"] = make_.one_in(4) ? "0" : std::to_string(kTtlMs);
    }
    if (!props.empty()) members["props"] = std::move(props);
    return members;
  }

  void publish_some() {
    const ChannelName at{"A", transactions_ && make_.one_in(3) ? 3 : 1};
    make_.add("channel.open", {{"conn", "A"}, {"ch", 1}, {"if_closed", true}});
    if (at.number == 1 && make_.one_in(3)) {
      Step burst = step_of("burst");
      const std::uint64_t size = 2 + make_.below(4);
      for (std::uint64_t i = 0; i < size; ++i) {
        burst.steps.push_back(step_of("basic.publish", publish(at)));
      }
      make_.add(std::move(burst));
    } else {
      make_.add("basic.publish", publish(at));
    }
    pass_time();
  }

  void pass_time() {
    if (expires_) make_.add("wait", {{"ms", kWaitMs}});
  }

  void settle() {
    Json members{{"pick", make_.below(8)}};
    constexpr std::array kTags{"oldest", "newest", "held:1", "held:2"};
    members["delivery_tag"] = make_.pick(kTags);
    constexpr std::array kOps{"basic.ack", "basic.ack", "basic.nack", "basic.nack", "basic.reject"};
    const char* op = make_.pick(kOps);
    const bool reject = std::string_view(op) == "basic.reject";
    if (!reject && make_.one_in(4)) members["multiple"] = true;
    if (std::string_view(op) != "basic.ack") members["requeue"] = !global_ && make_.one_in(2);
    if (!reject && make_.one_in(20)) {
      members["delivery_tag"] = make_.one_in(2) ? 0 : 40;
      members["multiple"] = true;
    }
    make_.add(op, std::move(members));
    pass_time();
  }

  void get(const std::string& queue, bool plain) {
    const int channel = transactions_ && !plain && make_.one_in(3) ? 3 : 2;
    if (channel == 2) make_.add("channel.open", {{"conn", "A"}, {"ch", 2}, {"if_closed", true}});
    make_.on({"A", channel}, "basic.get", {{"queue", queue}, {"no_ack", !make_.one_in(3)}});
    pass_time();
  }

  void lose_something() {
    const ChannelName at = make_.pick(kConsumers);
    const std::uint64_t which = make_.below(6);
    if (which == 0) {
      make_.add("connection.drop", {{"conn", at.connection}});
    } else if (which == 1) {
      make_.add("connection.close", {{"conn", at.connection}});
    } else {
      make_.on(at, "channel.close");
    }
    pass_time();
    if (which < 2) {
      make_.add("connection.open", {{"conn", at.connection}, {"if_closed", true}});
      for (const int channel : {1, 2}) {
        make_.on({at.connection, channel}, "channel.open", {{"if_closed", true}});
      }
    }
    make_.on(at, "channel.open", {{"if_closed", true}});
  }

  // The declaration that made it, or one that differs.
  void declare_again(ChannelName at) {
    Json members = make_.pick(declared_);
    if (make_.one_in(4)) members["auto_delete"] = make_.one_in(2);
    if (make_.one_in(6)) members["durable"] = make_.one_in(2);
    if (make_.one_in(4)) add_limits(members["arguments"]);
    make_.on(at, "queue.declare", std::move(members));
  }

  void change_topology() {
    const ChannelName at{"A", 2};
    make_.on(at, "channel.open", {{"if_closed", true}});
    const std::string queue = make_.named("q", make_.below(3));
    switch (make_.below(8)) {
      case 0:
        make_.on(at, "queue.purge", {{"queue", queue}});
        break;
      case 1:
        make_.on(at, "queue.delete",
                 {{"queue", queue}, {"if_empty", make_.one_in(2)}, {"if_unused", make_.one_in(2)}});
        break;
      case 2:
        make_.on(at, "queue.declare", {{"queue", queue}, {"passive", true}});
        break;
      case 3:
      case 4:
        declare_again(at);
        break;
      case 5:
        make_.on(at, "queue.unbind", make_.pick(bindings_));
        break;
      case 6:
        make_.on(at, "queue.bind", make_.pick(bindings_));
        break;
      case 7:
        make_.on(at, "exchange.delete",
                 {{"exchange", make_.pick(exchanges_)}, {"if_unused", make_.one_in(2)}});
        break;
    }
  }

  void change_policy() {
    const std::uint64_t which = make_.below(2);
    const std::string name = fmt::format("p{}", which);
    if (make_.one_in(3)) return make_.add("broker.policy_clear", {{"name", name}});
    Json definition = Json::object();
    if (make_.one_in(2)) definition["max-length"] = make_.below(4);
    if (make_.one_in(3)) definition["dead-letter-exchange"] = make_.named("dx", looping_);
    if (make_.one_in(4)) definition["overflow"] = "reject-publish";
    if (expires_ && make_.one_in(3)) definition["message-ttl"] = kTtlMs;
    if (definition.empty()) definition["max-length"] = 2;
    constexpr std::array kPolicyPatterns{"q", "q0", "^(q1|dl0)$", ".*"};
    make_.add("broker.policy", {{"name", name},
                                {"pattern", make_.pick(kPolicyPatterns)},
                                {"definition", std::move(definition)},
                                {"priority", 2 * make_.below(2) + which}});
    pass_time();
  }

  void one_step() {
    const std::uint64_t die = make_.below(100);
    if (die < 40) return publish_some();
    if (die < 62) return settle();
    if (die < 71) return get(make_.pick(queues_), false);
    if (die < 78) return consume();
    if (die < 82) return make_.inspect();
    if (die < 86) return lose_something();
    if (die < 90) return change_topology();
    if (die < 93 && consumers_ > 0) {
      const std::uint64_t consumer = 1 + make_.below(consumers_);
      return make_.on(make_.pick(kConsumers), "basic.cancel",
                      {{"consumer_tag", fmt::format("c{}", consumer)}});
    }
    if (die < 95 && !global_) {
      return make_.on(make_.pick(kConsumers),
                      make_.one_in(3) ? "basic.recover-async" : "basic.recover",
                      {{"requeue", true}});
    }
    if (die < 98 && policies_) return change_policy();
    if (transactions_) {
      make_.on({"A", 3}, make_.one_in(3) ? "tx.rollback" : "tx.commit");
      pass_time();
    }
  }

  CaseMaker& make_;
  bool expires_;
  bool transactions_;
  bool policies_;
  bool global_;  // limits of whole channels; then a requeue and the next delivery race each other
  std::uint64_t looping_ = 0;  // the one queue whose letters may come back
  std::array<std::uint64_t, kConsumers.size()> places_{};  // which queue each channel consumes from
  std::uint64_t consumers_ = 0;
  int messages_ = 0;
  std::vector<std::string> queues_;
  std::vector<std::string> exchanges_;
  std::vector<Json> declared_;
  std::vector<Json> bindings_;
};

}  // namespace

void make_mixture(CaseMaker& maker) {
  Mixture(maker).make();
}

}  // namespace mqlab::conform
