// SPDX-License-Identifier: MIT
// Which methods make a plan, and what of them is kept.
#include "scripting/plan_notes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace mqlab::scripting {
namespace {

constexpr std::size_t kBytesOfEntry = 300;

// Names may hold anything but a byte 0.
std::string binding_key(const PlannedBinding& binding) {
  std::string key = binding.vhost + '\0' + binding.source + '\0' + binding.destination + '\0' +
                    (binding.to_queue ? 'q' : 'e') + binding.key;
  for (const auto& [name, value] : binding.arguments) {
    key += '\0' + name + static_cast<char>(value.type);
    if (const auto* text = std::get_if<std::string>(&value.content)) key += *text;
    if (const auto* number = std::get_if<std::int64_t>(&value.content)) {
      key += std::to_string(*number);
    }
    if (const auto* flag = std::get_if<bool>(&value.content)) key += *flag ? 't' : 'f';
  }
  return key;
}

PlannedBinding of_queue(const Place& place, const std::string& vhost, const std::string& queue,
                        const std::string& exchange, const std::string& key,
                        const broker::FieldTable& arguments) {
  return {place, vhost, exchange, queue, true, key, arguments, false};
}

PlannedBinding of_exchange(const Place& place, const std::string& vhost,
                           const std::string& destination, const std::string& source,
                           const std::string& key, const broker::FieldTable& arguments) {
  return {place, vhost, source, destination, false, key, arguments, false};
}

}  // namespace

void PlanNotes::vhost(const Place& place, const std::string& name) {
  const bool known =
      name == "/" || std::any_of(plan_.vhosts.begin(), plan_.vhosts.end(),
                                 [&](const PlannedVhost& one) { return one.name == name; });
  if (!known) plan_.vhosts.push_back({place, name});
}

void PlanNotes::user(const Place& place, const std::string& name, const std::string& password) {
  for (PlannedUser& one : plan_.users) {
    if (one.name != name) continue;
    one.password = password;
    return;
  }
  plan_.users.push_back({place, name, password});
}

void PlanNotes::permission(PlannedPermission permission) {
  for (PlannedPermission& one : plan_.permissions) {
    if (one.user != permission.user || one.vhost != permission.vhost) continue;
    one = std::move(permission);
    return;
  }
  plan_.permissions.push_back(std::move(permission));
}

void PlanNotes::policy(PlannedPolicy policy) {
  clear_policy(policy.vhost, policy.name);
  plan_.policies.push_back(std::move(policy));
}

void PlanNotes::clear_policy(const std::string& vhost, const std::string& name) {
  std::erase_if(plan_.policies, [&](const PlannedPolicy& policy) {
    return policy.vhost == vhost && policy.name == name;
  });
}

std::size_t PlanNotes::declare(const Place& place, const std::string& vhost,
                               const broker::QueueDeclare& method, const std::string& given) {
  if (method.passive) return 0;
  const std::string name = method.queue.empty() ? given : method.queue;
  const auto known = queue_at_.find({vhost, name});
  if (known != queue_at_.end() && !plan_.queues[known->second].deleted && !name.empty()) return 0;
  PlannedQueue queue{place,
                     vhost,
                     name,
                     method.durable,
                     method.auto_delete,
                     method.exclusive,
                     method.queue.empty(),
                     method.arguments,
                     false};
  if (known != queue_at_.end()) {
    plan_.queues[known->second] = std::move(queue);
    return 0;
  }
  queue_at_.emplace(Name{vhost, name}, plan_.queues.size());
  plan_.queues.push_back(std::move(queue));
  return kBytesOfEntry;
}

std::size_t PlanNotes::declare(const Place& place, const std::string& vhost,
                               const broker::ExchangeDeclare& method) {
  if (method.passive) return 0;
  const auto known = exchange_at_.find({vhost, method.exchange});
  if (known != exchange_at_.end() && !plan_.exchanges[known->second].deleted) return 0;
  PlannedExchange exchange{place,
                           vhost,
                           method.exchange,
                           method.type,
                           method.durable,
                           method.auto_delete,
                           method.internal,
                           method.arguments,
                           false};
  if (known != exchange_at_.end()) {
    plan_.exchanges[known->second] = std::move(exchange);
    return 0;
  }
  exchange_at_.emplace(Name{vhost, method.exchange}, plan_.exchanges.size());
  plan_.exchanges.push_back(std::move(exchange));
  return kBytesOfEntry;
}

std::size_t PlanNotes::bind(PlannedBinding binding) {
  const auto [known, added] = binding_at_.emplace(binding_key(binding), plan_.bindings.size());
  if (!added) {
    plan_.bindings[known->second].undone = false;
    return 0;
  }
  plan_.bindings.push_back(std::move(binding));
  return 2 * kBytesOfEntry;
}

void PlanNotes::unbind(const PlannedBinding& binding) {
  const auto known = binding_at_.find(binding_key(binding));
  if (known != binding_at_.end()) plan_.bindings[known->second].undone = true;
}

