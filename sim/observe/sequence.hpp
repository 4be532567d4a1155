// SPDX-License-Identifier: MIT
// A sequence diagram: lanes for who takes part, time to the right, messages as slanted lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/observe/axis.hpp"
#include "sim/observe/canvas.hpp"
#include "sim/observe/faults.hpp"
#include "sim/observe/names.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::observe {

// What a diagram shows.
struct SequenceChoice {
  std::optional<Named> message = std::nullopt;  // only its story; else all messages
  Time from = {};
  Time to = Time::never();
  std::size_t most = 1000;  // transmissions; later ones are counted, not drawn
};

// The facts of a diagram: gathered once from a run's rows, then drawn for any axis and size.
struct Sequence {
  // From above: publishers, brokers, queues, consumers. Who publishes and consumes is a publisher.
  struct Lane {
    enum class Part : std::uint8_t { publisher, node, queue, consumer };
    EntityId id;
    Part part = Part::publisher;
    std::size_t tracks = 0;  // spans that lie beside each other on it, at most kMostTracks
  };
  // A frame from one lane to another. What a queue delivers starts at its lane.
  struct Arrow {
    std::size_t from = 0;  // positions of lanes
    std::size_t to = 0;
    RowNo sent = 0;
    RowNo end = 0;      // the row of its arrival, or of its end on the way; 0: still on its way
    bool lost = false;  // it ended on the way
    Time arrives;       // when it should; never: held by its link
    Reason kind = Reason::none;  // publish, deliver, get, give_back, method
    NameId method;
    MessageId message;
    bool redelivered = false;
  };
  // Something that lasts on a lane: a copy in its queue, a delivery with its consumer.
  struct Span {
    enum class Kind : std::uint8_t { ready, unacked, buffered, in_hand };
    Kind kind = Kind::ready;
    std::size_t lane = 0;
    std::size_t track = 0;
    RowNo from = 0;
    RowNo to = 0;       // 0: until the end
    bool lost = false;  // it ended without an answer
    MessageId message;
  };
  // Something that happens at an instant on a lane.
  struct Event {
    enum class Kind : std::uint8_t {
      composed,
      effect,
      acked,
      dropped,
      confirmed,
      nacked,
      returned
    };
    Kind kind = Kind::composed;
    std::size_t lane = 0;
    std::size_t track = 0;
    RowNo row = 0;
  };
  static constexpr std::size_t kMostTracks = 8;

  std::string title;  // the message's name; empty: a window of time
  std::vector<Lane> lanes;
  std::vector<Arrow> arrows;
  std::vector<Span> spans;
  std::vector<Event> events;
  Faults faults;
  std::vector<RowNo> rows;  // that have a place on the axis
  Time from;
  Time to;
  std::size_t left_out = 0;  // transmissions that are not drawn

  // The scale to draw it on.
  TimeScale scale(const LedgerView& view, AxisMode mode) const;
};

Sequence sequence_of(const NameIndex& names, const SequenceChoice& choice);

// How high the diagram is if it is drawn this wide.
double sequence_height(const Sequence& sequence, double width, Language language);
// Where its time axis is if it is drawn into `rect`.
Rect sequence_area(const Sequence& sequence, Rect rect, const NameIndex& names);

struct SequenceView {
  Language language = Language::english;
  std::optional<Time> cursor;
  MessageId dim_others;  // not none: all messages but this one are pale
};
// `axis` lies on the area; its scale is the sequence's, or one that other pictures share.
void draw_sequence(Canvas& canvas, Rect rect, const Sequence& sequence, const PlotAxis& axis,
                   const NameIndex& names, const SequenceView& view);

// The same facts as text: the rows of the ledger that it shows.
std::string sequence_text(const Sequence& sequence, const NameIndex& names, Language language);

}  // namespace mqlab::observe
