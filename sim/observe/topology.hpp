// SPDX-License-Identifier: MIT
// The picture of a run at an instant: publishers, exchanges, queues, consumers, and every message.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/observe/canvas.hpp"
#include "sim/observe/cast.hpp"
#include "sim/observe/names.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::observe {

// Where things stand: four columns, each as high as what is in it. The same for all instants of a
// run.
struct Layout {
  enum class Part : std::uint8_t { publisher, exchange, queue, consumer };
  struct Box {
    EntityId id;
    Part part = Part::publisher;
    Rect rect;
  };

  double width = 0;
  double height = 0;  // without title and legend
  std::vector<Box> boxes;

  // nullptr if it has no place. An actor that publishes and consumes has one as each.
  const Box* find(EntityId id, Part part) const;
};

// Wide: for pictures that stand alone. Compact: for a window, where panels stand beside it.
enum class Spacing : std::uint8_t { wide, compact };

Layout layout_of(const Cast& cast, Spacing spacing = Spacing::wide);

// What stands where in a picture, for whoever points at it: a thing (as one of its parts), or a
// message, copy or delivery.
struct Spot {
  Rect rect;
  EntityId thing;
  Layout::Part part = Layout::Part::publisher;
  Named what;
};

// What to draw besides the world itself, and where to note what was drawn. Later spots lie above
// earlier ones.
struct PictureOptions {
  Language language = Language::english;
  bool title = true;
  bool legend = true;
  std::vector<Spot>* spots = nullptr;
  // Instead of the topology's own: the same boxes in the same order, elsewhere.
  const Layout* layout = nullptr;
};

// Draws and tells what a state shows. Made once for a run, then used for any number of instants.
class Topology {
 public:
  // `names` must outlive the topology.
  explicit Topology(const NameIndex& names, Spacing spacing = Spacing::wide);

  // `now` says how far messages on the wire have come; it is not earlier than the state.
  Canvas draw(const State& state, Time now, std::string_view fingerprint,
              const PictureOptions& options = {}) const;
  // The same facts as text, with all names.
  std::string text(const State& state, Time now, std::string_view fingerprint,
                   Language language = Language::english) const;

  const Layout& layout() const { return layout_; }
  const Cast& cast() const { return cast_; }
  // Where the layout begins in a picture: below title and headings.
  static constexpr double kTop = 74;

 private:
  const NameIndex& names_;
  Cast cast_;
  Layout layout_;
};

}  // namespace mqlab::observe
