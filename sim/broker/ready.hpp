// SPDX-License-Identifier: MIT
// The ready copies of a queue, in order: FIFO within a priority (QUEUE-1), highest first.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/broker/entry.hpp"
#include "sim/broker/lane.hpp"

namespace mqlab::broker {

// Copies of one class of order keys, by key. What few copies have (a deadline, a write, returns) is
// kept only while one of them has it, so that most take 24 bytes.
class ReadyLane {
 public:
  bool empty() const { return common_.empty(); }
  std::size_t size() const { return common_.size(); }

  std::uint64_t key(std::size_t index) const { return common_[index].key; }
  Time deadline(std::size_t index) const {
    return rare_.empty() ? Time::never() : rare_[index].deadline;
  }
  Entry at(std::size_t index) const;
  void redelivered(std::size_t index) { common_[index].redelivered = true; }

  void push_back(Entry&& entry);
  Entry pop_front();
  // Puts `entry` before what is at `index` now; costs the distance to the nearer end.
  void insert(std::size_t index, Entry&& entry);

 private:
  struct Common {
    MessagePtr message;
    std::uint64_t key = 0;
    ledger::CopyId copy;
    bool redelivered = false;
    bool from_disk = false;
  };
  struct Rare {
    Time deadline = Time::never();
    std::uint64_t token = 0;
    std::uint32_t failures = 0;
    std::uint16_t returns = 0;
  };
  static bool has_rare(const Entry& entry) {
    return entry.deadline != Time::never() || entry.token != 0 || entry.returns != 0 ||
           entry.failures != 0;
  }
  static Common common_of(Entry& entry) {
    return {std::move(entry.message), entry.key, entry.copy, entry.redelivered, entry.from_disk};
  }
  static Rare rare_of(const Entry& entry) {
    return {entry.deadline, entry.token, entry.failures, entry.returns};
  }
  static Entry entry_of(Common common, const Rare& rare);
  // Whether what few have is kept of this copy, too. If it is the first that has it, those that are
  // there get what they did not have until now.
  bool keeps_rare(const Entry& entry);

  Lane<Common> common_;
  Lane<Rare> rare_;  // empty, or one for each
};

// Copies stand in lanes, one for each class of their order keys (0 is served first). A classic
// queue has a lane for each priority (PRIO-1), a queue without priorities one.
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

  // The deadline of the head: of the first lane that holds something (PRIO-6, LEN-8, PRIO-5).
  Time front_deadline() const { return lanes_[first_lane()].deadline(0); }
  Entry pop_front();

  std::size_t lane_count() const { return lanes_.size(); }
  const ReadyLane& lane(std::size_t index) const { return lanes_[index]; }
  Entry pop_lane(std::size_t index);

  // From now on all of them count as delivered before.
  void mark_redelivered();

  // Calls `see` for every copy, in order.
  template <typename See>
  void each(See&& see) const {
    for (const ReadyLane& lane : lanes_) {
      for (std::size_t i = 0; i < lane.size(); ++i) see(lane.at(i));
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

  std::vector<ReadyLane> lanes_;
  std::size_t size_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace mqlab::broker
