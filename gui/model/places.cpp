// SPDX-License-Identifier: MIT
// Layouts with things that were moved.
#include "gui/model/places.hpp"

#include <algorithm>
#include <cmath>

namespace mqlab::gui {

observe::Layout Places::layout(const Run& run) const {
  observe::Layout layout = run.topology.layout();
  if (!any(run)) return layout;
  constexpr double kMargin = 20;
  for (observe::Layout::Box& box : layout.boxes) {
    const auto moved = moved_.find({run.path, box.part, run.names.label(box.id)});
    if (moved == moved_.end()) continue;
    box.rect.x = moved->second.x;
    box.rect.y = moved->second.y;
    layout.width = std::max(layout.width, box.rect.right() + kMargin);
    layout.height = std::max(layout.height, box.rect.bottom());
  }
  return layout;
}

void Places::move(const Run& run, const observe::Layout::Box& box, observe::Point to) {
  const auto snapped = [](double at) {
    constexpr double kFarthest = 20'000;
    return std::clamp(std::round(at / kGrid) * kGrid, 0.0, kFarthest);
  };
  moved_[{run.path, box.part, run.names.label(box.id)}] =
      observe::Point{snapped(to.x), snapped(to.y)};
  ++generation_;
}

void Places::reset(const Run& run) {
  std::erase_if(moved_, [&](const auto& one) { return std::get<0>(one.first) == run.path; });
  ++generation_;
}

bool Places::any(const Run& run) const {
  const auto first = moved_.lower_bound({run.path, observe::Layout::Part::publisher, ""});
  return first != moved_.end() && std::get<0>(first->first) == run.path;
}

}  // namespace mqlab::gui
