// SPDX-License-Identifier: MIT
// Keeping and forgetting routes.
#include "sim/broker/route_memo.hpp"

namespace mqlab::broker {

void RouteMemo::keep(ExchangeRef exchange, NameId key, std::span<const QueueRef> queues) {
  if (quiet_ < kQuiet) {
    ++quiet_;
    return;
  }
  if (answers_.size() + queues.size() + 1 > kMost) {
    places_ = FlatIndex();
    answers_.clear();
    if (queues.size() + 1 > kMost) return;
  }
  places_.insert(exchange, key.value, static_cast<std::uint32_t>(answers_.size()));
  answers_.push_back(static_cast<std::uint32_t>(queues.size()));
  answers_.insert(answers_.end(), queues.begin(), queues.end());
}

void RouteMemo::forget() {
  quiet_ = 0;
  if (answers_.empty()) return;
  places_ = FlatIndex();
  answers_ = std::vector<std::uint32_t>();
}

}  // namespace mqlab::broker
