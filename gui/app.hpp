// SPDX-License-Identifier: MIT
// The window's content, frame by frame: the same for a real window, a tour and a test.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gui/keys.hpp"
#include "gui/model/settings.hpp"
#include "gui/panels.hpp"

namespace mqlab::gui {

inline constexpr int kTabCount = 9;
Say tab_name(int tab);

// In which forms something can leave the window.
enum class Form : std::uint8_t { png, svg, text, csv, lua, files, copy };

class App {
 public:
  // Precondition: there is an ImGui context. Call prepare_fonts() before the first frame.
  App();

  Session& session() { return session_; }
  Ui& ui() { return ui_; }
  const Ui& ui() const { return ui_; }

  // Loads fonts if what is to be shown needs others than there are; true if it did: then the back
  // end must take the font atlas anew.
  bool prepare_fonts();

  // A key, before the frame in which it takes effect.
  void key(KeyPress press);
  // Draws one frame between ImGui::NewFrame and ImGui::Render. `seconds` went by since the last.
  void frame(double seconds);

  // Takes what an earlier session left in this file, and leaves there what this one leaves. A file
  // that is damaged is told, and not touched.
  void keep_settings(const std::string& path);
  // At the end: writes what is not written yet. An error that was told already is not told again.
  Result<void> save_settings();

  // What the user wants of the whole program.
  void set_language(Language language);
  void set_dark(bool dark);
  void set_scale(float scale);
  void show_tab(int tab);
  int tab() const { return tab_; }
  // Work goes on, or the pictures are not there yet.
  bool busy() const;
  // Nothing moves: the next frame would look like this one.
  bool idle() const { return !busy() && !session_.playing(); }
  bool wants_to_quit() const { return quit_; }
  // After ImGui::Render: takes the picture of the window if one was asked for.
  void rendered();
  // Where exports go.
  void set_export_folder(std::string folder) { export_folder_ = std::move(folder); }
  // One line for the user; empty: none.
  const std::string& notice() const { return notice_; }

 private:
  void act(Action action);
  void move(Action action);
  void act_on_message(bool forward);
  void leave_text();
  void nudge(Action action);
  std::string panel_for_keys() const;
  void fit();
  void carry_out();
  void save(const std::string& text);
  void middle(ImVec2 size);
  void worlds(ImVec2 size);
  void bottom(ImVec2 size);
  void tab_bar();
  void settings_bar();
  void branches();
  void notices();
  void mend();
  void open_dialog();
  void export_dialog();
  void export_line(const char* id, std::string_view words, const std::vector<Form>& forms);
  void take_out(const std::string& id, Form form);
  void write(const std::string& name, std::string ending,
             std::function<std::string(const std::atomic<bool>&)> make);
  void copy(Twin twin);
  Twin twin_of(const std::string& id);
  Twin tab_twin();
  void point_at(const char* id);
  bool is_low() const;
  bool tab_busy() const;
  void take_written();
  void splitter(const char* id, bool vertical, float& value, float sign, float low, float high);
  void follow_file(double seconds);
  Settings settings_now() const;
  void follow_settings(double seconds);

  Ui ui_;
  Session session_;
  Wishes wishes_;
  TopologyPanel topology_[2];
  Inspector inspector_;
  TimelinePanel timeline_;
  LedgerPanel ledger_;
  SequencePanel sequence_;
  PlotsPanel plots_;
  ComparePanel compare_;
  EditorPanel editor_;
  int tab_ = 0;
  bool legend_ = false;
  bool keys_ = false;
  bool opening_ = false;
  bool quit_ = false;
  bool left_text_ = false;  // in this frame, by a key
  bool kept_ = false;       // the script holds the fork, and is not saved yet
  std::string path_;
  std::vector<std::string> scenarios_;  // to choose from
  std::string notice_;
  bool exporting_ = false;
  std::string export_folder_ = ".";
  std::string pointed_ = "tab";  // the panel under the mouse
  int picture_in_ = 0;           // frames until the window's picture is taken; 0: none is
  Work<Result<std::string>> writing_;
  std::uint64_t generation_ = 0;
  std::string font_text_;  // the characters that the fonts were made for
  float font_scale_ = 0;
  bool fonts_old_ = true;
  // Of the window's parts, at scale 1.
  float left_ = 140;
  float right_ = 270;
  float below_ = 270;
  std::optional<Language> wanted_language_;  // until there are fonts
  bool scale_chosen_ = false;                // by a person, not by the screen
  std::string settings_path_;                // empty: nothing is kept
  Settings kept_settings_;
  double since_settings_ = 0;
  Work<Result<void>> keeping_;
  bool below_moved_ = false;  // by a person, who may give it more than its share
  float settings_width_ = 0;  // as it was in the last frame
  double since_look_ = 0;     // at the file
  std::int64_t file_time_ = 0;
};

}  // namespace mqlab::gui
