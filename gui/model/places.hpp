// SPDX-License-Identifier: MIT
// Where a person put the things of a scenario on its picture.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "gui/model/run.hpp"

namespace mqlab::gui {

// A thing that was put somewhere.
struct PutThing {
  std::string file;  // the scenario's, whole path
  observe::Layout::Part part = observe::Layout::Part::queue;
  std::string name;
  observe::Point at;

  bool operator==(const PutThing& other) const {
    return file == other.file && part == other.part && name == other.name && at.x == other.at.x &&
           at.y == other.at.y;
  }
};

// By file and name, so that variants, forks and later runs of one scenario look alike.
class Places {
 public:
  static constexpr double kGrid = 10;  // things snap to it, so that they line up
  static constexpr double kFarthest = 20'000;

  // The layout of a run, with what was moved where it was moved to.
  observe::Layout layout(const Run& run) const;
  // Puts a box of a layout with its corner near this point; never beyond the left or upper edge.
  void move(const Run& run, const observe::Layout::Box& box, observe::Point to);
  // Everything of this scenario back where it was.
  void reset(const Run& run);
  bool any(const Run& run) const;
  // All of all scenarios, for the next session, and what an earlier one had.
  std::vector<PutThing> things() const;
  void put(const std::vector<PutThing>& things);
  // Grows with every change.
  std::uint64_t generation() const { return generation_; }

 private:
  using Key = std::tuple<std::string, observe::Layout::Part, std::string>;  // file, part, name

  std::map<Key, observe::Point> moved_;
  std::uint64_t generation_ = 0;
};

}  // namespace mqlab::gui
