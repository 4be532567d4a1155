// SPDX-License-Identifier: MIT
// Drawing the topology at an instant.
#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/observe/marks.hpp"
#include "sim/observe/places.hpp"
#include "sim/observe/row_text.hpp"
#include "sim/observe/topology.hpp"

namespace mqlab::observe {

namespace {

using Part = Layout::Part;

constexpr double kTop = Topology::kTop;
constexpr double kMark = 7.5;  // radius of a message
constexpr double kCell = 22;   // from one message in a queue to the next
constexpr double kTextSize = 12;
constexpr double kSmall = 10;
constexpr double kLarger = 1.6;  // a window may draw small words so much larger
std::string number(std::uint64_t n) {
  return std::to_string(n);
}

const Pen kEdge{ink::kBlack, 1.2, false};

// A link on which not every message finds room: it says how many there are.
struct Counted {
  Point from;
  Point to;
  std::size_t count = 0;
};

// A message on its way, somewhere along a link.
struct Moving {
  double progress = 0;  // 0: at the sender, 1: at the receiver
  Mark mark = Mark::in_flight;
  std::string label;
  Named what;
};

class Painter {
 public:
  Painter(const NameIndex& names, const Cast& cast, const Layout& layout, const State& state,
          Time now, const PictureOptions& options)
      : names_(names),
        view_(names.view()),
        cast_(cast),
        layout_(layout),
        state_(state),
        now_(now),
        options_(options),
        canvas_(std::max(layout.width, 700.0), kTop + layout.height + 70) {}

  Canvas paint(std::string_view fingerprint) {
    if (options_.title) title(fingerprint);
    headings();
    links();
    for (const Layout::Box& box : layout_.boxes) {
      const Rect rect{box.rect.x, box.rect.y + kTop, box.rect.width, box.rect.height};
      taken_.add(rect);
    }
    for (const Layout::Box& box : layout_.boxes) draw_box(box);
    messages();
    if (options_.legend) legend();
    return std::move(canvas_);
  }

 private:
  // -- words --------------------------------------------------------------------------------------

  void say(Point at, std::string_view words, double size = kTextSize, Color color = ink::kBlack,
           Anchor anchor = Anchor::left, bool bold = false, double room = 0) {
    canvas_.text({.at = at,
                  .text = std::string(words),
                  .size = size,
                  .color = color,
                  .anchor = anchor,
                  .bold = bold,
                  .room = room});
  }

  void note(const Rect& rect, Named what) {
    if (options_.spots != nullptr) options_.spots->push_back({rect, {}, {}, what});
  }
  void note_mark(Point center, Named what) {
    note({center.x - kMark - 2, center.y - kMark - 2, 2 * kMark + 4, 2 * kMark + 4}, what);
  }

  std::string told(Key key, std::initializer_list<std::string_view> values) const {
    return fill(options_.language, key, values);
  }

  // Words on a link, where nothing else stands; false if there is no such place.
  bool say_on_link(Point from, Point to, const std::string& words) {
    const double width = text_width(words, kSmall);
    for (const double above : {22.0, 36.0, -10.0}) {
      for (const double part : {0.5, 0.35, 0.65, 0.2, 0.8}) {
        const Point at{from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part};
        const Rect rect{at.x - width / 2 - 2, at.y - above, width + 4, 13};
        if (!taken_.take(rect)) continue;
        canvas_.rect(rect, ink::kPaper, std::nullopt);
        say({at.x, rect.y + 10}, words, kSmall, ink::kGrey, Anchor::middle);
        return true;
      }
    }
    return false;
  }

  void title(std::string_view fingerprint) {
    std::string words = told(Key::topology_title, {format_fixed(now_), number(state_.row_count()),
                                                   number(view_.row_count())});
    if (!fingerprint.empty()) words += "   " + told(Key::topology_fingerprint, {fingerprint});
    say({20, 26}, words, 14, ink::kBlack, Anchor::left, true);
  }

  void headings() {
    constexpr Key kHeadings[] = {Key::topology_publishers, Key::topology_exchanges,
                                 Key::topology_queues, Key::topology_consumers};
    bool seen[4] = {};
    for (const Layout::Box& box : layout_.boxes) {
      const auto part = static_cast<std::size_t>(box.part);
      if (!seen[part]) say({box.rect.x, 56}, told(kHeadings[part], {}), kTextSize, ink::kGrey);
      seen[part] = true;
    }
  }

