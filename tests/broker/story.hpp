// SPDX-License-Identifier: MIT
// A vocabulary for stories about the broker: who connects, what they do, what they then get.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/choices.hpp"
#include "sim/broker/broker.hpp"
#include "tests/catch.hpp"

namespace mqlab::broker::test {

// A message as a client got it.
struct Got {
  std::string body;
  std::uint64_t tag = 0;
  bool redelivered = false;
  std::string consumer;  // "" for a basic.get
  FieldTable headers;
};

// What arrived on one channel since it was asked for last.
struct Inbox {
  std::vector<Got> got;
  std::vector<std::uint64_t> acks;
  std::vector<std::uint64_t> nacks;
  std::vector<std::string> returned;
  std::vector<std::string> cancelled;
  std::vector<Reply> replies;
  std::string error;  // the text of channel.close
};

using Arguments = FieldTable;

inline std::pair<std::string, FieldValue> arg(std::string_view name, std::int64_t value) {
  return {std::string(name), FieldValue::of(value)};
}
inline std::pair<std::string, FieldValue> arg(std::string_view name, std::string_view value) {
  return {std::string(name), FieldValue::of(value)};
}
inline std::pair<std::string, FieldValue> flag(std::string_view name) {
  return {std::string(name), FieldValue::of(true)};
}

// One broker, its clients and its disk. Every step checks the broker's own books.
class Story {
 public:
  explicit Story(Version version = Version::v4_0)
      : broker(options_of(version), ledger, choices,
               ledger.new_entity(ledger::EntityKind::node, "rabbit", {})) {
    author = ledger.new_entity(ledger::EntityKind::actor, "author", {});
  }

  // Each connection has one channel, number 1.
  ConnectionId connect(std::string_view name = "A") {
    Login login;
    login.name = name;
    const ConnectionId id = broker.open(login);
    settle();
    send(id, ChannelOpen{});
    inbox(id) = {};
    return id;
  }

  void send(ConnectionId connection, Method method) {
    broker.handle(connection, 1, std::move(method));
    if (!bursting_) settle();
  }
  // What is sent in between comes to the broker at once.
  void begin_burst() { bursting_ = true; }
  void end_burst() {
    bursting_ = false;
    settle();
  }

  void declare(ConnectionId connection, std::string_view queue, Arguments arguments = {},
               bool durable = false) {
    QueueDeclare method;
    method.queue = queue;
    method.durable = durable;
    method.arguments = std::move(arguments);
    send(connection, std::move(method));
  }

  void publish(ConnectionId connection, std::string_view queue, std::string_view body,
               Properties properties = {}, bool mandatory = false) {
    publish_to(connection, "", queue, body, std::move(properties), mandatory);
  }

  void publish_to(ConnectionId connection, std::string_view exchange, std::string_view key,
                  std::string_view body, Properties properties = {}, bool mandatory = false) {
    BasicPublish method;
    Message message;
    message.identity = ledger.new_message(author, {});
    message.exchange = ledger.names().intern(exchange);
    message.routing_key = ledger.names().intern(key);
    message.body = body;
    message.properties = PropertiesPtr(std::move(properties));
    method.message = broker.messages().make(std::move(message));
    method.mandatory = mandatory;
    method.transmission = ledger.new_transmission();
    send(connection, std::move(method));
  }

  void consume(ConnectionId connection, std::string_view queue, std::string_view tag,
               Arguments arguments = {}, bool no_ack = false) {
    BasicConsume method;
    method.queue = queue;
    method.consumer_tag = tag;
    method.no_ack = no_ack;
    method.arguments = std::move(arguments);
    send(connection, std::move(method));
  }

  void get(ConnectionId connection, std::string_view queue, bool no_ack = false) {
    send(connection, BasicGet{std::string(queue), no_ack});
  }
  void prefetch(ConnectionId connection, std::uint16_t count, bool global = false) {
    send(connection, BasicQos{0, count, global});
  }
  void ack(ConnectionId connection, std::uint64_t tag, bool multiple = false) {
    send(connection, BasicAck{tag, multiple});
  }
  void nack(ConnectionId connection, std::uint64_t tag, bool multiple = false,
            bool requeue = true) {
    send(connection, BasicNack{tag, multiple, requeue});
  }

