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
    slots_.push_back().state = Unacked::State::none;
  }
  return tag;
}

Unacked UnackedByTag::take(std::uint64_t tag) {
  Unacked& found = slots_[tag - base_];
  MQLAB_ASSERT(found.state != Unacked::State::none);
  if (found.state == Unacked::State::outstanding) --outstanding_;
  Unacked taken = std::move(found);
  slots_[tag - base_].state = Unacked::State::none;
  trim();
  return taken;
}

void UnackedByTag::set_state(std::uint64_t tag, Unacked::State state) {
  Unacked& found = slots_[tag - base_];
  if (found.state == Unacked::State::outstanding) --outstanding_;
  if (state == Unacked::State::outstanding) ++outstanding_;
  found.state = state;
}

}  // namespace mqlab::broker
