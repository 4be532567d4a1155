// SPDX-License-Identifier: MIT
// The ready copies of a queue, in order: FIFO within a priority (QUEUE-1), highest first.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/broker/entry.hpp"
#include "sim/broker/lane.hpp"

namespace mqlab::broker {

// Copies stand in lanes, one for each class of their order keys (0 is served first); within a lane
// by key. A classic queue has a lane for each priority (PRIO-1), a queue without priorities one.
class Ready {
 public:
  explicit Ready(std::size_t lanes = 1) : lanes_(lanes) {}

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::uint64_t bytes() const { return bytes_; }  // of the bodies (LEN-6)

  // Adds a copy whose key is greater than all in its lane.
  void push_back(Entry&& entry);
  // Takes a copy back to the place its key says (QUEUE-2, PRIO-4).
  void put_back(Entry&& entry);

  // The head: of the first lane that holds something (PRIO-6, LEN-8, PRIO-5).
  const Entry& front() const { return lanes_[first_lane()].front(); }
  Entry pop_front();

  std::size_t lane_count() const { return lanes_.size(); }
  const Lane<Entry>& lane(std::size_t index) const { return lanes_[index]; }
  Entry pop_lane(std::size_t index);

  // Calls `see` for every copy, in order.
  template <typename See>
  void each(See&& see) const {
    for (const Lane<Entry>& lane : lanes_) {
      for (std::size_t i = 0; i < lane.size(); ++i) see(lane[i]);
    }
  }
  template <typename See>
  void each(See&& see) {
    for (Lane<Entry>& lane : lanes_) {
      for (std::size_t i = 0; i < lane.size(); ++i) see(lane[i]);
    }
  }

 private:
  std::size_t first_lane() const {
    std::size_t lane = 0;
    while (lanes_[lane].empty()) ++lane;
    return lane;
  }
  void count_in(const Entry& entry) {
    ++size_;
    bytes_ += entry.message->body.size();
  }

  std::vector<Lane<Entry>> lanes_;
  std::size_t size_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace mqlab::broker
