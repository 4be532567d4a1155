// SPDX-License-Identifier: MIT
// What a process can do on a channel: every method of AMQP.
#include <fmt/format.h>

#include "scripting/amqp_options.hpp"
#include "scripting/host.hpp"
#include "scripting/object.hpp"
#include "scripting/process_answers.hpp"
#include "scripting/process_call.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/broker/arguments.hpp"

namespace mqlab::scripting {
namespace {

struct OnChannel {
  ActorObject* process = nullptr;
  std::uint32_t index = 0;
  ChannelObject* channel = nullptr;
  world::ProcessPort port;
};

Result<OnChannel> on_channel(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != ObjectKind::channel) {
    return call.error(fmt::format("this is said to a channel, not to {}", call.arg(0).kind_text()),
                      "methods are called with a colon: ch:publish { … }");
  }
  ChannelObject& channel = call.host.channels[object->index];
  const Result<ActorObject*> process = calling_process(call);
  if (!process.ok()) return process.error();
  if (&call.host.actors[channel.process] != *process) {
    return call.error("this channel belongs to another process",
                      "each process opens its own: me:channel(broker)");
  }
  return OnChannel{*process, object->index, &channel,
                   call.host.world().process((*process)->entity)};
}

Result<Then> call_method(Call& call, broker::Method method, ActorObject::Receive receive) {
  Result<OnChannel> on = on_channel(call);
  if (!on.ok()) return on.error();
  on->process->awaited_channel = on->index;
  const ConnectionObject& connection = call.host.connections[on->channel->connection];
  call.host.keep_bytes(
      call.host.plans[connection.broker].method(call.place, connection.vhost, method));
  return answer_or_wait(call, *on->process, on->port.call(on->channel->ref, std::move(method)),
                        receive);
}

// -- declaring ------------------------------------------------------------------------

Result<Then> channel_queue(Call& call) {
  Result<broker::QueueDeclare> declare = queue_declare(call, 1);
  if (!declare.ok()) return declare.error();
  return call_method(call, std::move(*declare), receive_queue);
}

Result<Then> channel_exchange(Call& call) {
  Result<broker::ExchangeDeclare> declare = exchange_declare(call, 1);
  if (!declare.ok()) return declare.error();
  if (Result<OnChannel> on = on_channel(call); on.ok()) {
    on->process->awaited_name = declare->exchange;
  }
  return call_method(call, std::move(*declare), receive_exchange);
}

template <typename QueueMethod, typename ExchangeMethod>
Result<Then> bind(Call& call) {
  const Result<std::string> source = exchange_name(call, 2, "the source of a binding");
  if (!source.ok()) return source.error();
  Result<BindingOptions> binding = binding_options(call, 3);
  if (!binding.ok()) return binding.error();
  const Object* object = call.arg(1).object();
  if (object != nullptr && object->kind == ObjectKind::exchange) {
    ExchangeMethod method;
    method.destination = call.host.exchanges[object->index].name;
    method.source = *source;
    method.routing_key = binding->key;
    method.arguments = std::move(binding->arguments);
    return call_method(call, std::move(method), receive_done);
  }
  const Result<std::string> queue = queue_name(call, 1, "the destination of a binding");
  if (!queue.ok()) return queue.error();
  QueueMethod method;
  method.queue = *queue;
  method.exchange = *source;
  method.routing_key = binding->key;
  method.arguments = std::move(binding->arguments);
  return call_method(call, std::move(method), receive_done);
}

Result<Then> delete_queue(Call& call) {
  const Result<std::string> queue = queue_name(call, 1, "what is deleted");
  if (!queue.ok()) return queue.error();
  Options options(call, "delete_queue", 2);
  broker::QueueDelete method;
  method.queue = *queue;
  method.if_unused = options.flag("if_unused", false);
  method.if_empty = options.flag("if_empty", false);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  return call_method(call, std::move(method), receive_count);
}

Result<Then> delete_exchange(Call& call) {
  const Result<std::string> exchange = exchange_name(call, 1, "what is deleted");
  if (!exchange.ok()) return exchange.error();
  Options options(call, "delete_exchange", 2);
  broker::ExchangeDelete method;
  method.exchange = *exchange;
  method.if_unused = options.flag("if_unused", false);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  return call_method(call, std::move(method), receive_done);
}

Result<Then> purge(Call& call) {
  const Result<std::string> queue = queue_name(call, 1, "what is purged");
  if (!queue.ok()) return queue.error();
  broker::QueuePurge method;
  method.queue = *queue;
  return call_method(call, std::move(method), receive_count);
}

// -- publishing -----------------------------------------------------------------------

Result<Then> publish(Call& call) {
  Result<OnChannel> on = on_channel(call);
  if (!on.ok()) return on.error();
  Result<world::Content> content = content_of(call, 1);
  if (!content.ok()) return content.error();
  const ConnectionObject& connection = call.host.connections[on->channel->connection];
  call.host.keep_bytes(content->body.size() +
                       call.host.plans[connection.broker].publish(call.place, on->process->name,
                                                                  connection.vhost, *content));
  const world::Publishing publishing = on->port.publish(on->channel->ref, *content);
  on->process->published = publishing.message;
  return answer_or_wait(call, *on->process, publishing.answer, receive_published);
}

Result<std::optional<Duration>> timeout_at(const Call& call, std::size_t position) {
  if (call.arg(position).is_nil()) return std::optional<Duration>{};
  const Result<Duration> timeout = duration_of(call, call.arg(position), "the timeout");
  if (!timeout.ok()) return timeout.error();
  return std::optional<Duration>{*timeout};
}

enum class Await { confirm, confirms, next };

template <Await await>
Result<Then> wait_for(Call& call) {
  Result<OnChannel> on = on_channel(call);
  if (!on.ok()) return on.error();
  const Result<std::optional<Duration>> timeout = timeout_at(call, 1);
  if (!timeout.ok()) return timeout.error();
  std::optional<world::Answer> answer;
  switch (await) {
    case Await::confirm:
      answer = on->port.wait_confirm(on->channel->ref, *timeout);
      break;
    case Await::confirms:
      answer = on->port.wait_confirms(on->channel->ref, *timeout);
      break;
    case Await::next:
      answer = on->port.next(on->channel->ref, *timeout);
      break;
  }
  return answer_or_wait(call, *on->process, answer,
                        await == Await::next ? receive_message : receive_confirm);
}

Result<Then> returned(Call& call) {
  Result<OnChannel> on = on_channel(call);
  if (!on.ok()) return on.error();
  Table list;
  for (const world::Returned& back : on->port.returned(on->channel->ref)) {
    Table entry;
    entry.set("id", call.host.message_name(back.message));
    entry.set("code", static_cast<std::int64_t>(back.code));
    entry.set("text", back.text);
    entry.set("key", call.host.world().ledger().text(back.routing_key));
    list.list.emplace_back(std::move(entry));
  }
  call.results.emplace_back(std::move(list));
  return Then::reply;
}

// -- consuming ------------------------------------------------------------------------

Result<Then> get(Call& call) {
  Result<OnChannel> on = on_channel(call);
  if (!on.ok()) return on.error();
  const Result<std::string> queue = queue_name(call, 1, "what is read");
  if (!queue.ok()) return queue.error();
  Options options(call, "get", 2);
  const bool no_ack = options.one_of("ack", "manual", {"auto", "manual"}) == "auto";
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  return answer_or_wait(call, *on->process, on->port.get(on->channel->ref, *queue, no_ack),
                        receive_message);
}

Result<Then> consume(Call& call) {
  const Result<std::string> queue = queue_name(call, 1, "what is consumed");
  if (!queue.ok()) return queue.error();
  Options options(call, "consume", 2);
  broker::BasicConsume method;
  method.queue = *queue;
  method.consumer_tag = options.short_text("tag", "");
  method.no_ack = options.one_of("ack", "manual", {"auto", "manual"}) == "auto";
  method.exclusive = options.flag("exclusive", false);
  method.arguments = options.field_table("arguments");
  if (const auto priority = options.maybe_integer("priority", -2147483648LL, 2147483647)) {
    broker::set_field(method.arguments, "x-priority", broker::FieldValue::of(*priority));
  }
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  tell_unsimulated(call, broker::ArgumentsOf::consumer, method.arguments);
  return call_method(call, std::move(method), receive_name);
}

Result<Then> cancel(Call& call) {
  broker::BasicCancel method;
  if (call.arg(1).text() == nullptr) return call.error("cancel takes a consumer tag");
  method.consumer_tag = *call.arg(1).text();
  return call_method(call, std::move(method), receive_done);
}

template <world::Settlement how>
Result<Then> settle(Call& call) {
  Result<OnChannel> on = on_channel(call);
  if (!on.ok()) return on.error();
  const Value& what = call.arg(1);
  const std::int64_t* tag = what.integer();
  if (what.table() != nullptr && what.table()->find("tag") != nullptr) {
    tag = what.table()->find("tag")->integer();
  }
  if (tag == nullptr || *tag < 0) {
    return call.error(fmt::format("a message or delivery tag is settled, not {}", what.kind_text()),
                      "ch:ack(m)");
  }
  Options options(call, "the settlement", 2);
  bool multiple = false;
  bool requeue = false;
  if constexpr (how != world::Settlement::reject) multiple = options.flag("multiple", false);
  if constexpr (how != world::Settlement::ack) requeue = options.flag("requeue", true);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  const std::optional<world::Answer> written =
      on->port.settle(on->channel->ref, static_cast<std::uint64_t>(*tag), how, multiple, requeue);
  return answer_or_wait(call, *on->process, written, receive_nothing);
}

Result<Then> qos(Call& call) {
  const std::int64_t* count = call.arg(1).integer();
  if (count == nullptr || *count < 0 || *count > 65535) {
    return call.error("qos takes a prefetch count from 0 to 65535", "ch:qos(10)");
  }
  Options options(call, "qos", 2);
  broker::BasicQos method;
  method.prefetch_count = static_cast<std::uint16_t>(*count);
  method.global = options.flag("global", false);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  return call_method(call, method, receive_done);
}

// A method of which all is said with its name.
template <typename Method>
Result<Then> plain(Call& call) {
  if (call.args.size() > 1) return call.error("this takes nothing");
  return call_method(call, Method{}, receive_done);
}

Result<Then> recover(Call& call) {
  if (call.args.size() > 1) {
    return call.error("recover takes nothing", "it requeues; RabbitMQ knows no other way");
  }
  return call_method(call, broker::BasicRecover{true, false}, receive_done);
}

Result<Then> close_channel(Call& call) {
  Result<OnChannel> on = on_channel(call);
  if (!on.ok()) return on.error();
  return answer_or_wait(call, *on->process, on->port.close_channel(on->channel->ref), receive_done);
}

Result<Then> channel_closed(Call& call) {
  Result<OnChannel> on = on_channel(call);
  if (!on.ok()) return on.error();
  const broker::AmqpError* error = on->port.closed(on->channel->ref);
  if (error != nullptr) call.results.push_back(error_value(*error));
  return Then::reply;
}

constexpr Method kChannel[] = {
    {"queue", callable<channel_queue>},
    {"exchange", callable<channel_exchange>},
    {"bind", callable<bind<broker::QueueBind, broker::ExchangeBind>>},
    {"unbind", callable<bind<broker::QueueUnbind, broker::ExchangeUnbind>>},
    {"delete_queue", callable<delete_queue>},
    {"delete_exchange", callable<delete_exchange>},
    {"purge", callable<purge>},
    {"publish", callable<publish>},
    {"confirm_select", callable<plain<broker::ConfirmSelect>>},
    {"wait_confirm", callable<wait_for<Await::confirm>>},
    {"wait_confirms", callable<wait_for<Await::confirms>>},
    {"returned", callable<returned>},
    {"get", callable<get>},
    {"consume", callable<consume>},
    {"next", callable<wait_for<Await::next>>},
    {"cancel", callable<cancel>},
    {"ack", callable<settle<world::Settlement::ack>>},
    {"nack", callable<settle<world::Settlement::nack>>},
    {"reject", callable<settle<world::Settlement::reject>>},
    {"recover", callable<recover>},
    {"qos", callable<qos>},
    {"tx_select", callable<plain<broker::TxSelect>>},
    {"commit", callable<plain<broker::TxCommit>>},
    {"rollback", callable<plain<broker::TxRollback>>},
    {"close", callable<close_channel>},
    {"closed", callable<channel_closed>},
};

}  // namespace

void add_channel_words(lua_State* L) {
  register_kind(L, ObjectKind::channel, kChannel);
}

}  // namespace mqlab::scripting
