// SPDX-License-Identifier: MIT
// Answers of the broker as values of the script.
#include "scripting/process_answers.hpp"

namespace mqlab::scripting {
namespace {

using Results = std::vector<Value>;
using Kind = world::Answer::Kind;

// On an error: nil and what it was.
bool refused(const world::Answer& answer, Results& results) {
  if (answer.kind != Kind::error) return false;
  results.emplace_back();
  results.push_back(error_value(answer.error));
  return true;
}

const ConnectionObject& connection_of(Host& host, const ActorObject& process) {
  return host.connections[host.channels[process.awaited_channel].connection];
}

}  // namespace

Value error_value(const broker::AmqpError& error) {
  Table table;
  table.set("code", static_cast<std::int64_t>(error.code));
  table.set("text", error.text);
  table.set("method", error.method);
  table.set("scope", error.connection ? "connection" : "channel");
  return table;
}

bool receive_nothing(Host&, ActorObject&, const world::Answer&, Results&) {
  return true;
}

bool receive_done(Host&, ActorObject&, const world::Answer& answer, Results& results) {
  if (!refused(answer, results)) results.emplace_back(true);
  return true;
}

bool receive_count(Host&, ActorObject&, const world::Answer& answer, Results& results) {
  if (refused(answer, results)) return true;
  results.emplace_back(static_cast<std::int64_t>(answer.reply.message_count));
  return true;
}

bool receive_name(Host&, ActorObject&, const world::Answer& answer, Results& results) {
  if (!refused(answer, results)) results.emplace_back(answer.reply.name);
  return true;
}

bool receive_queue(Host& host, ActorObject& process, const world::Answer& answer,
                   Results& results) {
  if (refused(answer, results)) return true;
  const ConnectionObject& connection = connection_of(host, process);
  results.emplace_back(host.queue_object(connection.broker, connection.vhost, answer.reply.name));
  results.emplace_back(static_cast<std::int64_t>(answer.reply.message_count));
  results.emplace_back(static_cast<std::int64_t>(answer.reply.consumer_count));
  return true;
}

bool receive_exchange(Host& host, ActorObject& process, const world::Answer& answer,
                      Results& results) {
  if (refused(answer, results)) return true;
  const ConnectionObject& connection = connection_of(host, process);
  results.emplace_back(
      host.exchange_object(connection.broker, connection.vhost, process.awaited_name));
  return true;
}

bool receive_message(Host& host, ActorObject&, const world::Answer& answer, Results& results) {
  if (refused(answer, results)) return true;
  if (answer.kind == Kind::delivery) {
    results.push_back(host.message_value(answer.delivery));
    return true;
  }
  results.emplace_back();
  if (answer.kind == Kind::cancelled) results.emplace_back("cancelled");
  if (answer.kind == Kind::timed_out) results.emplace_back("timeout");
  return true;
}

bool receive_confirm(Host&, ActorObject&, const world::Answer& answer, Results& results) {
  if (refused(answer, results)) return true;
  if (answer.kind == Kind::acked) {
    results.emplace_back("ack");
  } else if (answer.kind == Kind::nacked) {
    results.emplace_back("nack");
  } else if (answer.kind == Kind::timed_out) {
    results.emplace_back("timeout");
  } else {
    results.emplace_back();
  }
  return true;
}

bool receive_published(Host& host, ActorObject& coroutine, const world::Answer&, Results& results) {
  results.emplace_back(host.message_name(coroutine.published));
  return true;
}

bool receive_connection(Host&, ActorObject& process, const world::Answer& answer,
                        Results& results) {
  if (refused(answer, results)) return true;
  results.emplace_back(Object{ObjectKind::connection, process.awaited_connection});
  return true;
}

bool receive_channel(Host&, ActorObject& process, const world::Answer& answer, Results& results) {
  if (refused(answer, results)) return true;
  results.emplace_back(Object{ObjectKind::channel, process.awaited_channel});
  return true;
}

bool receive_then_open(Host& host, ActorObject& process, const world::Answer& answer,
                       Results& results) {
  if (refused(answer, results)) return true;
  const std::optional<world::Answer> opened =
      begin_channel(host, process, process.awaited_connection);
  if (opened) return receive_channel(host, process, *opened, results);
  process.receive = receive_channel;
  return false;
}

std::optional<world::Answer> begin_channel(Host& host, ActorObject& process,
                                           std::uint32_t connection) {
  world::ProcessPort port = host.world().process(process.entity);
  world::ProcessPort::ChannelOpening opening = port.open_channel(host.connections[connection].ref);
  process.awaited_channel = static_cast<std::uint32_t>(host.channels.size());
  host.channels.emplace_back(
      ChannelObject{host.connections[connection].process, connection, opening.ref});
  return std::move(opening.answer);
}

}  // namespace mqlab::scripting
