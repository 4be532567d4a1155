// SPDX-License-Identifier: MIT
// Adding, taking and putting back ready copies.
#include "sim/broker/ready.hpp"

#include <utility>

#include "sim/base/assert.hpp"

namespace mqlab::broker {

// -- a lane
// -----------------------------------------------------------------------------------------

void ReadyLane::put(Entry& entry, const Rare& rare) {
  entry.deadline = rare.deadline;
  entry.token = rare.token;
  entry.returns = rare.returns;
  entry.failures = rare.failures;
}

Entry ReadyLane::at(std::size_t index) const {
  const Common& common = common_[index];
  Entry entry;
  entry.message = common.message;
  entry.key = common.key;
  entry.copy = common.copy;
  entry.redelivered = common.redelivered;
  entry.from_disk = common.from_disk;
  if (!rare_.empty()) put(entry, rare_[index]);
  return entry;
}

void ReadyLane::begin_rare() {
  for (std::size_t i = 0; i < common_.size(); ++i) rare_.push_back({});
}

void ReadyLane::push_back(Entry&& entry) {
  const bool rare = has_rare(entry);
  if (rare && rare_.empty()) begin_rare();
  if (rare || !rare_.empty()) rare_.push_back(rare_of(entry));
  common_.push_back(common_of(entry));
}

Entry ReadyLane::pop_front() {
  Common common = common_.pop_front();
  Entry entry;
  entry.message = std::move(common.message);
  entry.key = common.key;
  entry.copy = common.copy;
  entry.redelivered = common.redelivered;
  entry.from_disk = common.from_disk;
  if (!rare_.empty()) put(entry, rare_.pop_front());
  return entry;
}

void ReadyLane::insert(std::size_t index, Entry&& entry) {
  const bool rare = has_rare(entry);
  if (rare && rare_.empty()) begin_rare();
  if (rare || !rare_.empty()) rare_.insert(index, rare_of(entry));
  common_.insert(index, common_of(entry));
}

// -- all of them
// ------------------------------------------------------------------------------------

void Ready::push_back(Entry&& entry) {
  count_in(entry);
  lanes_[order_class(entry.key)].push_back(std::move(entry));
}

void Ready::put_back(Entry&& entry) {
  count_in(entry);
  ReadyLane& lane = lanes_[order_class(entry.key)];
  std::size_t low = 0;
  std::size_t high = lane.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (lane.key(middle) < entry.key) {
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

void Ready::mark_redelivered() {
  for (ReadyLane& lane : lanes_) {
    for (std::size_t i = 0; i < lane.size(); ++i) lane.redelivered(i);
  }
}

}  // namespace mqlab::broker
