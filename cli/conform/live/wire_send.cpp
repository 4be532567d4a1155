// SPDX-License-Identifier: MIT
// Steps as librabbitmq's methods.
#include <array>
#include <string_view>

#include "cli/conform/live/amqp_values.hpp"
#include "cli/conform/live/wire.hpp"
#include "cli/conform/methods.hpp"
#include "cli/conform/values.hpp"

namespace mqlab::conform {

namespace {

using Send = void (*)(amqp_connection_state_t, amqp_channel_t, const Step&, AmqpValues&);

struct Sender {
  std::string_view op;
  Send send;
};

amqp_table_t arguments_of(const Step& step, AmqpValues& values) {
  const auto table = read_table(step.object("arguments"), Notation::pairs);
  MQLAB_ASSERT(table.ok());
  return values.table(*table);
}

template <amqp_method_number_t kId, typename Method>
void send_as(amqp_connection_state_t state, amqp_channel_t channel, Method method) {
  amqp_send_method(state, channel, kId, &method);
}

// A method without members.
template <amqp_method_number_t kId, typename Method>
void send_bare(amqp_connection_state_t state, amqp_channel_t channel, const Step&, AmqpValues&) {
  send_as<kId>(state, channel, Method{});
}

void send_channel_close(amqp_connection_state_t state, amqp_channel_t channel, const Step&,
                        AmqpValues& values) {
  amqp_channel_close_t method{};
  method.reply_code = AMQP_REPLY_SUCCESS;
  method.reply_text = values.bytes("");
  send_as<AMQP_CHANNEL_CLOSE_METHOD>(state, channel, method);
}

void send_flow(amqp_connection_state_t state, amqp_channel_t channel, const Step& s, AmqpValues&) {
  send_as<AMQP_CHANNEL_FLOW_METHOD>(state, channel, amqp_channel_flow_t{s.flag("active")});
}

void send_exchange_declare(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                           AmqpValues& v) {
  send_as<AMQP_EXCHANGE_DECLARE_METHOD>(
      state, channel,
      amqp_exchange_declare_t{0, v.bytes(s.text("exchange")), v.bytes(s.text("type")),
                              s.flag("passive"), s.flag("durable"), s.flag("auto_delete"),
                              s.flag("internal"), s.flag("nowait"), arguments_of(s, v)});
}

void send_exchange_delete(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                          AmqpValues& v) {
  send_as<AMQP_EXCHANGE_DELETE_METHOD>(
      state, channel,
      amqp_exchange_delete_t{0, v.bytes(s.text("exchange")), s.flag("if_unused"),
                             s.flag("nowait")});
}

// amqp_exchange_bind_t and amqp_exchange_unbind_t have the same members.
template <amqp_method_number_t kId, typename Method>
void send_exchange_bind(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                        AmqpValues& v) {
  send_as<kId>(state, channel,
               Method{0, v.bytes(s.text("destination")), v.bytes(s.text("source")),
                      v.bytes(s.text("routing_key")), s.flag("nowait"), arguments_of(s, v)});
}

void send_queue_declare(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                        AmqpValues& v) {
  send_as<AMQP_QUEUE_DECLARE_METHOD>(
      state, channel,
      amqp_queue_declare_t{0, v.bytes(s.text("queue")), s.flag("passive"), s.flag("durable"),
                           s.flag("exclusive"), s.flag("auto_delete"), s.flag("nowait"),
                           arguments_of(s, v)});
}

void send_queue_bind(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                     AmqpValues& v) {
  send_as<AMQP_QUEUE_BIND_METHOD>(
      state, channel,
      amqp_queue_bind_t{0, v.bytes(s.text("queue")), v.bytes(s.text("exchange")),
                        v.bytes(s.text("routing_key")), s.flag("nowait"), arguments_of(s, v)});
}

void send_queue_unbind(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                       AmqpValues& v) {
  send_as<AMQP_QUEUE_UNBIND_METHOD>(
      state, channel,
      amqp_queue_unbind_t{0, v.bytes(s.text("queue")), v.bytes(s.text("exchange")),
                          v.bytes(s.text("routing_key")), arguments_of(s, v)});
}

void send_queue_purge(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                      AmqpValues& v) {
  send_as<AMQP_QUEUE_PURGE_METHOD>(
      state, channel, amqp_queue_purge_t{0, v.bytes(s.text("queue")), s.flag("nowait")});
}

void send_queue_delete(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                       AmqpValues& v) {
  send_as<AMQP_QUEUE_DELETE_METHOD>(
      state, channel,
      amqp_queue_delete_t{0, v.bytes(s.text("queue")), s.flag("if_unused"), s.flag("if_empty"),
                          s.flag("nowait")});
}

void send_qos(amqp_connection_state_t state, amqp_channel_t channel, const Step& s, AmqpValues&) {
  send_as<AMQP_BASIC_QOS_METHOD>(
      state, channel,
      amqp_basic_qos_t{static_cast<std::uint32_t>(s.number("prefetch_size")),
                       static_cast<std::uint16_t>(s.number("prefetch_count")), s.flag("global")});
}

void send_consume(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                  AmqpValues& v) {
  send_as<AMQP_BASIC_CONSUME_METHOD>(
      state, channel,
      amqp_basic_consume_t{0, v.bytes(s.text("queue")), v.bytes(s.text("consumer_tag")),
                           s.flag("no_local"), s.flag("no_ack"), s.flag("exclusive"),
                           s.flag("nowait"), arguments_of(s, v)});
}

void send_cancel(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                 AmqpValues& v) {
  send_as<AMQP_BASIC_CANCEL_METHOD>(
      state, channel, amqp_basic_cancel_t{v.bytes(s.text("consumer_tag")), s.flag("nowait")});
}

void send_get(amqp_connection_state_t state, amqp_channel_t channel, const Step& s, AmqpValues& v) {
  send_as<AMQP_BASIC_GET_METHOD>(state, channel,
                                 amqp_basic_get_t{0, v.bytes(s.text("queue")), s.flag("no_ack")});
}

void send_ack(amqp_connection_state_t state, amqp_channel_t channel, const Step& s, AmqpValues&) {
  send_as<AMQP_BASIC_ACK_METHOD>(state, channel,
                                 amqp_basic_ack_t{s.number("delivery_tag"), s.flag("multiple")});
}

void send_nack(amqp_connection_state_t state, amqp_channel_t channel, const Step& s, AmqpValues&) {
  send_as<AMQP_BASIC_NACK_METHOD>(
      state, channel,
      amqp_basic_nack_t{s.number("delivery_tag"), s.flag("multiple"), s.flag("requeue")});
}

void send_reject(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                 AmqpValues&) {
  send_as<AMQP_BASIC_REJECT_METHOD>(
      state, channel, amqp_basic_reject_t{s.number("delivery_tag"), s.flag("requeue")});
}

// amqp_basic_recover_t and amqp_basic_recover_async_t have the same member.
template <amqp_method_number_t kId, typename Method>
void send_recover(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                  AmqpValues&) {
  send_as<kId>(state, channel, Method{s.flag("requeue")});
}

void send_confirm(amqp_connection_state_t state, amqp_channel_t channel, const Step& s,
                  AmqpValues&) {
  send_as<AMQP_CONFIRM_SELECT_METHOD>(state, channel, amqp_confirm_select_t{s.flag("nowait")});
}

constexpr std::array kSenders{
    Sender{"channel.open", send_bare<AMQP_CHANNEL_OPEN_METHOD, amqp_channel_open_t>},
    Sender{"channel.close", send_channel_close},
    Sender{"channel.flow", send_flow},
    Sender{"exchange.declare", send_exchange_declare},
    Sender{"exchange.delete", send_exchange_delete},
    Sender{"exchange.bind", send_exchange_bind<AMQP_EXCHANGE_BIND_METHOD, amqp_exchange_bind_t>},
    Sender{"exchange.unbind",
           send_exchange_bind<AMQP_EXCHANGE_UNBIND_METHOD, amqp_exchange_unbind_t>},
    Sender{"queue.declare", send_queue_declare},
    Sender{"queue.bind", send_queue_bind},
    Sender{"queue.unbind", send_queue_unbind},
    Sender{"queue.purge", send_queue_purge},
    Sender{"queue.delete", send_queue_delete},
    Sender{"basic.qos", send_qos},
    Sender{"basic.consume", send_consume},
    Sender{"basic.cancel", send_cancel},
    Sender{"basic.get", send_get},
    Sender{"basic.ack", send_ack},
    Sender{"basic.nack", send_nack},
    Sender{"basic.reject", send_reject},
    Sender{"basic.recover", send_recover<AMQP_BASIC_RECOVER_METHOD, amqp_basic_recover_t>},
    Sender{"basic.recover-async",
           send_recover<AMQP_BASIC_RECOVER_ASYNC_METHOD, amqp_basic_recover_async_t>},
    Sender{"confirm.select", send_confirm},
    Sender{"tx.select", send_bare<AMQP_TX_SELECT_METHOD, amqp_tx_select_t>},
    Sender{"tx.commit", send_bare<AMQP_TX_COMMIT_METHOD, amqp_tx_commit_t>},
    Sender{"tx.rollback", send_bare<AMQP_TX_ROLLBACK_METHOD, amqp_tx_rollback_t>},
};

}  // namespace

void Wire::send_method(int channel, amqp_method_number_t id, void* method) {
  amqp_send_method(state_, static_cast<amqp_channel_t>(channel), id, method);
}

void Wire::send_publish(const Step& step) {
  AmqpValues values;
  const auto properties = read_properties(step.object("props"), Notation::pairs);
  MQLAB_ASSERT(properties.ok());
  const amqp_basic_properties_t wire_properties = values.properties(*properties);
  amqp_basic_publish(state_, static_cast<amqp_channel_t>(step.number("ch")),
                     values.bytes(step.text("exchange")), values.bytes(step.text("routing_key")),
                     step.flag("mandatory"), step.flag("immediate"), &wire_properties,
                     values.bytes(body_of(step)));
}

void Wire::send(const Step& step) {
  if (step.op == "basic.publish") {
    send_publish(step);
    return;
  }
  AmqpValues values;
  for (const Sender& each : kSenders) {
    if (each.op != step.op) continue;
    each.send(state_, static_cast<amqp_channel_t>(step.number("ch")), step, values);
  }
}

}  // namespace mqlab::conform
