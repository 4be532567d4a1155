// SPDX-License-Identifier: MIT
// Sizes of methods, properties and tables, field by field.
#include "sim/world/frame_size.hpp"

#include <array>
#include <string_view>
#include <type_traits>

namespace mqlab::world {

namespace {

using broker::FieldTable;
using broker::FieldType;
using broker::FieldValue;

constexpr std::uint64_t kMethod = kFrameAround + 4;  // class and method
// protocol header; start-ok with the client's properties
constexpr std::array<std::uint64_t, 3> kBytesUp{0, 8, 330};
// start with the server's properties; tune
constexpr std::array<std::uint64_t, 3> kBytesDown{0, 510, kMethod + 8};

std::uint64_t short_text(std::string_view text) {
  return 1 + text.size();
}

std::uint64_t table_bytes(const FieldTable& table);

std::uint64_t content_of(const FieldValue& value) {
  switch (value.type) {
    case FieldType::none:
      return 0;
    case FieldType::boolean:
    case FieldType::int8:
    case FieldType::uint8:
      return 1;
    case FieldType::int16:
    case FieldType::uint16:
      return 2;
    case FieldType::int32:
    case FieldType::uint32:
    case FieldType::float32:
      return 4;
    case FieldType::decimal:
      return 5;
    case FieldType::int64:
    case FieldType::float64:
    case FieldType::timestamp:
      return 8;
    case FieldType::text:
    case FieldType::bytes: {
      const auto* text = std::get_if<std::string>(&value.content);
      return 4 + (text != nullptr ? text->size() : 0);
    }
    case FieldType::array: {
      std::uint64_t bytes = 4;
      if (const auto* array = std::get_if<broker::FieldArray>(&value.content)) {
        for (const FieldValue& one : *array) bytes += 1 + content_of(one);
      }
      return bytes;
    }
    case FieldType::table: {
      const auto* table = std::get_if<FieldTable>(&value.content);
      return table != nullptr ? table_bytes(*table) : 4;
    }
  }
  MQLAB_ASSERT(false && "every type of field has a size");
}

std::uint64_t table_bytes(const FieldTable& table) {
  std::uint64_t bytes = 4;
  for (const auto& [name, value] : table) bytes += short_text(name) + 1 + content_of(value);
  return bytes;
}

std::uint64_t properties_bytes(const broker::PropertiesPtr& set) {
  std::uint64_t bytes = 2;  // which ones are set
  if (!set) return bytes;
  const broker::Properties& properties = *set;
  for (const auto* text :
       {&properties.content_type, &properties.content_encoding, &properties.correlation_id,
        &properties.reply_to, &properties.expiration, &properties.message_id, &properties.type,
        &properties.user_id, &properties.app_id, &properties.cluster_id}) {
    if (*text) bytes += short_text(**text);
  }
  if (properties.headers) bytes += table_bytes(*properties.headers);
  if (properties.delivery_mode) bytes += 1;
  if (properties.priority) bytes += 1;
  if (properties.timestamp) bytes += 8;
  return bytes;
}

// The arguments of each method that a client sends.
struct Arguments {
  const ledger::Ledger& ledger;

