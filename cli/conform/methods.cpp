// SPDX-License-Identifier: MIT
// Translation between steps and the routing core.
#include "cli/conform/methods.hpp"

#include <array>
#include <functional>
#include <utility>

#include "cli/conform/values.hpp"

namespace mqlab::conform {

namespace {

using broker::Method;

broker::FieldTable arguments_of(const Step& step) {
  auto table = read_table(step.object("arguments"), Notation::pairs);
  MQLAB_ASSERT(table.ok());
  return std::move(*table);
}

Method exchange_declare(const Step& s) {
  return broker::ExchangeDeclare{s.text("exchange"), s.text("type"),        s.flag("passive"),
                                 s.flag("durable"),  s.flag("auto_delete"), s.flag("internal"),
                                 s.flag("nowait"),   arguments_of(s)};
}
Method exchange_bind(const Step& s) {
  return broker::ExchangeBind{s.text("destination"), s.text("source"), s.text("routing_key"),
                              s.flag("nowait"), arguments_of(s)};
}
Method exchange_unbind(const Step& s) {
  return broker::ExchangeUnbind{s.text("destination"), s.text("source"), s.text("routing_key"),
                                s.flag("nowait"), arguments_of(s)};
}
Method queue_declare(const Step& s) {
  return broker::QueueDeclare{s.text("queue"),     s.flag("passive"),     s.flag("durable"),
                              s.flag("exclusive"), s.flag("auto_delete"), s.flag("nowait"),
                              arguments_of(s)};
}
Method queue_bind(const Step& s) {
  return broker::QueueBind{s.text("queue"), s.text("exchange"), s.text("routing_key"),
                           s.flag("nowait"), arguments_of(s)};
}
Method queue_unbind(const Step& s) {
  return broker::QueueUnbind{s.text("queue"), s.text("exchange"), s.text("routing_key"),
                             arguments_of(s)};
}
Method queue_delete(const Step& s) {
  return broker::QueueDelete{s.text("queue"), s.flag("if_unused"), s.flag("if_empty"),
                             s.flag("nowait")};
}
Method basic_qos(const Step& s) {
  return broker::BasicQos{static_cast<std::uint32_t>(s.number("prefetch_size")),
                          static_cast<std::uint16_t>(s.number("prefetch_count")), s.flag("global")};
}
Method basic_consume(const Step& s) {
  return broker::BasicConsume{s.text("queue"),  s.text("consumer_tag"), s.flag("no_local"),
                              s.flag("no_ack"), s.flag("exclusive"),    s.flag("nowait"),
                              arguments_of(s)};
}

struct Translation {
  std::string_view op;
  Method (*method)(const Step&);
};

constexpr std::array kTranslations{
    Translation{"channel.open", [](const Step&) -> Method { return broker::ChannelOpen{}; }},
    Translation{"channel.close", [](const Step&) -> Method { return broker::ChannelClose{}; }},
    Translation{"channel.flow",
                [](const Step& s) -> Method { return broker::ChannelFlow{s.flag("active")}; }},
    Translation{"exchange.declare", exchange_declare},
    Translation{
        "exchange.delete",
        [](const Step& s) -> Method {
          return broker::ExchangeDelete{s.text("exchange"), s.flag("if_unused"), s.flag("nowait")};
        }},
    Translation{"exchange.bind", exchange_bind},
    Translation{"exchange.unbind", exchange_unbind},
    Translation{"queue.declare", queue_declare},
    Translation{"queue.bind", queue_bind},
    Translation{"queue.unbind", queue_unbind},
    Translation{"queue.purge",
                [](const Step& s) -> Method {
                  return broker::QueuePurge{s.text("queue"), s.flag("nowait")};
                }},
    Translation{"queue.delete", queue_delete},
    Translation{"basic.qos", basic_qos},
    Translation{"basic.consume", basic_consume},
    Translation{"basic.cancel",
                [](const Step& s) -> Method {
                  return broker::BasicCancel{s.text("consumer_tag"), s.flag("nowait")};
                }},
    Translation{"basic.get",
                [](const Step& s) -> Method {
                  return broker::BasicGet{s.text("queue"), s.flag("no_ack")};
                }},
    Translation{"basic.ack",
                [](const Step& s) -> Method {
                  return broker::BasicAck{s.number("delivery_tag"), s.flag("multiple")};
                }},
    Translation{
        "basic.nack",
        [](const Step& s) -> Method {
          return broker::BasicNack{s.number("delivery_tag"), s.flag("multiple"), s.flag("requeue")};
        }},
    Translation{"basic.reject",
                [](const Step& s) -> Method {
                  return broker::BasicReject{s.number("delivery_tag"), s.flag("requeue")};
                }},
    Translation{"basic.recover",
                [](const Step& s) -> Method {
                  return broker::BasicRecover{s.flag("requeue"), false};
                }},
    Translation{"basic.recover-async",
                [](const Step& s) -> Method {
                  return broker::BasicRecover{s.flag("requeue"), true};
                }},
    Translation{"confirm.select",
                [](const Step& s) -> Method { return broker::ConfirmSelect{s.flag("nowait")}; }},
    Translation{"tx.select", [](const Step&) -> Method { return broker::TxSelect{}; }},
    Translation{"tx.commit", [](const Step&) -> Method { return broker::TxCommit{}; }},
    Translation{"tx.rollback", [](const Step&) -> Method { return broker::TxRollback{}; }},
};

Json reply_json(const broker::Reply& reply) {
  Json json{{"m", std::string(broker::reply_name(reply.kind))}};
  switch (reply.kind) {
    case broker::ReplyKind::queue_declare_ok:
      json["queue"] = reply.name;
      json["message_count"] = reply.message_count;
      json["consumer_count"] = reply.consumer_count;
      break;
    case broker::ReplyKind::queue_purge_ok:
    case broker::ReplyKind::queue_delete_ok:
      json["message_count"] = reply.message_count;
      break;
    case broker::ReplyKind::basic_consume_ok:
    case broker::ReplyKind::basic_cancel_ok:
      json["consumer_tag"] = reply.name;
      break;
    // Only a flow that is active is ever answered (CONS-12).
    case broker::ReplyKind::channel_flow_ok:
      json["active"] = true;
      break;
    case broker::ReplyKind::connection_open_ok:
    case broker::ReplyKind::channel_open_ok:
    case broker::ReplyKind::channel_close_ok:
    case broker::ReplyKind::exchange_declare_ok:
    case broker::ReplyKind::exchange_delete_ok:
    case broker::ReplyKind::exchange_bind_ok:
    case broker::ReplyKind::exchange_unbind_ok:
    case broker::ReplyKind::queue_bind_ok:
    case broker::ReplyKind::queue_unbind_ok:
    case broker::ReplyKind::basic_qos_ok:
    case broker::ReplyKind::basic_get_empty:
    case broker::ReplyKind::basic_recover_ok:
    case broker::ReplyKind::confirm_select_ok:
    case broker::ReplyKind::tx_select_ok:
    case broker::ReplyKind::tx_commit_ok:
    case broker::ReplyKind::tx_rollback_ok:
      break;
  }
  return json;
}

Json props_of(const broker::Outgoing& frame) {
  return write_properties(frame.properties ? *frame.properties : frame.message->props());
}

Json delivery_json(const broker::Outgoing& frame, const Names& names) {
  return Json{{"tag", frame.tag},
              {"redelivered", frame.redelivered},
              {"exchange", std::string(names.text(frame.message->exchange))},
              {"routing_key", std::string(names.text(frame.routing_key))},
              {"body", frame.message->body.text()},
              {"props", props_of(frame)}};
}

Json got_json(const broker::Outgoing& frame, const Names& names) {
  return Json{{"m", "basic.get-ok"},
              {"tag", frame.tag},
              {"redelivered", frame.redelivered},
              {"exchange", std::string(names.text(frame.message->exchange))},
              {"routing_key", std::string(names.text(frame.routing_key))},
              {"message_count", frame.message_count},
              {"props", props_of(frame)},
              {"body", frame.message->body.text()}};
}

Json returned_json(const broker::Outgoing& frame, const Names& names) {
  return Json{{"code", frame.error->code},
              {"text", frame.error->text},
              {"exchange", std::string(names.text(frame.message->exchange))},
              {"routing_key", std::string(names.text(frame.routing_key))},
              {"body", frame.message->body.text()},
              {"props", props_of(frame)}};
}

}  // namespace

Method method_of(const Step& step) {
  for (const Translation& each : kTranslations) {
    if (each.op == step.op) return each.method(step);
  }
  MQLAB_ASSERT(false && "this operation is no method on a channel");
  return broker::ChannelOpen{};
}

std::string body_of(const Step& step) {
  const Json fill = step.object("body");
  if (fill.empty()) return step.text("body");
  const std::string part = fill["fill"].get<std::string>();
  const auto times = fill["n"].get<std::size_t>();
  std::string body;
  body.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) body += part;
  return body;
}

