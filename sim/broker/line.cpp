// SPDX-License-Identifier: MIT
// Joining, leaving and turning the line of consumers.
#include "sim/broker/line.hpp"

#include <algorithm>

namespace mqlab::broker {
namespace {

// The first place behind all of this priority or higher.
Place* end_of_priority(Few<Place>& line, std::int64_t priority) {
  return std::upper_bound(line.begin(), line.end(), priority,
                          [](std::int64_t p, const Place& place) { return p > place.priority; });
}

void remove(Few<Place>& line, const Consumer& consumer) {
  Place* const found = std::find_if(
      line.begin(), line.end(), [&](const Place& place) { return place.consumer == &consumer; });
  if (found != line.end()) line.erase(found);
}

void append(ChannelRecord& record, Consumer& consumer) {
  (record.last_parked != nullptr ? record.last_parked->next_parked : record.first_parked) =
      &consumer;
  record.last_parked = &consumer;
  consumer.next_parked = nullptr;
}

// Takes all parked consumers that `keep` does not hold back.
template <typename Keep>
void take_parked(ChannelRecord& record, Keep&& keep) {
  Consumer* next = record.first_parked;
  record.first_parked = nullptr;
  record.last_parked = nullptr;
  while (next != nullptr) {
    Consumer& consumer = *next;
    next = consumer.next_parked;
    if (keep(consumer)) append(record, consumer);
  }
}

}  // namespace

void Line::join(Place place) {
  line_.insert(end_of_priority(line_, place.priority), place);
}

void Line::rotate_more() {
  std::rotate(line_.begin(), line_.begin() + 1, end_of_priority(line_, line_.front().priority));
}

void Line::leave(Consumer& consumer) {
  remove(line_, consumer);
  if (ChannelRecord* const record = find(consumer.channel)) {
    take_parked(*record, [&](const Consumer& one) { return &one != &consumer; });
  }
}

void Line::park(ChannelRecord& record, Consumer& consumer) {
  remove(line_, consumer);
  append(record, consumer);
}

bool Line::is_parked(const ChannelRecord& record, const Consumer& consumer) {
  const Consumer* one = record.first_parked;
  while (one != nullptr && one != &consumer) one = one->next_parked;
  return one != nullptr;
}

bool Line::unpark(ChannelRecord& record) {
  bool freed = false;
  take_parked(record, [&](Consumer& consumer) {
    if (consumer.full()) return true;
    join({consumer.settings.priority, &consumer});
    freed = true;
    return false;
  });
  return freed;
}

ChannelRecord* Line::at_or_after(ChannelId channel) {
  return std::lower_bound(
      records_.begin(), records_.end(), channel,
      [](const ChannelRecord& record, ChannelId id) { return record.channel < id; });
}

ChannelRecord& Line::add_record(ChannelId channel) {
  ChannelRecord fresh;
  fresh.channel = channel;
  return *records_.insert(at_or_after(channel), fresh);
}

ChannelRecord* Line::search(ChannelId channel) {
  ChannelRecord* const found = at_or_after(channel);
  return found != records_.end() && found->channel == channel ? found : nullptr;
}

void Line::forget(ChannelId channel) {
  if (ChannelRecord* const known = find(channel)) records_.erase(known);
}

}  // namespace mqlab::broker
