// SPDX-License-Identifier: MIT
// How publishes get confirmed, and how confirms are merged.
#include "sim/broker/confirm.hpp"

#include <algorithm>
#include <utility>

namespace mqlab::broker {

void Confirms::publish(std::uint32_t queues, ledger::MessageId message, ledger::RowNo cause) {
  const std::uint64_t number = next();
  if (queues == 0) {
    decided_.push_back({number, message, cause, false, true});
    if (window_.empty()) {
      ++base_;
      return;
    }
  } else {
    ++waiting_;
  }
  window_.push_back({queues, message});
}

void Confirms::stored(std::uint64_t number, ledger::RowNo cause) {
  if (number < base_) return;
  std::uint32_t& left = window_[number - base_].queues;
  if (left == 0) return;
  if (left == 1) {
    decide(number, false, cause);
  } else {
    --left;
  }
}

void Confirms::refused(std::uint64_t number, ledger::RowNo cause) {
  if (number < base_ || window_[number - base_].queues == 0) return;
  decide(number, true, cause);
}

void Confirms::decide(std::uint64_t number, bool nack, ledger::RowNo cause) {
  Waiting& waiting = window_[number - base_];
  decided_.push_back({number, waiting.message, cause, nack, false});
  waiting.queues = 0;
  --waiting_;
  while (!window_.empty() && window_.front().queues == 0) {
    window_.pop_front();
    ++base_;
  }
}

void Confirms::take_decided(bool all, std::vector<DecidedPublish>& decided) {
  if (all) {
    decided.insert(decided.end(), decided_.begin(), decided_.end());
    decided_.clear();
    return;
  }
  std::vector<DecidedPublish> kept;
  for (const DecidedPublish& one : decided_) (one.by_channel ? decided : kept).push_back(one);
  decided_ = std::move(kept);
}

void Confirms::make_frames(const std::vector<DecidedPublish>& decided,
                           std::vector<ConfirmFrame>& frames) const {
  if (decided.size() == 1) {
    frames.push_back({decided.front().number, false, decided.front().nack});
    return;
  }
  // A `multiple` may only cover numbers of its own kind. Undecided are those from base_ on; decided
  // ones that were not taken are spoken for later.
  std::uint64_t oldest_open = base_;
  for (const DecidedPublish& kept : decided_) oldest_open = std::min(oldest_open, kept.number);
  std::uint64_t lowest[2] = {oldest_open, oldest_open};
  for (const DecidedPublish& one : decided) {
    std::uint64_t& low = lowest[one.nack ? 1 : 0];
    low = std::min(low, one.number);
  }
  std::vector<std::uint64_t> numbers;
  for (const bool nack : {false, true}) {
    numbers.clear();
    for (const DecidedPublish& one : decided) {
      if (one.nack == nack) numbers.push_back(one.number);
    }
    std::stable_sort(numbers.begin(), numbers.end());
    const std::uint64_t cutoff = std::min(oldest_open, lowest[nack ? 0 : 1]);
    const auto above = std::lower_bound(numbers.begin(), numbers.end(), cutoff);
    const auto merged = above - numbers.begin();
    if (merged > 0) frames.push_back({*(above - 1), merged > 1, nack});
    for (auto number = above; number != numbers.end(); ++number) {
      frames.push_back({*number, false, nack});
    }
  }
}

}  // namespace mqlab::broker