  void legend() {
    double x = 30;
    double y = kTop + layout_.height + 30;
    for (const Mark mark : all_marks()) {
      const double width = 24 + text_width(word(options_.language, mark), kSmall) + 18;
      if (x + width > canvas_.width() - 10) {
        x = 30;
        y += 22;
      }
      draw_mark(canvas_, mark, {x, y}, 6);
      say({x + 14, y + 4}, word(options_.language, mark), kSmall, ink::kGrey);
      x += width;
    }
  }

  // -- links --------------------------------------------------------------------------------------

  static Point left_of(const Rect& rect) { return {rect.x, rect.middle() + kTop}; }
  static Point right_of(const Rect& rect) { return {rect.right(), rect.middle() + kTop}; }

  void link(Point from, Point to, bool now) {
    const Pen pen{now ? ink::kGrey : ink::kPale, 1.2, !now};
    canvas_.line(from, to, pen);
    canvas_.polygon({to, {to.x - 7, to.y - 3.5}, {to.x - 7, to.y + 3.5}}, pen.color, std::nullopt);
  }

  // From the right side of one thing to the right side of another in the same column.
  void elbow(const Rect& from, const Rect& to, Pen pen, double out) {
    const Point start{from.right(), from.y + kTop + from.height * 0.75};
    const Point end{to.right(), to.y + kTop + to.height * 0.25};
    const double x = from.right() + out;
    canvas_.line(start, {x, start.y}, pen);
    canvas_.line({x, start.y}, {x, end.y}, pen);
    canvas_.line({x, end.y}, end, pen);
    canvas_.polygon({end, {end.x + 7, end.y - 3.5}, {end.x + 7, end.y + 3.5}}, pen.color,
                    std::nullopt);
  }

  bool bound_now(EntityId exchange, EntityId destination) const {
    if (view_.name(exchange).empty()) return state_.thing(destination).alive;
    return std::any_of(state_.bindings().begin(), state_.bindings().end(), [&](const Binding& b) {
      return b.source == exchange && b.destination == destination;
    });
  }

  bool subscribed_now(EntityId queue, EntityId actor) const {
    return std::any_of(cast_.actor_of.begin(), cast_.actor_of.end(), [&](const auto& pair) {
      const Thing& thing = state_.thing(pair.first);
      return pair.second == actor && thing.alive && thing.queue == queue;
    });
  }

  void links() {
    for (const auto& [actor, exchange] : cast_.publishes) {
      const Layout::Box* from = layout_.find(actor, Part::publisher);
      const Layout::Box* to = layout_.find(exchange, Part::exchange);
      if (from != nullptr && to != nullptr) link(right_of(from->rect), left_of(to->rect), true);
    }
    for (const auto& [exchange, destination] : cast_.routes) {
      const Layout::Box* from = layout_.find(exchange, Part::exchange);
      const Layout::Box* to = layout_.find(destination, Part::queue);
      const Layout::Box* other = layout_.find(destination, Part::exchange);
      const bool now = bound_now(exchange, destination);
      if (from == nullptr) continue;
      if (to != nullptr) link(right_of(from->rect), left_of(to->rect), now);
      if (other != nullptr) {
        elbow(from->rect, other->rect, {now ? ink::kGrey : ink::kPale, 1.2, !now}, 14);
      }
    }
    for (const auto& [queue, actor] : cast_.consumes) {
      const Layout::Box* from = layout_.find(queue, Part::queue);
      const Layout::Box* to = layout_.find(actor, Part::consumer);
      if (from == nullptr || to == nullptr) continue;
      link(right_of(from->rect), left_of(to->rect), subscribed_now(queue, actor));
    }
    double out = 12;
    for (const auto& [from_id, to_id] : cast_.dead_letters) {
      const Layout::Box* from = layout_.find(from_id, Part::queue);
      const Layout::Box* to = layout_.find(to_id, Part::queue);
      if (from == nullptr || to == nullptr) continue;
      elbow(from->rect, to->rect, {ink::kPurple, 1.4, true}, out);
      out = out > 40 ? 12 : out + 7;
    }
  }

  // -- messages on links --------------------------------------------------------------------------

  double progress(const Transmission& t) const {
    if (t.arrives == Time::never()) return 0.5;
    if (t.arrives <= t.sent) return 1;
    const double done =
        static_cast<double>((now_ - t.sent).ns) / static_cast<double>((t.arrives - t.sent).ns);
    return std::clamp(done, 0.0, 1.0);
  }

