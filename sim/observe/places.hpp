// SPDX-License-Identifier: MIT
// Where something stands already in a picture: words are said only where nothing else is.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/observe/canvas.hpp"

namespace mqlab::observe {

class Places {
 public:
  void add(const Rect& place) { taken_.push_back(place); }

  // Takes the place if nothing stands there yet.
  bool take(const Rect& place) {
    const bool free = std::none_of(taken_.begin(), taken_.end(), [&](const Rect& other) {
      return place.x < other.right() && other.x < place.right() && place.y < other.bottom() &&
             other.y < place.bottom();
    });
    if (free) add(place);
    return free;
  }

 private:
  std::vector<Rect> taken_;
};

}  // namespace mqlab::observe
