// SPDX-License-Identifier: MIT
// The line of consumers in front of a classic queue, and who is parked beside it (CONS-3).
//
// The first in line gets the next message and moves to the end of its priority. A consumer that is
// found full at the front is parked; when room comes it joins at the end.
#pragma once

#include <cstdint>

#include "sim/base/few.hpp"
#include "sim/broker/consumer.hpp"

namespace mqlab::broker {

struct Place {
  std::int64_t priority = 0;
  Consumer* consumer = nullptr;
};

// What a queue knows of one channel that consumes or holds messages of it.
struct ChannelRecord {
  // How the queue deals with the channel's own limit (CONS-4).
  enum class Limit : std::uint8_t {
    dormant,    // the channel has none
    active,     // ask it before each delivery
    suspended,  // it said no; wait until it resumes
  };
  ChannelId channel;
  std::uint32_t unacked = 0;    // of this queue, on this channel
  std::uint32_t consumers = 0;  // of this channel, at this queue
  Limit limit = Limit::dormant;
  // Its parked consumers, in the order in which they were parked: a chain by next_parked.
  Consumer* first_parked = nullptr;
  Consumer* last_parked = nullptr;
};

class Line {
 public:
  bool empty() const { return line_.empty(); }
  const Place& front() const { return line_.front(); }
  const Few<Place>& places() const { return line_; }

  // At the end of its priority; higher priorities come first (CONS-6).
  void join(Place place);
  // The first one had its turn: to the end of its priority.
  void rotate() {
    if (line_.size() >= 2) rotate_more();
  }
  void leave(Consumer& consumer);

  // Takes the consumer out of the line and parks it with its channel.
  void park(ChannelRecord& record, Consumer& consumer);
  static bool is_parked(const ChannelRecord& record, const Consumer& consumer);
  // Lets the parked consumers of a channel that are not full rejoin the line. True if some did.
  bool unpark(ChannelRecord& record);

  // The record of a channel: made if there is none, or nullptr if there is none.
  ChannelRecord& record(ChannelId channel) {
    ChannelRecord* const known = find(channel);
    return known != nullptr ? *known : add_record(channel);
  }
  ChannelRecord* find(ChannelId channel) {
    if (records_.size() == 1) {
      return records_.front().channel == channel ? &records_.front() : nullptr;
    }
    return search(channel);
  }
  // Drops the record if the channel neither consumes nor holds anything.
  void forget_if_idle(ChannelId channel) {
    const ChannelRecord* const known = find(channel);
    if (known != nullptr && known->unacked == 0 && known->consumers == 0) forget(channel);
  }
  void forget(ChannelId channel);
  const Few<ChannelRecord>& records() const { return records_; }

 private:
  void rotate_more();
  ChannelRecord* at_or_after(ChannelId channel);
  ChannelRecord& add_record(ChannelId channel);
  ChannelRecord* search(ChannelId channel);

  Few<Place> line_;             // by priority, highest first
  Few<ChannelRecord> records_;  // by channel
};

}  // namespace mqlab::broker
