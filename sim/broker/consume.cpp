// SPDX-License-Identifier: MIT
// Consumers begin and end.
#include "sim/broker/consume.hpp"

#include <algorithm>
#include <utility>

#include "sim/broker/deliver.hpp"
#include "sim/broker/dispatch.hpp"
#include "sim/broker/expiry.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/quorum.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/reply_to.hpp"
#include "sim/broker/settle.hpp"
#include "sim/broker/stream.hpp"
#include "sim/broker/teardown.hpp"

namespace mqlab::broker {
namespace {

Failure check_exclusive(const Node& node, const Queue& queue, bool exclusive) {
  if (queue.settings.type != QueueType::classic) return nullptr;  // QQ-10
  const bool refused = queue.settings.single_active_consumer
                           ? exclusive
                           : queue.holder || (exclusive && !queue.consumers.empty());
  return refused ? fail(errors::exclusive_use(node.resource(queue))) : nullptr;
}

Failure check_type(const Node& node, const Channel& channel, const Queue& queue,
                   const BasicConsume& method) {
  if (queue.is_classic()) return nullptr;
  if (queue.settings.type == QueueType::stream)
    return check_stream_consume(node, channel, queue, method);
  if (channel.limiter.active()) return fail(errors::global_qos(node.resource(queue)));
  return nullptr;
}

ledger::RowNo write_created(Node& node, const Consumer& consumer, const Channel& channel,
                            const Queue& queue) {
  ledger::Row row;
  row.fact = ledger::Fact::created;
  row.reason = ledger::Reason::started;
  row.subject = consumer.entity;
  row.object = channel.entity;
  row.value = consumer.prefetch;
  row.extra = queue.entity.value;
  row.flags = consumer.no_ack ? ledger::kNoAck : 0;
  return node.ledger.append(row);
}

void join_classic(Channel& channel, Queue& queue, Consumer& consumer) {
  ChannelRecord& record = queue.line.record(channel.id);
  ++record.consumers;
  if (channel.limiter.active() && record.limit == ChannelRecord::Limit::dormant) {
    record.limit = ChannelRecord::Limit::active;
  }
  consumer.limited = consumer.prefetch > 0 && !consumer.no_ack;
  consumer.credit = consumer.prefetch;
  queue.line.join({consumer.settings.priority, &consumer});
  if (queue.settings.single_active_consumer) {
    if (!queue.holder) queue.holder = consumer.id;
  } else if (consumer.exclusive) {
    queue.holder = consumer.id;
  }
}

void begin(Node& node, Channel& channel, Queue& queue, Consumer& consumer, bool nowait) {
  queue.consumers.push_back(consumer.id);
  queue.had_consumers = true;
  channel.consumers.emplace_back(consumer.tag, consumer.id);
  const ledger::CauseScope cause(node.ledger, write_created(node, consumer, channel, queue));
  const auto say_ok = [&] {
    if (!nowait) {
      reply(node, channel,
            Reply{ReplyKind::basic_consume_ok, std::string(node.text(consumer.tag)), 0, 0});
    }
  };
  switch (queue.settings.type) {
    case QueueType::classic:
      join_classic(channel, queue, consumer);
      say_ok();
      dispatch(node, queue);
      return;
    case QueueType::quorum:
      say_ok();
      join_quorum(node, queue, consumer);
      return;
    case QueueType::stream:
      say_ok();
      join_stream(node, queue, consumer);
      return;
  }
}

void leave_classic(Channel& channel, Queue& queue, Consumer& consumer) {
  queue.line.leave(consumer);
  if (ChannelRecord* const record = queue.line.find(channel.id)) {
    if (--record->consumers == 0) record->limit = ChannelRecord::Limit::dormant;
    queue.line.forget_if_idle(channel.id);
  }
  if (queue.holder == consumer.id) choose_holder(queue);
}

void limit_queues_of(Node& node, Channel& channel, bool limited) {
  std::vector<QueueId> ids;
  for (const auto& [tag, id] : channel.consumers) {
    const Queue& queue = node.queues.get(node.consumers.get(id).queue);
    if (queue.is_classic()) ids.push_back(queue.id);
  }
  std::stable_sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const QueueId id : ids) {
    if (Queue* const queue = node.queues.find(id)) set_limited(node, *queue, channel.id, limited);
  }
}

}  // namespace

