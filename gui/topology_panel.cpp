// SPDX-License-Identifier: MIT
// The world at an instant: moved, zoomed, pointed at, acted upon.
#include <algorithm>

#include <fmt/format.h>

#include "gui/panels.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::gui {

namespace {

using Kind = world::Intervention::Kind;
using observe::Spot;

constexpr double kAbove = 40;         // of the picture, where its title would be
constexpr float kSmallestFit = 0.6F;  // below, words are hard to read: rather a part of it
constexpr float kSmallestOfTwo = 0.45F;
constexpr float kSmallest = 0.08F;
constexpr float kLargest = 4;
constexpr float kWheelZoom = 1.15F;
constexpr float kKeyZoom = 1.3F;
constexpr float kKeyStep = 40;  // at scale 1

bool inside(const observe::Rect& rect, observe::Point at) {
  return at.x >= rect.x && at.x < rect.right() && at.y >= rect.y && at.y < rect.bottom();
}

std::string spot_id(const char* name, const Run& run, const Spot& spot) {
  if (spot.thing) {
    static constexpr const char* kParts[] = {"publisher", "exchange", "queue", "consumer"};
    return fmt::format("{}.{}.{}", name, kParts[static_cast<std::size_t>(spot.part)],
                       run.names.label(spot.thing));
  }
  const bool delivery = spot.what.transmission && spot.what.copy;
  return fmt::format("{}.message.{}", name,
                     delivery         ? run.names.name(spot.what.transmission)
                     : spot.what.copy ? run.names.name(spot.what.copy)
                                      : run.names.name(spot.what.message));
}

}  // namespace

void TopologyPanel::redraw(const Panel& panel, const Branch& branch) {
  const Run& run = *branch.run;
  const Places& places = panel.session.places;
  const bool of_this = drawn_run_.is(run);
  if (!of_this) {
    // What is drawn is of another run until this one is there.
    canvas_.reset();
    spots_.clear();
  }
  const bool same = canvas_ && of_this && drawn_at_ == branch.shown &&
                    drawn_in_ == panel.ui.language && drawn_places_ == places.generation();
  if (same || !branch.settled) return;
  if (!of_this) fitted_ = false;
  if (!of_this || drawn_places_ != places.generation()) layout_ = places.layout(run);
  spots_.clear();
  observe::PictureOptions options;
  options.language = panel.ui.language;
  options.title = false;
  options.legend = false;
  options.spots = &spots_;
  options.layout = &layout_;
  Time now = branch.shown.now;
  // Without motion, what is on its way stands where it set out from at the last event.
  if (panel.ui.reduced_motion && branch.shown.row > 0) now = run.view.row(branch.shown.row).at;
  canvas_ = run.topology.draw(branch.timeline.state(), now, {}, options);
  drawn_run_ = OfRun(branch.run);
  drawn_at_ = branch.shown;
  drawn_in_ = panel.ui.language;
  drawn_places_ = places.generation();
}

// A box that is held moves; else the picture does.
void TopologyPanel::drag(const Panel& panel, const Branch& branch, ImVec2 from) {
  const ImGuiIO& io = ImGui::GetIO();
  const auto under = [&](ImVec2 at) { return where_.picture({at.x - from.x, at.y - from.y}); };
  if (ImGui::IsItemActivated()) {
    held_.reset();
    const observe::Point at = under(io.MouseClickedPos[0]);
    for (std::size_t i = 0; i < layout_.boxes.size(); ++i) {
      observe::Rect rect = layout_.boxes[i].rect;
      rect.y += observe::Topology::kTop;
      if (!inside(rect, at)) continue;
      held_ = i;
      held_at_ = {at.x - layout_.boxes[i].rect.x, at.y - layout_.boxes[i].rect.y};
    }
  }
  if (!ImGui::IsItemActive() || !ImGui::IsMouseDragging(ImGuiMouseButton_Left, 4)) return;
  if (held_ && *held_ < layout_.boxes.size()) {
    const observe::Point at = under(io.MousePos);
    panel.session.places.move(*branch.run, layout_.boxes[*held_],
                              {at.x - held_at_.x, at.y - held_at_.y});
  } else {
    where_.origin.x += io.MouseDelta.x;
    where_.origin.y += io.MouseDelta.y;
  }
}

void TopologyPanel::zoom(ImVec2 at, float factor) {
  const float scale = std::clamp(where_.scale * factor, kSmallest, kLargest);
  const float ratio = scale / where_.scale;
  where_.origin = {at.x - (at.x - where_.origin.x) * ratio,
                   at.y - (at.y - where_.origin.y) * ratio};
  where_.scale = scale;
}

