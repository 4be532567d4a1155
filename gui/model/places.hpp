// SPDX-License-Identifier: MIT
// Where a person put the things of a scenario on its picture; kept as long as the window is open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "gui/model/run.hpp"

namespace mqlab::gui {

// By file and name, so that variants, forks and later runs of one scenario look alike.
class Places {
 public:
  static constexpr double kGrid = 10;  // things snap to it, so that they line up

  // The layout of a run, with what was moved where it was moved to.
  observe::Layout layout(const Run& run) const;
  // Puts a box of a layout with its corner near this point; never beyond the left or upper edge.
  void move(const Run& run, const observe::Layout::Box& box, observe::Point to);
  // Everything of this scenario back where it was.
  void reset(const Run& run);
  bool any(const Run& run) const;
  // Grows with every change.
  std::uint64_t generation() const { return generation_; }

 private:
  using Key = std::tuple<std::string, observe::Layout::Part, std::string>;  // file, part, name

  std::map<Key, observe::Point> moved_;
  std::uint64_t generation_ = 0;
};

}  // namespace mqlab::gui
