// SPDX-License-Identifier: MIT
// The methods of AMQP 0-9-1 that a client sends and that the broker answers, as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "sim/base/names.hpp"
#include "sim/broker/field.hpp"
#include "sim/broker/message.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::broker {

// -- what a client sends ------------------------------------------------------------------------

struct ChannelOpen {};
struct ChannelClose {};
struct ChannelCloseOk {};  // the answer to a close by the server (ERR-2)
struct ChannelFlow {
  bool active = true;
};
struct ExchangeDeclare {
  std::string exchange;
  std::string type;
  bool passive = false;
  bool durable = false;
  bool auto_delete = false;
  bool internal = false;
  bool nowait = false;
  FieldTable arguments;
};
struct ExchangeDelete {
  std::string exchange;
  bool if_unused = false;
  bool nowait = false;
};
struct ExchangeBind {
  std::string destination;
  std::string source;
  std::string routing_key;
  bool nowait = false;
  FieldTable arguments;
};
struct ExchangeUnbind {
  std::string destination;
  std::string source;
  std::string routing_key;
  bool nowait = false;
  FieldTable arguments;
};
struct QueueDeclare {
  std::string queue;
  bool passive = false;
  bool durable = false;
  bool exclusive = false;
  bool auto_delete = false;
  bool nowait = false;
  FieldTable arguments;
};
struct QueueBind {
  std::string queue;
  std::string exchange;
  std::string routing_key;
  bool nowait = false;
  FieldTable arguments;
};
struct QueueUnbind {
  std::string queue;
  std::string exchange;
  std::string routing_key;
  FieldTable arguments;
};
struct QueuePurge {
  std::string queue;
  bool nowait = false;
};
struct QueueDelete {
  std::string queue;
  bool if_unused = false;
  bool if_empty = false;
  bool nowait = false;
};
struct BasicQos {
  std::uint32_t prefetch_size = 0;
  std::uint16_t prefetch_count = 0;
  bool global = false;
};
struct BasicConsume {
  std::string queue;
  std::string consumer_tag;
  bool no_local = false;
  bool no_ack = false;
  bool exclusive = false;
  bool nowait = false;
  FieldTable arguments;
};
struct BasicCancel {
  std::string consumer_tag;
  bool nowait = false;
};
// The hot one: names are interned, the message is shared. message->exchange and routing_key say
// where to; the broker ends `transmission` (if any) in the ledger when it has dealt with it.
struct BasicPublish {
  MessagePtr message;
  bool mandatory = false;
  bool immediate = false;
  ledger::TransmissionId transmission;
};
struct BasicGet {
  std::string queue;
  bool no_ack = false;
};
struct BasicAck {
  std::uint64_t delivery_tag = 0;
  bool multiple = false;
};
struct BasicNack {
  std::uint64_t delivery_tag = 0;
  bool multiple = false;
  bool requeue = false;
};
struct BasicReject {
  std::uint64_t delivery_tag = 0;
  bool requeue = false;
};
struct BasicRecover {
  bool requeue = false;
  bool async = false;  // recover-async: no reply
};
struct ConfirmSelect {
  bool nowait = false;
};
struct TxSelect {};
struct TxCommit {};
struct TxRollback {};

using Method = std::variant<ChannelOpen, ChannelClose, ChannelCloseOk, ChannelFlow, ExchangeDeclare,
                            ExchangeDelete, ExchangeBind, ExchangeUnbind, QueueDeclare, QueueBind,
                            QueueUnbind, QueuePurge, QueueDelete, BasicQos, BasicConsume,
                            BasicCancel, BasicPublish, BasicGet, BasicAck, BasicNack, BasicReject,
                            BasicRecover, ConfirmSelect, TxSelect, TxCommit, TxRollback>;

// The name of a method as AMQP writes it: "queue.declare".
std::string_view method_name(const Method& method);

// -- what the broker answers
// ------------------------------------------------------------------------

// A method reply without more content than a few fields, which stay empty where they do not apply.
enum class ReplyKind : std::uint8_t {
  connection_open_ok,
  channel_open_ok,
  channel_close_ok,
  channel_flow_ok,
  exchange_declare_ok,
  exchange_delete_ok,
  exchange_bind_ok,
  exchange_unbind_ok,
  queue_declare_ok,  // name: queue; message_count, consumer_count
  queue_bind_ok,
  queue_unbind_ok,
  queue_purge_ok,   // message_count
  queue_delete_ok,  // message_count
  basic_qos_ok,
  basic_consume_ok,  // name: consumer tag
  basic_cancel_ok,   // name: consumer tag
  basic_get_empty,
  basic_recover_ok,
  confirm_select_ok,
  tx_select_ok,
  tx_commit_ok,
  tx_rollback_ok,
};

// "queue.declare-ok"
std::string_view reply_name(ReplyKind kind);

struct Reply {
  ReplyKind kind = ReplyKind::channel_open_ok;
  std::string name;
  std::uint32_t message_count = 0;
  std::uint32_t consumer_count = 0;
};

// An AMQP exception: channel.close or connection.close by the server (ERR-1).
struct AmqpError {
  std::uint16_t code = 0;
  std::string text;         // "NOT_FOUND - no queue 'q' in vhost '/'"
  std::string method;       // the method blamed, "queue.bind"; empty for 0.0
  bool connection = false;  // ends the connection, not only the channel
};

}  // namespace mqlab::broker