  void wait(Duration span) {
    const Time end = now + span;
    while (broker.next_deadline() <= end) {
      now = std::max(now, broker.next_deadline());
      settle();
    }
    now = end;
    settle();
  }

  // What arrived on the connection's channel since the last look.
  Inbox look(ConnectionId connection) { return std::exchange(inbox(connection), {}); }
  // Only the bodies that arrived, in order.
  std::vector<std::string> bodies(ConnectionId connection) {
    std::vector<std::string> all;
    for (const Got& one : look(connection).got) all.push_back(one.body);
    return all;
  }
  // Ready messages of a queue; -1 if there is no such queue.
  int ready(std::string_view queue) const {
    for (const QueueView& view : broker.view().queues) {
      if (view.name == queue) return static_cast<int>(view.ready.size());
    }
    return -1;
  }

  void settle() {
    do {
      ledger.set_now(now);
      broker.advance(now);
      read_frames();
      if (disk_answers && !broker.store_requests().empty()) {
        const std::uint64_t token = broker.store_requests().back().token;
        broker.store_requests().clear();
        broker.stored(token);
      }
      read_frames();
    } while (broker.next_deadline() <= now);
    const auto broken = broker.validate();
    INFO(broken.value_or(""));
    REQUIRE_FALSE(broken.has_value());
  }

  ledger::Ledger ledger{ledger::Sink::full};
  Choices choices = Choices::seeded(1);
  Broker broker;
  ledger::EntityId author;
  Time now;
  bool disk_answers = true;  // at once
  bool closes_ok = true;     // clients answer channel.close
  std::vector<ConnectionId> ended;

 private:
  static Options options_of(Version version) {
    Options options;
    options.version = version;
    options.counts_disk = true;
    return options;
  }

  Inbox& inbox(ConnectionId connection) {
    if (inboxes_.size() <= connection.value) inboxes_.resize(connection.value + 1);
    return inboxes_[connection.value];
  }

  void read_frames() {
    const std::vector<Outgoing> frames = std::exchange(broker.out(), {});
    for (const Outgoing& frame : frames) read(frame);
  }

  void read(const Outgoing& frame) {
    Inbox& box = inbox(frame.connection);
    switch (frame.kind) {
      case Outgoing::Kind::deliver:
      case Outgoing::Kind::get_ok:
        box.got.push_back(got(frame));
        return;
      case Outgoing::Kind::returned:
        box.returned.push_back(frame.message->body.text());
        return;
      case Outgoing::Kind::confirm:
        (frame.nack ? box.nacks : box.acks).push_back(frame.tag);
        return;
      case Outgoing::Kind::reply:
        box.replies.push_back(*frame.reply);
        return;
      case Outgoing::Kind::channel_close:
        box.error = frame.error->text;
        if (closes_ok) broker.handle(frame.connection, frame.channel, ChannelCloseOk{});
        return;
      case Outgoing::Kind::connection_close:
        box.error = frame.error->text;
        return;
      case Outgoing::Kind::socket_end:
        ended.push_back(frame.connection);
        return;
      case Outgoing::Kind::cancel:
        box.cancelled.emplace_back(ledger.text(frame.consumer_tag));
        return;
      case Outgoing::Kind::blocked:
      case Outgoing::Kind::unblocked:
        return;
    }
  }

  Got got(const Outgoing& frame) const {
    Got got;
    got.body = frame.message->body.text();
    got.tag = frame.tag;
    got.redelivered = frame.redelivered;
    got.consumer = ledger.text(frame.consumer_tag);
    const Properties& seen = frame.properties ? *frame.properties : frame.message->props();
    if (seen.headers) got.headers = *seen.headers;
    return got;
  }

  bool bursting_ = false;
  std::vector<Inbox> inboxes_;
};

inline Properties persistent() {
  Properties properties;
  properties.delivery_mode = 2;
  return properties;
}
inline Properties with_expiration(std::string_view ms) {
  Properties properties;
  properties.expiration = ms;
  return properties;
}
inline Properties with_priority(std::uint8_t priority) {
  Properties properties;
  properties.priority = priority;
  return properties;
}

using Bodies = std::vector<std::string>;

}  // namespace mqlab::broker::test
