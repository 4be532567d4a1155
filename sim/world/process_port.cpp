// SPDX-License-Identifier: MIT
// The steps of a process, each a few calls of its clients.
#include "sim/world/process_port.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/compose.hpp"
#include "sim/world/process.hpp"
#include "sim/world/store.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;

namespace {

using Wait = Process::Wait;

Client& client_of(Core& core, ConnectionRef ref) {
  return core.clients[ref.value - 1];
}

Channel& channel_of(Core& core, ChannelRef ref) {
  return client_of(core, ref.connection).channel(ref.index);
}

Wait wait_on(Wait::Kind kind, ConnectionRef connection, std::uint32_t channel = 0) {
  return Wait{kind, connection.value - 1, channel, 0};
}

// What a call on a closed channel or connection says at once.
Answer closed_answer(const std::optional<broker::AmqpError>& error, const char* otherwise) {
  Answer answer;
  answer.kind = Answer::Kind::error;
  if (error) {
    answer.error = *error;
  } else {
    answer.error.text = otherwise;
  }
  return answer;
}

// Ends the deliveries in hand that an answer to `tag` settles. Returns the last of their rows.
ledger::RowNo let_go(Core& core, Client& client, std::uint32_t channel, Reason reason,
                     std::uint64_t tag, bool multiple) {
  std::vector<InHand>& held = client.channel(channel).in_hand;
  const auto settled = [&](const InHand& one) {
    return one.tag == tag || (multiple && (tag == 0 || one.tag < tag));
  };
  ledger::RowNo last = core.ledger.cause();
  for (const InHand& one : held) {
    if (!settled(one)) continue;
    ledger::Row row;
    row.fact = Fact::finished;
    row.reason = reason;
    row.subject = client.owner();
    row.transmission = one.transmission;
    row.message = one.message;
    row.copy = one.copy;
    last = core.row(row);
  }
  held.erase(std::remove_if(held.begin(), held.end(), settled), held.end());
  return last;
}

constexpr const char* kChannelClosed = "the channel is closed";
constexpr const char* kConnectionClosed = "the connection is closed";

}  // namespace

std::optional<Answer> ProcessPort::sleep(Duration span) {
  core_->processes[process_].wait(*core_, Wait{Wait::Kind::sleep, 0, 0, 0}, span);
  return std::nullopt;
}

std::optional<Answer> ProcessPort::ask(EntityId store, StoreRequest request) {
  Process& process = core_->processes[process_];
  const Caller me{process.id(), 0, ++core_->last_ticket};
  std::optional<StoreReply> refused =
      core_->stores[core_->thing(store).index].ask(*core_, me, std::move(request));
  if (refused) {
    Answer said;
    said.kind = Answer::Kind::stored;
    said.store = std::move(*refused);
    return said;
  }
  process.wait(*core_, Wait{Wait::Kind::store, 0, 0, me.ticket}, std::nullopt);
  return std::nullopt;
}

// -- connections
// ------------------------------------------------------------------------------------

ProcessPort::Opening ProcessPort::connect(const AccessConfig& access) {
  Process& process = core_->processes[process_];
  Opening opening;
  opening.ref = ConnectionRef{process.connect(*core_, access) + 1};
  process.wait(*core_, wait_on(Wait::Kind::connect, opening.ref), std::nullopt);
  return opening;
}

std::optional<Answer> ProcessPort::close_connection(ConnectionRef connection) {
  Client& client = client_of(*core_, connection);
  if (client.state() != Client::State::open) {
    return closed_answer(client.error(), kConnectionClosed);
  }
  client.close(*core_);
  core_->processes[process_].wait(*core_, wait_on(Wait::Kind::close_connection, connection),
                                  std::nullopt);
  return std::nullopt;
}

void ProcessPort::drop_connection(ConnectionRef connection) {
  core_->connections[connection.value - 1].reset(*core_, Reason::connection_lost, true);
}

// -- channels
// ---------------------------------------------------------------------------------------

ProcessPort::ChannelOpening ProcessPort::open_channel(ConnectionRef connection) {
  Client& client = client_of(*core_, connection);
  ChannelOpening opening;
  opening.ref = ChannelRef{connection, client.open_channel(*core_)};
  if (client.state() != Client::State::open) {
    opening.answer = closed_answer(client.error(), kConnectionClosed);
    return opening;
  }
  core_->processes[process_].wait(
      *core_, wait_on(Wait::Kind::open_channel, connection, opening.ref.index), std::nullopt);
  return opening;
}

std::optional<Answer> ProcessPort::close_channel(ChannelRef channel) {
  Client& client = client_of(*core_, channel.connection);
  if (!client.is_open(channel.index)) {
    return closed_answer(client.channel(channel.index).error, kChannelClosed);
  }
  client.close_channel(*core_, channel.index);
  core_->processes[process_].wait(
      *core_, wait_on(Wait::Kind::close_channel, channel.connection, channel.index), std::nullopt);
  return std::nullopt;
}

bool ProcessPort::is_open(ChannelRef channel) const {
  return client_of(*core_, channel.connection).is_open(channel.index);
}

bool ProcessPort::is_open(ConnectionRef connection) const {
  return client_of(*core_, connection).state() == Client::State::open;
}

const broker::AmqpError* ProcessPort::closed(ChannelRef channel) const {
  const std::optional<broker::AmqpError>& error = channel_of(*core_, channel).error;
  return error ? &*error : nullptr;
}

const broker::AmqpError* ProcessPort::closed(ConnectionRef connection) const {
  const std::optional<broker::AmqpError>& error = client_of(*core_, connection).error();
  return error ? &*error : nullptr;
}

