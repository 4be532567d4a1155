// SPDX-License-Identifier: MIT
// How publishes get confirmed, and how confirms are merged.
#include "sim/broker/confirm.hpp"

#include <algorithm>

namespace mqlab::broker {

void Confirms::publish(std::uint32_t queues, ledger::MessageId message, ledger::RowNo cause) {
  const std::uint64_t number = next();
  if (queues == 0) {
    decided_.push_back({number, message, cause, false});
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
  decided_.push_back({number, waiting.message, cause, nack});
  waiting.queues = 0;
  --waiting_;
  while (!window_.empty() && window_.front().queues == 0) {
    window_.pop_front();
    ++base_;
  }
}

void Confirms::take_frames(std::vector<ConfirmFrame>& out) {
  if (decided_.size() == 1) {
    out.push_back({decided_.front().number, false, decided_.front().nack});
    decided_.clear();
    return;
  }
  // base_ is the oldest undecided number, or the next one. A `multiple` may only cover numbers of
  // its own kind.
  std::uint64_t lowest[2] = {base_, base_};
  for (const DecidedPublish& decided : decided_) {
    std::uint64_t& low = lowest[decided.nack ? 1 : 0];
    low = std::min(low, decided.number);
  }
  std::vector<std::uint64_t> numbers;
  for (const bool nack : {false, true}) {
    numbers.clear();
    for (const DecidedPublish& decided : decided_) {
      if (decided.nack == nack) numbers.push_back(decided.number);
    }
    std::stable_sort(numbers.begin(), numbers.end());
    // Once the acks below are sent, nothing but nacks is left below the first later ack.
    const std::uint64_t cutoff = lowest[nack ? 0 : 1];
    const auto above = std::lower_bound(numbers.begin(), numbers.end(), cutoff);
    const auto merged = above - numbers.begin();
    if (merged > 0) out.push_back({*(above - 1), merged > 1, nack});
    for (auto number = above; number != numbers.end(); ++number) {
      out.push_back({*number, false, nack});
    }
  }
  decided_.clear();
}

}  // namespace mqlab::broker
