// SPDX-License-Identifier: MIT
// Four columns; within each, things stand near what they are connected with.
#include <algorithm>
#include <array>

#include "sim/observe/topology.hpp"

namespace mqlab::observe {

namespace {

constexpr double kMargin = 20;
constexpr double kVertical = 22;  // between boxes
struct Measures {
  double gap;  // between columns: room for messages on their way
  std::array<double, 4> widths;
};
constexpr Measures kWide{110, {160, 150, 300, 210}};
constexpr Measures kCompact{84, {140, 110, 252, 200}};
constexpr std::array kHeights{66.0, 48.0, 112.0, 100.0};

// The mean place of what is connected with `id` in the column before; its own place if nothing is.
double wish(EntityId id, const std::set<Cast::Pair>& links, const std::vector<EntityId>& before,
            double own) {
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!links.contains({before[i], id})) continue;
    sum += static_cast<double>(i);
    ++count;
  }
  return count == 0 ? own : sum / count;
}

std::vector<EntityId> ordered(const std::vector<EntityId>& column,
                              const std::set<Cast::Pair>& links,
                              const std::vector<EntityId>& before) {
  std::vector<std::pair<double, EntityId>> wishes;
  for (std::size_t i = 0; i < column.size(); ++i) {
    wishes.emplace_back(wish(column[i], links, before, static_cast<double>(i)), column[i]);
  }
  std::stable_sort(wishes.begin(), wishes.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<EntityId> result;
  for (const auto& [place, id] : wishes) result.push_back(id);
  return result;
}

}  // namespace

const Layout::Box* Layout::find(EntityId id, Part part) const {
  const auto found = std::find_if(boxes.begin(), boxes.end(),
                                  [&](const Box& box) { return box.id == id && box.part == part; });
  return found == boxes.end() ? nullptr : &*found;
}

Layout layout_of(const Cast& cast, Spacing spacing) {
  const Measures& measures = spacing == Spacing::wide ? kWide : kCompact;
  const std::vector<EntityId> exchanges = ordered(cast.exchanges, cast.publishes, cast.publishers);
  const std::vector<EntityId> queues = ordered(cast.queues, cast.routes, exchanges);
  const std::vector<EntityId> consumers = ordered(cast.consumers, cast.consumes, queues);
  const std::array<const std::vector<EntityId>*, 4> columns{&cast.publishers, &exchanges, &queues,
                                                            &consumers};
  std::array<double, 4> heights{};
  Layout layout;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto count = static_cast<double>(columns[c]->size());
    heights[c] = count == 0 ? 0 : count * (kHeights[c] + kVertical) - kVertical;
    layout.height = std::max(layout.height, heights[c]);
  }
  double x = kMargin;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    double y = (layout.height - heights[c]) / 2;
    for (const EntityId id : *columns[c]) {
      layout.boxes.push_back(
          {id, static_cast<Layout::Part>(c), {x, y, measures.widths[c], kHeights[c]}});
      y += kHeights[c] + kVertical;
    }
    x += measures.widths[c] + measures.gap;
  }
  layout.width = x - measures.gap + kMargin;
  return layout;
}

}  // namespace mqlab::observe
