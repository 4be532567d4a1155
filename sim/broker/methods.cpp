// SPDX-License-Identifier: MIT
// From the method to the rule, and from the exception to the close.
#include "sim/broker/methods.hpp"

#include <utility>

#include "sim/base/inline.hpp"
#include "sim/broker/arrival.hpp"
#include "sim/broker/broker.hpp"
#include "sim/broker/consume.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/publish.hpp"
#include "sim/broker/queue_methods.hpp"
#include "sim/broker/quorum.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/settle.hpp"
#include "sim/broker/teardown.hpp"
#include "sim/broker/topology.hpp"
#include "sim/broker/transaction.hpp"

namespace mqlab::broker {
namespace {

// Carries out each method on a channel that is open.
struct Carry {
  Node& node;
  Channel& channel;

  Connection& connection() const { return node.connections.get(channel.connection); }
  Routing& routing() const { return connection().vhost->routing; }

  // Answers unless the method failed or wants no answer.
  Failure answer(std::optional<AmqpError> error, bool nowait, ReplyKind kind) const {
    if (error) return fail(std::move(error));
    if (!nowait) reply(node, channel, kind);
    return nullptr;
  }

  Failure operator()(ChannelOpen&) const { return fail(errors::channel_already_open()); }
  Failure operator()(ChannelClose&) const {
    close_channel(node, channel);
    return nullptr;
  }
  Failure operator()(ChannelCloseOk&) const { return nullptr; }
  Failure operator()(ChannelFlow& method) const {
    if (!method.active) return fail(errors::flow_inactive());
    reply(node, channel, ReplyKind::channel_flow_ok);
    return nullptr;
  }

  Failure operator()(ExchangeDeclare& method) const {
    return answer(declare_exchange(routing(), node.access(connection()),
                                   connection().vhost->policies, method),
                  method.nowait, ReplyKind::exchange_declare_ok);
  }
  Failure operator()(ExchangeDelete& method) const {
    return answer(delete_exchange(routing(), node.access(connection()), method), method.nowait,
                  ReplyKind::exchange_delete_ok);
  }
  Failure operator()(ExchangeBind& method) const {
    return answer(bind_exchange(routing(), node.access(connection()), method), method.nowait,
                  ReplyKind::exchange_bind_ok);
  }
  Failure operator()(ExchangeUnbind& method) const {
    return answer(unbind_exchange(routing(), node.access(connection()), method), method.nowait,
                  ReplyKind::exchange_unbind_ok);
  }

  Failure operator()(QueueDeclare& method) const { return declare_queue(node, channel, method); }
  Failure operator()(QueueBind& method) const {
    return bind_queue(node, channel, std::move(method));
  }
  Failure operator()(QueueUnbind& method) const {
    return unbind_queue(node, channel, std::move(method));
  }
  Failure operator()(QueuePurge& method) const {
    return purge_queue(node, channel, std::move(method));
  }
  Failure operator()(QueueDelete& method) const {
    return delete_queue(node, channel, std::move(method));
  }

  Failure operator()(BasicQos& method) const { return set_qos(node, channel, method); }
  Failure operator()(BasicConsume& method) const {
    if (Failure failure = expand_name(node, channel, method.queue)) return failure;
    return consume(node, channel, method);
  }
  Failure operator()(BasicCancel& method) const { return cancel(node, channel, method); }
  Failure operator()(BasicPublish& method) const { return publish(node, channel, method); }
  Failure operator()(BasicGet& method) const {
    if (Failure failure = expand_name(node, channel, method.queue)) return failure;
    return get(node, channel, method);
  }

  Failure operator()(BasicAck& method) const {
    return settle(node, channel, method.delivery_tag, method.multiple, SettleKind::ack);
  }
  Failure operator()(BasicNack& method) const {
    return settle(node, channel, method.delivery_tag, method.multiple,
                  method.requeue ? SettleKind::nack_requeue : SettleKind::discard);
  }
  Failure operator()(BasicReject& method) const {
    return settle(node, channel, method.delivery_tag, false,
                  method.requeue ? SettleKind::reject_requeue : SettleKind::discard);
  }
  Failure operator()(BasicRecover& method) const {
    if (!method.requeue) return fail(errors::recover_without_requeue());
    if (Failure crash = recover_unacked(node, channel)) return crash;
    if (!method.async) reply(node, channel, ReplyKind::basic_recover_ok);
    return nullptr;
  }

