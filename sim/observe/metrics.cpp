// SPDX-License-Identifier: MIT
// What each row adds to the numbers.
#include "sim/observe/metrics.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"

namespace mqlab::observe {

namespace {

const ActorMetrics kIdle{};

template <typename T>
T& at_index(std::vector<T>& table, std::uint32_t index) {
  if (index >= table.size()) table.resize(index + std::size_t{1});
  return table[index];
}

}  // namespace

void Durations::add(Duration duration) {
  values_.push_back(duration);
  sorted_.clear();
}

std::optional<Duration> Durations::quantile(std::uint64_t parts, std::uint64_t of) const {
  MQLAB_ASSERT(parts > 0 && parts <= of);
  if (values_.empty()) return std::nullopt;
  if (sorted_.empty()) {
    sorted_ = values_;
    std::sort(sorted_.begin(), sorted_.end());  // total order: equal spans are the same
  }
  // ceil(count * parts / of), without overflow for any count that fits in memory.
  const std::uint64_t count = sorted_.size();
  const std::uint64_t rank = count / of * parts + (count % of * parts + of - 1) / of;
  return sorted_[static_cast<std::size_t>(std::max<std::uint64_t>(rank, 1) - 1)];
}

std::optional<Duration> Durations::smallest() const {
  if (values_.empty()) return std::nullopt;
  return *std::min_element(values_.begin(), values_.end());
}

std::optional<Duration> Durations::largest() const {
  if (values_.empty()) return std::nullopt;
  return *std::max_element(values_.begin(), values_.end());
}

std::optional<Duration> Durations::mean() const {
  if (values_.empty()) return std::nullopt;
  const auto count = static_cast<std::int64_t>(values_.size());
  std::int64_t whole = 0;
  std::int64_t rest = 0;  // in parts of count; kept small so that no sum overflows
  for (const Duration value : values_) {
    whole += value.ns / count;
    rest += value.ns % count;
    whole += rest / count;
    rest %= count;
  }
  return Duration{whole};
}

Sample QueueMetrics::at(Time time) const {
  const auto after = std::upper_bound(series.begin(), series.end(), time,
                                      [](Time t, const Sample& sample) { return t < sample.at; });
  return after == series.begin() ? Sample{time, 0, 0} : *(after - 1);
}

QueueMetrics& Metrics::queue_for(EntityId id) {
  std::uint32_t& position = at_index(queue_at_, id.value);
  if (position == 0) {
    queues_.emplace_back().queue = id;
    position = static_cast<std::uint32_t>(queues_.size());
  }
  return queues_[position - 1];
}

const QueueMetrics* Metrics::queue(EntityId id) const {
  if (id.value >= queue_at_.size() || queue_at_[id.value] == 0) return nullptr;
  return &queues_[queue_at_[id.value] - 1];
}

ActorMetrics& Metrics::actor_for(EntityId id) {
  return at_index(actors_, id.value);
}

const ActorMetrics& Metrics::actor(EntityId id) const {
  return id.value < actors_.size() ? actors_[id.value] : kIdle;
}

void Metrics::extend(const LedgerView& view) {
  while (state_.row_count() < view.row_count()) apply(view, view.row(state_.row_count() + 1));
}

void Metrics::apply(const LedgerView& view, const Row& row) {
  if (row.fact == Fact::enqueued) {
    ++queue_for(row.subject).enqueued[static_cast<std::size_t>(row.reason)];
    at_index(enqueued_at_, row.copy.value) = row.at;
  } else if (const Copy* copy = row.copy ? state_.copy(row.copy) : nullptr) {
    count_copy(row, *copy);
  }
  count_actor(row);
  state_.apply(view, row);
  sample(row);
}

// `copy` is as it was before this row.
void Metrics::count_copy(const Row& row, const Copy& copy) {
  QueueMetrics& queue = queue_for(copy.queue);
  Time& delivered_at = at_index(delivered_at_, copy.id.value);
  if (row.fact == Fact::delivered) {
    ++queue.delivered;
    if ((row.flags & ledger::kRedelivered) != 0) ++queue.redelivered;
    if (!copy.transmission) queue.waited.add(row.at - enqueued_at_[copy.id.value]);
    delivered_at = row.at;
  } else if (row.fact == Fact::requeued) {
    ++queue.requeued;
  } else if (row.fact == Fact::removed) {
    ++queue.removed[static_cast<std::size_t>(row.reason)];
    ++at_index(queue.deliveries_per_copy, copy.deliveries);
    if (row.reason == Reason::acked && copy.deliveries > 0) queue.held.add(row.at - delivered_at);
  }
}

void Metrics::count_actor(const Row& row) {
  if (row.fact == Fact::composed) {
    ++actor_for(row.subject).composed;
    if (row.text.value >= composed_at_.size()) {
      composed_at_.resize(row.text.value + std::size_t{1}, Time{-1});
    }
    Time& composed = composed_at_[row.text.value];
    if (row.text && composed == Time{-1}) composed = row.at;
  } else if (row.fact == Fact::sent && row.reason == Reason::publish) {
    ++actor_for(row.subject).published;
    at_index(sent_at_, row.transmission.value) = row.at;
  } else if (row.fact == Fact::learned) {
    ActorMetrics& actor = actor_for(row.subject);
    if (row.reason == Reason::ack) {
      ++actor.confirmed;
      actor.confirm_after.add(row.at - at_index(sent_at_, row.transmission.value));
    }
    if (row.reason == Reason::nack) ++actor.nacked;
    if (row.reason == Reason::returned) ++actor.returned;
    if (row.reason == Reason::timed_out) ++actor.timed_out;
  } else if (row.fact == Fact::arrived && is_delivery(row)) {
    ++actor_for(row.subject).received;
  } else if (row.fact == Fact::started) {
    ++actor_for(row.subject).started;
  } else if (row.fact == Fact::finished && row.reason == Reason::failed) {
    ++actor_for(row.subject).failed;
  } else if (row.fact == Fact::effect) {
    ++actor_for(row.subject).effects;
    measure_effect(row);
  }
}

// Of an arrival: whether a consumer or a get was meant.
bool Metrics::is_delivery(const Row& row) const {
  const Transmission* const arrived = state_.transmission(row.transmission);
  return arrived != nullptr && (arrived->kind == Reason::deliver || arrived->kind == Reason::get);
}

void Metrics::measure_effect(const Row& row) {
  if (!row.text || row.text.value >= composed_at_.size()) return;
  Time& composed = composed_at_[row.text.value];
  if (composed == Time{-1} || composed == Time::never()) return;
  publish_to_effect_.add(row.at - composed);
  composed = Time::never();
}

void Metrics::sample(const Row& row) {
  if (row.fact != Fact::enqueued && row.fact != Fact::delivered && row.fact != Fact::requeued &&
      row.fact != Fact::removed) {
    return;
  }
  if (!row.copy) return;  // a direct reply is in no queue
  QueueMetrics& queue = queue_for(row.subject);
  const Sample now{row.at, state_.ready_count(row.subject), state_.unacked_count(row.subject)};
  queue.peak_ready = std::max(queue.peak_ready, now.ready);
  queue.peak_unacked = std::max(queue.peak_unacked, now.unacked);
  if (!queue.series.empty() && queue.series.back().at == row.at) {
    queue.series.back() = now;
  } else {
    queue.series.push_back(now);
  }
}

}  // namespace mqlab::observe