  EntityId exchange_of(const Transmission& t) const {
    if (t.id.value < cast_.exchange_of.size() && cast_.exchange_of[t.id.value]) {
      return cast_.exchange_of[t.id.value];
    }
    const auto first = cast_.publishes.lower_bound({t.from, EntityId{}});
    return first != cast_.publishes.end() && first->first == t.from ? first->second : EntityId{};
  }

  EntityId queue_of(const Transmission& t, EntityId actor) const {
    const Named named{t.message, t.copy, t.id};
    if (named.copy) {
      if (const Copy* copy = state_.copy(named.copy)) return copy->queue;
      const EntityId left = names_.queue(named.copy);
      if (left) return left;
    }
    for (const auto& [queue, consumer] : cast_.consumes) {
      if (consumer == actor) return queue;
    }
    return EntityId{};
  }

  void messages() {
    // By link: the positions of its two boxes.
    std::map<std::pair<std::ptrdiff_t, std::ptrdiff_t>, std::vector<Moving>> moving;
    const Layout::Box* const boxes = layout_.boxes.data();
    for (const Transmission& t : state_.transmissions()) {
      if (t.stage != Stage::on_wire) continue;
      const Layout::Box* from = nullptr;
      const Layout::Box* to = nullptr;
      Moving what{progress(t), Mark::in_flight, ordinal(t.message), {t.message, t.copy, t.id}};
      const bool to_node = view_.entity(t.to).kind == ledger::EntityKind::node;
      const EntityId actor = to_node ? t.from : t.to;
      const bool publishing =
          t.kind == Reason::publish || t.kind == Reason::give_back ||
          (t.kind == Reason::method && layout_.find(actor, Part::consumer) == nullptr);
      if (publishing) {
        from = layout_.find(actor, Part::publisher);
        to = layout_.find(exchange_of(t.kind == Reason::publish ? t : reversed(t)), Part::exchange);
      } else {
        from = layout_.find(queue_of(t, actor), Part::queue);
        to = layout_.find(actor, Part::consumer);
      }
      if (from == nullptr || to == nullptr) continue;
      if (t.kind == Reason::give_back) what.mark = Mark::returned;
      if (t.kind == Reason::method && !small_sign(t, what)) continue;
      if (publishing != to_node) what.progress = 1 - what.progress;
      moving[{from - boxes, to - boxes}].push_back(what);
    }
    for (auto& [link, list] : moving) draw_moving(boxes[link.first], boxes[link.second], list);
    for (const Counted& link : counted_) {
      const std::string count = number(link.count);
      if (say_on_link(link.from, link.to, told(Key::topology_on_the_way, {count}))) continue;
      say_on_link(link.from, link.to, count);  // a short link has room for the number at least
    }
  }

  static Transmission reversed(Transmission t) {
    std::swap(t.from, t.to);
    t.id = TransmissionId{};
    return t;
  }

  // Acks, confirms and rejections are shown on the wire; other methods are not.
  bool small_sign(const Transmission& t, Moving& what) const {
    const std::string_view method = view_.text(t.method);
    what.label.clear();
    if (method == "basic.ack") {
      what.mark = Mark::confirm;
    } else if (method == "basic.nack" || method == "basic.reject") {
      what.mark = Mark::nack;
    } else {
      return false;
    }
    return true;
  }

  void draw_moving(const Layout::Box& from, const Layout::Box& to, std::vector<Moving>& list) {
    std::stable_sort(list.begin(), list.end(),
                     [](const Moving& a, const Moving& b) { return a.progress > b.progress; });
    const Point start = right_of(from.rect);
    const Point end = left_of(to.rect);
    // A message's tail does not cover the box it left, nor its head the one it comes to.
    const double first = start.x + 2.2 * kMark + 2;
    const double last = end.x - kMark - 8;
    bool hidden = false;
    for (const Moving& what : list) {
      const double x = first + (last - first) * what.progress;
      const double part = (x - start.x) / (end.x - start.x);
      const Point at{x, start.y + (end.y - start.y) * part};
      const double half = std::max(1.2 * kMark, kLarger * text_width(what.label, kSmall) / 2);
      if (taken_.take({at.x - half, at.y - 1.2 * kMark, 2 * half, 2.4 * kMark + 14})) {
        draw_mark(canvas_, what.mark, at, kMark);
        note_mark(at, what.what);
        say({at.x, at.y + kMark + 11}, what.label, kSmall, ink::kBlack, Anchor::middle);
      } else {
        hidden = true;
      }
    }
    if (hidden) counted_.push_back({start, end, list.size()});
  }

