// SPDX-License-Identifier: MIT
// Adding, taking and putting back ready copies.
#include "sim/broker/ready.hpp"

#include <utility>

#include "sim/base/assert.hpp"

namespace mqlab::broker {

// -- a lane
// -----------------------------------------------------------------------------------------

Entry ReadyLane::entry_of(Common common, const Rare& rare) {
  Entry entry;
  entry.message = std::move(common.message);
  entry.key = common.key;
  entry.deadline = rare.deadline;
  entry.token = rare.token;
  entry.copy = common.copy;
  entry.returns = rare.returns;
  entry.failures = rare.failures;
  entry.redelivered = common.redelivered;
  entry.from_disk = common.from_disk;
  return entry;
}

bool ReadyLane::keeps_rare(const Entry& entry) {
  if (!rare_.empty()) return true;
  if (!has_rare(entry)) return false;
  for (std::size_t i = 0; i < common_.size(); ++i) rare_.push_back({});
  return true;
}

Entry ReadyLane::at(std::size_t index) const {
  return entry_of(common_[index], rare_.empty() ? Rare{} : rare_[index]);
}

void ReadyLane::push_back(Entry&& entry) {
  if (keeps_rare(entry)) rare_.push_back(rare_of(entry));
  common_.push_back(common_of(entry));
}

Entry ReadyLane::pop_front() {
  return entry_of(common_.pop_front(), rare_.empty() ? Rare{} : rare_.pop_front());
}

void ReadyLane::insert(std::size_t index, Entry&& entry) {
  if (keeps_rare(entry)) rare_.insert(index, rare_of(entry));
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