Failure find_queue(Node& node, const Channel& channel, std::string_view name, Queue*& queue) {
  const Vhost& vhost = *node.connections.get(channel.connection).vhost;
  const auto known = node.ledger.names().find(name);
  queue = known ? node.find_queue(vhost, *known) : nullptr;
  if (queue != nullptr) return nullptr;
  return fail(errors::not_found(Resource::queue(name, vhost.name)));
}

Failure check_not_locked(const Node& node, const Channel& channel, const Queue& queue) {
  if (!queue.owner || queue.owner == channel.connection) return nullptr;
  return fail(errors::locked(node.resource(queue)));
}

void choose_holder(Queue& queue) {
  queue.holder = {};
  if (!queue.settings.single_active_consumer || queue.line.empty()) return;
  queue.holder = queue.line.front().consumer->id;
}

void end_consumer(Node& node, Consumer& consumer, ledger::Reason reason) {
  facts::ended(node, consumer.entity, reason);
  if (Channel* const channel = node.channels.find(consumer.channel)) {
    std::erase_if(channel->consumers, [&](const auto& one) { return one.second == consumer.id; });
  }
  if (Queue* const queue = node.queues.find(consumer.queue)) {
    std::erase(queue->consumers, consumer.id);
  }
  node.consumers.remove(consumer.id);
}

// no_local plays no part (CONS-11).
Failure consume(Node& node, Channel& channel, const BasicConsume& method) {
  if (method.queue == kReplyQueue) {
    NameId tag;
    if (Failure failure = consume_replies(node, channel, method, tag)) return failure;
    if (!method.nowait) {
      reply(node, channel, Reply{ReplyKind::basic_consume_ok, std::string(node.text(tag)), 0, 0});
    }
    return nullptr;
  }
  for (const auto& [known, id] : channel.consumers) {
    if (node.text(known) == method.consumer_tag) {
      return fail(errors::reused_consumer_tag(method.consumer_tag));
    }
  }
  const Connection& connection = node.connections.get(channel.connection);
  const Resource name = Resource::queue(method.queue, connection.vhost->name);
  if (auto error = node.access(connection).check(Permission::read, name)) {
    return fail(std::move(error));
  }
  Queue* queue = nullptr;
  if (Failure missing = find_queue(node, channel, method.queue, queue)) return missing;
  if (Failure locked = check_not_locked(node, channel, *queue)) return locked;
  if (Failure refused = check_type(node, channel, *queue, method)) return refused;
  auto settings =
      consumer_settings(node.options.version, name, queue->settings.type, method.arguments);
  if (auto* error = std::get_if<AmqpError>(&settings)) return fail(std::move(*error));
  if (Failure refused = check_exclusive(node, *queue, method.exclusive)) return refused;

  auto made = std::make_unique<Consumer>();
  made->channel = channel.id;
  made->queue = queue->id;
  made->tag =
      node.intern(method.consumer_tag.empty() ? node.make_name("amq.ctag-") : method.consumer_tag);
  made->entity = node.ledger.new_entity(ledger::EntityKind::subscription, node.text(made->tag),
                                        channel.entity);
  made->settings = std::get<ConsumerSettings>(settings);
  made->prefetch = channel.prefetch;
  made->no_ack = method.no_ack;
  made->exclusive = method.exclusive;
  begin(node, channel, *queue, node.consumers.add(std::move(made)), method.nowait);
  return nullptr;
}

