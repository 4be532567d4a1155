// SPDX-License-Identifier: MIT
// Random cases over quorum queues and streams.
#include <array>

#include <fmt/format.h>

#include "cli/conform/case_maker.hpp"

namespace mqlab::conform {

namespace {

constexpr int kTtlMs = 300;
constexpr int kWaitMs = 1000;
constexpr int kPolicyMs = 300;  // until such a queue has heard of a policy

constexpr std::array kConsumers{ChannelName{"B", 1}, ChannelName{"B", 2}, ChannelName{"C", 1}};

// What both kinds share: one publisher, consumers, settlements.
class Replicated {
 public:
  Replicated(CaseMaker& maker, bool streams)
      : make_(maker),
        streams_(streams),
        expires_(!streams && maker.one_in(5)),
        policies_(!streams && maker.has_console() && maker.one_in(4)) {}

  void make() {
    make_.open({"A", 1});
    make_.open({"A", 2});
    for (const ChannelName at : kConsumers) make_.open(at);
    if (!make_.one_in(3)) make_.on({"A", 1}, "confirm.select");
    make_.on({"A", 1}, "exchange.declare",
             {{"exchange", make_.named("dx", 0)}, {"type", "fanout"}});
    make_.on({"A", 1}, "queue.declare", {{"queue", make_.named("dl", 0)}});
    make_.on({"A", 1}, "queue.bind",
             {{"queue", make_.named("dl", 0)}, {"exchange", make_.named("dx", 0)}});
    for (std::uint64_t i = 0; i < 2; ++i) declare(i);
    const std::uint64_t steps = expires_ ? 16 + make_.below(10) : 25 + make_.below(30);
    for (std::uint64_t i = 0; i < steps; ++i) one_step();
    look();
    for (std::uint64_t i = 0; i < 2 && !streams_; ++i) get(make_.named("q", i));
    get(make_.named("dl", 0));
  }

 private:
  void declare(std::uint64_t number) {
    Json arguments{{"x-queue-type", text(streams_ ? "stream" : "quorum")}};
    if (!streams_) add_arguments(arguments);
    make_.on({"A", 1}, "queue.declare",
             {{"queue", make_.named("q", number)},
              {"durable", true},
              {"arguments", std::move(arguments)}});
  }

  void add_arguments(Json& arguments) {
    if (make_.one_in(3)) arguments["x-delivery-limit"] = whole(make_.number(3));
    if (make_.one_in(10)) arguments["x-delivery-limit"] = whole(-1);  // 4.0: none
    if (make_.one_in(4)) arguments["x-max-length"] = whole(1 + make_.number(4));
    if (make_.one_in(8)) arguments["x-max-length-bytes"] = whole(6 + make_.number(6));
    if (make_.one_in(6)) arguments["x-overflow"] = text("reject-publish");
    if (make_.one_in(5)) arguments["x-single-active-consumer"] = truth(true);
    if (expires_ && make_.one_in(2)) arguments["x-message-ttl"] = whole(kTtlMs);
    if (make_.one_in(2)) return;
    const bool direct = make_.one_in(3);
    arguments["x-dead-letter-exchange"] = text(direct ? "" : make_.named("dx", 0));
    if (direct) {
      const bool back = make_.one_in(2);
      arguments["x-dead-letter-routing-key"] =
          text(back ? make_.named("q", make_.below(2)) : make_.named("dl", 0));
    }
  }

  std::string queue_of(std::size_t consumer) const {
    return make_.named("q", consumer == 1 ? 1 : 0);
  }

  void consume() {
    const std::size_t at = make_.below(kConsumers.size());
    const ChannelName channel = kConsumers[at];
    // Two readers of a stream on one channel take turns by chance.
    if (streams_) make_.on(channel, "channel.close");
    make_.open(channel);
    make_.on(channel, "basic.qos",
             {{"prefetch_count", streams_ ? 1 + make_.below(6) : make_.below(4)}});
    const bool again = consumers_ > 0 && make_.one_in(8);  // a tag that may hold something
    const std::uint64_t number = again ? 1 + make_.below(consumers_) : ++consumers_;
    Json members{{"queue", queue_of(at)}, {"consumer_tag", fmt::format("c{}", number)}};
    if (make_.one_in(8)) members["no_ack"] = true;
    if (make_.one_in(20)) members["exclusive"] = true;
    Json arguments = Json::object();
    if (!streams_ && make_.one_in(4)) arguments["x-priority"] = whole(make_.number(4) - 1);
    if (streams_ && !make_.one_in(3)) arguments["x-stream-offset"] = offset();
    if (!arguments.empty()) members["arguments"] = std::move(arguments);
    make_.on(channel, "basic.consume", std::move(members));
  }

