// SPDX-License-Identifier: MIT
// How publishes get confirmed, and how confirms are merged.
#include "sim/broker/confirm.hpp"

#include <algorithm>

namespace mqlab::broker {

void Confirms::publish(std::uint32_t queues) {
  const std::uint64_t number = next();
  if (queues == 0) {
    acks_.push_back(number);
    if (window_.empty()) {
      ++base_;
      return;
    }
  } else {
    ++waiting_;
  }
  window_.push_back(queues);
}

void Confirms::stored(std::uint64_t number) {
  if (number < base_) return;
  std::uint32_t& left = window_[number - base_];
  if (left == 0) return;
  if (--left == 0) decide(number, false);
}

void Confirms::refused(std::uint64_t number) {
  if (number < base_ || window_[number - base_] == 0) return;
  window_[number - base_] = 0;
  decide(number, true);
}

void Confirms::decide(std::uint64_t number, bool nack) {
  --waiting_;
  (nack ? nacks_ : acks_).push_back(number);
  while (!window_.empty() && window_.front() == 0) {
    window_.pop_front();
    ++base_;
  }
}

void Confirms::forget_decided() {
  acks_.clear();
  nacks_.clear();
}

void Confirms::take_frames(std::vector<ConfirmFrame>& out) {
  const auto merge = [&](std::vector<std::uint64_t>& numbers, std::uint64_t cutoff, bool nack) {
    if (numbers.size() == 1) {
      out.push_back({numbers.front(), false, nack});
      return;
    }
    std::stable_sort(numbers.begin(), numbers.end());
    const auto first_above = std::lower_bound(numbers.begin(), numbers.end(), cutoff);
    if (first_above != numbers.begin()) out.push_back({*(first_above - 1), true, nack});
    for (auto number = first_above; number != numbers.end(); ++number) {
      out.push_back({*number, false, nack});
    }
  };
  const auto lowest = [](const std::vector<std::uint64_t>& numbers, std::uint64_t otherwise) {
    for (const std::uint64_t number : numbers) otherwise = std::min(otherwise, number);
    return otherwise;
  };
  // base_ is the oldest undecided number, or the next one.
  if (!acks_.empty()) merge(acks_, lowest(nacks_, base_), false);
  if (!nacks_.empty()) merge(nacks_, lowest(acks_, base_), true);
  forget_decided();
}

}  // namespace mqlab::broker