std::optional<Answer> ProcessPort::call(ChannelRef channel, broker::Method method) {
  Client& client = client_of(*core_, channel.connection);
  if (!client.is_open(channel.index)) {
    return closed_answer(client.channel(channel.index).error, kChannelClosed);
  }
  client.write(*core_, channel.index, std::move(method));
  core_->processes[process_].wait(
      *core_, wait_on(Wait::Kind::reply, channel.connection, channel.index), std::nullopt);
  return std::nullopt;
}

const std::optional<std::string>& ProcessPort::blocked(ConnectionRef connection) const {
  return client_of(*core_, connection).blocked();
}

// -- publishing
// -------------------------------------------------------------------------------------

std::optional<Answer> ProcessPort::in_turn(ChannelRef ref,
                                           const std::function<void(Core&)>& write) {
  const auto write_and_tell = [write, me = process_](Core& core) {
    write(core);
    core.processes[me].written(core);
  };
  if (client_of(*core_, ref.connection).in_turn(*core_, write_and_tell)) return Answer{};
  core_->processes[process_].wait(*core_, wait_on(Wait::Kind::turn, ref.connection, ref.index),
                                  std::nullopt);
  return std::nullopt;
}

Publishing ProcessPort::publish(ChannelRef ref, const Content& content) {
  const Composed composed = compose_message(*core_, core_->processes[process_].id(), content);
  const CauseScope scope(core_->ledger, composed.row);
  const MessageId id = composed.message->identity;
  const auto write = [ref, message = composed.message, mandatory = content.mandatory](Core& core) {
    Client& client = client_of(core, ref.connection);
    broker::BasicPublish publish;
    publish.message = message;
    publish.mandatory = mandatory;
    const std::uint64_t number = client.publish(core, ref.index, std::move(publish));
    if (number == 0) return;
    Channel& channel = client.channel(ref.index);
    Channel::Verdict verdict;
    verdict.number = number;
    verdict.message = message->identity;
    verdict.transmission = channel.unconfirmed.back().transmission;
    channel.verdicts.push_back(verdict);
  };
  return Publishing{id, in_turn(ref, write)};
}

std::optional<Answer> ProcessPort::wait_confirm(ChannelRef channel,
                                                std::optional<Duration> timeout) {
  return wait_for_verdict(channel, false, timeout);
}

std::optional<Answer> ProcessPort::wait_confirms(ChannelRef channel,
                                                 std::optional<Duration> timeout) {
  return wait_for_verdict(channel, true, timeout);
}

std::optional<Answer> ProcessPort::wait_for_verdict(ChannelRef ref, bool all,
                                                    std::optional<Duration> timeout) {
  const Wait::Kind kind = all ? Wait::Kind::confirms : Wait::Kind::confirm;
  Client& client = client_of(*core_, ref.connection);
  Channel& channel = client.channel(ref.index);
  if (std::optional<Answer> said = Process::verdict(channel, kind)) return said;
  if (!client.is_open(ref.index)) return closed_answer(channel.error, kChannelClosed);
  core_->processes[process_].wait(*core_, wait_on(kind, ref.connection, ref.index), timeout);
  return std::nullopt;
}

const std::vector<Returned>& ProcessPort::returned(ChannelRef channel) const {
  return channel_of(*core_, channel).returned;
}

// -- consuming
// --------------------------------------------------------------------------------------

std::optional<Answer> ProcessPort::get(ChannelRef channel, std::string_view queue, bool no_ack) {
  Client& client = client_of(*core_, channel.connection);
  if (!client.is_open(channel.index)) {
    return closed_answer(client.channel(channel.index).error, kChannelClosed);
  }
  client.write(*core_, channel.index, broker::BasicGet{std::string(queue), no_ack});
  core_->processes[process_].wait(
      *core_, wait_on(Wait::Kind::get, channel.connection, channel.index), std::nullopt);
  return std::nullopt;
}

std::optional<Answer> ProcessPort::next(ChannelRef ref, std::optional<Duration> timeout) {
  Process& process = core_->processes[process_];
  Client& client = client_of(*core_, ref.connection);
  Channel& channel = client.channel(ref.index);
  if (!channel.buffer.empty()) return process.take(*core_, channel);
  if (!client.is_open(ref.index)) return closed_answer(channel.error, kChannelClosed);
  process.wait(*core_, wait_on(Wait::Kind::next, ref.connection, ref.index), timeout);
  return std::nullopt;
}

std::size_t ProcessPort::buffered(ChannelRef channel) const {
  return channel_of(*core_, channel).buffer.size();
}

std::optional<Answer> ProcessPort::settle(ChannelRef ref, std::uint64_t tag, Settlement how,
                                          bool multiple, bool requeue) {
  broker::Method method = broker::BasicAck{tag, multiple};
  Reason reason = Reason::settled_ack;
  if (how == Settlement::nack) {
    reason = Reason::settled_nack;
    method = broker::BasicNack{tag, multiple, requeue};
  } else if (how == Settlement::reject) {
    reason = Reason::settled_reject;
    method = broker::BasicReject{tag, requeue};
  }
  return in_turn(ref, [=](Core& core) {
    Client& client = client_of(core, ref.connection);
    if (!client.is_open(ref.index)) return;
    const ledger::RowNo last = let_go(core, client, ref.index, reason, tag, multiple);
    const CauseScope scope(core.ledger, last);
    client.write(core, ref.index, broker::Method(method));
  });
}

}  // namespace mqlab::world
