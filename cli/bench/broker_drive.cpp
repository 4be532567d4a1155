// SPDX-License-Identifier: MIT
// Publishing and acking.
#include "cli/bench/broker_drive.hpp"

#include <utility>

#include <fmt/format.h>

#include "sim/base/assert.hpp"

namespace mqlab::bench {

namespace {
constexpr std::uint64_t kBurst = 64;
}  // namespace

BrokerDrive::BrokerDrive(std::uint32_t queues, ledger::Sink sink)
    : ledger_(sink),
      broker_({}, ledger_, choices_, ledger_.new_entity(ledger::EntityKind::node, "rabbit", {})),
      author_(ledger_.new_entity(ledger::EntityKind::actor, "shop", {})),
      exchange_(ledger_.names().intern("amq.direct")) {
  publisher_ = broker_.open({});
  consumer_ = broker_.open({});
  broker_.handle(publisher_, 1, broker::ChannelOpen{});
  broker_.handle(consumer_, 1, broker::ChannelOpen{});
  for (std::uint32_t i = 0; i < queues; ++i) {
    keys_.push_back(fmt::format("orders.region{}", i));
    broker::QueueDeclare declare;
    declare.queue = keys_.back();
    broker_.handle(publisher_, 1, std::move(declare));
    broker::QueueBind bind;
    bind.queue = keys_.back();
    bind.exchange = "amq.direct";
    bind.routing_key = keys_.back();
    broker_.handle(publisher_, 1, std::move(bind));
  }
  broker_.out().clear();
}

void BrokerDrive::subscribe(std::uint16_t prefetch) {
  broker::BasicQos qos;
  qos.prefetch_count = prefetch;
  broker_.handle(consumer_, 1, qos);
  for (const std::string& key : keys_) {
    broker::BasicConsume consume;
    consume.queue = key;
    consume.consumer_tag = key;
    broker_.handle(consumer_, 1, std::move(consume));
  }
  broker_.out().clear();
}

void BrokerDrive::publish_one() {
  const std::string& key = keys_[multiply_high(draws_.next(), keys_.size())];
  broker::Message message;
  message.identity = ledger_.new_message(author_, {});
  message.exchange = exchange_;
  message.routing_key = ledger_.names().intern(key);
  message.body = body_;
  broker::BasicPublish publish;
  publish.message = broker_.messages().make(std::move(message));
  publish.transmission = ledger_.new_transmission();
  broker_.handle(publisher_, 1, std::move(publish));
}

void BrokerDrive::ack_deliveries() {
  while (!broker_.out().empty()) {
    std::swap(delivered_, broker_.out());
    for (const broker::Outgoing& frame : delivered_) {
      MQLAB_ASSERT(frame.kind == broker::Outgoing::Kind::deliver);
      output_.add(frame.copy.value);
      output_.add(frame.tag);
      broker_.handle(consumer_, 1, broker::BasicAck{frame.tag, false});
    }
    delivered_.clear();
  }
}

void BrokerDrive::carry(std::uint64_t messages) {
  for (std::uint64_t done = 0; done < messages;) {
    for (std::uint64_t i = 0; i < kBurst && done < messages; ++i, ++done) publish_one();
    ack_deliveries();
  }
}

void BrokerDrive::publish(std::uint64_t messages) {
  for (std::uint64_t i = 0; i < messages; ++i) publish_one();
  MQLAB_ASSERT(broker_.out().empty());
  output_.add(broker_.memory_used());
}

}  // namespace mqlab::bench
