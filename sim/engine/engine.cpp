// SPDX-License-Identifier: MIT
// The engine: where and why it stops.
#include "sim/engine/engine.hpp"

#include <algorithm>

namespace mqlab::engine {

void Engine::set_limits(const Limits& limits) {
  until_ = std::min(limits.until, kLast);
  event_limit_ = limits.events;
  find_pause();
}

bool Engine::set_anchor(std::uint64_t event, std::uint64_t tag) {
  if (event < events_) return false;
  const auto place =
      std::lower_bound(anchors_.begin(), anchors_.end(), event,
                       [](const Anchor& known, std::uint64_t n) { return known.event > n; });
  anchors_.insert(place, Anchor{event, tag});
  find_pause();
  return true;
}

std::uint64_t Engine::take_anchor() {
  MQLAB_ASSERT(!anchors_.empty() && anchors_.back().event == events_);
  const std::uint64_t tag = anchors_.back().tag;
  anchors_.pop_back();
  find_pause();
  return tag;
}

void Engine::choose_among_simultaneous(Choices& choices, StreamId stream) {
  choices_ = &choices;
  order_ = stream;
}

bool Engine::pop_chosen(Event& event) {
  const auto pick = [this](std::size_t count) {
    return static_cast<std::size_t>(choices_->below(order_, count));
  };
  return queue_.pop_choosing(until_, pick, event);
}

bool Engine::stop_here() {
  const bool is_anchor = !anchors_.empty() && anchors_.back().event == events_;
  stopped_ = is_anchor ? Stop::kAnchor : Stop::kEventLimit;
  return false;
}

bool Engine::stop_before_next() {
  stopped_ = queue_.next_time() == Time::never() ? Stop::kDrained : Stop::kTimeLimit;
  return false;
}

void Engine::find_pause() {
  pause_at_ = anchors_.empty() ? event_limit_ : std::min(event_limit_, anchors_.back().event);
}

}  // namespace mqlab::engine
