// SPDX-License-Identifier: MIT
// How a random world is built, worked in and disturbed.
#include "tests/worlds/random_world.hpp"

#include <array>

#include <fmt/format.h>

#include "sim/ledger/view.hpp"
#include "sim/world/fault_point.hpp"

namespace mqlab::world {

namespace {

Options with_seed(std::uint64_t seed) {
  Options options;
  options.seed = seed;
  return options;
}

NodeConfig some_node(Dice dice) {
  NodeConfig node;
  node.broker.version = dice.one_in(2) ? broker::Version::v3_10 : broker::Version::v4_0;
  node.fsync = dice.span(milliseconds(10));
  node.boot = dice.up_to(milliseconds(50));
  if (dice.one_in(2)) node.receive_buffer = 1 + dice.below(2'000);
  if (dice.one_in(4)) node.memory_limit = 8'000 + dice.below(10'000);
  if (dice.one_in(4)) {
    node.disk_free = 200 + dice.below(1'000);
    node.disk_free_limit = 100;
  }
  return node;
}

broker::FieldTable with_text(std::string_view key, std::string_view value) {
  broker::FieldTable table;
  broker::set_field(table, key, broker::FieldValue::of(value));
  return table;
}

}  // namespace

RandomWorld::RandomWorld(std::uint64_t seed, Claim claim, bool audit_each_event, Cure cure)
    : story(with_seed(seed), some_node(Dice(seed, "node"))),
      claim_(claim),
      cure_(cure),
      dice_(seed, "world"),
      answers_(seed, "answers") {
  if (!audit_each_event) story.world.hooks().after_event = nullptr;
  broker_dies_ = !dice_.one_in(3);
  sends_on_ = may_send_on(seed) && Dice(seed, "sends on").one_in(2);
  StoreConfig store;
  store.name = "db";
  store.read = dice_.span(milliseconds(5));
  store.write = dice_.span(milliseconds(5));
  db_ = story.world.add_store(std::move(store)).value();
  add_topology();
  for (std::uint64_t i = 1 + dice_.below(2); i > 0; --i) add_publisher(i);
  for (std::uint64_t i = 1 + dice_.below(2); i > 0; --i) add_consumer(i);
  if (dice_.one_in(3)) add_clerk(true);
  if (dice_.one_in(3) && !sends_on_) add_clerk(false);
  add_hooks();
  add_faults();
}

// -- what there is --------------------------------------------------------------------------------

// The one way into the queue "work": by name, by a binding, or by the end of a stay in "delay".
void RandomWorld::add_topology() {
  constexpr std::array kTypes{"direct", "topic", "fanout"};
  broker::FieldTable arguments;
  if (dice_.one_in(3)) {
    arguments = with_text("x-queue-type", "quorum");
    // Failures and lost connections count; what fails too often would be thrown away.
    broker::set_field(arguments, "x-delivery-limit", broker::FieldValue::of(std::int64_t{10'000}));
  } else if (dice_.one_in(3)) {
    arguments = with_text("x-queue-mode", "lazy");
  }
  story.queue("work", true, std::move(arguments));
  key_ = "work";
  const std::uint64_t kind = dice_.below(6);
  if (kind < 3) {
    broker::ExchangeDeclare declare;
    declare.exchange = exchange_ = "x";
    declare.type = kTypes[kind];
    declare.durable = true;
    REQUIRE(story.world.operate(story.rabbit, "/", declare).ok());
    key_ = "a.b";
    broker::QueueBind bind;
    bind.queue = "work";
    bind.exchange = "x";
    bind.routing_key = kind == 1 ? "a.*" : key_;
    REQUIRE(story.world.operate(story.rabbit, "/", bind).ok());
  } else if (kind == 3 && !broker_dies_) {
    // The broker's own step from queue to queue is confirmed by nobody.
    broker::FieldTable stay = with_text("x-dead-letter-exchange", "");
    broker::set_field(stay, "x-dead-letter-routing-key",
                      broker::FieldValue::of(std::string_view("work")));
    broker::set_field(stay, "x-message-ttl",
                      broker::FieldValue::of(static_cast<std::int64_t>(dice_.below(200))));
    story.queue("delay", true, std::move(stay));
    key_ = "delay";
  }
}

AccessConfig RandomWorld::access() {
  AccessConfig access;
  access.node = story.rabbit;
  access.latency = dice_.span(milliseconds(10));
  access.reconnect.after = milliseconds(30);
  access.reconnect.factor = 2;
  access.reconnect.most = milliseconds(500);
  if (dice_.one_in(2)) access.reconnect.jitter = 0.5;
  access.heartbeat = milliseconds(200) + dice_.up_to(milliseconds(200));
  access.connect_timeout = milliseconds(700) + dice_.up_to(milliseconds(300));
  if (dice_.one_in(3)) access.bandwidth = 5'000 + dice_.below(100'000);
  if (dice_.one_in(3)) access.send_buffer = 1 + dice_.below(1'000);
  return access;
}

void RandomWorld::add_publisher(std::uint64_t i) {
  PublisherConfig shop = story.to_queue(fmt::format("shop{}", i), key_, 2 + dice_.below(5));
  shop.exchange = exchange_;
  shop.every = dice_.span(milliseconds(150));
  shop.start = dice_.up_to(milliseconds(100));
  shop.access = access();
  shop.body.assign(dice_.below(100), 'x');
  if (claim_ == Claim::at_most_once) {
    shop.confirm = static_cast<ConfirmMode>(dice_.below(4));
    if (dice_.one_in(2)) shop.timeout = dice_.up_to(milliseconds(300));
  } else {
    shop.properties = persistent();
    shop.confirm = static_cast<ConfirmMode>(1 + dice_.below(3));
    shop.timeout = milliseconds(300) + dice_.up_to(milliseconds(300));
    shop.retry = static_cast<std::uint32_t>(dice_.below(3));
    if (claim_ == Claim::at_least_once) shop.retry = cure_ == Cure::there ? 1'000'000 : 0;
  }
  shop.window = static_cast<std::uint32_t>(1 + dice_.below(4));
  if (claim_ == Claim::effectively_once) {
    const Duration scan = milliseconds(100) + dice_.up_to(milliseconds(300));
    shop.outbox = OutboxRule{db_, fmt::format("outbox {}", i), scan};
    // Both write to one table of what is done: their orders must not have the same names.
    shop.asks_host = true;
  }
  publishers_.push_back(story.add(shop));
}

void RandomWorld::add_consumer(std::uint64_t i) {
  const bool automatic = claim_ == Claim::at_most_once && cure_ == Cure::there;
  const AckMode ack = automatic ? AckMode::automatic : AckMode::manual;
  ConsumerConfig worker = story.from_queue(fmt::format("worker{}", i), "work", ack);
  worker.access = access();
  worker.start = dice_.up_to(milliseconds(300));
  worker.work = dice_.span(milliseconds(40));
  worker.prefetch = static_cast<std::uint16_t>(dice_.below(4));
  worker.threads = static_cast<std::uint32_t>(1 + dice_.below(3));
  worker.coroutine = claim_ == Claim::effectively_once || dice_.one_in(2);
  if (sends_on_) worker.coroutine = true;  // whoever does an order must do that, too
  worker.asks_host = !worker.coroutine;
  if (worker.coroutine) worker.effect.clear();
  if (dice_.one_in(2)) {
    worker.retry.attempts = static_cast<std::uint32_t>(1 + dice_.below(3));
    worker.retry.first = dice_.up_to(milliseconds(50));
    worker.retry.factor = 2;
    worker.retry.recoverer = Recoverer::requeue;
  }
  consumers_.push_back(story.add(worker));
}

void RandomWorld::add_clerk(bool publishes) {
  Clerk::Task task;
  task.access = access();
  const bool cured = cure_ == Cure::there;
  if (publishes) {
    task.orders = 1 + dice_.below(4);
    task.exchange = exchange_;
    task.key = key_;
    task.pause = dice_.up_to(milliseconds(200));
    task.confirms = claim_ != Claim::at_most_once;
    task.gives_up = claim_ == Claim::at_least_once && !cured;
  } else {
    task.automatic = claim_ == Claim::at_most_once && cured;
    task.db = db_;
    task.records = claim_ == Claim::effectively_once && cured;
  }
  clerks_.emplace_back(story, publishes ? "writer" : "reader", std::move(task));
}

Clerk* RandomWorld::clerk(EntityId id) {
  for (Clerk& one : clerks_) {
    if (one.id() == id) return &one;
  }
  return nullptr;
}

// -- what is done ---------------------------------------------------------------------------------

void RandomWorld::add_hooks() {
  Hooks& hooks = story.world.hooks();
  hooks.make_message = [this](EntityId shop, std::uint64_t i, Content& content) {
    content.business = fmt::format("{} order {}", story.world.ledger().name(shop), i);
  };
  hooks.start = [this](EntityId process) { clerk(process)->start(); };
  hooks.resume = [this](EntityId process, const Answer& answer) { clerk(process)->resume(answer); };
  hooks.handle = [this](EntityId, const Delivery&) {
    return answers_.one_in(5) ? Decision::failure : Decision::ack;
  };
  hooks.begin_work = [this](EntityId consumer, std::uint32_t thread, const Delivery& delivery) {
    tasks_[{consumer.value, thread}] = Task{delivery, false};
    if (answers_.one_in(2)) return work(consumer, thread, {});
    static_cast<void>(story.world.work(consumer, thread).sleep(answers_.up_to(milliseconds(20))));
  };
  hooks.resume_work = [this](EntityId consumer, std::uint32_t thread, const Answer& answer) {
    work(consumer, thread, answer);
  };
}

void RandomWorld::work(EntityId consumer, std::uint32_t thread, const Answer& answer) {
  using Status = StoreReply::Status;
  World& world = story.world;
  Task& task = tasks_[{consumer.value, thread}];
  if (task.asked) {
    const Status status = answer.store.status;
    const bool is_done = status == Status::done || status == Status::exists;
    return finish(consumer, thread, is_done ? Decision::ack : Decision::failure);
  }
  const ledger::LedgerView view(world.ledger());
  const std::string business(view.text(view.message(task.delivery.message).business));
  if (!task.decided) {
    if (answers_.one_in(6)) return finish(consumer, thread, Decision::failure);
    task.decided = true;
    if (!send_on(consumer, thread, business)) return;
  }
  if (claim_ != Claim::effectively_once || cure_ == Cure::missing) {
    world.effect(consumer, "handled", business, task.delivery.message);
    if (!world.pass(consumer, point::kAfterEffect)) finish(consumer, thread, Decision::ack);
    return;
  }
  task.asked = true;
  const std::optional<Answer> refused =
      world.work(consumer, thread).ask(db_, record_and_do(business));
  if (refused) work(consumer, thread, *refused);
}

// A consumer's publish is confirmed by nobody, but goes before the ack on the same channel: whoever
// loses it loses both, unless the broker dies between them. And in an alarm that only acks can end,
// the broker would read no ack behind such a publish.
bool RandomWorld::may_send_on(std::uint64_t seed) const {
  if (claim_ == Claim::at_most_once) return true;
  const NodeConfig node = some_node(Dice(seed, "node"));
  return !broker_dies_ && node.memory_limit == 0 && node.disk_free == 0;
}

bool RandomWorld::send_on(EntityId consumer, std::uint32_t thread, const std::string& business) {
  constexpr std::string_view kAgain = ", again";
  if (!sends_on_ || business.ends_with(kAgain)) return true;
  Content content;
  content.exchange = exchange_;
  content.routing_key = key_;
  content.business = business + std::string(kAgain);
  if (claim_ != Claim::at_most_once) content.properties = persistent();
  return story.world.work(consumer, thread).publish(content).answer.has_value();
}

void RandomWorld::finish(EntityId consumer, std::uint32_t thread, Decision decision) {
  tasks_.erase({consumer.value, thread});
  story.world.work(consumer, thread).finish(decision, "by chance");
}

// -- what goes wrong ------------------------------------------------------------------------------

void RandomWorld::add_faults() {
  for (std::uint64_t i = dice_.below(8); i > 0; --i) {
    const Duration begin = dice_.up_to(seconds(1));
    const Duration end = begin + dice_.up_to(seconds(1));
    add_fault(begin, end);
  }
  story.at(seconds(3), [this] { heal(); });
}

void RandomWorld::add_fault(Duration begin, Duration end) {
  World& world = story.world;
  std::vector<EntityId> all = publishers_;
  all.insert(all.end(), consumers_.begin(), consumers_.end());
  for (const Clerk& one : clerks_) all.push_back(one.id());
  const std::size_t place = dice_.below(all.size());
  const EntityId who = all[place];
  const Clerk* const clerk = this->clerk(who);
  const bool publishes = clerk != nullptr ? clerk->publishes() : place < publishers_.size();
  // Without an outbox, what a publisher has not sent dies with it.
  const bool outlives = claim_ == Claim::at_least_once || clerk != nullptr;
  const bool may_die = !publishes || !outlives;
  switch (dice_.below(9)) {
    case 0:
      if (!may_die) return;
      story.at(begin, [&world, who] { world.kill(who); });
      return story.at(end, [&world, who] { world.restart(who); });
    case 1:
      story.at(begin, [&world, this] { world.kill(db_); });
      return story.at(end, [&world, this] { world.restart(db_); });
    case 2:
    case 3:
      return add_broker_fault(begin, end);
    case 4:
    case 5:
      if (may_die) add_crash(who, publishes);
      return;
    default:  // not an enum
      return add_network_fault(who, begin, end);
  }
}

void RandomWorld::add_network_fault(EntityId who, Duration begin, Duration end) {
  World& world = story.world;
  const EntityId node = dice_.one_in(2) ? story.rabbit : EntityId{};
  const auto way = static_cast<World::Way>(dice_.below(3));
  switch (dice_.below(5)) {
    case 0:
      story.at(begin, [&world, who, node] { world.hold(who, node); });
      return story.at(end, [&world, who, node] { world.release(who, node); });
    case 1:
    case 2:
      story.at(begin, [&world, who, way, node] { world.partition(who, way, node); });
      return story.at(end, [&world, who, node] { world.heal(who, node); });
    case 3:
      story.at(begin, [&world, who] { world.drop_connections(who); });
      return story.at(end, [&world, who] { world.delay(who, milliseconds(300)); });
    default:  // not an enum
      story.at(begin, [&world, who, node] { world.clog(who, 300, node); });
      return story.at(end, [&world, who, node] { world.clog(who, 0, node); });
  }
}

void RandomWorld::add_broker_fault(Duration begin, Duration end) {
  World& world = story.world;
  const EntityId rabbit = story.rabbit;
  const std::uint64_t kind = dice_.below(5);
  if (kind == 3) {
    const Distribution slow = dice_.span(milliseconds(200));
    return story.at(begin, [&world, rabbit, slow] { world.set_fsync(rabbit, slow); });
  }
  if (kind == 4) {
    for (const bool on : {true, false}) {
      story.at(on ? begin : end, [&world, rabbit, on] {
        static_cast<void>(world.administer(rabbit, [on](broker::Broker& broker) {
          broker.alarm(broker::Broker::Resource::disk, on);
          return Result<void>{};
        }));
      });
    }
    return;
  }
  if (!broker_dies_) return;
  if (kind == 1 && begin > milliseconds(100)) {
    // A slow disk has more to forget.
    const Distribution slow = always(dice_.up_to(milliseconds(150)));
    story.at(begin - milliseconds(100), [&world, rabbit, slow] { world.set_fsync(rabbit, slow); });
  }
  story.at(begin, [&world, rabbit, kind] {
    if (kind == 0) return world.kill(rabbit);
    return kind == 1 ? world.power_off(rabbit) : world.stop(rabbit);
  });
  story.at(end, [&world, rabbit] { world.restart(rabbit); });
}

void RandomWorld::add_crash(EntityId who, bool publishes) {
  constexpr std::array kPublisherPoints{point::kBeforePublish, point::kAfterPublish,
                                        point::kAfterConfirm,  point::kBeforeRow,
                                        point::kAfterRow,      point::kAfterMark};
  constexpr std::array kConsumerPoints{point::kBeforeWork, point::kAfterEffect, point::kBeforeAck,
                                       point::kAfterAck};
  const std::string_view where = publishes ? kPublisherPoints[dice_.below(kPublisherPoints.size())]
                                           : kConsumerPoints[dice_.below(kConsumerPoints.size())];
  const std::uint64_t nth = 1 + dice_.below(3);
  if (clerk(who) != nullptr && where != point::kAfterEffect) return;
  story.world.crash_at(who, where, nth, dice_.up_to(milliseconds(500)));
}

void RandomWorld::heal() {
  World& world = story.world;
  const auto heal_all = [&world](const std::vector<EntityId>& actors) {
    for (const EntityId actor : actors) {
      world.release(actor);
      world.heal(actor);
      world.clog(actor, 0);
    }
  };
  heal_all(publishers_);
  heal_all(consumers_);
  for (const Clerk& one : clerks_) heal_all({one.id()});
  world.restart(story.rabbit);
  world.restart(db_);
  static_cast<void>(world.administer(story.rabbit, [](broker::Broker& broker) {
    broker.alarm(broker::Broker::Resource::disk, false);
    return Result<void>{};
  }));
  for (const EntityId actor : publishers_) world.restart(actor);
  for (const EntityId actor : consumers_) world.restart(actor);
  for (const Clerk& one : clerks_) world.restart(one.id());
}

// -- what comes of it -----------------------------------------------------------------------------

std::string RandomWorld::live() {
  Limits limits;
  limits.max_events = 100'000;
  const Outcome ended = story.run(limits);
  const std::uint64_t lost = story.business(observe::Outcome::lost);
  const std::uint64_t pending = story.business(observe::Outcome::pending);
  const std::uint64_t duplicated = story.business(observe::Outcome::duplicated);
  std::string wrong = story.trouble;
  if (ended != Outcome::drained) wrong += fmt::format("never drained: {}; ", word(ended));
  if (claim_ != Claim::at_most_once && lost > 0) wrong += fmt::format("{} lost; ", lost);
  if (pending > 0) wrong += fmt::format("{} pending; ", pending);
  if (claim_ != Claim::at_least_once && duplicated > 0) {
    wrong += fmt::format("{} duplicated; ", duplicated);
  }
  return wrong;
}

}  // namespace mqlab::world
