// SPDX-License-Identifier: MIT
// The way of a message from an exchange to its queues.
#include <algorithm>

#include "sim/broker/routing.hpp"

namespace mqlab::broker {

void Routing::route(ExchangeRef exchange, std::span<const NameId> keys, const FieldTable* headers,
                    std::vector<QueueRef>& queues) {
  const bool one_key = keys.size() == 1;
  varies_ = false;
  if (one_key && (exchanges_[exchange].remembered ? memo_.find(exchange, keys.front(), queues)
                                                  : finds_one(exchange, keys.front(), queues))) {
    return;
  }
  queues.clear();
  ++route_;
  if (exchanges_[exchange].name == NameId{}) {
    // The default exchange has no bindings: each queue is found by its name (ROUTE-1).
    for (const NameId key : keys) {
      const QueueRef queue = find_queue(key);
      if (queue == kNoRef || queues_[queue].routed == route_) continue;
      queues_[queue].routed = route_;
      queues.push_back(queue);
    }
  } else {
    exchanges_[exchange].routed = route_;
    work_.assign(1, exchange);
    while (!work_.empty()) {
      const ExchangeRef next = work_.back();
      work_.pop_back();
      collect(next, keys, headers, queues);
    }
  }
  put_in_order(queues);
  if (is_worth_keeping(exchange, keys.size(), queues.size())) {
    exchanges_[exchange].remembered = true;
    memo_.keep(exchange, keys.front(), queues);
  }
}

// What most publishes need: a key that a direct exchange has one binding for, to a queue.
bool Routing::finds_one(ExchangeRef exchange, NameId key, std::vector<QueueRef>& queues) const {
  const auto* const direct = std::get_if<DirectTable>(&exchanges_[exchange].table);
  const Destination* const only = direct != nullptr ? direct->only(key) : nullptr;
  if (only == nullptr || !only->is_queue()) return false;
  queues.assign(1, only->ref());
  return true;
}

// A look-up of one key that leads to one queue is as fast as the memo.
bool Routing::is_worth_keeping(ExchangeRef ref, std::size_t keys, std::size_t queues) const {
  if (keys != 1 || varies_) return false;
  const Exchange& exchange = exchanges_[ref];
  if (exchange.remembered || queues > 1) return true;
  const auto* const topic = std::get_if<TopicTable>(&exchange.table);
  return topic != nullptr && topic->has_patterns();
}

// What one exchange finds: queues go to the result, exchanges to the work that is left, each once
// (ROUTE-13, ROUTE-15). An exchange that finds nothing at all hands over to its alternate
// (ROUTE-16); one that finds only what was found before does not.
void Routing::collect(ExchangeRef ref, std::span<const NameId> keys, const FieldTable* headers,
                      std::vector<QueueRef>& queues) {
  static const FieldTable no_headers;
  Exchange& exchange = exchanges_[ref];
  bool matched = false;
  const auto found = [&](Destination destination) {
    matched = true;
    if (destination.is_queue()) {
      Queue& queue = queues_[destination.ref()];
      if (queue.routed == route_) return;
      queue.routed = route_;
      queues.push_back(destination.ref());
    } else {
      Exchange& bound = exchanges_[destination.ref()];
      if (bound.routed == route_) return;
      bound.routed = route_;
      work_.push_back(destination.ref());
    }
  };
  if (auto* direct = std::get_if<DirectTable>(&exchange.table)) {
    for (const NameId key : keys) direct->route(key, found);
  } else if (auto* topic = std::get_if<TopicTable>(&exchange.table)) {
    for (const NameId key : keys) {
      // Only patterns need the key in words.
      if (topic->has_patterns()) {
        topic->route(key, words_.split(key, ledger_->text(key)), found);
      } else {
        topic->route_exact(key, found);
      }
    }
  } else if (auto* fanout = std::get_if<FanoutTable>(&exchange.table)) {
    if (exchange.type == ExchangeType::fanout) {
      fanout->route(found);
    } else if (const std::uint32_t count = fanout->size(); count > 0) {
      varies_ = count > 1 || varies_;
      const std::uint64_t chosen = count > 1 && choose_ ? choose_(count) : 0;
      found(fanout->destination(static_cast<std::uint32_t>(chosen)));
    }
  } else {
    varies_ = true;
    std::get<HeadersTable>(exchange.table).route(headers == nullptr ? no_headers : *headers, found);
  }
  if (matched) return;
  const std::optional<NameId> alternate = exchange.alternate();
  if (!alternate) return;
  const ExchangeRef other = find_exchange(*alternate);
  if (other == kNoRef || exchanges_[other].routed == route_) return;
  exchanges_[other].routed = route_;
  work_.push_back(other);
}

void Routing::put_in_order(std::vector<QueueRef>& queues) const {
  if (queues.size() < 2) return;
  // total order: no two queues have the same rank
  std::sort(queues.begin(), queues.end(),
            [this](QueueRef a, QueueRef b) { return queues_[a].rank < queues_[b].rank; });
}

}  // namespace mqlab::broker
