// SPDX-License-Identifier: MIT
// The panels of the window. Each draws a part of the session where ImGui's cursor stands, and keeps
// only what is its own: a scroll position, a query, a cached picture.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gui/model/export.hpp"
#include "gui/model/gathered.hpp"
#include "gui/model/query.hpp"
#include "gui/model/session.hpp"
#include "gui/model/table.hpp"
#include "gui/paint.hpp"
#include "gui/ui.hpp"
#include "sim/observe/sequence.hpp"
#include "sim/observe/why.hpp"

namespace mqlab::gui {

struct Panel {
  Session& session;
  Ui& ui;
};

// What a menu or a key asked for; the app does it at the end of the frame.
struct Wishes {
  std::vector<world::Intervention> fork;  // done to the world, all after the event shown
  std::optional<std::string> beside;      // a variant
  std::optional<std::string> variant;     // instead of the present one
  std::optional<ChoiceOverride> decide;   // a choice made otherwise
  bool keep_fork = false;                 // as lines of Lua
  bool reload = false;
  bool save = false;
  std::optional<std::string> open;  // a path
  bool copy_world = false;          // as text
  bool put_back = false;            // what was moved on the picture
};

// What a panel shows, in the forms in which it can leave the window. Each has a text, which says
// the same as the panel; of the ledger it is made from `rows`, because that can take long.
struct Twin {
  const char* name = "";  // in names of files
  std::string text = {};
  std::optional<Table> table = std::nullopt;
  std::optional<observe::Canvas> picture = std::nullopt;
  std::optional<std::vector<RowNo>> rows = std::nullopt;
};

// Which run something was made of. A later run is never taken for it, wherever it lies in memory.
class OfRun {
 public:
  OfRun() = default;
  explicit OfRun(const RunPtr& run) : run_(run) {}
  bool is(const Run& run) const { return run_.lock().get() == &run; }

 private:
  std::weak_ptr<const Run> run_;
};

// -- the top ------------------------------------------------------------------------------------
void draw_transport(const Panel& panel, Wishes& wishes);

// -- the middle ---------------------------------------------------------------------------------

// The world at an instant: drawn by sim/observe, moved and zoomed here.
class TopologyPanel {
 public:
  // `slot` tells two of them apart. The branch is drawn where its timeline stands. Its widgets are
  // called world.…, those of the one that is only compared with beside.….
  void draw(const Panel& panel, Branch& branch, const char* slot, ImVec2 size, Wishes& wishes);
  void fit() { fitted_ = false; }

 private:
  void redraw(const Panel& panel, const Branch& branch);
  void place(const Panel& panel, const Run& run, ImVec2 size);
  void zoom(ImVec2 at, float factor);
  float lifted(const Run& run, float tall) const;
  void hear_keys(const Panel& panel, const Branch& branch, const char* name);
  void drag(const Panel& panel, const Branch& branch, ImVec2 from);
  void select(const Panel& panel, const Branch& branch);
  void menu(const Panel& panel, const Branch& branch, Wishes& wishes);
  void picture_menu(const Panel& panel, const Run& run, Wishes& wishes);
  void note_spots(const Panel& panel, const Branch& branch, const char* name);
  void choose(const Panel& panel, const Branch& branch, const Selection& what, bool with_menu);
  // What is selected, in terms of this branch.
  const Selection& chosen(const Panel& panel, const Branch& branch);
  void mark_chosen(const Panel& panel, const Branch& branch, ImDrawList& list,
                   const Placement& placed, bool behind);

  std::optional<observe::Canvas> canvas_;
  std::vector<observe::Spot> spots_;
  OfRun drawn_run_;
  Position drawn_at_;
  Language drawn_in_ = Language::english;
  observe::Layout layout_;
  std::uint64_t drawn_places_ = 0;
  // The box that the mouse holds, and where in it; none: the whole picture moves.
  std::optional<std::size_t> held_;
  observe::Point held_at_;
  Placement where_;
  ImVec2 size_{0, 0};
  bool fitted_ = false;
  Selection menu_for_;
  std::optional<ImVec2> menu_at_;  // if the keyboard asked for it
  Selection asked_;                // of the branch that is shown…
  Selection answered_;             // …and what that is here
  OfRun asked_in_;
  OfRun asked_by_;
};

// The world as it stands where the branch is looked at.
Twin world_twin(const Panel& panel, const Branch& branch);

void draw_outline(const Panel& panel);
Twin outline_twin(const Panel& panel);

// -- the right ----------------------------------------------------------------------------------

class Inspector {
 public:
  void draw(const Panel& panel);
  Twin twin(const Panel& panel);

 private:
  const observe::Life& life_of(const Panel& panel, ledger::MessageId message);
  void thing(const Panel& panel, EntityId id);
  void message(const Panel& panel, observe::Named what);
  void last_rows(const Panel& panel, const std::vector<RowNo>& rows);

  std::optional<observe::Life> life_;
  ledger::MessageId life_of_;
  OfRun life_in_;
  Language life_language_ = Language::english;
};

// -- the bottom ---------------------------------------------------------------------------------

// The scrubber: always there, above the tabs.
// So high at scale 1.
void draw_scrubber(const Panel& panel, float high);

class TimelinePanel {
 public:
  void draw(const Panel& panel);
  void fit() { of_ = {}; }

 private:
  void zoom(double at, double factor);
  void move(double by);
  void hear_keys(const Panel& panel);