// A thing that is marked is moved, else the picture; zooming keeps what is marked where it is.
void TopologyPanel::hear_keys(const Panel& panel, const Branch& branch, const char* name) {
  const auto spot = std::find_if(spots_.begin(), spots_.end(), [&](const Spot& one) {
    return panel.ui.focus() == spot_id(name, *branch.run, one);
  });
  if (const auto by = panel.ui.nudged(Ui::Nudge::zoom, name)) {
    ImVec2 at{size_.x / 2, size_.y / 2};
    if (spot != spots_.end()) {
      at = where_.screen({spot->rect.x + spot->rect.width / 2, spot->rect.y});
    }
    zoom(at, by->y > 0 ? kKeyZoom : 1 / kKeyZoom);
  }
  const auto by = panel.ui.nudged(Ui::Nudge::move, name);
  if (!by) return;
  for (const observe::Layout::Box& box : layout_.boxes) {
    if (spot == spots_.end() || spot->thing != box.id || spot->part != box.part) continue;
    if (!spot->thing) continue;
    return panel.session.places.move(
        *branch.run, box, {box.rect.x + Places::kGrid * by->x, box.rect.y + Places::kGrid * by->y});
  }
  const float step = panel.ui.px(kKeyStep);
  where_.origin = {where_.origin.x + step * by->x, where_.origin.y + step * by->y};
}

// How far up a picture goes that is too high: publishers and exchanges stand in the middle of it,
// and one of them is to be seen.
float TopologyPanel::lifted(const Run& run, float tall) const {
  double first = layout_.height;
  for (const observe::Layout::Box& box : layout_.boxes) {
    if (box.part == observe::Layout::Part::exchange) first = std::min(first, box.rect.bottom());
  }
  const bool some = !run.topology.cast().exchanges.empty();
  const auto bottom = static_cast<float>(first + observe::Topology::kTop) * where_.scale;
  return some && bottom > tall ? bottom - tall * 0.6F : 0.0F;
}

void TopologyPanel::place(const Panel& panel, const Run& run, ImVec2 size) {
  const observe::Layout& layout = layout_;
  const bool resized = size.x != size_.x || size.y != size_.y;
  if (!fitted_ || resized) {
    const double high = layout.height + observe::Topology::kTop - kAbove + 12;
    // Two worlds have their names above them.
    const float above = panel.session.beside() == nullptr ? 0 : panel.ui.px(22);
    const float tall = size.y - above;
    const double wide = std::max(layout.width, 1.0);
    const float most = 1.6F * panel.ui.scale;
    // Where two worlds have too little room beside each other, queues and consumers are in sight.
    const bool two = panel.session.beside() != nullptr;
    float least = kSmallestFit * panel.ui.scale;
    if (two) {
      double queues = wide;  // from the first of them to the right end
      for (const observe::Layout::Box& box : layout.boxes) {
        if (box.part == observe::Layout::Part::queue) queues = std::min(queues, box.rect.x);
      }
      const auto fits = static_cast<float>(size.x / std::max(wide - queues + 10, 1.0));
      least = std::min(least, std::max(fits, kSmallestOfTwo * panel.ui.scale));
    }
    where_.scale =
        std::clamp(static_cast<float>(std::min(size.x / wide, tall / high)), least, most);
    const float spare = size.x - static_cast<float>(wide) * where_.scale;
    const float lift = static_cast<float>(high) * where_.scale > tall ? lifted(run, tall) : 0;
    where_.origin = {spare > 0 ? spare / 2
                     : two     ? spare
                               : 0.0F,
                     above + std::max(0.0F, (tall - static_cast<float>(high) * where_.scale) / 2) -
                         static_cast<float>(kAbove) * where_.scale - lift};
    size_ = size;
    fitted_ = true;
  }
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemHovered() && io.MouseWheel != 0) {
    const ImVec2 from = ImGui::GetItemRectMin();
    zoom({io.MousePos.x - from.x, io.MousePos.y - from.y},
         io.MouseWheel > 0 ? kWheelZoom : 1 / kWheelZoom);
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) fit();
}

