// SPDX-License-Identifier: MIT
// What is open, where we are in it, and what is being worked on: the window without its pictures.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/places.hpp"
#include "gui/model/playhead.hpp"
#include "gui/model/selection.hpp"
#include "gui/model/work.hpp"

namespace mqlab::gui {

// A run that is open, and the state of its world where it is looked at.
struct Branch {
  OpenRequest request;
  RunPtr run;
  observe::Timeline timeline;
  std::optional<std::size_t> parent;  // the branch that it was forked from
  RowNo common = 0;                   // so many first rows are those of its parent
  Position shown;                     // where `timeline` stands, once settled
  bool settled = true;                // false: still folding towards the position

  // "auto", "manual", "fork 2: kill worker"
  std::string name() const;
};

class Session {
 public:
  static constexpr RowNo kRowsPerFrame = 40'000;

  // Opens a scenario or recording in place of all that is open. The old one stays until the new one
  // is there; if it cannot be opened, the old one stays altogether and error() says why.
  void open(const std::string& path, const std::string& variant = {},
            std::optional<Time> start = std::nullopt);
  // Another variant of what is open, beside it, at the same instant.
  void open_beside(const std::string& variant);
  // Runs everything anew from its file. Positions stay.
  void reload();
  // Runs the shown branch again with these things done to the world, too, after the event shown.
  // An error if that is not possible.
  Result<void> fork(std::vector<world::Intervention> what);
  // The same with one choice that is made otherwise.
  Result<void> decide(ChoiceOverride choice);

  bool busy() const { return work_.busy(); }
  // What is being worked on: a path, a fork.
  const std::string& busy_with() const { return busy_with_; }
  void stop_work() { work_.stop(); }
  const std::optional<Error>& error() const { return error_; }
  void clear_error() { error_.reset(); }

  // Once per frame: takes finished work, lets time pass, folds towards the position.
  void frame(double seconds);
  // Grows whenever branches came or went.
  std::uint64_t generation() const { return generation_; }

  bool is_open() const { return !branches_.empty(); }
  std::size_t branch_count() const { return branches_.size(); }
  Branch& branch(std::size_t i) { return *branches_[i]; }
  const Branch& branch(std::size_t i) const { return *branches_[i]; }
  Branch& shown() { return *branches_[shown_]; }
  const Branch& shown() const { return *branches_[shown_]; }
  const Run& run() const { return *shown().run; }
  std::size_t shown_index() const { return shown_; }
  std::optional<std::size_t> beside_index() const { return beside_; }
  Branch* beside() { return beside_ ? branches_[*beside_].get() : nullptr; }
  void show(std::size_t branch);
  void put_beside(std::optional<std::size_t> branch);
  void close_branch(std::size_t branch);

  // -- the transport ------------------------------------------------------------------------------
  const Position& position() const { return position_; }
  void seek(Position position);
  void seek(Time time) { seek(at_time(run(), time)); }
  void seek_row(RowNo row) { seek(at_row(run(), row)); }
  bool playing() const { return playing_; }
  void play(bool on);
  Pace pace = Pace::even;
  double speed = 1;

  Places places;  // of things on their pictures
  SelectionHistory selection;
  std::vector<Breakpoint> breakpoints;
  std::vector<RowNo> bookmarks;  // rising
  void toggle_bookmark();
  // The next or previous place worth a stop: an interesting row, or a bookmark.
  Position next_stop() const;
  Position previous_stop() const;
  void toggle_breakpoint(const Breakpoint& breakpoint);
  RowNo stopped_by() const { return stopped_by_; }  // the row a breakpoint waited for; 0: none

 private:
  struct Opened {
    RunPtr run;
    observe::Timeline timeline;
    RowNo common = 0;  // with its parent
  };
  enum class Purpose : std::uint8_t { open, beside, reload, fork };

  void start(OpenRequest request, Purpose purpose, std::string words,
             const RunPtr& parent = nullptr);
  void reload_next();
  // What gives the shown branch again, up to the event shown.
  OpenRequest request_up_to_here() const;
  void take(Result<Opened> opened);
  void pass(double seconds);
  void fold(Branch& branch, Position to);
  Position in(const Branch& branch) const;
  Position after_fork() const;

  std::vector<std::unique_ptr<Branch>> branches_;
  std::size_t shown_ = 0;
  std::optional<std::size_t> beside_;
  Position position_;
  bool playing_ = false;
  RowNo stopped_by_ = 0;
  std::uint64_t generation_ = 0;
  std::optional<Error> error_;
  OpenRequest wanted_;
  RunPtr parent_;  // of the fork that is being made
  Purpose purpose_ = Purpose::open;
  std::optional<Time> start_;
  std::vector<OpenRequest> to_reload_;  // branches that are still to be run anew
  std::string busy_with_;
  void let_go(std::unique_ptr<Branch> branch);

  Work<bool> letting_go_;
  Work<Result<Opened>> work_;  // last: its thread ends before the rest goes
};

// How many first rows two runs have in common.
RowNo common_rows(const LedgerView& a, const LedgerView& b);

// What is called the same in another run; empty if nothing is.
Selection translated(const Run& from, const Run& to, const Selection& selection);

// The lines of Lua that do to a world what a fork did: after("#41", "kill worker"),
// decide("shop.latency", 3, 0).
std::string lua_line(const world::Intervention& what);
std::string lua_line(const ChoiceOverride& choice);
std::vector<std::string> lua_lines(const OpenRequest& fork);
// A script with lines put before its first run(): that is how a fork is kept.
std::string with_lines(const std::string& script, const std::vector<std::string>& lines);

}  // namespace mqlab::gui
