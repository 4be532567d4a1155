// SPDX-License-Identifier: MIT
// Answers of the router that took work to find, kept until something changes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/names.hpp"
#include "sim/broker/binding.hpp"
#include "sim/broker/flat_index.hpp"

namespace mqlab::broker {

// Where a message goes is a function of exchange and key, until an exchange, a queue or a binding
// comes or goes (headers aside, which are not remembered). A walk over patterns and the putting in
// order of many queues are done once for each key then. What is kept is bounded; when it is full it
// begins anew. While changes come faster than routes nothing is kept.
class RouteMemo {
 public:
  // The queues in the order of their names; false if the answer is not known.
  bool find(ExchangeRef exchange, NameId key, std::vector<QueueRef>& queues) const {
    const std::uint32_t at = places_.find(exchange, key.value);
    if (at == kNoRef) return false;
    const QueueRef* const first = answers_.data() + at + 1;
    queues.assign(first, first + answers_[at]);
    return true;
  }

  // Keeps the answer of a route that found() did not know.
  void keep(ExchangeRef exchange, NameId key, std::span<const QueueRef> queues);

  // Something changed: all answers are forgotten.
  void forget();

 private:
  static constexpr std::size_t kMost = std::size_t{1} << 20;  // numbers in answers_
  static constexpr std::uint32_t kQuiet = 32;  // routes since a change before answers are kept

  FlatIndex places_;                    // (exchange, key) to a place in answers_
  std::vector<std::uint32_t> answers_;  // for each answer the number of queues, then the queues
  std::uint32_t quiet_ = 0;             // routes since the last change, up to kQuiet
};

}  // namespace mqlab::broker
