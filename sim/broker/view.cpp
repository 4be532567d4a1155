// SPDX-License-Identifier: MIT
// What is there now, in order of names.
#include "sim/broker/view.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/broker/stream.hpp"

namespace mqlab::broker {
namespace {

QueueView queue_view(const Node& node, const Queue& queue) {
  QueueView view;
  view.id = queue.entity;
  view.name = node.text(queue.name);
  view.vhost = queue.vhost->name;
  view.type = word(queue.settings.type);
  view.consumers = static_cast<std::uint32_t>(queue.consumers.size());
  queue.ready.each([&](const Entry& entry) {
    view.ready.push_back({entry.copy, entry.message->identity, entry.redelivered});
  });
  for (const Kept& one : queue.kept) {
    view.ready.push_back({one.entry.copy, one.entry.message->identity, one.entry.redelivered});
  }
  view.counted = queue.settings.type == QueueType::stream
                     ? count_in_stream(node, queue)
                     : static_cast<std::uint32_t>(view.ready.size());
  return view;
}

void add_unacked(const Node& node, const std::map<QueueId, std::size_t>& places, View& view) {
  node.channels.each([&](const Channel& channel) {
    for (std::uint64_t tag = channel.unacked.first(); tag < channel.unacked.end(); ++tag) {
      const Unacked& slot = channel.unacked.slot(tag);
      const auto place = places.find(slot.queue);
      if (slot.state == Unacked::State::none || place == places.end()) continue;
      UnackedView unacked;
      unacked.holder = slot.holder;
      unacked.tag = tag;
      if (slot.entry.message) {
        unacked.copy = slot.entry.copy;
        unacked.message = slot.entry.message->identity;
      }
      view.queues[place->second].unacked.push_back(unacked);
    }
  });
}

void add_vhost(const Node& node, const Vhost& vhost, View& view) {
  for (const ExchangeRef ref : vhost.routing.exchanges_by_name()) {
    const Exchange& exchange = vhost.routing.exchange(ref);
    view.exchanges.push_back({exchange.entity, std::string(node.text(exchange.name)), vhost.name,
                              std::string(word(exchange.type)), exchange.predeclared});
  }
  for (const Routing::BindingInfo& info : vhost.routing.bindings()) {
    BindingView binding;
    binding.vhost = vhost.name;
    binding.source = info.source;
    binding.to_queue = info.to_queue;
    binding.destination = info.destination;
    binding.routing_key = info.key;
    if (info.arguments != nullptr) binding.arguments = *info.arguments;
    view.bindings.push_back(std::move(binding));
  }
}

}  // namespace

View view_of(const Node& node) {
  View view;
  std::map<QueueId, std::size_t> places;
  for (const auto& vhost : node.vhosts) {
    for (const QueueRef ref : vhost->routing.queues_by_name()) {
      const Queue& queue = node.queues.get(QueueId{ref});
      places[queue.id] = view.queues.size();
      view.queues.push_back(queue_view(node, queue));
    }
    add_vhost(node, *vhost, view);
  }
  add_unacked(node, places, view);
  return view;
}

}  // namespace mqlab::broker