std::size_t PlanNotes::method(const Place& place, const std::string& vhost,
                              const broker::Method& method, const std::string& given) {
  if (const auto* queue = std::get_if<broker::QueueDeclare>(&method)) {
    return declare(place, vhost, *queue, given);
  }
  if (const auto* exchange = std::get_if<broker::ExchangeDeclare>(&method)) {
    return declare(place, vhost, *exchange);
  }
  if (const auto* one = std::get_if<broker::QueueBind>(&method)) {
    return bind(
        of_queue(place, vhost, one->queue, one->exchange, one->routing_key, one->arguments));
  }
  if (const auto* one = std::get_if<broker::ExchangeBind>(&method)) {
    return bind(
        of_exchange(place, vhost, one->destination, one->source, one->routing_key, one->arguments));
  }
  if (const auto* one = std::get_if<broker::QueueUnbind>(&method)) {
    unbind(of_queue(place, vhost, one->queue, one->exchange, one->routing_key, one->arguments));
  } else if (const auto* other = std::get_if<broker::ExchangeUnbind>(&method)) {
    unbind(of_exchange(place, vhost, other->destination, other->source, other->routing_key,
                       other->arguments));
  } else if (const auto* queue = std::get_if<broker::QueueDelete>(&method)) {
    const auto known = queue_at_.find({vhost, queue->queue});
    if (known != queue_at_.end()) plan_.queues[known->second].deleted = true;
  } else if (const auto* exchange = std::get_if<broker::ExchangeDelete>(&method)) {
    const auto known = exchange_at_.find({vhost, exchange->exchange});
    if (known != exchange_at_.end()) plan_.exchanges[known->second].deleted = true;
  } else if (const auto* consume = std::get_if<broker::BasicConsume>(&method)) {
    if (!consumed_.insert(vhost + '\0' + consume->queue).second) return 0;
    PlannedConsumer consumer;
    consumer.place = place;
    consumer.vhost = vhost;
    consumer.queue = consume->queue;
    consumer.auto_ack = consume->no_ack;
    consumer.by_process = true;
    plan_.consumers.push_back(std::move(consumer));
    return kBytesOfEntry;
  }
  return 0;
}

void PlanNotes::publisher(const Place& place, const world::PublisherConfig& config, bool any_key,
                          std::vector<std::string> keys) {
  PlannedPublisher publisher;
  publisher.place = place;
  publisher.name = config.name;
  publisher.vhost = config.access.vhost;
  publisher.exchange = config.exchange;
  publisher.keys = std::move(keys);
  publisher.any_key = any_key;
  publisher.persistent = config.properties && config.properties->delivery_mode == 2;
  publisher.mandatory = config.mandatory;
  publisher.confirms = config.confirm != world::ConfirmMode::none;
  plan_.publishers.push_back(std::move(publisher));
}

std::size_t PlanNotes::publish(const Place& place, const std::string& process,
                               const std::string& vhost, const world::Content& content) {
  const std::string key = fmt::format("{}:{}:", place.file, place.line) + vhost + '\0' +
                          content.exchange + '\0' + content.routing_key;
  if (!published_.insert(key).second) return 0;
  PlannedPublisher publisher;
  publisher.place = place;
  publisher.name = process;
  publisher.vhost = vhost;
  publisher.exchange = content.exchange;
  publisher.keys.push_back(content.routing_key);
  publisher.persistent = content.properties && content.properties->delivery_mode == 2;
  publisher.mandatory = content.mandatory;
  publisher.by_process = true;
  plan_.publishers.push_back(std::move(publisher));
  return 2 * kBytesOfEntry;
}

void PlanNotes::consumer(const Place& place, const world::ConsumerConfig& config, bool can_fail) {
  PlannedConsumer consumer;
  consumer.place = place;
  consumer.name = config.name;
  consumer.vhost = config.access.vhost;
  consumer.queue = config.queue;
  consumer.auto_ack = config.ack == world::AckMode::automatic;
  consumer.prefetch = config.prefetch;
  consumer.works = !(config.work == Distribution{}) || config.coroutine;
  consumer.can_fail = can_fail;
  consumer.republishes = config.retry.recoverer == world::Recoverer::republish;
  consumer.republish_exchange = config.retry.exchange;
  consumer.republish_key = config.retry.key;
  consumer.gives_up =
      config.retry.attempts > 1 && config.retry.recoverer != world::Recoverer::requeue;
  switch (config.on_failure) {
    case world::OnFailure::requeue:
      consumer.on_failure = PlannedConsumer::OnFailure::requeue;
      break;
    case world::OnFailure::reject:
      consumer.on_failure = PlannedConsumer::OnFailure::reject;
      break;
    case world::OnFailure::nothing:
      consumer.on_failure = PlannedConsumer::OnFailure::nothing;
      break;
  }
  plan_.consumers.push_back(std::move(consumer));
}

}  // namespace mqlab::scripting