  Failure operator()(ConfirmSelect& method) const {
    if (channel.transaction) return fail(errors::tx_to_confirm());
    channel.confirming = true;
    if (!method.nowait) reply(node, channel, ReplyKind::confirm_select_ok);
    return nullptr;
  }
  Failure operator()(TxSelect&) const { return select_tx(node, channel); }
  Failure operator()(TxCommit&) const { return commit(node, channel); }
  Failure operator()(TxRollback&) const { return rollback(node, channel); }
};

void ignore(Node& node, const Method& method) {
  if (const auto* publish = std::get_if<BasicPublish>(&method)) {
    facts::finished(node, publish->message->identity, publish->transmission,
                    ledger::Reason::ignored_closed);
  }
}

Failure open_channel(Node& node, Connection& connection, ChannelNo number) {
  if (connection.open_channels >= connection.channel_max) {
    return fail(errors::too_many_channels(connection.open_channels, connection.channel_max));
  }
  Channel& channel = node.channels.add(std::make_unique<Channel>());
  channel.connection = connection.id;
  channel.vhost = connection.vhost;
  channel.number = number;
  channel.entity = node.ledger.new_entity(ledger::EntityKind::channel, std::to_string(number),
                                          connection.entity);
  facts::created(node, channel.entity, connection.entity, ledger::Reason::opened);
  if (connection.channels.size() <= number) connection.channels.resize(number + std::size_t{1});
  connection.channels[number] = &channel;
  ++connection.open_channels;
  reply(node, channel, ReplyKind::channel_open_ok);
  return nullptr;
}

// On a channel that the server has closed (ERR-2).
void while_closing(Node& node, Channel& channel, const Method& method) {
  if (std::holds_alternative<ChannelCloseOk>(method)) {
    forget_channel(node, channel);
  } else if (std::holds_alternative<ChannelClose>(method)) {
    reply(node, channel, ReplyKind::channel_close_ok);
  } else {
    ignore(node, method);
  }
}

AmqpError unexpected_in_commit() {
  return {504, "CHANNEL_ERROR - unexpected command while processing 'tx.commit'", "", true};
}

// What a method is that does not find a channel to be carried out on.
Failure without_channel(Node& node, Connection& connection, ChannelNo number,
                        const Method& method) {
  if (std::holds_alternative<ChannelCloseOk>(method)) return nullptr;
  return std::holds_alternative<ChannelOpen>(method) ? open_channel(node, connection, number)
                                                     : fail(errors::channel_not_open());
}

// Raises the exception: on the channel, if there is one, or the connection.
MQLAB_RARELY void raise(Node& node, Connection& connection, Channel* channel, Failure failure,
                        std::string_view method) {
  // The server refuses a channel too many before it looks at the method.
  const bool too_many = channel == nullptr && failure->code == 530;
  AmqpError error = errors::blame(std::move(*failure), too_many ? std::string_view() : method);
  if (error.connection) {
    fail_connection(node, connection, std::move(error));
  } else {
    fail_channel(node, *channel, std::move(error));
  }
}

bool is_committing(const Channel& channel) {
  return channel.transaction && channel.transaction->committing;
}

void carry_out(Node& node, Connection& connection, ChannelNo number, Method& method) {
  Channel* const channel =
      number < connection.channels.size() ? connection.channels[number] : nullptr;
  Failure failure;
  if (channel == nullptr) {
    failure = without_channel(node, connection, number, method);
  } else if (channel->closing) {
    while_closing(node, *channel, method);
  } else if (is_committing(*channel) && !std::holds_alternative<ChannelClose>(method)) {
    failure = fail(unexpected_in_commit());
  } else {
    failure = std::visit(Carry{node, *channel}, method);
  }
  if (failure) raise(node, connection, channel, std::move(failure), method_name(method));
}

std::string alarm_text(const Node& node) {
  if (node.memory_alarm && node.disk_alarm) return "low on memory & disk";
  return node.memory_alarm ? "low on memory" : "low on disk";
}

void write_blocked(Node& node, const Connection& connection, ledger::Fact fact) {
  ledger::Row row;
  row.fact = fact;
  row.subject = connection.entity;
  if (fact == ledger::Fact::blocked) row.text = node.intern(alarm_text(node));
  node.ledger.append(row);
}

void pause(Node& node, Connection& connection) {
  connection.paused = true;
  write_blocked(node, connection, ledger::Fact::blocked);
  if (!connection.login.connection_blocked) return;
  AmqpError reason;
  reason.text = alarm_text(node);
  send(node, connection.id, 0, Outgoing::Kind::blocked, fail(std::move(reason)));
}

// Confirms of a channel, with a row for each number.
void send_confirms(Node& node, Channel& channel, bool all) {
  std::vector<DecidedPublish>& decided = node.decided;
  decided.clear();
  channel.confirms.take_decided(all, decided);
  if (decided.empty()) return;
  ledger::RowNo last = 0;
  if (facts::watched(node)) {
    for (const DecidedPublish& one : decided) {
      ledger::Row row;
      row.fact = ledger::Fact::confirmed;
      row.reason = one.nack ? ledger::Reason::nack : ledger::Reason::ack;
      row.subject = channel.entity;
      row.message = one.message;
      row.value = one.number;
      row.cause = one.cause;
      last = node.ledger.append(row);
    }
  }
  std::vector<ConfirmFrame>& frames = node.confirm_frames;
  frames.clear();
  channel.confirms.make_frames(decided, frames);
  for (const ConfirmFrame& confirm : frames) {
    Outgoing frame;
    frame.kind = Outgoing::Kind::confirm;
    frame.connection = channel.connection;
    frame.channel = channel.number;
    frame.tag = confirm.number;
    frame.multiple = confirm.multiple;
    frame.nack = confirm.nack;
    frame.cause = last;
    node.out.push_back(std::move(frame));
  }
}

// Answers unroutable publishes and commits; with `all` also what queues have said.
void tell_publishers(Node& node, bool all) {
  for (std::size_t i = 0; i < node.urgent_news.size(); ++i) {
    Channel* const channel = node.channels.find(node.urgent_news[i]);
    if (channel == nullptr || channel->closing) continue;
    if (channel->transaction) {
      finish_commit(node, *channel);
    } else {
      send_confirms(node, *channel, false);
    }
  }
  node.urgent_news.clear();
  if (!all) return;
  for (const ChannelId id : node.news) {
    Channel* const channel = node.channels.find(id);
    if (channel == nullptr) continue;
    channel->has_news = false;
    if (!channel->closing) send_confirms(node, *channel, true);
  }
  node.news.clear();
}

void arrive_letters(Node& node) {
  while (node.next_cast < node.casts.size()) {
    Cast cast = std::move(node.casts[node.next_cast]);
    ++node.next_cast;
    Queue* const queue = node.queues.find(cast.queue);
    if (queue == nullptr) continue;
    const ledger::CauseScope cause(node.ledger, cast.cause);
    arrive(node, *queue, std::move(cast.message), {}, ledger::Reason::dead_lettered);
  }
  node.casts.clear();
  node.next_cast = 0;
}

}  // namespace

MQLAB_APART void settle_all(Node& node, Then then) {
  do {
    if (then != Then::more_methods) {
      arrive_letters(node);
      exchange_quorum_news(node);
    }
    tell_publishers(node, then == Then::nothing);
  } while ((then != Then::more_methods && !(node.casts.empty() && node.quorum_news.empty())) ||
           !node.urgent_news.empty());
}

namespace {

// The channel, if nothing stands between a method and it.
MQLAB_ALWAYS_INLINE Channel* ready_channel(Node& node, ConnectionId id, ChannelNo number) {
  Connection* const connection = node.connections.find(id);
  if (connection == nullptr || connection->paused || node.memory_alarm || node.disk_alarm ||
      number >= connection->channels.size()) {
    return nullptr;
  }
  Channel* const channel = connection->channels[number];
  if (channel == nullptr || channel->closing || is_committing(*channel)) return nullptr;
  connection->heard = true;
  return channel;
}

MQLAB_RARELY void raise(Node& node, Channel& channel, Failure failure, std::string_view method) {
  raise(node, node.connections.get(channel.connection), &channel, std::move(failure), method);
}

}  // namespace

void receive(Node& node, ConnectionId id, ChannelNo number, Method&& method) {
  Connection* const connection = node.connections.find(id);
  if (connection == nullptr) {
    ignore(node, method);
    return;
  }
  connection->heard = true;
  const bool alarmed = node.memory_alarm || node.disk_alarm;
  if (alarmed && !connection->paused && std::holds_alternative<BasicPublish>(method)) {
    pause(node, *connection);
  }
  if (connection->paused) {
    connection->unread.emplace_back(number, std::move(method));
    return;
  }
  carry_out(node, *connection, number, method);
}

void read_on_after_alarm(Node& node) {
  if (node.memory_alarm || node.disk_alarm) return;
  std::vector<ConnectionId> paused;
  node.connections.each([&](const Connection& connection) {
    if (connection.paused) paused.push_back(connection.id);
  });
  for (const ConnectionId id : paused) {
    Connection& connection = node.connections.get(id);
    connection.paused = false;
    connection.heard = true;
    write_blocked(node, connection, ledger::Fact::unblocked);
    if (connection.login.connection_blocked) send(node, id, 0, Outgoing::Kind::unblocked);
    auto unread = std::exchange(connection.unread, {});
    for (auto& [number, method] : unread) {
      receive(node, id, number, std::move(method));
      settle_down(node);
    }
  }
}

// -- the calls of the broker that carry messages
// ---------------------------------------------------------

void Broker::handle(ConnectionId connection, ChannelNo number, Method&& method) {
  receive(*node_, connection, number, std::move(method));
  settle_down(*node_);
}

void Broker::handle(ConnectionId connection, ChannelNo number, BasicPublish&& method) {
  Node& node = *node_;
  if (Channel* const channel = ready_channel(node, connection, number)) [[likely]] {
    if (Failure failure = publish(node, *channel, method)) [[unlikely]]
      raise(node, *channel, std::move(failure), "basic.publish");
  } else {
    receive(node, connection, number, std::move(method));
  }
  settle_down(node);
}

void Broker::handle(ConnectionId connection, ChannelNo number, BasicAck method) {
  Node& node = *node_;
  if (Channel* const channel = ready_channel(node, connection, number)) [[likely]] {
    if (Failure failure = settle(node, *channel, method.delivery_tag, method.multiple,
                                 SettleKind::ack)) [[unlikely]]
      raise(node, *channel, std::move(failure), "basic.ack");
  } else {
    receive(node, connection, number, method);
  }
  settle_down(node);
}

}  // namespace mqlab::broker