void observe(Client& client, const std::string& connection, const broker::Outgoing& frame,
             const Names& names) {
  using Kind = broker::Outgoing::Kind;
  const int channel = frame.channel;
  switch (frame.kind) {
    case Kind::deliver:
      client.deliver(connection, channel, std::string(names.text(frame.consumer_tag)),
                     delivery_json(frame, names));
      break;
    case Kind::get_ok:
      client.reply(connection, channel, got_json(frame, names));
      break;
    case Kind::returned:
      client.returned(connection, channel, returned_json(frame, names));
      break;
    case Kind::confirm:
      client.confirmed(connection, channel, frame.tag, frame.multiple, frame.nack);
      break;
    case Kind::reply:
      client.reply(connection, channel, reply_json(*frame.reply));
      break;
    case Kind::channel_close:
    case Kind::connection_close:
      client.closed(connection, frame.kind == Kind::channel_close ? channel : 0, frame.error->code,
                    frame.error->text, frame.error->method);
      break;
    case Kind::socket_end:
      client.socket_end(connection);
      break;
    case Kind::cancel:
      client.cancelled(connection, channel, std::string(names.text(frame.consumer_tag)));
      break;
    case Kind::blocked:
      client.blocked(connection, frame.error->text);
      break;
    case Kind::unblocked:
      client.unblocked(connection);
      break;
  }
}

Json inspect(const broker::View& view, std::string_view vhost) {
  Json queues = Json::object();
  for (const broker::QueueView& queue : view.queues) {
    if (queue.vhost != vhost) continue;
    queues[queue.name] = Json{{"ready", queue.counted},
                              {"unacked", queue.unacked.size()},
                              {"consumers", queue.consumers},
                              {"type", queue.type}};
  }
  Json exchanges = Json::array();
  for (const broker::ExchangeView& exchange : view.exchanges) {
    if (exchange.vhost == vhost && !exchange.predeclared) exchanges.push_back(exchange.name);
  }
  Json bindings = Json::array();
  for (const broker::BindingView& binding : view.bindings) {
    if (binding.vhost != vhost) continue;
    bindings.push_back(Json::array({binding.source, binding.to_queue ? "queue" : "exchange",
                                    binding.destination, binding.routing_key}));
  }
  return Json{{"queues", std::move(queues)},
              {"exchanges", std::move(exchanges)},
              {"bindings", std::move(bindings)}};
}

}  // namespace mqlab::conform