  Json offset() {
    constexpr std::array kWords{"first", "last", "next"};
    return make_.one_in(3) ? Json::array({"l", make_.below(6)}) : text(make_.pick(kWords));
  }

  Json publish() {
    Json members{{"conn", "A"}, {"ch", 1}, {"exchange", ""}};
    members["routing_key"] = make_.named("q", make_.below(2));
    members["body"] = fmt::format("m{}", ++messages_);
    if (make_.one_in(5)) members["mandatory"] = true;
    Json props = make_.one_in(5) ? some_properties(make_) : Json::object();
    if (make_.one_in(3)) props["priority"] = make_.below(8);
    if (make_.one_in(3)) props["delivery_mode"] = 1 + make_.below(2);
    if (make_.one_in(4)) props["headers"] = Json{{"k", whole(1)}};
    if (expires_ && make_.one_in(4)) props["expiration"] = std::to_string(kTtlMs);
    if (!props.empty()) members["props"] = std::move(props);
    return members;
  }

  void publish_some() {
    make_.open({"A", 1});
    if (!streams_ && make_.one_in(4)) {
      // To one queue: how two replicated queues keep step with each other is chance.
      Step burst = step_of("burst");
      const Json first = publish();
      const std::uint64_t size = 2 + make_.below(3);
      for (std::uint64_t i = 0; i < size; ++i) {
        Json members = i == 0 ? first : publish();
        members["routing_key"] = first["routing_key"];
        burst.steps.push_back(step_of("basic.publish", std::move(members)));
      }
      make_.add(std::move(burst));
    } else {
      make_.add("basic.publish", publish());
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
    constexpr std::array kOps{"basic.ack", "basic.nack", "basic.nack", "basic.reject"};
    const char* op = streams_ && !make_.one_in(12) ? "basic.ack" : make_.pick(kOps);
    if (std::string_view(op) != "basic.reject" && make_.one_in(4)) members["multiple"] = true;
    if (std::string_view(op) != "basic.ack") members["requeue"] = !make_.one_in(3);
    make_.add(op, std::move(members));
    pass_time();
  }

  void get(const std::string& queue) {
    make_.open({"A", 2});
    make_.on({"A", 2}, "basic.get", {{"queue", queue}, {"no_ack", !make_.one_in(3)}});
  }

  // A declaration tells the count: the console of a live broker knows these queues with a delay.
  void look() {
    const std::string queue = make_.named(streams_ ? "dl" : "q", make_.below(streams_ ? 1 : 2));
    make_.open({"A", 2});
    make_.on({"A", 2}, "queue.declare", {{"queue", queue}, {"passive", true}});
  }

  void change_policy() {
    if (make_.one_in(3)) return make_.add("broker.policy_clear", {{"name", "p"}});
    Json definition = Json::object();
    if (make_.one_in(2)) definition["max-length"] = 1 + make_.below(4);
    if (make_.one_in(3)) definition["delivery-limit"] = make_.below(3);
    if (make_.one_in(3)) definition["dead-letter-exchange"] = make_.named("dx", 0);
    if (expires_ && make_.one_in(3)) definition["message-ttl"] = kTtlMs;
    if (definition.empty()) definition["max-length"] = 2;
    make_.add("broker.policy",
              {{"name", "p"}, {"pattern", "q"}, {"definition", std::move(definition)}});
    make_.add("wait", {{"ms", kPolicyMs}});
  }

  void one_step() {
    const std::uint64_t die = make_.below(100);
    if (policies_ && make_.one_in(14)) return change_policy();
    if (die < 38) return publish_some();
    if (die < 66) return settle();
    if (die < 73) {
      if (streams_ && !make_.one_in(6)) return publish_some();
      return get(make_.named("q", make_.below(2)));
    }
    if (die < 84) return consume();
    if (die < 88) return look();
    if (die < 91) return make_.on(make_.pick(kConsumers), "channel.close");
    if (die < 93) return make_.add("connection.close", {{"conn", "B"}});
    if (die < 96 && consumers_ > 0) {
      return make_.on(make_.pick(kConsumers), "basic.cancel",
                      {{"consumer_tag", fmt::format("c{}", 1 + make_.below(consumers_))}});
    }
    if (die < 98 && !streams_) {
      return make_.on(make_.pick(kConsumers), "basic.recover", {{"requeue", true}});
    }
    make_.open({"A", 2});
    make_.on({"A", 2}, "queue.purge", {{"queue", make_.named(streams_ ? "dl" : "q", 0)}});
  }

  CaseMaker& make_;
  bool streams_;
  bool expires_;
  bool policies_;
  std::uint64_t consumers_ = 0;
  int messages_ = 0;
};

}  // namespace

void make_replicated(CaseMaker& maker) {
  Replicated(maker, false).make();
}

void make_streams(CaseMaker& maker) {
  Replicated(maker, true).make();
}

}  // namespace mqlab::conform
