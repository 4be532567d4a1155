// SPDX-License-Identifier: MIT
// Endings.
#include "sim/broker/teardown.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/broker/consume.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/expiry.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/quorum.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/reply_to.hpp"
#include "sim/broker/settle.hpp"

namespace mqlab::broker {
namespace {

using ledger::Reason;

void cancel_consumers_of(Node& node, Queue& queue) {
  const std::vector<ConsumerId> ids = queue.consumers;
  for (const ConsumerId id : ids) {
    Consumer& consumer = node.consumers.get(id);
    const Channel& channel = node.channels.get(consumer.channel);
    const Connection& connection = node.connections.get(channel.connection);
    if (connection.login.consumer_cancel_notify) {
      Outgoing frame;
      frame.kind = Outgoing::Kind::cancel;
      frame.connection = channel.connection;
      frame.channel = channel.number;
      frame.consumer_tag = consumer.tag;
      frame.cause = node.ledger.cause();
      node.out.push_back(std::move(frame));
    }
    end_consumer(node, consumer, Reason::server_cancelled);
  }
}

// Deliveries of a queue that is gone can still be settled, without effect.
void drop_unacked_of(Node& node, Queue& queue) {
  if (queue.unacked == 0 && queue.settings.type != QueueType::stream) return;
  node.channels.each([&](Channel& channel) {
    for (std::uint64_t tag = channel.unacked.first(); tag < channel.unacked.end(); ++tag) {
      Unacked& slot = channel.unacked.slot(tag);
      if (slot.state == Unacked::State::none || slot.queue != queue.id) continue;
      // What was read from a stream is no copy of its own.
      if (slot.entry.message) remove_copy(node, queue, slot.entry, Reason::queue_deleted);
      slot.entry = {};
      slot.queue = {};
    }
  });
}

// What some channels leave behind at one queue.
struct Left {
  QueueId queue;
  bool consumed = false;
  std::vector<Unacked> unacked;
};

Left& left_at(std::vector<Left>& left, QueueId queue) {
  for (Left& one : left) {
    if (one.queue == queue) return one;
  }
  left.push_back({queue, false, {}});
  return left.back();
}

// Takes consumers and deliveries from the channel; queues hear of it afterwards.
void strip_channel(Node& node, Channel& channel, std::vector<Left>& left) {
  if (channel.transaction) {
    for (const auto& [publish, queues, names] : channel.transaction->publishes) {
      facts::finished(node, publish.message->identity, publish.transmission, Reason::rolled_back);
    }
  }
  const auto consumers = channel.consumers;
  for (const auto& [tag, id] : consumers) {
    Consumer& consumer = node.consumers.get(id);
    left_at(left, consumer.queue).consumed = true;
    Queue& queue = node.queues.get(consumer.queue);
    queue.line.leave(consumer);
    if (queue.settings.type == QueueType::quorum) drop_from_quorum(queue, consumer);
    end_consumer(node, consumer, Reason::channel_closed);
  }
  end_replies(node, channel, Reason::channel_closed);
  for (std::uint64_t tag = channel.unacked.first(); tag < channel.unacked.end(); ++tag) {
    Unacked& slot = channel.unacked.slot(tag);
    if (slot.state == Unacked::State::none || !slot.queue) continue;
    left_at(left, slot.queue).unacked.push_back(std::move(slot));
  }
  for (const QueueId id : channel.wakes) {
    if (node.queues.find(id) != nullptr) left_at(left, id);
  }
  channel.wakes.clear();
  channel.unacked = {};
  channel.limiter = {};
  channel.transaction.reset();
  channel.confirms = {};
  channel.confirming = false;
}

void tell_queue(Node& node, Left& left, const std::vector<ChannelId>& gone) {
  Queue* const queue = node.queues.find(left.queue);
  if (queue == nullptr) return;
  const bool unused = queue->flags.auto_delete && queue->had_consumers && queue->consumers.empty();
  if (unused && !node.crashing) {
    for (const Unacked& one : left.unacked) {
      remove_copy(node, *queue, one.entry, Reason::queue_deleted);
    }
    queue->unacked -= left.unacked.size();
    end_queue(node, *queue, Reason::auto_deleted);  // DECL-12
    return;
  }
  if (left.consumed || !left.unacked.empty()) touch(node, *queue);
  if (queue->settings.type != QueueType::stream) queue->unacked -= left.unacked.size();
  switch (queue->settings.type) {
    case QueueType::classic:
      for (const ChannelId channel : gone) queue->line.forget(channel);
      requeue(node, *queue, left.unacked, Reason::channel_closed);
      return;
    case QueueType::quorum:
      return_all_quorum(node, *queue, left.unacked, Reason::channel_closed);
      return;
    case QueueType::stream:
      return;
  }
}

// Ends several channels at once: first nobody of them is in any line, then every queue gets back
// what they held.
void end_channels(Node& node, const std::vector<ChannelId>& ids) {
  std::vector<Left> left;
  for (const ChannelId id : ids) strip_channel(node, node.channels.get(id), left);
  for (const Left& one : left) {
    Queue& queue = node.queues.get(one.queue);
    if (queue.holder && node.consumers.find(queue.holder) == nullptr) choose_holder(queue);
  }
  std::stable_sort(left.begin(), left.end(), [](const Left& a, const Left& b) {
    return a.consumed != b.consumed ? a.consumed : a.queue < b.queue;
  });
  for (Left& one : left) {
    // A quorum queue takes its messages back in the order of their delivery.
    if (node.queues.get(one.queue).is_classic()) {
      std::stable_sort(one.unacked.begin(), one.unacked.end(),
                       [](const auto& a, const auto& b) { return a.entry.key < b.entry.key; });
    }
    tell_queue(node, one, ids);
  }
}

void end_channel(Node& node, Channel& channel, Reason reason) {
  const ledger::CauseScope cause(node.ledger, facts::ended(node, channel.entity, reason));
  channel.closing = true;
  end_channels(node, {channel.id});
}

void delete_exclusive_queues(Node& node, ConnectionId owner) {
  std::vector<QueueId> owned;
  node.queues.each([&](const Queue& queue) {
    if (queue.owner == owner) owned.push_back(queue.id);
  });
  for (const QueueId id : owned) end_queue(node, node.queues.get(id), Reason::owner_gone);
}

// Ends connections at once: all their channels, then their exclusive queues.
void end_connections(Node& node, const std::vector<Connection*>& connections, Reason reason) {
  std::vector<ChannelId> live;
  ledger::RowNo last = 0;
  for (const Connection* connection : connections) {
    last = facts::ended(node, connection->entity, reason);
    const ledger::CauseScope cause(node.ledger, last);
    for (Channel* const channel : connection->channels) {
      if (channel == nullptr || channel->closing) continue;
      facts::ended(node, channel->entity, reason);
      channel->closing = true;
      live.push_back(channel->id);
    }
  }
  const ledger::CauseScope cause(node.ledger, last);
  end_channels(node, live);
  for (const Connection* connection : connections) {
    delete_exclusive_queues(node, connection->id);
    for (const auto& [number, method] : connection->unread) {
      if (const auto* publish = std::get_if<BasicPublish>(&method)) {
        facts::finished(node, publish->message->identity, publish->transmission,
                        Reason::ignored_closed);
      }
    }
    for (const Channel* channel : connection->channels) {
      if (channel != nullptr) node.channels.remove(channel->id);
    }
    node.connections.remove(connection->id);
  }
}

}  // namespace

void end_queue(Node& node, Queue& queue, Reason reason) {
  const ledger::CauseScope cause(node.ledger, facts::ended(node, queue.entity, reason));
  queue.vhost->routing.remove_queue(queue.id.value, reason);
  cancel_consumers_of(node, queue);
  queue.ready.each(
      [&](const Entry& entry) { remove_copy(node, queue, entry, Reason::queue_deleted); });
  for (const Kept& one : queue.kept) remove_copy(node, queue, one.entry, Reason::queue_deleted);
  drop_unacked_of(node, queue);
  node.queues.remove(queue.id);
}

void forget_channel(Node& node, Channel& channel) {
  Connection& connection = node.connections.get(channel.connection);
  connection.channels[channel.number] = nullptr;
  --connection.open_channels;
  node.channels.remove(channel.id);
}

void close_channel(Node& node, Channel& channel) {
  end_channel(node, channel, Reason::closed_by_client);
  reply(node, channel, ReplyKind::channel_close_ok);
  forget_channel(node, channel);
}

void fail_channel(Node& node, Channel& channel, AmqpError raised) {
  std::optional<AmqpError> sent;
  if (!raised.connection) sent = errors::as_sent(node.options.version, raised);
  if (!sent) {
    // A text that cannot be written is a failure of its own.
    fail_connection(node, node.connections.get(channel.connection),
                    raised.connection ? std::move(raised) : errors::crash());
    return;
  }
  AmqpError& error = *sent;
  const ledger::CauseScope cause(node.ledger, facts::failed(node, channel.entity, error));
  end_channel(node, channel, Reason::closed_by_server);
  send(node, channel.connection, channel.number, Outgoing::Kind::channel_close,
       fail(std::move(error)));
}

void end_connection(Node& node, Connection& connection, Reason reason) {
  end_connections(node, {&connection}, reason);
}

void fail_connection(Node& node, Connection& connection, AmqpError raised) {
  std::optional<AmqpError> sent = errors::as_sent(node.options.version, std::move(raised));
  const ledger::CauseScope cause(
      node.ledger, facts::failed(node, connection.entity, sent ? *sent : errors::crash()));
  const ConnectionId id = connection.id;
  end_connection(node, connection, Reason::closed_by_server);
  if (sent) send(node, id, 0, Outgoing::Kind::connection_close, fail(std::move(sent)));
  send(node, id, 0, Outgoing::Kind::socket_end);
}

void end_all_connections(Node& node, Reason reason, bool politely) {
  std::vector<Connection*> all;
  std::vector<ConnectionId> ids;
  node.connections.each([&](Connection& connection) {
    all.push_back(&connection);
    ids.push_back(connection.id);
  });
  end_connections(node, all, reason);
  for (const ConnectionId id : ids) {
    if (politely) {
      send(node, id, 0, Outgoing::Kind::connection_close, fail(errors::broker_shutdown()));
    }
    send(node, id, 0, Outgoing::Kind::socket_end);
  }
}

}  // namespace mqlab::broker
