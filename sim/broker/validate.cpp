// SPDX-License-Identifier: MIT
// The deep check of a node.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sim/broker/view.hpp"

namespace mqlab::broker {
namespace {

using Problem = std::optional<std::string>;

// What channels hold, counted anew.
struct Held {
  std::map<QueueId, std::uint64_t> by_queue;
  std::map<std::pair<QueueId, ChannelId>, std::uint32_t> by_record;
  std::map<ConsumerId, std::uint32_t> by_consumer;
  std::uint64_t copies = 0;
};

Held count_held(const Node& node) {
  Held held;
  node.channels.each([&](const Channel& channel) {
    for (std::uint64_t tag = channel.unacked.first(); tag < channel.unacked.end(); ++tag) {
      const Unacked& slot = channel.unacked.slot(tag);
      if (slot.state == Unacked::State::none || !slot.entry.message) continue;
      ++held.copies;
      ++held.by_queue[slot.queue];
      ++held.by_record[{slot.queue, channel.id}];
      ++held.by_consumer[slot.consumer];
    }
  });
  return held;
}

Problem check_ready(const Node& node, const Queue& queue) {
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  std::optional<std::uint64_t> last;
  bool ordered = true;
  queue.ready.each([&](const Entry& entry) {
    ++count;
    bytes += entry.message->body.size();
    ordered = ordered && (!last || *last < entry.key);
    last = entry.key;
  });
  const std::string_view name = node.text(queue.name);
  if (!ordered)
    return fmt::format("queue {}: ready copies are not in the order of their keys", name);
  if (count != queue.ready.size() || bytes != queue.ready.bytes()) {
    return fmt::format("queue {}: holds {} copies of {} bytes but counts {} of {}", name, count,
                       bytes, queue.ready.size(), queue.ready.bytes());
  }
  return std::nullopt;
}

Problem check_line(const Node& node, const Queue& queue, Held& held) {
  const std::string_view name = node.text(queue.name);
  std::map<ConsumerId, int> places;
  for (const Place& place : queue.line.places()) ++places[place.consumer->id];
  for (const ChannelRecord& record : queue.line.records()) {
    for (const Consumer* one = record.first_parked; one != nullptr; one = one->next_parked) {
      ++places[one->id];
    }
    if (record.unacked != held.by_record[{queue.id, record.channel}]) {
      return fmt::format("queue {}: counts {} unacked on a channel that holds {}", name,
                         record.unacked, held.by_record[{queue.id, record.channel}]);
    }
  }
  for (const ConsumerId id : queue.consumers) {
    if (places[id] != 1) return fmt::format("queue {}: a consumer has {} places", name, places[id]);
    const Consumer& consumer = node.consumers.get(id);
    if (consumer.limited && held.by_consumer[id] > consumer.prefetch + consumer.extra_credit) {
      return fmt::format("queue {}: a consumer with prefetch {} holds {}", name, consumer.prefetch,
                         held.by_consumer[id]);
    }
  }
  if (!queue.settings.single_active_consumer && !queue.line.empty() && !queue.ready.empty()) {
    return fmt::format("queue {}: messages and a consumer wait for each other", name);
  }
  return std::nullopt;
}

Problem check_queue(const Node& node, const Queue& queue, Held& held) {
  if (Problem problem = check_ready(node, queue)) return problem;
  if (queue.unacked != held.by_queue[queue.id]) {
    return fmt::format("queue {}: counts {} unacked, channels hold {}", node.text(queue.name),
                       queue.unacked, held.by_queue[queue.id]);
  }
  for (const ConsumerId id : queue.consumers) {
    const Consumer* const consumer = node.consumers.find(id);
    if (consumer == nullptr || consumer->queue != queue.id) {
      return fmt::format("queue {}: lists a consumer that is not its own", node.text(queue.name));
    }
  }
  return queue.is_classic() ? check_line(node, queue, held) : std::nullopt;
}

Problem check_channel(const Node& node, const Channel& channel) {
  for (const auto& [tag, id] : channel.consumers) {
    const Consumer* const consumer = node.consumers.find(id);
    if (consumer == nullptr || consumer->channel != channel.id || consumer->tag != tag) {
      return fmt::format("channel {}: lists a consumer that is not its own", channel.number);
    }
  }
  if (!channel.confirms.decided().empty() && !channel.has_news) {
    return fmt::format("channel {}: confirms were decided and will not be sent", channel.number);
  }
  return std::nullopt;
}

// What must be on the disk, counted anew.
Problem check_disk(const Node& node) {
  DiskUse anew;
  std::map<QueueId, Queue> counts;
  const auto count = [&](const Queue& queue, const Entry& entry) {
    Queue& counted = counts[queue.id];
    counted.flags = queue.flags;
    counted.settings = queue.settings;
    anew.came(counted, *entry.message);
  };
  node.queues.each([&](const Queue& queue) {
    queue.ready.each([&](const Entry& entry) { count(queue, entry); });
    for (const Kept& one : queue.kept) count(queue, one.entry);
  });
  node.channels.each([&](const Channel& channel) {
    for (std::uint64_t tag = channel.unacked.first(); tag < channel.unacked.end(); ++tag) {
      const Unacked& slot = channel.unacked.slot(tag);
      const Queue* const queue = node.queues.find(slot.queue);
      if (slot.state != Unacked::State::none && slot.entry.message && queue != nullptr) {
        count(*queue, slot.entry);
      }
    }
  });
  Problem problem;
  node.queues.each([&](const Queue& queue) {
    if (queue.unstored_bytes == counts[queue.id].unstored_bytes) return;
    problem =
        fmt::format("queue {}: counts {} bytes that need not be stored, holds {}",
                    node.text(queue.name), queue.unstored_bytes, counts[queue.id].unstored_bytes);
  });
  if (problem || anew.bytes() == node.disk.bytes()) return problem;
  return fmt::format("counts {} bytes on the disk, holds {}", node.disk.bytes(), anew.bytes());
}

}  // namespace

std::optional<std::string> validate(const Node& node) {
  Held held = count_held(node);
  Problem problem;
  std::uint64_t ready = 0;
  node.queues.each([&](const Queue& queue) {
    ready += queue.ready.size() + queue.kept.size();
    if (!problem) problem = check_queue(node, queue, held);
  });
  node.channels.each([&](const Channel& channel) {
    if (!problem) problem = check_channel(node, channel);
  });
  for (const auto& vhost : node.vhosts) {
    if (!problem) problem = vhost->routing.validate();
  }
  if (problem) return problem;
  if (node.running && node.copies_made != ready + held.copies + node.copies_removed) {
    return fmt::format("{} copies were made; {} are ready, {} unacked, {} removed",
                       node.copies_made, ready, held.copies, node.copies_removed);
  }
  return node.running && node.options.counts_disk ? check_disk(node) : std::nullopt;
}

}  // namespace mqlab::broker
