// SPDX-License-Identifier: MIT
// What can leave the window: pictures, texts, tables and files; the clipboard.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "gui/app.hpp"
#include "gui/raster.hpp"

namespace mqlab::gui {

namespace {

constexpr std::size_t kMostCopied = 20'000;  // rows of the ledger for the clipboard

const char* form_id(Form form) {
  switch (form) {
    case Form::png:
      return "png";
    case Form::svg:
      return "svg";
    case Form::text:
      return "text";
    case Form::csv:
      return "csv";
    case Form::lua:
      return "lua";
    case Form::files:
      return "files";
    case Form::copy:
      return "copy";
  }
  return "";
}

const char* form_words(const Ui& ui, Form form) {
  switch (form) {
    case Form::png:
      return "PNG";
    case Form::svg:
      return "SVG";
    case Form::text:
      return ui.say(Say::as_text);
    case Form::csv:
      return "CSV";
    case Form::lua:
      return "Lua";
    case Form::files:
      return ui.say(Say::as_files);
    case Form::copy:
      return ui.say(Say::copy_as_text);
  }
  return "";
}

// What each tab can be, in the order of the tabs.
const std::vector<Form>& forms_of(int tab) {
  static const std::array<std::vector<Form>, kTabCount> kForms{{
      {Form::text, Form::csv, Form::copy},             // timeline
      {Form::svg, Form::text, Form::copy},             // sequence
      {Form::text, Form::csv, Form::copy},             // ledger
      {Form::svg, Form::text, Form::csv, Form::copy},  // plots
      {Form::text, Form::csv, Form::copy},             // checks
      {Form::text, Form::csv, Form::copy},             // comparison
      {Form::text, Form::copy},                        // log
      {Form::lua, Form::copy},                         // script
      {Form::text, Form::copy},                        // next steps
  }};
  return kForms[static_cast<std::size_t>(tab)];
}

std::string fork_lines(const Branch& branch) {
  std::string text;
  for (const std::string& line : lua_lines(branch.request)) text += line + "\n";
  return text;
}

}  // namespace

void App::point_at(const char* id) {
  if (ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows)) pointed_ = id;
}

Twin App::tab_twin() {
  const Panel panel{session_, ui_};
  switch (tab_) {
    case 0:
      return timeline_twin(panel);
    case 1:
      return sequence_.twin(panel);
    case 2:
      return ledger_.twin(panel);
    case 3:
      return plots_.twin(panel);
    case 4:
      return checks_twin(panel);
    case 5:
      return compare_.twin(panel);
    case 6:
      return log_twin(panel);
    case 7:
      return {.name = "script", .text = editor_.text()};
    default:  // not an enum
      return next_twin(panel);
  }
}

Twin App::twin_of(const std::string& id) {
  const Panel panel{session_, ui_};
  if (id == "outline") return outline_twin(panel);
  if (id == "selection") return inspector_.twin(panel);
  if (id == "fork") return {.name = "fork", .text = fork_lines(session_.shown())};
  if (id != "world") return tab_twin();
  Twin twin = world_twin(panel, session_.shown());
  if (const Branch* beside = session_.beside()) {
    twin.text = fmt::format("{}\n{}\n{}\n{}", session_.shown().name(), twin.text, beside->name(),
                            world_twin(panel, *beside).text);
  }
  return twin;
}

void App::copy(Twin twin) {
  Say words = Say::copied;
  if (twin.rows) {
    if (twin.rows->size() > kMostCopied) {
      twin.rows->resize(kMostCopied);
      words = Say::copied_part;
    }
    const std::atomic<bool> interrupt{false};
    twin.text = rows_as_text(session_.run(), *twin.rows, ui_.language, interrupt);
  }
  ImGui::SetClipboardText(twin.text.c_str());
  notice_ = fmt::format(fmt::runtime(ui_.say(words)),
                        std::count(twin.text.begin(), twin.text.end(), '\n'));
}