  // Under the i-th sign of a row. Of long numbers some are left out, so that none lies on another.
  void say_ordinal(Point at, MessageId message, std::size_t i) {
    const std::string words = ordinal(message);
    const double width = text_width(words, kSmall);
    const std::size_t every =
        width <= kCell + 3 ? 1 : static_cast<std::size_t>(kLarger * width / kCell) + 1;
    if (i % every == 0) say(at, words, kSmall, ink::kBlack, Anchor::middle);
  }

  std::string ordinal(MessageId message) const {
    return message ? std::to_string(view_.message(message).ordinal) : "";
  }

  // -- things -------------------------------------------------------------------------------------

  void draw_box(const Layout::Box& box) {
    const Rect rect{box.rect.x, box.rect.y + kTop, box.rect.width, box.rect.height};
    if (options_.spots != nullptr) options_.spots->push_back({rect, box.id, box.part, {}});
    const Thing& thing = state_.thing(box.id);
    const EntityId place = owner(view_, box.id);
    const bool down = state_.thing(place).down;
    const bool is_actor = box.part == Part::publisher || box.part == Part::consumer;
    const bool there = is_actor || thing.alive || (view_.name(box.id).empty());
    Pen edge = there ? kEdge : Pen{ink::kPale, 1.2, false};
    edge.dashed = there && box.part == Part::queue && !thing.durable;
    canvas_.rect(rect, ink::kPanel, std::nullopt);
    if (down) canvas_.hatch(rect, {ink::kPale, 1.5, false});
    canvas_.rect(rect, std::nullopt, edge);
    std::string status;
    if (!there) {
      status = told(Key::topology_not_there, {});
    } else if (down) {
      status = told(Key::topology_down, {word(options_.language, state_.thing(place).why)});
    }
    const double room = rect.width - 16 - text_width(status, kSmall) - (status.empty() ? 0 : 8);
    say({rect.x + 8, rect.y + 17}, fitted(names_.label(box.id), kTextSize, room), kTextSize,
        there ? ink::kBlack : ink::kGrey, Anchor::left, true, room);
    say({rect.right() - 8, rect.y + 16}, status, kSmall, down ? ink::kRed : ink::kGrey,
        Anchor::right);
    if (box.part == Part::publisher) draw_publisher(box.id, rect);
    if (box.part == Part::exchange) draw_exchange(thing, rect);
    if (box.part == Part::queue && there) draw_queue(box.id, rect);
    if (box.part == Part::consumer) draw_consumer(box.id, rect);
  }

  void draw_publisher(EntityId id, const Rect& rect) {
    const std::vector<Awaited> window = state_.window(id);
    say({rect.x + 8, rect.y + 34}, told(Key::topology_unconfirmed, {number(window.size())}),
        kSmall);
    if (blocked(id)) {
      say({rect.right() - 8, rect.y + 34}, told(Key::topology_blocked, {}), kSmall, ink::kRed,
          Anchor::right);
    }
    constexpr std::size_t kFits = 8;
    for (std::size_t i = 0; i < std::min(window.size(), kFits); ++i) {
      const double x = rect.x + 15 + static_cast<double>(i) * 13;
      canvas_.circle({x, rect.y + 51}, 4.5, ink::kPaper, Pen{ink::kGrey, 1.2, false});
    }
    if (window.size() > kFits) {
      say({rect.right() - 8, rect.y + 55}, fmt::format("+{}", window.size() - kFits), kSmall,
          ink::kBlack, Anchor::right);
    }
  }

  bool blocked(EntityId actor) const {
    return std::any_of(cast_.actor_of.begin(), cast_.actor_of.end(), [&](const auto& pair) {
      return pair.second == actor && state_.thing(view_.entity(pair.first).parent).blocked;
    });
  }

  void draw_exchange(const Thing& thing, const Rect& rect) {
    if (thing.unroutable == 0) return;
    say({rect.x + 8, rect.y + 36}, told(Key::topology_unroutable, {number(thing.unroutable)}),
        kSmall, ink::kRed);
  }

  void draw_queue(EntityId id, const Rect& rect) {
    const std::size_t ready = state_.ready_count(id);
    const std::size_t unacked = state_.unacked_count(id);
    row_of_copies(rect, rect.y + 40, Key::topology_ready, ready, state_.ready(id, 10));
    row_of_copies(rect, rect.y + 80, Key::topology_unacked, unacked, state_.unacked(id, 10));
  }

