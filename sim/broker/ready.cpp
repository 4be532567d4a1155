// SPDX-License-Identifier: MIT
// Adding, taking and putting back ready copies.
#include "sim/broker/ready.hpp"

#include <utility>

#include "sim/base/assert.hpp"

namespace mqlab::broker {

void Ready::push_back(Entry&& entry) {
  count_in(entry);
  Lane<Entry>& lane = lanes_[order_class(entry.key)];
  lane.push_back(std::move(entry));
}

void Ready::put_back(Entry&& entry) {
  count_in(entry);
  Lane<Entry>& lane = lanes_[order_class(entry.key)];
  std::size_t low = 0;
  std::size_t high = lane.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (lane[middle].key < entry.key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  lane.insert(low, std::move(entry));
}

Entry Ready::pop_front() {
  return pop_lane(first_lane());
}

Entry Ready::pop_lane(std::size_t index) {
  Entry entry = lanes_[index].pop_front();
  --size_;
  bytes_ -= entry.message->body.size();
  return entry;
}

}  // namespace mqlab::broker
