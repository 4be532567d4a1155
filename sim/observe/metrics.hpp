// SPDX-License-Identifier: MIT
// Numbers of a run: queue lengths over time, throughput, latencies with exact quantiles.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/observe/books.hpp"

namespace mqlab::observe {

// A length of a queue that holds from `at` until the next sample: draw steps, never slanted lines.
struct Sample {
  Time at;
  std::uint64_t ready = 0;
  std::uint64_t unacked = 0;

  bool operator==(const Sample&) const = default;
};

// Spans of time, with exact quantiles.
class Durations {
 public:
  void add(Duration duration);
  std::size_t count() const { return values_.size(); }

  // The nearest rank: the smallest value such that `parts` of `of` values are not larger. 50 of
  // 100 is the median. Precondition: 0 < parts <= of; nullopt if there are no values.
  std::optional<Duration> quantile(std::uint64_t parts, std::uint64_t of) const;
  std::optional<Duration> smallest() const;
  std::optional<Duration> largest() const;
  // Cut off to whole nanoseconds.
  std::optional<Duration> mean() const;

 private:
  std::vector<Duration> values_;
  mutable std::vector<Duration> sorted_;  // empty: not up to date
};

struct QueueMetrics {
  EntityId queue;
  // One sample for each instant at which a length changed.
  std::vector<Sample> series;
  // The most at any row, also within an instant.
  std::uint64_t peak_ready = 0;
  std::uint64_t peak_unacked = 0;
  ReasonCounts enqueued{};
  ReasonCounts removed{};
  std::uint64_t delivered = 0;
  std::uint64_t redelivered = 0;
  std::uint64_t requeued = 0;
  // From entering the queue to the first delivery.
  Durations waited;
  // From the last delivery to the ack; what was acked when it was sent does not count.
  Durations held;
  // How many copies were delivered 0, 1, 2… times when they left.
  std::vector<std::uint64_t> deliveries_per_copy;

  // The length at an instant, after all that happened at it.
  Sample at(Time time) const;
};

// What a publisher or consumer did.
struct ActorMetrics {
  std::uint64_t composed = 0;
  std::uint64_t published = 0;  // publishes sent, resends too
  std::uint64_t confirmed = 0;  // acks learned
  std::uint64_t nacked = 0;
  std::uint64_t returned = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t received = 0;  // deliveries and gets that arrived
  std::uint64_t started = 0;
  std::uint64_t effects = 0;
  std::uint64_t failed = 0;
  Durations confirm_after;  // from sending to learning an ack
};

class Metrics {
 public:
  // The next row of the ledger.
  void apply(const LedgerView& view, const Row& row);
  void extend(const LedgerView& view);

  // Queues that ever held a copy, in order of that.
  std::span<const QueueMetrics> queues() const { return queues_; }
  // nullptr if it never held a copy.
  const QueueMetrics* queue(EntityId id) const;
  // All zero if it did nothing.
  const ActorMetrics& actor(EntityId id) const;

  // From composing the first message about a business id to the first effect.
  const Durations& publish_to_effect() const { return publish_to_effect_; }

 private:
  QueueMetrics& queue_for(EntityId id);
  ActorMetrics& actor_for(EntityId id);
  void count_copy(const Row& row, const Copy& copy);
  void count_actor(const Row& row);
  void sample(const Row& row);
  bool is_delivery(const Row& row) const;
  void measure_effect(const Row& row);

  State state_;
  std::vector<QueueMetrics> queues_;
  std::vector<std::uint32_t> queue_at_;  // by entity: position + 1
  std::vector<ActorMetrics> actors_;     // by entity
  std::vector<Time> delivered_at_;       // by copy
  std::vector<Time> enqueued_at_;        // by copy
  std::vector<Time> sent_at_;            // by transmission
  std::vector<Time> composed_at_;        // by business id; never: its effect took place
  Durations publish_to_effect_;
};

}  // namespace mqlab::observe
