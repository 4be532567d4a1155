// SPDX-License-Identifier: MIT
// What is looked at closely, and the way there and back.
#pragma once

#include <vector>

#include "sim/observe/names.hpp"

namespace mqlab::gui {

// A thing, or a message (or a copy or delivery of it), or nothing.
struct Selection {
  ledger::EntityId thing;
  observe::Named what;

  bool empty() const { return !thing && !what.message; }
  bool operator==(const Selection&) const = default;
};

class SelectionHistory {
 public:
  const Selection& now() const { return all_[at_]; }
  // Goes to a new one; what lay ahead is forgotten.
  void select(const Selection& selection) {
    if (selection == now()) return;
    all_.resize(at_ + 1);
    all_.push_back(selection);
    if (all_.size() > kMost) all_.erase(all_.begin());
    at_ = all_.size() - 1;
  }
  bool can_go_back() const { return at_ > 0; }
  bool can_go_on() const { return at_ + 1 < all_.size(); }
  void back() {
    if (can_go_back()) --at_;
  }
  void on() {
    if (can_go_on()) ++at_;
  }
  void clear() {
    all_.assign(1, Selection{});
    at_ = 0;
  }

 private:
  static constexpr std::size_t kMost = 100;
  std::vector<Selection> all_ = std::vector<Selection>(1);
  std::size_t at_ = 0;
};

}  // namespace mqlab::gui