  double from_ = 0;  // seconds; from_ == to_: all
  double to_ = 0;
  double whole_ = 0;
  OfRun of_;
  Time followed_;
};
Twin timeline_twin(const Panel& panel);

class LedgerPanel {
 public:
  void draw(const Panel& panel);
  Twin twin(const Panel& panel) const;
  bool busy() const { return work_.busy(); }

 private:
  void row(const Panel& panel, RowNo number);
  void breakpoint_menu(const Panel& panel, RowNo number);

  std::string query_;
  std::string asked_;
  OfRun of_;
  std::vector<RowNo> found_;
  bool filtered_ = false;
  RowNo followed_ = 0;
  int following_ = 0;  // frames that it still takes
  int drawn_ = 0;      // the last frame in which it was
  std::string table_;
  Work<QueryResult> work_;
};

// A scale, and the run that it is of; it stays where it is, for axes to point to.
struct Scaled {
  RunPtr run;
  std::unique_ptr<observe::TimeScale> scale;
};

class PlotsPanel {
 public:
  void draw(const Panel& panel);
  void fit() { fit_ = true; }
  bool busy() const { return scaled_.busy(); }
  Twin twin(const Panel& panel);

 private:
  void choose(const Panel& panel);
  // False: there is nothing to draw on yet.
  bool prepare(const Panel& panel);

  observe::PlotKind kind_ = observe::PlotKind::backlog;
  observe::AxisMode mode_ = observe::AxisMode::linear;
  Gathered<std::pair<RunPtr, observe::AxisMode>, Scaled> scaled_;
  bool fit_ = false;
  observe::PlotAxis axis_;
  Time followed_;
};

class SequencePanel {
 public:
  void draw(const Panel& panel);
  void fit() { fit_ = true; }
  bool busy() const { return story_.busy(); }
  Twin twin(const Panel& panel);

 private:
  static constexpr RowNo kManyRows = 600;  // of a longer run, only a window of time is drawn

  // What is gathered, from what, for which axis; `window` counts windows of time.
  struct Key {
    RunPtr run;
    observe::Named about;
    RowNo window = 0;
    observe::AxisMode mode = observe::AxisMode::compressed;

    bool operator==(const Key&) const = default;
  };
  struct Story {
    Scaled on;
    observe::Sequence sequence;
  };

  void choose(const Panel& panel);
  // False: there is nothing to draw yet.
  bool prepare(const Panel& panel);

  observe::AxisMode mode_ = observe::AxisMode::compressed;
  bool only_ = false;
  Gathered<Key, Story> story_;
  bool fit_ = false;
  observe::PlotAxis axis_;
  Time followed_;
};

// The keys for an axis, as `id` takes them, and going on with the instant that is shown when that
// leaves a zoomed axis; `followed` is where it was.
void hear_axis_keys(const Panel& panel, const char* id, observe::PlotAxis& axis, Time& followed);

class ComparePanel {
 public:
  void draw(const Panel& panel);
  bool busy() const { return differences_.busy(); }
  Twin twin(const Panel& panel);

 private:
  struct Difference {
    std::string name;
    std::array<std::string, 2> fate;
    observe::Named what;
  };
  using Differences = std::vector<Difference>;
  struct Key {
    std::array<RunPtr, 2> runs;
    Language language = Language::english;

    bool operator==(const Key&) const = default;
  };

  // What is known of them; none while they are being looked for.
  const Differences& refresh(const Panel& panel);
  static Differences differences_of(const Key& key);
  void books(const Panel& panel);
  void messages(const Panel& panel);

  // One line of the books: of which the values are those of the two runs.
  struct Line {
    const char* id;
    Say words;
    std::array<std::uint64_t, 2> values;
  };
  static std::vector<Line> lines(const Panel& panel);

  Gathered<Key, std::pair<Key, Differences>> differences_;
};

class EditorPanel {
 public:
  void draw(const Panel& panel, Wishes& wishes);
  // The text is not the file's any more.
  void touch() { changed_ = true; }
  bool changed() const { return changed_; }
  // The keyboard is in the text: Tab is a part of it.
  bool active() const { return active_; }
  const std::string& text() const { return text_; }
  const std::string& path() const { return path_; }
  void show(const std::string& path, std::string text);

 private:
  std::string path_;
  std::string text_;
  bool changed_ = false;
  bool active_ = false;
  float cursor_line_ = 0;
};

void draw_checks(const Panel& panel);
Twin checks_twin(const Panel& panel);
void draw_log(const Panel& panel);
Twin log_twin(const Panel& panel);
void draw_next(const Panel& panel, Wishes& wishes);
Twin next_twin(const Panel& panel);
// A small window in the middle, above the rest; closing it clears `open`. All between the two calls
// is drawn into it.
void begin_dialog(const Panel& panel, const char* id, Say title, bool& open);
void end_dialog(const Panel& panel);
void draw_legend(const Panel& panel, bool& open);
void draw_keys(const Panel& panel, bool& open);

// -- words --------------------------------------------------------------------------------------

// What became of a business id, as far as a run goes: "lost: auto-acked-then-crashed".
std::string fate(Language language, const observe::BusinessBook& book,
                 const observe::Business& business);
// Where all that is left of a message is: "unacked in orders; buffered at worker".
std::string whereabouts(const Ui& ui, const Run& run, const observe::State& state,
                        ledger::MessageId message);

}  // namespace mqlab::gui