Failure cancel(Node& node, Channel& channel, const BasicCancel& method) {
  const auto say_ok = [&] {
    if (!method.nowait)
      reply(node, channel, Reply{ReplyKind::basic_cancel_ok, method.consumer_tag, 0, 0});
  };
  if (channel.reply_consumer && node.text(channel.reply_consumer->tag) == method.consumer_tag) {
    end_replies(node, channel, ledger::Reason::cancelled);
    say_ok();
    return nullptr;
  }
  const auto found =
      std::find_if(channel.consumers.begin(), channel.consumers.end(),
                   [&](const auto& one) { return node.text(one.first) == method.consumer_tag; });
  say_ok();
  if (found == channel.consumers.end()) return nullptr;  // QUEUE-7
  Consumer& consumer = node.consumers.get(found->second);
  Queue& queue = node.queues.get(consumer.queue);
  switch (queue.settings.type) {
    case QueueType::classic:
      leave_classic(channel, queue, consumer);
      break;
    case QueueType::quorum:
      leave_quorum(node, queue, consumer);
      break;
    case QueueType::stream:
      break;
  }
  end_consumer(node, consumer, ledger::Reason::cancelled);
  if (queue.flags.auto_delete && queue.consumers.empty()) {
    end_queue(node, queue, ledger::Reason::auto_deleted);
    return nullptr;
  }
  // 4.0 gives out again what waits. 3.10 does not, even if another consumer is the active one now.
  if (queue.is_classic() && !node.is_v3()) {
    requeue(node, queue, {}, ledger::Reason::none);
  } else if (queue.settings.type == QueueType::quorum) {
    checkout(node, queue);
  }
  touch(node, queue);
  return nullptr;
}

Failure get(Node& node, Channel& channel, const BasicGet& method) {
  const Connection& connection = node.connections.get(channel.connection);
  const Resource name = Resource::queue(method.queue, connection.vhost->name);
  if (auto error = node.access(connection).check(Permission::read, name)) {
    return fail(std::move(error));
  }
  Queue* queue = nullptr;
  if (Failure missing = find_queue(node, channel, method.queue, queue)) return missing;
  if (Failure locked = check_not_locked(node, channel, *queue)) return locked;
  if (queue->settings.type == QueueType::stream) return fail(errors::stream_get(name));
  if (queue->settings.type == QueueType::quorum) {
    if (queue->settings.single_active_consumer) return fail(errors::locked_single_active(name));
    touch(node, *queue);
    get_quorum(node, *queue, channel, method.no_ack);
    return nullptr;
  }
  touch(node, *queue);
  if (queue->ready.empty()) {
    reply(node, channel, ReplyKind::basic_get_empty);
    return nullptr;
  }
  Entry entry = queue->ready.pop_front();
  entry.from_disk = queue->settings.mode == QueueMode::lazy;
  if (!method.no_ack) ++queue->line.record(channel.id).unacked;
  // The count says what is left after the next head was looked at; the frame comes first.
  const std::size_t at = node.out.size();
  deliver_get(node, *queue, channel, std::move(entry), method.no_ack, 0);
  examine_head(node, *queue);
  node.out[at].message_count = static_cast<std::uint32_t>(queue->ready.size());
  return nullptr;
}

Failure set_qos(Node& node, Channel& channel, const BasicQos& method) {
  if (method.prefetch_size != 0) return fail(errors::prefetch_size(method.prefetch_size));
  const bool was_active = channel.limiter.active();
  if (method.global && method.prefetch_count > 0) {
    if (channel.limiter.set(method.prefetch_count, channel.unacked.outstanding())) {
      wake_limited_queues(node, channel);
    }
    if (!was_active) limit_queues_of(node, channel, true);
  } else {
    // The server drops the channel's limit here, too.
    if (channel.limiter.clear()) wake_limited_queues(node, channel);
    if (was_active) limit_queues_of(node, channel, false);
    if (!method.global) channel.prefetch = method.prefetch_count;
  }
  reply(node, channel, ReplyKind::basic_qos_ok);
  return nullptr;
}

}  // namespace mqlab::broker
