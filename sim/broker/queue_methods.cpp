// SPDX-License-Identifier: MIT
// Declaring, deleting, purging and binding queues.
#include "sim/broker/queue_methods.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/broker/consume.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/expiry.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/overflow.hpp"
#include "sim/broker/priority.hpp"
#include "sim/broker/quorum.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/reply_to.hpp"
#include "sim/broker/stream.hpp"
#include "sim/broker/teardown.hpp"
#include "sim/broker/topology.hpp"

namespace mqlab::broker {
namespace {

void set_settings(Node& node, Queue& queue) {
  Vhost& vhost = *queue.vhost;
  const QueueType type = queue_settings(node.options.version, queue.arguments).type;
  const Policy* const policy = vhost.policies.for_queue(node.text(queue.name), type);
  queue.settings = with_policy(node.options.version, queue.arguments, policy);
  if (policy != nullptr && type == QueueType::stream &&
      find_field(policy->definition, "max-length-bytes") != nullptr) {
    node.policies_in_vain.insert({vhost.name, policy->name});
  }
  const auto name_of = [&](const std::optional<std::string>& text) {
    return text ? std::optional(node.intern(*text)) : std::nullopt;
  };
  queue.dead_letter_exchange = name_of(queue.settings.dead_letter_exchange);
  queue.dead_letter_key = name_of(queue.settings.dead_letter_routing_key);
}

Queue& create_queue(Node& node, const Channel& channel, const std::string& name,
                    const QueueFlags& flags, FieldTable arguments) {
  Connection& connection = node.connections.get(channel.connection);
  Vhost& vhost = *connection.vhost;
  Queue& queue = node.queues.add(std::make_unique<Queue>());
  queue.vhost = &vhost;
  queue.name = node.intern(name);
  queue.entity = node.ledger.new_entity(ledger::EntityKind::queue, name, vhost.entity);
  queue.flags = flags;
  queue.arguments = std::move(arguments);
  if (flags.exclusive) queue.owner = connection.id;
  queue.begun = node.now;
  set_settings(node, queue);
  queue.ready = Ready(lanes_of(queue.settings));
  facts::created(node, queue.entity, vhost.entity, ledger::Reason::declared,
                 queue.is_durable() ? ledger::kDurable : 0);
  vhost.routing.add_queue(queue.id.value, queue.name, queue.is_durable(), queue.entity);
  touch(node, queue);
  return queue;
}

// What declaring and deleting tell.
std::uint32_t count_messages(const Node& node, const Queue& queue) {
  if (queue.settings.type == QueueType::stream) return count_in_stream(node, queue);
  return static_cast<std::uint32_t>(queue.ready.size());
}

// What a declare tells: those that may be sent something or hold something. A quorum queue does not
// count who waits to become the single active consumer, but a get that is not settled, and who was
// cancelled and still holds something (DECL-9).
std::uint32_t count_consumers(const Node& node, const Queue& queue) {
  if (queue.settings.type == QueueType::stream) return 0;
  std::size_t count = queue.consumers.size();
  if (queue.settings.type != QueueType::quorum) return static_cast<std::uint32_t>(count);
  count -= queue.quorum.waiting.size();
  std::vector<ConsumerId> cancelled;
  node.channels.each([&](const Channel& channel) {
    for (std::uint64_t tag = channel.unacked.first(); tag < channel.unacked.end(); ++tag) {
      const Unacked& slot = channel.unacked.slot(tag);
      if (slot.state == Unacked::State::none || slot.queue != queue.id) continue;
      if (!slot.consumer) ++count;
      if (!slot.consumer || node.consumers.find(slot.consumer) != nullptr) continue;
      if (std::find(cancelled.begin(), cancelled.end(), slot.consumer) == cancelled.end()) {
        cancelled.push_back(slot.consumer);
      }
    }
  });
  return static_cast<std::uint32_t>(count + cancelled.size());
}

void say_declared(Node& node, Channel& channel, const Queue& queue, bool nowait) {
  channel.last_queue = queue.name;
  if (nowait) return;
  Reply answer;
  answer.kind = ReplyKind::queue_declare_ok;
  answer.name = node.text(queue.name);
  answer.message_count = count_messages(node, queue);
  answer.consumer_count = count_consumers(node, queue);
  reply(node, channel, std::move(answer));
}

// DECL-4
Failure declare_passive(Node& node, Channel& channel, const QueueDeclare& method,
                        const std::string& name) {
  Queue* queue = nullptr;
  if (Failure missing = find_queue(node, channel, name, queue)) return missing;
  if (!method.nowait) touch(node, *queue);
  if (Failure locked = check_not_locked(node, channel, *queue)) return locked;
  say_declared(node, channel, *queue, method.nowait);
  return nullptr;
}

// Every declare of a reply address is passive in effect (RPC-1).
Failure declare_reply_address(Node& node, Channel& channel, const QueueDeclare& method,
                              const std::string& name) {
  if (name != kReplyQueue && !reply_address_exists(node, name)) {
    const Vhost& vhost = *node.connections.get(channel.connection).vhost;
    return fail(errors::not_found(Resource::queue(name, vhost.name)));
  }
  channel.last_queue = node.intern(name);
  if (!method.nowait) reply(node, channel, Reply{ReplyKind::queue_declare_ok, name, 0, 1});
  return nullptr;
}

// DECL-1
Failure declare_again(Node& node, Channel& channel, Queue& queue, const QueueFlags& flags,
                      const FieldTable& arguments, bool nowait) {
  const ConnectionId asked = flags.exclusive ? channel.connection : ConnectionId{};
  const Resource name = node.resource(queue);
  if (queue.owner != asked) return fail(errors::locked(name));
  if (auto error = check_queue_equivalence(node.options.version, name, queue.settings.type,
                                           queue.flags, queue.arguments, flags, arguments)) {
    return fail(std::move(error));
  }
  if (!nowait) touch(node, queue);
  say_declared(node, channel, queue, nowait);
  return nullptr;
}

// The queue of a method that needs it to be there and open to this connection.
Failure open_queue(Node& node, Channel& channel, Permission permission, const std::string& name,
                   Queue*& queue) {
  const Connection& connection = node.connections.get(channel.connection);
  const Resource resource = Resource::queue(name, connection.vhost->name);
  if (auto error = node.access(connection).check(permission, resource)) {
    return fail(std::move(error));
  }
  if (Failure missing = find_queue(node, channel, name, queue)) return missing;
  return check_not_locked(node, channel, *queue);
}

// The queue of a binding, if it is there.
const Queue* bound_queue(Node& node, const Channel& channel, std::string_view name) {
  Queue* queue = nullptr;
  const Failure missing = find_queue(node, channel, strip_cr_lf(name), queue);
  return queue;
}

bool is_locked(const Channel& channel, const Queue* queue) {
  return queue != nullptr && queue->owner && queue->owner != channel.connection;
}

Failure check_delete(const Node& node, const Queue& queue, const QueueDelete& method) {
  const Resource name = node.resource(queue);
  if (queue.settings.type == QueueType::quorum) {
    if (method.if_unused) return fail(errors::quorum_delete(errors::DeleteFlag::if_unused, name));
    if (method.if_empty) return fail(errors::quorum_delete(errors::DeleteFlag::if_empty, name));
    return nullptr;
  }
  if (method.if_empty && !queue.ready.empty()) return fail(errors::not_empty(name));
  if (method.if_unused && !queue.consumers.empty()) return fail(errors::in_use(name));
  return nullptr;
}

}  // namespace

Failure expand_name(const Node& node, const Channel& channel, std::string& name) {
  if (!name.empty()) return nullptr;
  if (!channel.last_queue) return fail(errors::no_previous_queue());
  name = node.text(channel.last_queue);
  return nullptr;
}

Failure declare_queue(Node& node, Channel& channel, const QueueDeclare& method) {
  std::string name = strip_cr_lf(method.queue);
  if (name.starts_with(kReplyQueue)) return declare_reply_address(node, channel, method, name);
  if (method.passive) return declare_passive(node, channel, method, name);

  const Access access = node.access(node.connections.get(channel.connection));
  FieldTable arguments = kept_arguments(node.options.version, method.arguments);
  if (name.empty()) {
    if (auto error = check_server_named(arguments)) return fail(std::move(error));
    name = node.make_name("amq.gen-");
  } else if (auto error = check_queue_name(name)) {
    return fail(std::move(error));
  }
  const Resource resource = Resource::queue(name, access.vhost);
  if (auto error = access.check(Permission::configure, resource)) return fail(std::move(error));
  const QueueFlags flags{method.durable, method.exclusive, method.auto_delete};
  Queue* queue = nullptr;
  if (!find_queue(node, channel, name, queue)) {
    return declare_again(node, channel, *queue, flags, arguments, method.nowait);
  }
  if (auto error = check_new_queue(access, name, flags, arguments)) return fail(std::move(error));
  say_declared(node, channel, create_queue(node, channel, name, flags, std::move(arguments)),
               method.nowait);
  return nullptr;
}

Failure delete_queue(Node& node, Channel& channel, QueueDelete method) {
  if (Failure failure = expand_name(node, channel, method.queue)) return failure;
  const Connection& connection = node.connections.get(channel.connection);
  const std::string name = strip_cr_lf(method.queue);
  if (auto error =
          node.access(connection)
              .check(Permission::configure, Resource::queue(name, connection.vhost->name))) {
    return fail(std::move(error));
  }
  Queue* queue = nullptr;
  std::uint32_t count = 0;
  if (!find_queue(node, channel, name, queue)) {
    if (Failure locked = check_not_locked(node, channel, *queue)) return locked;
    if (Failure refused = check_delete(node, *queue, method)) return refused;
    count = count_messages(node, *queue);
    end_queue(node, *queue, ledger::Reason::deleted);
  }
  if (!method.nowait) reply(node, channel, Reply{ReplyKind::queue_delete_ok, {}, count, 0});
  return nullptr;
}

Failure purge_queue(Node& node, Channel& channel, QueuePurge method) {
  if (Failure failure = expand_name(node, channel, method.queue)) return failure;
  Queue* queue = nullptr;
  if (Failure failure = open_queue(node, channel, Permission::read, method.queue, queue)) {
    return failure;
  }
  if (queue->settings.type == QueueType::stream) {
    return fail(errors::stream_purge(node.resource(*queue)));
  }
  const auto count = static_cast<std::uint32_t>(queue->ready.size());
  while (!queue->ready.empty()) {  // QUEUE-5
    remove_copy(node, *queue, queue->ready.pop_front(), ledger::Reason::purged);
  }
  if (queue->settings.type == QueueType::quorum) {
    queue->quorum.turn = 0;
    checkout(node, *queue);
  }
  if (!method.nowait) reply(node, channel, Reply{ReplyKind::queue_purge_ok, {}, count, 0});
  return nullptr;
}

Failure bind_queue(Node& node, Channel& channel, QueueBind method) {
  if (method.queue.empty() && method.routing_key.empty()) {
    if (Failure failure = expand_name(node, channel, method.routing_key)) return failure;
  }
  if (Failure failure = expand_name(node, channel, method.queue)) return failure;
  const Connection& connection = node.connections.get(channel.connection);
  const Queue* const queue = bound_queue(node, channel, method.queue);
  const auto type = queue != nullptr ? std::optional(queue->settings.type) : std::nullopt;
  if (auto error = bind_queue(connection.vhost->routing, node.access(connection), method,
                              is_locked(channel, queue), type)) {
    return fail(std::move(error));
  }
  if (!method.nowait) reply(node, channel, ReplyKind::queue_bind_ok);
  return nullptr;
}

Failure unbind_queue(Node& node, Channel& channel, QueueUnbind method) {
  if (method.queue.empty() && method.routing_key.empty()) {
    if (Failure failure = expand_name(node, channel, method.routing_key)) return failure;
  }
  if (Failure failure = expand_name(node, channel, method.queue)) return failure;
  const Connection& connection = node.connections.get(channel.connection);
  if (auto error = unbind_queue(connection.vhost->routing, node.access(connection), method,
                                is_locked(channel, bound_queue(node, channel, method.queue)))) {
    return fail(std::move(error));
  }
  reply(node, channel, ReplyKind::queue_unbind_ok);
  return nullptr;
}

namespace {

// Limits that change are taken over one after another, and each drops in the way that held before
// the next (LEN-9).
void change_limits(Node& node, Queue& queue, const QueueSettings& before) {
  const QueueSettings after = queue.settings;
  queue.settings.max_length_bytes = before.max_length_bytes;
  queue.settings.overflow = before.overflow;
  drop_heads(node, queue);
  queue.settings.max_length_bytes = after.max_length_bytes;
  drop_heads(node, queue);
  queue.settings.overflow = after.overflow;
  drop_heads(node, queue);
}

}  // namespace

void apply_policies(Node& node, Vhost& vhost) {
  apply_to_exchanges(vhost.routing, vhost.policies);
  node.queues.each([&](Queue& queue) {
    if (queue.vhost != &vhost) return;
    const QueueSettings before = queue.settings;
    set_settings(node, queue);
    if (queue.settings == before) return;
    if (queue.settings.expires_ms != before.expires_ms) {
      node.timers.set(queue.queue_expiry, Time::never(), TimerKind::queue_expiry, queue.id.value);
      touch(node, queue);
    }
    if (queue.settings.type == QueueType::quorum) checkout(node, queue);
    if (!queue.is_classic()) return;
    node.timers.set(queue.head_expiry, Time::never(), TimerKind::head_expiry, queue.id.value);
    change_limits(node, queue, before);
    examine_head(node, queue);
  });
}

}  // namespace mqlab::broker
