// SPDX-License-Identifier: MIT
// Random clients against a broker: whatever they do, its books balance.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sim/base/random.hpp"
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

// A few connections with two channels each do random things to a few queues.
class RandomWorld {
 public:
  RandomWorld(std::uint64_t seed, Version version)
      : dice_(seed, "random world"),
        broker_(options_of(version), ledger_, choices_,
                ledger_.new_entity(ledger::EntityKind::node, "rabbit", {})) {
    author_ = ledger_.new_entity(ledger::EntityKind::actor, "author", {});
    for (std::size_t i = 0; i < kConnections; ++i) connect(i);
    for (std::size_t i = 0; i < kQueues; ++i) declare(clients_[0], 1, i);
  }

  void step() {
    const std::size_t who = pick(kConnections);
    const auto channel = static_cast<ChannelNo>(1 + pick(2));
    Client& client = clients_[who];
    switch (pick(24)) {
      case 0:
        return declare(client, channel, pick(kQueues));
      case 1:
        return consume(client, channel);
      case 2:
        return cancel(client, channel);
      case 3:
        return handle(client, channel, BasicGet{existing_queue(), chance(4)});
      case 4:
        return limit(client, channel);
      case 5:
      case 6:
      case 7:
        return settle_some(client, channel, true);
      case 8:
      case 9:
        return settle_some(client, channel, false);
      case 10:
        return rare(client, channel);
      case 11:
        return transact(client, channel);
      case 12:
        now_ = now_ + milliseconds(static_cast<std::int64_t>(pick(100)));
        return settle();
      case 13:
        disk_answers_ = !disk_answers_;
        return settle();
      default:
        return publish(client, channel);
    }
  }

  void finish() {
    disk_answers_ = true;
    now_ = now_ + seconds(3);
    settle();
    for (const Client& client : clients_) {
      for (const auto& [number, channel] : client.channels) {
        INFO("a confirm is missing");
        CHECK(channel.unconfirmed.empty());
      }
    }
  }

 private:
  static constexpr std::size_t kConnections = 3;
  static constexpr std::size_t kQueues = 6;
  static constexpr std::size_t kPriorities = 2;  // the queue with priorities, up to kHighest
  static constexpr std::uint8_t kHighest = 3;
  static constexpr std::size_t kQuorum = 4;

  struct Channel {
    bool confirms = false;
    bool transactional = false;
    std::uint64_t published = 0;
    std::set<std::uint64_t> unconfirmed;
    std::vector<std::uint64_t> tags;
    std::vector<std::string> consumers;
    std::uint16_t prefetch = 0;  // of consumers to come
    std::uint16_t limit = 0;     // of the whole channel
    bool was_served = false;     // a consumer got something to ack since the last look
    bool has_quorum = false;     // has or had a consumer of a quorum queue
  };
  // What the test knows of a consumer: its limit, and where it is.
  struct Consumer {
    std::uint16_t prefetch = 0;
    std::size_t client = 0;
    ChannelNo channel = 0;
    std::string queue;
  };
  // A copy that a queue holds, as the rows tell it.
  struct Held {
    std::size_t came = 0;  // the row by which it came into the queue
    ledger::EntityId queue;
    std::uint8_t priority = 0;
    bool returned = false;
    bool ready = true;
  };
  struct Client {
    ConnectionId id;
    std::map<ChannelNo, Channel> channels;
  };

