// SPDX-License-Identifier: MIT
// Branches, the way through them, and work in the background.
#include "gui/model/session.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace mqlab::gui {

namespace {

bool same(const ledger::Row& a, const ledger::Row& b) {
  return a.at == b.at && a.cause == b.cause && a.value == b.value && a.message == b.message &&
         a.copy == b.copy && a.transmission == b.transmission && a.subject == b.subject &&
         a.object == b.object && a.fact == b.fact && a.reason == b.reason;
}

// A text as Lua reads it: names may hold anything.
std::string lua_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string Branch::name() const {
  std::string words = run->report.variant;
  if (words.empty()) words = run->recording ? "recording" : "run";
  for (const world::Intervention& what : request.interventions) {
    words += fmt::format(" + {} #{}", world::intervention_text(what), what.after_event);
  }
  for (const ChoiceOverride& choice : request.overrides) {
    words += fmt::format(" + {} {} = {}", choice.stream, choice.nth, choice.value);
  }
  return words;
}

RowNo common_rows(const LedgerView& a, const LedgerView& b) {
  const RowNo most = std::min(a.row_count(), b.row_count());
  RowNo row = 0;
  while (row < most && same(a.row(row + 1), b.row(row + 1))) ++row;
  return row;
}

void Session::start(OpenRequest request, Purpose purpose, std::string words, const RunPtr& parent) {
  wanted_ = std::move(request);
  parent_ = parent;
  purpose_ = purpose;
  busy_with_ = std::move(words);
  error_.reset();
  work_.start([request = wanted_, parent](const std::atomic<bool>& interrupt) -> Result<Opened> {
    Result<RunPtr> run = open_run(request, interrupt);
    if (!run.ok()) return run.error();
    const RowNo common = parent == nullptr ? 0 : common_rows(parent->view, (*run)->view);
    return Opened{*run, walked(**run, interrupt), common};
  });
}

void Session::open(const std::string& path, const std::string& variant,
                   std::optional<Time> start_at) {
  start_ = start_at;
  to_reload_.clear();
  start({path, variant, {}, {}}, Purpose::open, path);
}

void Session::open_beside(const std::string& variant) {
  for (std::size_t i = 0; i < branches_.size(); ++i) {
    const Branch& known = *branches_[i];
    if (known.run->report.variant == variant && !known.request.is_fork()) {
      return put_beside(i);
    }
  }
  start({run().path, variant, {}, {}}, Purpose::beside, variant);
}

void Session::reload() {
  if (branches_.empty()) {
    if (!wanted_.path.empty()) start(wanted_, Purpose::open, wanted_.path);
    return;
  }
  to_reload_.clear();
  for (const auto& branch : branches_) to_reload_.push_back(branch->request);
  reload_next();
}

// A parent came before its forks, and is there again when they are made.
void Session::reload_next() {
  const Branch& before = *branches_[branches_.size() - to_reload_.size()];
  start(to_reload_.front(), Purpose::reload, to_reload_.front().path,
        before.parent ? branches_[*before.parent]->run : nullptr);
}

OpenRequest Session::request_up_to_here() const {
  const Run& from = run();
  const std::uint64_t event = from.event_of(position_.row);
  OpenRequest request = shown().request;
  request.variant = from.report.variant;
  request.interventions = from.request->interventions;
  request.overrides = from.request->overrides;
  // What was done later than this is not done any more: it is another world from here.
  std::erase_if(request.interventions,
                [event](const world::Intervention& known) { return known.after_event > event; });
  return request;
}

Result<void> Session::decide(ChoiceOverride choice) {
  if (!run().request) return make_error(run().why_fixed);
  OpenRequest request = request_up_to_here();
  std::erase_if(request.overrides, [&](const ChoiceOverride& known) {
    return known.stream == choice.stream && known.nth == choice.nth;
  });
  request.overrides.push_back(choice);
  play(false);
  start(std::move(request), Purpose::fork, fmt::format("{} {}", choice.stream, choice.nth),
        shown().run);
  return {};
}

Result<void> Session::fork(std::vector<world::Intervention> what) {
  if (!run().request) return make_error(run().why_fixed);
  if (what.empty()) return make_error("nothing is done");
  const std::uint64_t event = run().event_of(position_.row);
  OpenRequest request = request_up_to_here();
  for (world::Intervention& one : what) {
    one.after_event = event;
    request.interventions.push_back(one);
  }
  play(false);
  start(std::move(request), Purpose::fork, world::intervention_text(what.front()), shown().run);
  return {};
}

void Session::take(Result<Opened> opened) {
  if (!opened.ok()) {
    to_reload_.clear();
    error_ = opened.error();
    return;
  }
  auto branch = std::make_unique<Branch>(
      Branch{wanted_, opened->run, std::move(opened->timeline), {}, opened->common, {}, true});
  ++generation_;
  switch (purpose_) {
    case Purpose::open:
      for (auto& old : branches_) let_go(std::move(old));
      branches_.clear();
      branches_.push_back(std::move(branch));
      shown_ = 0;
      beside_.reset();
      selection.clear();
      bookmarks.clear();
      breakpoints.clear();
      playing_ = false;
      position_ = start_ ? at_time(run(), *start_) : Position{};
      break;
    case Purpose::beside:
      branches_.push_back(std::move(branch));
      beside_ = branches_.size() - 1;
      break;
    case Purpose::fork:
      for (std::size_t i = 0; i < branches_.size(); ++i) {
        if (branches_[i]->run == parent_) branch->parent = i;
      }
      beside_ = branch->parent.value_or(shown_);
      branches_.push_back(std::move(branch));
      shown_ = branches_.size() - 1;
      seek(after_fork());
      parent_.reset();
      break;
    case Purpose::reload: {
      const std::size_t done = branches_.size() - to_reload_.size();
      branch->parent = branches_[done]->parent;
      let_go(std::exchange(branches_[done], std::move(branch)));
      to_reload_.erase(to_reload_.begin());
      if (!to_reload_.empty()) reload_next();
      selection.clear();
      seek(at_time(run(), position_.now));
      break;
    }
  }
}

// Just after what was done: at the instant of the last event before it, because the clock stands
// still between events.
Position Session::after_fork() const {
  if (!shown().parent) return at_time(run(), position_.now);  // closed meanwhile
  const std::vector<RowNo>& after = run().report.rows_after;
  // A choice is made in a later event: until then both runs are the same.
  const bool acted = shown().request.interventions.size() >
                     branches_[*shown().parent]->request.interventions.size();
  const std::uint64_t event =
      acted ? shown().request.interventions.back().after_event : after.size();
  if (event >= after.size()) return at_row(run(), position_.row);
  return at_row(run(), after[event]);
}

void Session::show(std::size_t branch) {
  if (branch == shown_) return;
  if (beside_ == branch) beside_ = shown_;
  const Time now = position_.now;
  const std::size_t before = shown_;
  const RowNo row = position_.row;
  const Selection there = translated(run(), *branches_[branch]->run, selection.now());
  selection.clear();
  selection.select(there);
  shown_ = branch;
  const bool related =
      this->branch(branch).parent == before || this->branch(before).parent == branch;
  const RowNo common =
      related ? std::max(this->branch(branch).common, this->branch(before).common) : 0;
  seek(row <= common ? at_row(run(), row) : at_time(run(), now));
}

void Session::put_beside(std::optional<std::size_t> branch) {
  if (branch == shown_) branch.reset();
  beside_ = branch;
}

// Giving back the memory of a long run takes longer than a frame.
void Session::let_go(std::unique_ptr<Branch> branch) {
  letting_go_.start(
      [held = std::shared_ptr<Branch>(std::move(branch))](const std::atomic<bool>&) mutable {
        held.reset();
        return true;
      });
}

void Session::close_branch(std::size_t branch) {
  if (branch == 0 || branch >= branches_.size()) return;
  let_go(std::move(branches_[branch]));
  branches_.erase(branches_.begin() + static_cast<std::ptrdiff_t>(branch));
  for (const auto& left : branches_) {
    if (!left->parent) continue;
    if (*left->parent == branch)
      left->parent.reset();
    else if (*left->parent > branch)
      --*left->parent;
  }
  if (beside_ == branch)
    beside_.reset();
  else if (beside_ && *beside_ > branch)
    --*beside_;
  const Time now = position_.now;
  if (shown_ == branch) {
    shown_ = 0;
    if (beside_ == 0U) beside_.reset();
  } else if (shown_ > branch) {
    --shown_;
  }
  ++generation_;
  seek(at_time(run(), now));
}

void Session::seek(Position position) {
  position_ = position;
  stopped_by_ = 0;
}

void Session::play(bool on) {
  playing_ = on && is_open();
  if (playing_ && position_.now >= run().end()) seek(Position{});
}

void Session::toggle_bookmark() {
  const auto place = std::lower_bound(bookmarks.begin(), bookmarks.end(), position_.row);
  if (place != bookmarks.end() && *place == position_.row) {
    bookmarks.erase(place);
  } else {
    bookmarks.insert(place, position_.row);
  }
}

Position Session::next_stop() const {
  Position next = next_interesting(run(), position_);
  const auto mark = std::upper_bound(bookmarks.begin(), bookmarks.end(), position_.row);
  if (mark != bookmarks.end() && (next == position_ || *mark < next.row)) {
    next = at_row(run(), *mark);
  }
  return next;
}

Position Session::previous_stop() const {
  Position previous = previous_interesting(run(), position_);
  const auto after = std::lower_bound(bookmarks.begin(), bookmarks.end(), position_.row);
  if (after == bookmarks.begin()) return previous;
  const RowNo mark = *(after - 1);
  if (previous == position_ || mark > previous.row) previous = at_row(run(), mark);
  return previous;
}

void Session::toggle_breakpoint(const Breakpoint& breakpoint) {
  const auto place = std::find(breakpoints.begin(), breakpoints.end(), breakpoint);
  if (place != breakpoints.end()) {
    breakpoints.erase(place);
  } else {
    breakpoints.push_back(breakpoint);
  }
}

void Session::pass(double seconds) {
  const Position next = played(run(), position_, seconds, pace, speed);
  const RowNo hit = first_hit(run(), breakpoints, position_.row, next.row);
  if (hit != 0) {
    seek_row(hit);
    stopped_by_ = hit;
    playing_ = false;
    return;
  }
  position_ = next;
  if (position_.now >= run().end()) {
    position_.row = run().view.row_count();
    playing_ = false;
  }
}

// The same instant in another branch; the same row, as long as their rows are the same.
Position Session::in(const Branch& branch) const {
  if (&branch == &shown()) return position_;
  const bool child = branch.parent == shown_;
  const bool is_parent = shown().parent && branches_[*shown().parent].get() == &branch;
  const RowNo common = child ? branch.common : is_parent ? shown().common : 0;
  if (position_.row <= common) return {position_.row, position_.now};
  return at_time(*branch.run, position_.now);
}

void Session::fold(Branch& branch, Position to) {
  branch.settled = branch.timeline.seek_some(to.row, kRowsPerFrame);
  if (branch.settled) branch.shown = to;
}

void Session::frame(double seconds) {
  static_cast<void>(letting_go_.take());
  if (auto result = work_.take()) take(std::move(*result));
  if (!is_open()) return;
  if (playing_) pass(seconds);
  fold(shown(), position_);
  if (beside_) fold(*branches_[*beside_], in(*branches_[*beside_]));
}

Selection translated(const Run& from, const Run& to, const Selection& selection) {
  Selection there;
  if (&from == &to) return selection;
  if (selection.thing) {
    const std::string label = from.names.label(selection.thing);
    const ledger::EntityKind kind = from.view.entity(selection.thing).kind;
    for (std::uint32_t id = 1; id <= to.view.entity_count() && !there.thing; ++id) {
      const EntityId entity{id};
      if (to.view.entity(entity).kind == kind && to.names.label(entity) == label) {
        there.thing = entity;
      }
    }
  }
  if (selection.what.message) {
    const Result<observe::Named> same = to.names.find(from.names.name(selection.what.message));
    if (same.ok()) there.what = *same;
  }
  return there;
}

std::string lua_line(const world::Intervention& what) {
  return fmt::format("after(\"#{}\", {})", what.after_event,
                     lua_text(world::intervention_text(what)));
}

std::string lua_line(const ChoiceOverride& choice) {
  // Lua's whole numbers have a sign; in hexadecimal they come round to it.
  const bool large = choice.value > static_cast<std::uint64_t>(INT64_MAX);
  return fmt::format("decide({}, {}, {})", lua_text(choice.stream), choice.nth,
                     large ? fmt::format("{:#x}", choice.value) : std::to_string(choice.value));
}

std::vector<std::string> lua_lines(const OpenRequest& fork) {
  std::vector<std::string> lines;
  for (const world::Intervention& what : fork.interventions) lines.push_back(lua_line(what));
  for (const ChoiceOverride& choice : fork.overrides) lines.push_back(lua_line(choice));
  return lines;
}

std::string with_lines(const std::string& script, const std::vector<std::string>& lines) {
  std::string added;
  for (const std::string& line : lines) added += line + "\n";
  for (std::size_t at = 0; at < script.size();) {
    const std::string_view rest = std::string_view(script).substr(at);
    if (rest.starts_with("run(")) return script.substr(0, at) + added + script.substr(at);
    const std::size_t end = script.find('\n', at);
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return script + (script.empty() || script.ends_with('\n') ? "" : "\n") + added;
}

}  // namespace mqlab::gui