void TopologyPanel::select(const Panel& panel, const Branch& branch) {
  const ImVec2 from = ImGui::GetItemRectMin();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const observe::Point at = where_.picture({mouse.x - from.x, mouse.y - from.y});
  const Spot* under = nullptr;
  if (ImGui::IsItemHovered()) {
    for (const Spot& spot : spots_) {
      if (inside(spot.rect, at)) under = &spot;
    }
  }
  if (under != nullptr) {
    ImGui::BeginTooltip();
    const std::string words = spot_id("", *branch.run, *under).substr(1);
    ImGui::TextUnformatted(words.c_str());
    ImGui::EndTooltip();
  }
  const bool left = ImGui::IsMouseReleased(ImGuiMouseButton_Left) && ImGui::IsItemHovered() &&
                    ImGui::GetIO().MouseDragMaxDistanceSqr[0] < 16;
  const bool right = ImGui::IsMouseReleased(ImGuiMouseButton_Right) && ImGui::IsItemHovered();
  if (!left && !right) return;
  menu_at_.reset();
  choose(panel, branch, under == nullptr ? Selection{} : Selection{under->thing, under->what},
         right);
}

void TopologyPanel::choose(const Panel& panel, const Branch& branch, const Selection& what,
                           bool with_menu) {
  // Who acts on a world means that one.
  if (with_menu && &panel.session.shown() != &branch) {
    panel.session.show(*panel.session.beside_index());
  }
  panel.session.selection.select(translated(*branch.run, panel.session.run(), what));
  if (!with_menu) return;
  menu_for_ = what;
  ImGui::OpenPopup("menu");
}

// Where nothing is: what can be done to the picture.
void TopologyPanel::picture_menu(const Panel& panel, const Run& run, Wishes& wishes) {
  Ui& ui = panel.ui;
  if (ui.menu_item("menu.fit", ui.say(Say::key_fit))) fit();
  if (ui.menu_item("menu.put_back", ui.say(Say::put_back), panel.session.places.any(run))) {
    wishes.put_back = true;
  }
  if (ui.menu_item("menu.copy", ui.say(Say::copy_as_text))) wishes.copy_world = true;
}

Twin world_twin(const Panel& panel, const Branch& branch) {
  const Run& run = *branch.run;
  const observe::State& state = branch.timeline.state();
  const observe::Layout layout = panel.session.places.layout(run);
  observe::PictureOptions options;
  options.language = panel.ui.language;
  options.layout = &layout;
  return {.name = "world",
          .text = run.topology.text(state, branch.shown.now, run.fingerprint),
          .picture = run.topology.draw(state, branch.shown.now, run.fingerprint, options)};
}

void TopologyPanel::menu(const Panel& panel, const Branch& branch, Wishes& wishes) {
  Ui& ui = panel.ui;
  const Run& run = *branch.run;
  const LedgerView& view = run.view;
  EntityId actor;
  if (menu_for_.thing) actor = observe::owner(view, menu_for_.thing);
  if (const observe::Transmission* t =
          branch.timeline.state().transmission(menu_for_.what.transmission)) {
    // The link that it is on is its client's.
    actor = view.entity(t->from).kind == ledger::EntityKind::actor ? t->from : t->to;
  }
  const bool node = actor && view.entity(actor).kind == ledger::EntityKind::node;
  const bool can = run.request.has_value() && actor;
  const auto item = [&](const char* id, Say words, Kind kind) {
    if (!ui.menu_item(id, ui.say(words), can)) return;
    world::Intervention what;
    what.kind = kind;
    what.name = std::string(view.name(actor));
    if (kind == Kind::delay) what.span = milliseconds(100);
    if (kind == Kind::slow_disk) what.span = milliseconds(100);
    if (kind == Kind::clog) what.rate = 1000;
    wishes.fork = {what};
  };
  ui.text("menu.title", actor ? run.names.label(actor) : std::string(ui.say(Say::nothing_here)),
          ui.theme.faint);
  if (!actor) return picture_menu(panel, run, wishes);
  if (!run.request) ui.wrapped("menu.fixed", run.why_fixed, ui.theme.warn);
  item("menu.kill", Say::do_kill, Kind::kill);
  item("menu.stop", Say::do_stop, Kind::stop);
  if (node) item("menu.power_off", Say::do_power_off, Kind::power_off);
  item("menu.restart", Say::do_restart, Kind::restart);
  ImGui::Separator();
  if (node) {
    item("menu.slow_disk", Say::do_slow_disk, Kind::slow_disk);
  } else {
    item("menu.drop", Say::do_drop, Kind::drop_connection);
    item("menu.cut", Say::do_cut, Kind::partition);
    item("menu.heal", Say::do_heal, Kind::heal);
    item("menu.hold", Say::do_hold, Kind::hold);
    item("menu.release", Say::do_release, Kind::release);
    item("menu.delay", Say::do_delay, Kind::delay);
    item("menu.clog", Say::do_clog, Kind::clog);
  }
  ImGui::Separator();
  if (ui.menu_item("menu.breakpoint", ui.say(Say::breakpoint))) {
    panel.session.toggle_breakpoint({menu_for_.thing, menu_for_.what.message, {}});
  }
}