  std::uint64_t operator()(const broker::ChannelOpen&) const { return 1; }
  std::uint64_t operator()(const broker::ChannelClose&) const { return 7; }
  std::uint64_t operator()(const broker::ChannelCloseOk&) const { return 0; }
  std::uint64_t operator()(const broker::ChannelFlow&) const { return 1; }
  std::uint64_t operator()(const broker::ExchangeDeclare& m) const {
    return 3 + short_text(m.exchange) + short_text(m.type) + table_bytes(m.arguments);
  }
  std::uint64_t operator()(const broker::ExchangeDelete& m) const {
    return 3 + short_text(m.exchange);
  }
  std::uint64_t operator()(const broker::ExchangeBind& m) const {
    return 3 + short_text(m.destination) + short_text(m.source) + short_text(m.routing_key) +
           table_bytes(m.arguments);
  }
  std::uint64_t operator()(const broker::ExchangeUnbind& m) const {
    return 3 + short_text(m.destination) + short_text(m.source) + short_text(m.routing_key) +
           table_bytes(m.arguments);
  }
  std::uint64_t operator()(const broker::QueueDeclare& m) const {
    return 3 + short_text(m.queue) + table_bytes(m.arguments);
  }
  std::uint64_t operator()(const broker::QueueBind& m) const {
    return 3 + short_text(m.queue) + short_text(m.exchange) + short_text(m.routing_key) +
           table_bytes(m.arguments);
  }
  std::uint64_t operator()(const broker::QueueUnbind& m) const {
    return 2 + short_text(m.queue) + short_text(m.exchange) + short_text(m.routing_key) +
           table_bytes(m.arguments);
  }
  std::uint64_t operator()(const broker::QueuePurge& m) const { return 3 + short_text(m.queue); }
  std::uint64_t operator()(const broker::QueueDelete& m) const { return 3 + short_text(m.queue); }
  std::uint64_t operator()(const broker::BasicQos&) const { return 7; }
  std::uint64_t operator()(const broker::BasicConsume& m) const {
    return 3 + short_text(m.queue) + short_text(m.consumer_tag) + table_bytes(m.arguments);
  }
  std::uint64_t operator()(const broker::BasicCancel& m) const {
    return 1 + short_text(m.consumer_tag);
  }
  std::uint64_t operator()(const broker::BasicPublish& m) const {
    return 3 + short_text(ledger.text(m.message->exchange)) +
           short_text(ledger.text(m.message->routing_key)) +
           content_bytes(m.message->properties, m.message->body.size());
  }
  std::uint64_t operator()(const broker::BasicGet& m) const { return 3 + short_text(m.queue); }
  std::uint64_t operator()(const broker::BasicAck&) const { return 9; }
  std::uint64_t operator()(const broker::BasicNack&) const { return 9; }
  std::uint64_t operator()(const broker::BasicReject&) const { return 9; }
  std::uint64_t operator()(const broker::BasicRecover&) const { return 1; }
  std::uint64_t operator()(const broker::ConfirmSelect&) const { return 1; }
  std::uint64_t operator()(const broker::TxSelect&) const { return 0; }
  std::uint64_t operator()(const broker::TxCommit&) const { return 0; }
  std::uint64_t operator()(const broker::TxRollback&) const { return 0; }
};

std::uint64_t arguments_of(const broker::Reply& reply) {
  using Kind = broker::ReplyKind;
  switch (reply.kind) {
    case Kind::queue_declare_ok:
      return short_text(reply.name) + 8;
    case Kind::basic_consume_ok:
    case Kind::basic_cancel_ok:
      return short_text(reply.name);
    case Kind::queue_purge_ok:
    case Kind::queue_delete_ok:
    case Kind::channel_open_ok:
      return 4;
    case Kind::connection_open_ok:
    case Kind::channel_flow_ok:
    case Kind::basic_get_empty:
      return 1;
    case Kind::channel_close_ok:
    case Kind::exchange_declare_ok:
    case Kind::exchange_delete_ok:
    case Kind::exchange_bind_ok:
    case Kind::exchange_unbind_ok:
    case Kind::queue_bind_ok:
    case Kind::queue_unbind_ok:
    case Kind::basic_qos_ok:
    case Kind::basic_recover_ok:
    case Kind::confirm_select_ok:
    case Kind::tx_select_ok:
    case Kind::tx_commit_ok:
    case Kind::tx_rollback_ok:
      return 0;
  }
  MQLAB_ASSERT(false && "every reply has a size");
}

std::uint64_t arguments_of(const ledger::Ledger& ledger, const broker::Outgoing& frame) {
  using Kind = broker::Outgoing::Kind;
  const auto content = [&] {
    const broker::PropertiesPtr& properties =
        frame.properties ? frame.properties : frame.message->properties;
    return short_text(ledger.text(frame.message->exchange)) +
           short_text(ledger.text(frame.routing_key)) +
           content_bytes(properties, frame.message->body.size());
  };
  switch (frame.kind) {
    case Kind::deliver:
      return short_text(ledger.text(frame.consumer_tag)) + 9 + content();
    case Kind::get_ok:
      return 13 + content();
    case Kind::returned:
      return 2 + short_text(frame.error->text) + content();
    case Kind::confirm:
      return 9;
    case Kind::reply:
      return arguments_of(*frame.reply);
    case Kind::channel_close:
    case Kind::connection_close:
      return 6 + short_text(frame.error->text);
    case Kind::cancel:
      return short_text(ledger.text(frame.consumer_tag)) + 1;
    case Kind::blocked:
      return short_text(frame.error->text);
    case Kind::unblocked:
    case Kind::socket_end:
      return 0;
  }
  MQLAB_ASSERT(false && "every frame has a size");
}

}  // namespace

std::uint64_t content_bytes(const broker::PropertiesPtr& properties, std::uint64_t body) {
  constexpr std::uint64_t kLargest = kFrameMax - kFrameAround;
  const std::uint64_t frames = body / kLargest + (body % kLargest != 0 ? 1 : 0);
  return kFrameAround + 12 + properties_bytes(properties) + frames * kFrameAround + body;
}

std::uint64_t frame_bytes(const ledger::Ledger& ledger, const Request& request) {
  switch (request.kind) {
    case Request::Kind::handshake:
      return kBytesUp[request.step];
    case Request::Kind::open:
      return kMethod + 8 + kMethod + 4;  // tune-ok, connection.open
    case Request::Kind::close:
      return kMethod + 7;
    case Request::Kind::publish:
      return kMethod + Arguments{ledger}(request.publish);
    case Request::Kind::ack:
      return kMethod + Arguments{ledger}(request.ack);
    case Request::Kind::method:
      return kMethod + std::visit(Arguments{ledger}, *request.method);
    case Request::Kind::heartbeat:
      return kFrameAround;
    case Request::Kind::end:
      return 0;
  }
  MQLAB_ASSERT(false && "every request has a size");
}

std::uint64_t frame_bytes(const ledger::Ledger& ledger, const Response& response) {
  switch (response.kind) {
    case Response::Kind::handshake:
      return kBytesDown[response.step];
    case Response::Kind::close_ok:
      return kMethod;
    case Response::Kind::frame:
      return kMethod + arguments_of(ledger, response.frame);
    case Response::Kind::heartbeat:
      return kFrameAround;
    case Response::Kind::refused:
    case Response::Kind::reset:
    case Response::Kind::window:
    case Response::Kind::end:
      return 0;
  }
  MQLAB_ASSERT(false && "every response has a size");
}

}  // namespace mqlab::world
