// SPDX-License-Identifier: MIT
// Keeping deliveries by tag.
#include "sim/broker/unacked.hpp"

#include <utility>

#include "sim/base/assert.hpp"

namespace mqlab::broker {

std::uint64_t UnackedByTag::skip() {
  const std::uint64_t tag = end();
  if (slots_.empty()) {
    ++base_;
  } else {
    slots_.push_back({});
  }
  return tag;
}

std::uint64_t UnackedByTag::add(Unacked delivery) {
  const std::uint64_t tag = end();
  delivery.state = Unacked::State::outstanding;
  slots_.push_back(std::move(delivery));
  ++outstanding_;
  return tag;
}

Unacked* UnackedByTag::find(std::uint64_t tag) {
  if (tag < base_ || tag >= end()) return nullptr;
  Unacked& found = slots_[tag - base_];
  return found.state == Unacked::State::outstanding ? &found : nullptr;
}

Unacked UnackedByTag::take(std::uint64_t tag) {
  Unacked& found = slots_[tag - base_];
  MQLAB_ASSERT(found.state != Unacked::State::none);
  if (found.state == Unacked::State::outstanding) --outstanding_;
  Unacked taken = std::exchange(found, Unacked{});
  trim();
  return taken;
}

void UnackedByTag::set_state(std::uint64_t tag, Unacked::State state) {
  Unacked& found = slots_[tag - base_];
  if (found.state == Unacked::State::outstanding) --outstanding_;
  if (state == Unacked::State::outstanding) ++outstanding_;
  found.state = state;
}

void UnackedByTag::trim() {
  while (!slots_.empty() && slots_.front().state == Unacked::State::none) {
    slots_.pop_front();
    ++base_;
  }
}

}  // namespace mqlab::broker