// On a thread of its own: a long ledger takes seconds.
void App::write(const std::string& name, std::string ending,
                std::function<std::string(const std::atomic<bool>&)> make) {
  writing_.start([folder = export_folder_, name = export_name(session_, name),
                  ending = std::move(ending),
                  make = std::move(make)](const std::atomic<bool>& interrupt) {
    return write_new(folder, name, ending, make(interrupt));
  });
}

void App::take_out(const std::string& id, Form form) {
  exporting_ = false;
  if (form == Form::copy) return copy(twin_of(id));
  if (form == Form::png) {
    picture_in_ = 3;  // when this dialog is gone
    return;
  }
  const RunPtr run = session_.shown().run;
  if (form == Form::files) {
    writing_.start([folder = export_folder_, run](const std::atomic<bool>&) {
      return write_all(folder, *run);
    });
    return;
  }
  Twin twin = twin_of(id);
  const auto ready = [](std::string text) {
    return [text = std::move(text)](const std::atomic<bool>&) { return text; };
  };
  if (form == Form::svg) {
    return write(twin.name, "svg", ready(observe::to_svg(*twin.picture)));
  }
  if (form == Form::lua) return write(twin.name, "lua", ready(twin.text));
  const bool csv = form == Form::csv;
  if (!twin.rows) {
    return write(twin.name, csv ? "csv" : "txt", ready(csv ? to_csv(*twin.table) : twin.text));
  }
  write(twin.name, csv ? "csv" : "txt",
        [run, csv, rows = std::move(*twin.rows),
         language = ui_.language](const std::atomic<bool>& interrupt) {
          return csv ? rows_as_csv(*run, rows, interrupt)
                     : rows_as_text(*run, rows, language, interrupt);
        });
}

void App::take_written() {
  const std::optional<Result<std::string>> done = writing_.take();
  if (!done) return;
  notice_ =
      done->ok() ? fmt::format(fmt::runtime(ui_.say(Say::written)), **done) : done->error().text();
}

void App::rendered() {
  if (picture_in_ == 0 || --picture_in_ > 0) return;
  Coverage atlas;
  unsigned char* pixels = nullptr;
  ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&pixels, &atlas.width, &atlas.height);
  atlas.alpha = pixels;
  const std::string png = png_of(rasterise(*ImGui::GetDrawData(), atlas, ui_.theme.paper));
  write("window", "png", [png](const std::atomic<bool>&) { return png; });
}

void App::export_line(const char* id, std::string_view words, const std::vector<Form>& forms) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
  ImGui::TableNextColumn();
  for (const Form form : forms) {
    if (form != forms.front()) ImGui::SameLine();
    const std::string button = fmt::format("export.{}.{}", id, form_id(form));
    const bool can = form != Form::files || session_.run().request.has_value();
    const char* tip = form == Form::files ? ui_.say(Say::tip_export_run) : "";
    if (ui_.button(button.c_str(), form_words(ui_, form), can, tip)) take_out(id, form);
  }
}

void App::export_dialog() {
  if (!exporting_ || !session_.is_open()) return;
  begin_dialog({session_, ui_}, "export", Say::export_title, exporting_);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(ui_.say(Say::export_folder));
  ImGui::SameLine();
  ui_.input("export.folder", "", export_folder_,
            std::min(ui_.px(420), ImGui::GetIO().DisplaySize.x * 0.6F));
  ui_.tip(ui_.say(Say::tip_export_folder));
  if (ImGui::BeginTable("exports", 2, ImGuiTableFlags_SizingFixedFit)) {
    const std::vector<Form> text{Form::text, Form::copy};
    export_line("window", ui_.say(Say::export_window), {Form::png});
    export_line("world", ui_.say(Say::export_world), {Form::svg, Form::text, Form::copy});
    export_line("outline", ui_.say(Say::export_outline), text);
    export_line("selection", ui_.say(Say::export_selected), text);
    export_line("tab", ui_.say(tab_name(tab_)), forms_of(tab_));
    if (session_.shown().request.is_fork()) {
      export_line("fork", ui_.say(Say::export_fork), {Form::lua, Form::copy});
    }
    export_line("run", ui_.say(Say::export_run), {Form::files});
    ImGui::EndTable();
  }
  end_dialog({session_, ui_});
}

}  // namespace mqlab::gui