const Selection& TopologyPanel::chosen(const Panel& panel, const Branch& branch) {
  const Selection& now = panel.session.selection.now();
  if (asked_ != now || !asked_in_.is(*branch.run) || !asked_by_.is(panel.session.run())) {
    asked_ = now;
    asked_in_ = OfRun(branch.run);
    asked_by_ = OfRun(panel.session.shown().run);
    answered_ = translated(panel.session.run(), *branch.run, now);
  }
  return answered_;
}

void TopologyPanel::mark_chosen(const Panel& panel, const Branch& branch, ImDrawList& list,
                                const Placement& placed, bool behind) {
  const Selection& here = chosen(panel, branch);
  if (here.empty()) return;
  for (const Spot& spot : spots_) {
    const bool thing = spot.thing && spot.thing == here.thing;
    const bool message = spot.what.message && spot.what.message == here.what.message;
    if (!thing && !message) continue;
    ImVec2 a = placed.screen({spot.rect.x, spot.rect.y});
    ImVec2 b = placed.screen({spot.rect.right(), spot.rect.bottom()});
    a = {a.x - 3, a.y - 3};
    b = {b.x + 3, b.y + 3};
    if (behind) {
      list.AddRectFilled(a, b, panel.ui.theme.mark, 4);
    } else {
      list.AddRect(a, b, panel.ui.theme.accent, 4, 0, 2);
    }
  }
}

void TopologyPanel::note_spots(const Panel& panel, const Branch& branch, const char* name) {
  const ImVec2 from = ImGui::GetItemRectMin();
  for (const Spot& spot : spots_) {
    const ImVec2 a = where_.screen({spot.rect.x, spot.rect.y});
    const ImVec2 b = where_.screen({spot.rect.right(), spot.rect.bottom()});
    const ImVec2 corner{from.x + b.x, from.y + b.y};
    panel.ui.note(spot_id(name, *branch.run, spot), {from.x + a.x, from.y + a.y}, corner);
    if (!panel.ui.widgets().back().visible) continue;
    const Ui::Wish wish = panel.ui.reached();
    if (wish == Ui::Wish::none) continue;
    menu_at_ = corner;
    choose(panel, branch, {spot.thing, spot.what}, wish == Ui::Wish::menu);
  }
}

void TopologyPanel::draw(const Panel& panel, Branch& branch, const char* slot, ImVec2 size,
                         Wishes& wishes) {
  Ui& ui = panel.ui;
  const char* name = &branch == &panel.session.shown() ? "world" : "beside";
  redraw(panel, branch);
  if (!ImGui::BeginChild(slot, size, false, ImGuiWindowFlags_NoScrollWithMouse)) {
    ImGui::EndChild();
    return;
  }
  const ImVec2 room = ImGui::GetContentRegionAvail();
  ImGui::InvisibleButton("picture", {std::max(room.x, 1.0F), std::max(room.y, 1.0F)});
  const ImVec2 from = ImGui::GetItemRectMin();
  place(panel, *branch.run, room);
  hear_keys(panel, branch, name);
  drag(panel, branch, from);
  select(panel, branch);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(from, ImGui::GetItemRectMax(), ui.theme.paper);
  if (canvas_) {
    Placement placed = where_;
    placed.origin = {where_.origin.x + from.x, where_.origin.y + from.y};
    mark_chosen(panel, branch, list, placed, true);
    paint(list, *canvas_, placed, ui.theme, ui.fonts);
    mark_chosen(panel, branch, list, placed, false);
  }
  ui.note(name, from, ImGui::GetItemRectMax(), branch.name());
  ui.reached();
  if (canvas_) note_spots(panel, branch, name);
  // Which run this is, where two are shown.
  if (panel.session.beside() != nullptr) {
    const std::string words = branch.name();
    list.AddText(ui.fonts.bold, ui.fonts.bold->FontSize, {from.x + 6, from.y + 4}, ui.theme.accent,
                 words.c_str());
  }
  if (!branch.settled) {
    list.AddText({from.x + 6, from.y + ui.px(24)}, ui.theme.warn, ui.say(Say::seeking));
  }
  if (menu_at_) ImGui::SetNextWindowPos(*menu_at_, ImGuiCond_Appearing);
  if (ImGui::BeginPopup("menu")) {
    ui.raise(2);
    menu(panel, branch, wishes);
    ui.raise(-2);
    ImGui::EndPopup();
  }
  ImGui::EndChild();
}

}  // namespace mqlab::gui
