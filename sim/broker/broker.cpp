// SPDX-License-Identifier: MIT
// The broker's public face: each call does its work, then lets everything happen that can.
#include "sim/broker/broker.hpp"

#include <utility>

#include "sim/broker/clock.hpp"
#include "sim/broker/connection.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/methods.hpp"
#include "sim/broker/queue_methods.hpp"
#include "sim/broker/recovery.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/teardown.hpp"
#include "sim/broker/view.hpp"

namespace mqlab::broker {
namespace {

broker::PolicyTarget target_of(Broker::PolicyTarget target) {
  switch (target) {
    case Broker::PolicyTarget::queues:
      return PolicyTarget::queues;
    case Broker::PolicyTarget::exchanges:
      return PolicyTarget::exchanges;
    case Broker::PolicyTarget::all:
      return PolicyTarget::all;
  }
  MQLAB_ASSERT(false && "every target of a policy is known");
}

// Nothing is on its way between channels and queues.
bool is_at_rest(const Node& node) {
  return node.news.empty() && node.casts.empty() && node.quorum_news.empty();
}

Error no_vhost(std::string_view name) {
  return Error{{}, "there is no virtual host \"" + std::string(name) + "\"", "add it first"};
}

}  // namespace

Broker::Broker(Options options, ledger::Ledger& ledger, Choices& choices, ledger::EntityId node)
    : node_(std::make_unique<Node>(std::move(options), ledger, choices, node)) {
  add_vhost("/");
}
Broker::~Broker() = default;
Broker::Broker(Broker&&) noexcept = default;
Broker& Broker::operator=(Broker&&) noexcept = default;

// -- protocol -------------------------------------------------------------------------------------

ConnectionId Broker::open(const Login& login) {
  return open_connection(*node_, login);
}

void Broker::close(ConnectionId connection) {
  drop(connection, ledger::Reason::closed_by_client);
}

void Broker::drop(ConnectionId connection, ledger::Reason reason) {
  Node& node = *node_;
  if (Connection* const found = node.connections.find(connection)) {
    end_connection(node, *found, reason);
    settle_down(node);
  }
}

void Broker::traffic(ConnectionId connection) {
  if (Connection* const found = node_->connections.find(connection)) found->heard = true;
}

bool Broker::reading_paused(ConnectionId connection) const {
  const Connection* const found = node_->connections.find(connection);
  return found != nullptr && found->paused;
}

// -- time -----------------------------------------------------------------------------------------

void Broker::advance(Time now) {
  broker::advance(*node_, now);
}

Time Broker::next_deadline() const {
  Node& node = *node_;
  return is_at_rest(node) ? broker::next_deadline(node) : node.now;
}

bool Broker::only_watches_heartbeats() const {
  const Node& node = *node_;
  return is_at_rest(node) && node.timers.only(TimerKind::heartbeat);
}

std::vector<Outgoing>& Broker::out() {
  return node_->out;
}

MessagePool& Broker::messages() {
  return node_->messages;
}

// -- disk -----------------------------------------------------------------------------------------

std::vector<StoreRequest>& Broker::store_requests() {
  return node_->store_requests;
}

void Broker::stored(std::uint64_t token) {
  Node& node = *node_;
  while (!node.writes.empty() && node.writes.oldest() <= token) {
    const PendingWrite write = node.writes.take();
    if (!write.copy) continue;
    const Queue* const queue = node.queues.find(write.queue);
    ledger::Row row;
    row.fact = ledger::Fact::synced;
    row.message = write.message;
    row.copy = write.copy;
    row.subject = queue != nullptr ? queue->entity : ledger::EntityId{};
    const ledger::CauseScope cause(node.ledger, node.ledger.append(row));
    confirm_one(node, write.confirm);
  }
  settle_down(node, Then::nothing);
}

ImagePtr Broker::go_down(Down how) {
  return broker::go_down(*node_, how);
}

void Broker::recover(ImagePtr image) {
  broker::recover(*node_, std::move(image));
}

// -- operator -------------------------------------------------------------------------------------

void Broker::alarm(Resource resource, bool on) {
  Node& node = *node_;
  (resource == Resource::memory ? node.memory_alarm : node.disk_alarm) = on;
  read_on_after_alarm(node);
  settle_down(node);
}

void Broker::add_vhost(std::string_view name) {
  Node& node = *node_;
  if (node.find_vhost(name) != nullptr) return;
  node.permissions.add_vhost(name);
  const ledger::EntityId entity =
      node.ledger.new_entity(ledger::EntityKind::vhost, name, node.entity);
  facts::created(node, entity, node.entity, ledger::Reason::declared);
  // NOLINTNEXTLINE(modernize-make-unique): an aggregate has no constructor to call
  node.vhosts.push_back(std::unique_ptr<Vhost>(
      new Vhost{std::string(name), entity, Routing(node.ledger, node.options.version, name, entity),
                Policies{}}));
  node.vhosts.back()->routing.choose_by(
      [&node](std::uint64_t count) { return node.choices.below(node.route_choices, count); });
}

void Broker::add_user(std::string_view user, std::string_view password) {
  node_->permissions.add_user(user, password);
  ++node_->permissions_version;
}

Result<void> Broker::permit(std::string_view vhost, std::string_view user,
                            std::string_view configure, std::string_view write,
                            std::string_view read) {
  ++node_->permissions_version;
  return node_->permissions.permit(vhost, user, configure, write, read);
}

Result<void> Broker::set_policy(std::string_view vhost, std::string_view name,
                                std::string_view pattern, const FieldTable& definition,
                                PolicyTarget target, int priority) {
  Node& node = *node_;
  Vhost* const found = node.find_vhost(vhost);
  if (found == nullptr) return no_vhost(vhost);
  auto set = found->policies.set(name, pattern, definition, target_of(target), priority);
  if (!set) return set;
  apply_policies(node, *found);
  settle_down(node);
  return {};
}

void Broker::clear_policy(std::string_view vhost, std::string_view name) {
  Node& node = *node_;
  Vhost* const found = node.find_vhost(vhost);
  if (found == nullptr || !found->policies.clear(name)) return;
  apply_policies(node, *found);
  settle_down(node);
}

void Broker::close_connection(ConnectionId connection, std::string_view reason) {
  Node& node = *node_;
  if (Connection* const found = node.connections.find(connection)) {
    fail_connection(node, *found, errors::connection_forced(reason));
    settle_down(node);
  }
}

void Broker::set_consumer_timeout(Duration timeout, Duration check_every) {
  Node& node = *node_;
  node.options.consumer_timeout = timeout;
  node.options.consumer_timeout_check = check_every;
  node.channels.each([&](Channel& channel) {
    const bool watched = timeout.ns > 0 && channel.unacked.outstanding() > 0;
    node.timers.set(channel.consumer_check, watched ? node.now + check_every : Time::never(),
                    TimerKind::consumer_check, channel.id.value);
  });
}

// -- looking in -----------------------------------------------------------------------------------

std::vector<std::pair<std::string, std::string>> Broker::policies_in_vain() const {
  const auto& all = node_->policies_in_vain;
  return {all.begin(), all.end()};
}

std::uint64_t Broker::memory_used() const {
  std::uint64_t bytes = 0;
  node_->queues.each([&](const Queue& queue) {
    bytes += (queue.ready.size() + queue.unacked + queue.kept.size()) * kMemoryPerMessage;
    if (queue.settings.mode != QueueMode::lazy) bytes += queue.ready.bytes();
  });
  return bytes;
}

std::uint64_t Broker::disk_used() const {
  std::uint64_t bytes = node_->disk.bytes();
  node_->queues.each([&](const Queue& queue) {
    if (queue.settings.mode == QueueMode::lazy) bytes += queue.unstored_bytes;
  });
  return bytes;
}

View Broker::view() const {
  return view_of(*node_);
}

ledger::EntityId Broker::entity(ConnectionId connection) const {
  const Connection* const found = node_->connections.find(connection);
  return found != nullptr ? found->entity : ledger::EntityId{};
}

ledger::EntityId Broker::entity(ConnectionId connection, ChannelNo channel) const {
  const Connection* const found = node_->connections.find(connection);
  if (found == nullptr || channel >= found->channels.size()) return {};
  const Channel* const open = found->channels[channel];
  return open != nullptr ? open->entity : ledger::EntityId{};
}

ledger::EntityId Broker::subscription(ConnectionId connection, ChannelNo channel,
                                      std::string_view tag) const {
  const Node& node = *node_;
  const Connection* const found = node.connections.find(connection);
  if (found == nullptr || channel >= found->channels.size()) return {};
  const Channel* const open = found->channels[channel];
  if (open == nullptr) return {};
  for (const auto& [name, id] : open->consumers) {
    if (node.text(name) == tag) return node.consumers.get(id).entity;
  }
  return {};
}

ledger::EntityId Broker::queue_entity(std::string_view vhost, std::string_view queue) const {
  const Node& node = *node_;
  const Vhost* const found = node.find_vhost(vhost);
  const auto name = node.ledger.names().find(queue);
  const Queue* const known = found != nullptr && name ? node.find_queue(*found, *name) : nullptr;
  return known != nullptr ? known->entity : ledger::EntityId{};
}

ledger::EntityId Broker::exchange_entity(std::string_view vhost, std::string_view exchange) const {
  const Node& node = *node_;
  const Vhost* const found = node.find_vhost(vhost);
  const auto name = node.ledger.names().find(exchange);
  if (found == nullptr || !name) return {};
  const ExchangeRef ref = found->routing.find_exchange(*name);
  return ref == kNoRef ? ledger::EntityId{} : found->routing.exchange(ref).entity;
}

std::optional<std::string> Broker::validate() const {
  return broker::validate(*node_);
}

}  // namespace mqlab::broker
