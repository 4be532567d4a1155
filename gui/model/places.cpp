// SPDX-License-Identifier: MIT
// Layouts with things that were moved.
#include "gui/model/places.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace mqlab::gui {

namespace {

std::string file_of(const Run& run) {
  std::error_code code;
  const std::filesystem::path whole = std::filesystem::absolute(run.path, code);
  return code ? run.path : whole.lexically_normal().string();
}

}  // namespace

observe::Layout Places::layout(const Run& run) const {
  observe::Layout layout = run.topology.layout();
  if (!any(run)) return layout;
  constexpr double kMargin = 20;
  const std::string file = file_of(run);
  for (observe::Layout::Box& box : layout.boxes) {
    const auto moved = moved_.find({file, box.part, run.names.label(box.id)});
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
    return std::clamp(std::round(at / kGrid) * kGrid, 0.0, kFarthest);
  };
  moved_[{file_of(run), box.part, run.names.label(box.id)}] =
      observe::Point{snapped(to.x), snapped(to.y)};
  ++generation_;
}

void Places::reset(const Run& run) {
  std::erase_if(moved_,
                [file = file_of(run)](const auto& one) { return std::get<0>(one.first) == file; });
  ++generation_;
}

bool Places::any(const Run& run) const {
  if (moved_.empty()) return false;
  const std::string file = file_of(run);
  const auto first = moved_.lower_bound({file, observe::Layout::Part::publisher, ""});
  return first != moved_.end() && std::get<0>(first->first) == file;
}

std::vector<PutThing> Places::things() const {
  std::vector<PutThing> all;
  for (const auto& [key, at] : moved_) {
    all.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), at});
  }
  return all;
}

void Places::put(const std::vector<PutThing>& things) {
  for (const PutThing& thing : things) moved_[{thing.file, thing.part, thing.name}] = thing.at;
  ++generation_;
}

}  // namespace mqlab::gui
