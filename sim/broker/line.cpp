// SPDX-License-Identifier: MIT
// Joining, leaving and turning the line of consumers.
#include "sim/broker/line.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"

namespace mqlab::broker {
namespace {

// The first place behind all of this priority or higher.
auto end_of_priority(std::vector<Place>& line, std::int64_t priority) {
  return std::upper_bound(line.begin(), line.end(), priority,
                          [](std::int64_t p, const Place& place) { return p > place.priority; });
}

void remove(std::vector<Place>& places, ConsumerId consumer) {
  const auto found = std::find_if(places.begin(), places.end(),
                                  [&](const Place& place) { return place.consumer == consumer; });
  if (found != places.end()) places.erase(found);
}

}  // namespace

void Line::join(Place place) {
  line_.insert(end_of_priority(line_, place.priority), place);
}

void Line::rotate_more() {
  const auto end = end_of_priority(line_, line_.front().priority);
  std::rotate(line_.begin(), line_.begin() + 1, end);
}

void Line::leave(ConsumerId consumer) {
  remove(line_, consumer);
  for (ChannelRecord& record : records_) remove(record.parked, consumer);
}

void Line::park(ChannelRecord& record, ConsumerId consumer, std::int64_t priority) {
  remove(line_, consumer);
  record.parked.push_back({priority, consumer});
}

std::vector<ChannelRecord>::iterator Line::at_or_after(ChannelId channel) {
  return std::lower_bound(
      records_.begin(), records_.end(), channel,
      [](const ChannelRecord& record, ChannelId id) { return record.channel < id; });
}

ChannelRecord& Line::add_record(ChannelId channel) {
  ChannelRecord fresh;
  fresh.channel = channel;
  return *records_.insert(at_or_after(channel), std::move(fresh));
}

ChannelRecord* Line::search(ChannelId channel) {
  const auto found = at_or_after(channel);
  return found != records_.end() && found->channel == channel ? &*found : nullptr;
}

void Line::forget(ChannelId channel) {
  const auto found = at_or_after(channel);
  if (found != records_.end() && found->channel == channel) records_.erase(found);
}

}  // namespace mqlab::broker