  // Head at the right; what does not fit is a bar with the exact number.
  void row_of_copies(const Rect& rect, double y, Key words, std::size_t count,
                     const std::vector<Copy>& copies) {
    constexpr std::size_t kFits = 8;
    constexpr std::size_t kBesideBar = 5;
    say({rect.x + 8, y + 4}, told(words, {number(count)}), kSmall);
    const std::size_t shown = count <= kFits ? copies.size() : kBesideBar;
    double x = rect.right() - 18;
    for (std::size_t i = 0; i < shown; ++i) {
      const CopyId id = copies[i].id;
      const char letter = id.value < cast_.letter_of.size() ? cast_.letter_of[id.value] : '\0';
      draw_mark(canvas_, mark_of(copies[i]), {x, y}, kMark, letter);
      note_mark({x, y}, {copies[i].message, id, copies[i].transmission});
      say_ordinal({x, y + kMark + 12}, copies[i].message, i);
      x -= kCell;
    }
    if (shown == count) return;
    const double numbers = kLarger * text_width(told(words, {number(count)}), kSmall);
    const double left = std::max(rect.right() - 18 - static_cast<double>(kFits) * kCell + kCell / 2,
                                 rect.x + 12 + numbers);
    const Rect bar{left, y - kMark, x + kCell / 2 - left, 2 * kMark};
    canvas_.rect(bar, words == Key::topology_ready ? ink::kSky : ink::kOrange, kEdge);
    const std::string more = fmt::format("+{}", count - shown);
    if (text_width(more, kSmall) > bar.width) return;
    say({bar.x + bar.width / 2, y + 4}, more, kSmall, ink::kOnFill, Anchor::middle);
  }

  void draw_consumer(EntityId id, const Rect& rect) {
    const std::vector<Transmission> in_hand = state_.at(id, Stage::in_hand);
    const std::vector<Transmission> buffered = state_.at(id, Stage::buffered);
    std::uint32_t prefetch = 0;
    std::string words = told(Key::topology_no_subscription, {});
    for (const auto& [holder, actor] : cast_.actor_of) {
      const Thing& thing = state_.thing(holder);
      if (actor != id || !thing.alive || !thing.queue) continue;
      prefetch = thing.no_ack ? 0 : thing.prefetch;
      words = told(thing.no_ack         ? Key::topology_auto_ack
                   : thing.prefetch > 0 ? Key::topology_prefetch
                                        : Key::topology_no_prefetch,
                   {number(thing.prefetch)});
      break;
    }
    say({rect.x + 8, rect.y + 34}, words, kSmall);
    say({rect.x + 8, rect.y + 50},
        told(Key::topology_held, {number(in_hand.size()), number(buffered.size())}), kSmall);
    constexpr std::size_t kFits = 8;
    const std::size_t held = in_hand.size() + buffered.size();
    const std::size_t slots = std::min(kFits, std::max<std::size_t>(prefetch, held));
    for (std::size_t i = 0; i < slots; ++i) {
      const Point at{rect.x + 18 + static_cast<double>(i) * kCell, rect.y + 69};
      if (i < prefetch) {
        canvas_.rect({at.x - 10, at.y - 10, 20, 20}, ink::kPaper, Pen{ink::kPale, 1, false});
      }
      if (i >= held) continue;
      const bool busy = i < in_hand.size();
      const Transmission& t = busy ? in_hand[i] : buffered[i - in_hand.size()];
      draw_mark(canvas_, busy ? Mark::unacked : Mark::ready, at, kMark);
      note_mark(at, {t.message, t.copy, t.id});
      say_ordinal({at.x, at.y + kMark + 13}, t.message, i);
    }
    if (held > kFits) {
      say({rect.right() - 6, rect.y + 50}, fmt::format("+{}", held - kFits), kSmall, ink::kBlack,
          Anchor::right);
    }
  }

  const NameIndex& names_;
  const LedgerView& view_;
  const Cast& cast_;
  const Layout& layout_;
  const State& state_;
  Time now_;
  const PictureOptions& options_;
  Canvas canvas_;
  Places taken_;  // by boxes, messages and words on links
  std::vector<Counted> counted_;
};

}  // namespace

Topology::Topology(const NameIndex& names, Spacing spacing)
    : names_(names), cast_(cast_of(names.view())), layout_(layout_of(cast_, spacing)) {}

Canvas Topology::draw(const State& state, Time now, std::string_view fingerprint,
                      const PictureOptions& options) const {
  const Layout& layout = options.layout == nullptr ? layout_ : *options.layout;
  return Painter(names_, cast_, layout, state, now, options).paint(fingerprint);
}

}  // namespace mqlab::observe
