// SPDX-License-Identifier: MIT
// The names of methods and replies as AMQP writes them.
#include "sim/broker/method.hpp"

namespace mqlab::broker {

namespace {

struct NameOf {
  std::string_view operator()(const ChannelOpen&) const { return "channel.open"; }
  std::string_view operator()(const ChannelClose&) const { return "channel.close"; }
  std::string_view operator()(const ChannelCloseOk&) const { return "channel.close-ok"; }
  std::string_view operator()(const ChannelFlow&) const { return "channel.flow"; }
  std::string_view operator()(const ExchangeDeclare&) const { return "exchange.declare"; }
  std::string_view operator()(const ExchangeDelete&) const { return "exchange.delete"; }
  std::string_view operator()(const ExchangeBind&) const { return "exchange.bind"; }
  std::string_view operator()(const ExchangeUnbind&) const { return "exchange.unbind"; }
  std::string_view operator()(const QueueDeclare&) const { return "queue.declare"; }
  std::string_view operator()(const QueueBind&) const { return "queue.bind"; }
  std::string_view operator()(const QueueUnbind&) const { return "queue.unbind"; }
  std::string_view operator()(const QueuePurge&) const { return "queue.purge"; }
  std::string_view operator()(const QueueDelete&) const { return "queue.delete"; }
  std::string_view operator()(const BasicQos&) const { return "basic.qos"; }
  std::string_view operator()(const BasicConsume&) const { return "basic.consume"; }
  std::string_view operator()(const BasicCancel&) const { return "basic.cancel"; }
  std::string_view operator()(const BasicPublish&) const { return "basic.publish"; }
  std::string_view operator()(const BasicGet&) const { return "basic.get"; }
  std::string_view operator()(const BasicAck&) const { return "basic.ack"; }
  std::string_view operator()(const BasicNack&) const { return "basic.nack"; }
  std::string_view operator()(const BasicReject&) const { return "basic.reject"; }
  std::string_view operator()(const BasicRecover& method) const {
    return method.async ? "basic.recover-async" : "basic.recover";
  }
  std::string_view operator()(const ConfirmSelect&) const { return "confirm.select"; }
  std::string_view operator()(const TxSelect&) const { return "tx.select"; }
  std::string_view operator()(const TxCommit&) const { return "tx.commit"; }
  std::string_view operator()(const TxRollback&) const { return "tx.rollback"; }
};

}  // namespace

std::string_view method_name(const Method& method) {
  return std::visit(NameOf{}, method);
}

std::string_view reply_name(ReplyKind kind) {
  switch (kind) {
    case ReplyKind::connection_open_ok:
      return "connection.open-ok";
    case ReplyKind::channel_open_ok:
      return "channel.open-ok";
    case ReplyKind::channel_close_ok:
      return "channel.close-ok";
    case ReplyKind::channel_flow_ok:
      return "channel.flow-ok";
    case ReplyKind::exchange_declare_ok:
      return "exchange.declare-ok";
    case ReplyKind::exchange_delete_ok:
      return "exchange.delete-ok";
    case ReplyKind::exchange_bind_ok:
      return "exchange.bind-ok";
    case ReplyKind::exchange_unbind_ok:
      return "exchange.unbind-ok";
    case ReplyKind::queue_declare_ok:
      return "queue.declare-ok";
    case ReplyKind::queue_bind_ok:
      return "queue.bind-ok";
    case ReplyKind::queue_unbind_ok:
      return "queue.unbind-ok";
    case ReplyKind::queue_purge_ok:
      return "queue.purge-ok";
    case ReplyKind::queue_delete_ok:
      return "queue.delete-ok";
    case ReplyKind::basic_qos_ok:
      return "basic.qos-ok";
    case ReplyKind::basic_consume_ok:
      return "basic.consume-ok";
    case ReplyKind::basic_cancel_ok:
      return "basic.cancel-ok";
    case ReplyKind::basic_get_empty:
      return "basic.get-empty";
    case ReplyKind::basic_recover_ok:
      return "basic.recover-ok";
    case ReplyKind::confirm_select_ok:
      return "confirm.select-ok";
    case ReplyKind::tx_select_ok:
      return "tx.select-ok";
    case ReplyKind::tx_commit_ok:
      return "tx.commit-ok";
    case ReplyKind::tx_rollback_ok:
      return "tx.rollback-ok";
  }
  return "";
}

}  // namespace mqlab::broker