  static Options options_of(Version version) {
    Options options;
    options.version = version;
    return options;
  }
  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(dice_.below(n)); }
  bool chance(std::size_t one_in) { return pick(one_in) == 0; }
  static std::string queue_name(std::size_t i) { return "q" + std::to_string(i); }

  void connect(std::size_t who) {
    Login login;
    login.name = "client" + std::to_string(who);
    clients_[who] = Client{broker_.open(login), {}};
    by_id_[clients_[who].id.value] = who;
    for (const ChannelNo channel : {ChannelNo{1}, ChannelNo{2}}) open(clients_[who], channel);
    settle();
  }

  void open(Client& client, ChannelNo channel) {
    client.channels[channel] = {};
    broker_.handle(client.id, channel, ChannelOpen{});
    const std::size_t mode = pick(4);
    if (mode == 0) broker_.handle(client.id, channel, TxSelect{});
    if (mode <= 1) return;
    broker_.handle(client.id, channel, ConfirmSelect{});
    client.channels[channel].confirms = true;
  }

  void handle(Client& client, ChannelNo channel, Method method) {
    const bool closes = std::holds_alternative<ChannelClose>(method);
    broker_.handle(client.id, channel, std::move(method));
    settle();
    if (closes) {
      open(client, channel);
      settle();
    }
  }

  // What ends things, or is wrong.
  void rare(Client& client, ChannelNo channel) {
    const std::size_t who = by_id_[client.id.value];
    switch (pick(16)) {
      case 0:
        broker_.drop(client.id, ledger::Reason::connection_lost);
        settle();
        return connect(who);
      case 1:
        return handle(client, channel, ChannelClose{});
      case 2:
        return handle(client, channel, QueueDelete{existing_queue(), false, false, false});
      case 3:
        return handle(client, channel, QueuePurge{existing_queue(), false});
      case 4:
        return restart();
      case 5:
        return handle(client, channel, BasicAck{pick(3), false});
      case 6:
        return handle(client, channel, TxSelect{});
      case 7:
        return toggle_policy();
      default:
        client.channels[channel].tags.clear();
        return handle(client, channel, BasicRecover{true, chance(2)});
    }
  }

  void toggle_policy() {
    if (chance(2)) {
      broker_.clear_policy("/", "p");
    } else {
      const auto set = broker_.set_policy("/", "p", "^q[0-3]", {arg("max-length", 2)},
                                          Broker::PolicyTarget::queues, 0);
      REQUIRE(set.ok());
    }
    settle();
  }

  void transact(Client& client, ChannelNo channel) {
    if (!client.channels[channel].transactional) return;
    if (chance(2)) return handle(client, channel, TxCommit{});
    handle(client, channel, TxRollback{});
  }

  void settle_some(Client& client, ChannelNo channel, bool ack) {
    std::vector<std::uint64_t>& tags = client.channels[channel].tags;
    if (tags.empty()) return;
    const auto at = static_cast<std::ptrdiff_t>(pick(tags.size()));
    const std::uint64_t tag = tags[static_cast<std::size_t>(at)];
    const bool multiple = chance(3);
    tags.erase(multiple ? tags.begin() : tags.begin() + at, tags.begin() + at + 1);
    if (ack) return handle(client, channel, BasicAck{tag, multiple});
    handle(client, channel, BasicNack{tag, multiple, chance(2)});
  }

  // Mostly a queue that is there.
  std::string existing_queue() {
    const View view = broker_.view();
    if (view.queues.empty() || chance(50)) return queue_name(0);
    return view.queues[pick(view.queues.size())].name;
  }

  void cancel(Client& client, ChannelNo channel) {
    std::vector<std::string>& consumers = client.channels[channel].consumers;
    if (consumers.empty()) return;
    const std::size_t at = pick(consumers.size());
    const std::string tag = consumers[at];
    consumers.erase(consumers.begin() + static_cast<std::ptrdiff_t>(at));
    handle(client, channel, BasicCancel{tag, false});
  }

  void declare(Client& client, ChannelNo channel, std::size_t which) {
    QueueDeclare method;
    method.queue = queue_name(which);
    // Each name stands for one kind of queue, so that declaring it again agrees.
    FieldTable& arguments = method.arguments;
    if (which == 1)
      arguments = {arg("x-max-length", 3), arg("x-dead-letter-exchange", ""),
                   arg("x-dead-letter-routing-key", "q0")};
    if (which == kPriorities)
      arguments = {arg("x-max-priority", kHighest), arg("x-message-ttl", 100),
                   arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", "q3")};
    if (which == 3) arguments = {flag("x-single-active-consumer"), arg("x-expires", 500)};
    if (which == kQuorum)
      arguments = {arg("x-queue-type", "quorum"), arg("x-delivery-limit", 2),
                   arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", "q5")};
    if (which == 5) arguments = {arg("x-max-length", 2), arg("x-overflow", "reject-publish")};
    method.durable = which == 0 || which == kQuorum;
    method.auto_delete = which == 1;
    handle(client, channel, std::move(method));
  }

  void limit(Client& client, ChannelNo channel) {
    const auto count = static_cast<std::uint16_t>(pick(4));
    const bool global = chance(3);
    Channel& state = client.channels[channel];
    // Setting the one for consumers takes the other away.
    state.limit = global ? count : 0;
    if (!global) state.prefetch = count;
    handle(client, channel, BasicQos{0, count, global});
  }

  void consume(Client& client, ChannelNo channel) {
    BasicConsume method;
    if (client.channels[channel].consumers.size() > 2) return;
    method.queue = existing_queue();
    method.consumer_tag = "c" + std::to_string(pick(5)) + "." + std::to_string(++tags_made_);
    client.channels[channel].consumers.push_back(method.consumer_tag);
    if (method.queue == queue_name(kQuorum)) client.channels[channel].has_quorum = true;
    consumers_[method.consumer_tag] = {client.channels[channel].prefetch, by_id_[client.id.value],
                                       channel, method.queue};
    method.no_ack = chance(4);
    method.exclusive = chance(40);
    if (chance(3)) method.arguments = {arg("x-priority", static_cast<std::int64_t>(pick(3)))};
    handle(client, channel, std::move(method));
  }

  void publish(Client& client, ChannelNo channel) {
    Message message;
    message.identity = ledger_.new_message(author_, {});
    message.routing_key = ledger_.names().intern(queue_name(chance(20) ? kQueues : pick(kQueues)));
    message.body = std::string(pick(5), 'x');
    Properties properties;
    if (chance(2)) properties.delivery_mode = 2;
    if (chance(3)) properties.priority = static_cast<std::uint8_t>(pick(5));
    priorities_.resize(message.identity.value + std::size_t{1});
    priorities_[message.identity.value] = properties.priority.value_or(0);
    if (chance(4)) properties.expiration = std::to_string(pick(200));
    message.properties = PropertiesPtr(std::move(properties));
    BasicPublish method;
    method.message = broker_.messages().make(std::move(message));
    method.mandatory = chance(3);
    method.transmission = ledger_.new_transmission();
    Channel& state = client.channels[channel];
    if (state.confirms && !state.transactional) state.unconfirmed.insert(++state.published);
    handle(client, channel, std::move(method));
  }

  void restart() {
    const Down ways[] = {Down::stop, Down::kill, Down::power_off};
    ImagePtr image = broker_.go_down(ways[pick(3)]);
    broker_.out().clear();
    now_ = now_ + milliseconds(static_cast<std::int64_t>(pick(100)));
    ledger_.set_now(now_);
    broker_.advance(now_);
    broker_.recover(std::move(image));
    for (std::size_t i = 0; i < kConnections; ++i) connect(i);
  }

  void settle() {
    do {
      ledger_.set_now(now_);
      broker_.advance(now_);
      read_frames();
      if (disk_answers_ && !broker_.store_requests().empty()) {
        const std::uint64_t token = broker_.store_requests().back().token;
        broker_.store_requests().clear();
        broker_.stored(token);
        read_frames();
      }
    } while (broker_.next_deadline() <= now_);
    const auto broken = broker_.validate();
    INFO(broken.value_or(""));
    REQUIRE_FALSE(broken.has_value());
    check_ledger();
  }

  // The books of the ledger's rows are those of the broker, and no row breaks a promise.
  void check_ledger() {
    for (; read_ < ledger_.rows().size(); ++read_) {
      const ledger::Row& row = ledger_.rows()[read_];
      CHECK(row.cause <= read_);
      take(row);
    }
    std::set<std::uint32_t> ready;
    std::set<std::uint32_t> unacked;
    for (const QueueView& queue : broker_.view().queues) {
      for (const CopyView& copy : queue.ready) ready.insert(copy.copy.value);
      for (const UnackedView& copy : queue.unacked) unacked.insert(copy.copy.value);
    }
    REQUIRE(ready == copies(true));
    REQUIRE(unacked == copies(false));
    check_limits();
  }

  void take(const ledger::Row& row) {
    if (row.fact == ledger::Fact::enqueued) {
      Held held;
      held.came = read_;
      held.queue = row.subject;
      held.priority = priority_in(row.subject, row.message);
      CHECK(held_.emplace(row.copy.value, held).second);
    }
    if (row.fact == ledger::Fact::requeued && row.reason != ledger::Reason::recovered) {
      Held& held = held_.at(row.copy.value);
      CHECK_FALSE(held.ready);
      held.ready = true;
      held.returned = true;
    }
    if (row.fact == ledger::Fact::delivered) {
      Held& held = held_.at(row.copy.value);
      CHECK(held.ready);
      check_order(held);
      held.ready = false;
    }
    if (row.fact == ledger::Fact::removed) CHECK(held_.erase(row.copy.value) == 1);
  }

  std::set<std::uint32_t> copies(bool ready) const {
    std::set<std::uint32_t> found;
    for (const auto& [copy, held] : held_) {
      if (held.ready == ready) found.insert(copy);
    }
    return found;
  }

  std::uint8_t priority_in(ledger::EntityId queue, ledger::MessageId message) const {
    if (ledger_.name(queue) != queue_name(kPriorities)) return 0;
    return std::min<std::uint8_t>(priorities_[message.value], kHighest);
  }

  // The highest priority goes first, and of one priority who came first, however often it came
  // back (QUEUE-1, QUEUE-2, PRIO-1, PRIO-4). A quorum queue serves first what came back (QQ-4).
  void check_order(const Held& served) const {
    const bool quorum = ledger_.name(served.queue) == queue_name(kQuorum);
    for (const auto& [copy, other] : held_) {
      if (!other.ready || other.queue != served.queue || other.came == served.came) continue;
      if (quorum && (other.returned || served.returned)) {
        CHECK(served.returned);
      } else {
        CHECK(std::pair(-served.priority, served.came) < std::pair(-other.priority, other.came));
      }
    }
  }

  // No consumer holds more than its prefetch (CONS-2). What is given out under the limit of a
  // channel is within it (CONS-4); what was out before is not called back. A channel that consumes
  // from a quorum queue, too, counts wrongly: its deliveries are not counted, its acks are.
  void check_limits() {
    std::map<std::string, std::size_t> by_tag;
    for (const QueueView& queue : broker_.view().queues) {
      for (const UnackedView& copy : queue.unacked)
        ++by_tag[std::string(ledger_.name(copy.holder))];
    }
    std::map<std::pair<std::size_t, ChannelNo>, std::size_t> by_channel;
    for (const auto& [tag, count] : by_tag) {
      const auto known = consumers_.find(tag);
      if (known == consumers_.end()) continue;  // gets
      const Consumer& consumer = known->second;
      INFO(tag << " of " << consumer.queue);
      if (consumer.prefetch > 0) REQUIRE(count <= consumer.prefetch);
      by_channel[{consumer.client, consumer.channel}] += count;
    }
    for (std::size_t who = 0; who < kConnections; ++who) {
      for (auto& [number, channel] : clients_[who].channels) {
        const bool served = std::exchange(channel.was_served, false);
        if (!served || channel.limit == 0 || channel.has_quorum) continue;
        REQUIRE(by_channel[{who, number}] <= channel.limit);
      }
    }
  }

  void read_frames() {
    const std::vector<Outgoing> frames = std::exchange(broker_.out(), {});
    for (const Outgoing& frame : frames) {
      Client& client = clients_[by_id_[frame.connection.value]];
      if (client.id == frame.connection) read(client, frame);
    }
  }

  void read(Client& client, const Outgoing& frame) {
    Channel& channel = client.channels[frame.channel];
    if (frame.kind == Outgoing::Kind::deliver || frame.kind == Outgoing::Kind::get_ok) {
      if (!frame.no_ack) channel.tags.push_back(frame.tag);
      if (!frame.no_ack && frame.consumer_tag) channel.was_served = true;
    }
    if (frame.kind == Outgoing::Kind::reply && frame.reply->kind == ReplyKind::tx_select_ok) {
      channel.transactional = true;
    }
    if (frame.kind == Outgoing::Kind::confirm) confirmed(channel, frame);
    if (frame.kind == Outgoing::Kind::channel_close) {
      client.channels.erase(frame.channel);
      broker_.handle(client.id, frame.channel, ChannelCloseOk{});
      open(client, frame.channel);
    }
    if (frame.kind == Outgoing::Kind::socket_end) connect(by_id_[client.id.value]);
  }

  // Each number is confirmed once, and none that was not published.
  static void confirmed(Channel& channel, const Outgoing& frame) {
    if (frame.multiple) {
      REQUIRE_FALSE(channel.unconfirmed.empty());
      channel.unconfirmed.erase(channel.unconfirmed.begin(),
                                channel.unconfirmed.lower_bound(frame.tag));
    }
    REQUIRE(channel.unconfirmed.erase(frame.tag) == 1);
  }

  RandomStream dice_;
  ledger::Ledger ledger_{ledger::Sink::full};
  Choices choices_ = Choices::seeded(7);
  Broker broker_;
  ledger::EntityId author_;
  Time now_;
  bool disk_answers_ = true;
  Client clients_[kConnections];
  std::map<std::uint32_t, std::size_t> by_id_;
  std::size_t read_ = 0;
  int tags_made_ = 0;
  std::map<std::string, Consumer> consumers_;  // by tag; no tag is used twice
  std::vector<std::uint8_t> priorities_;       // by message
  std::map<std::uint32_t, Held> held_;         // by copy
};

}  // namespace

TEST_CASE("Whatever clients do, the books balance, no confirm is lost, no limit or order broken",
          "[broker][property]") {
  for (const Version version : {Version::v3_10, Version::v4_0}) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      INFO("seed " << seed << ", version " << (version == Version::v3_10 ? "3.10" : "4.0"));
      RandomWorld world(seed, version);
      for (int i = 0; i < 1000; ++i) world.step();
      world.finish();
    }
  }
}

}  // namespace mqlab::broker::test
