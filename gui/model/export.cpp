// SPDX-License-Identifier: MIT
// Files that the window writes.
#include "gui/model/export.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/formats/text_forms.hpp"
#include "cli/outputs.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::gui {

namespace fs = std::filesystem;

namespace {

constexpr int kMostOfOneName = 10'000;

std::string plain(std::string_view words) {
  std::string name;
  for (const char c : words) {
    const auto code = static_cast<unsigned char>(c);
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '.' || code >= 0x80;
    name += kept ? c : '_';
  }
  return name.substr(0, 150);
}

}  // namespace

std::string export_name(const Session& session, std::string_view what) {
  const Run& run = session.run();
  const fs::path path(run.path);
  std::string name = path.stem().string();
  // Most scenarios are called scenario.lua: their folders tell them apart.
  const std::string parent = fs::absolute(path).lexically_normal().parent_path().filename();
  if (name == "scenario" && !parent.empty()) name = parent;
  if (!run.report.variant.empty()) name += "-" + run.report.variant;
  if (session.shown().request.is_fork()) name += "-fork";
  name = fmt::format("{}-{}-{}", name, what, format_short(session.position().now - Time{}));
  return plain(name);
}

Result<std::string> write_new(const std::string& folder, const std::string& name,
                              std::string_view ending, std::string_view content) {
  std::error_code code;
  const fs::path where = fs::absolute(folder.empty() ? "." : folder, code).lexically_normal();
  if (!fs::is_directory(where, code)) {
    return Error{Place{where.string(), 0}, "there is no such folder", "name one that is there"};
  }
  for (int number = 1; number <= kMostOfOneName; ++number) {
    const std::string more = number == 1 ? "" : fmt::format("-{}", number);
    const std::string path = (where / fmt::format("{}{}.{}", name, more, ending)).string();
    if (fs::exists(fs::symlink_status(path, code))) continue;
    const Result<void> written = cli::write_file(path, content);
    if (!written.ok()) return written.error();
    return path;
  }
  return Error{Place{(where / name).string(), 0}, "there are too many files of this name",
               "choose another folder"};
}

std::string rows_as_text(const Run& run, const std::vector<RowNo>& rows, observe::Language language,
                         const std::atomic<bool>& interrupt) {
  std::string text = observe::row_heading(language) + "\n";
  for (const RowNo row : rows) {
    if (interrupt.load(std::memory_order_relaxed)) break;
    text += observe::row_line(run.names, row, language) + "\n";
  }
  return text;
}

std::string rows_as_csv(const Run& run, const std::vector<RowNo>& rows,
                        const std::atomic<bool>& interrupt) {
  std::string text = "row,time_ns,actor,what,message,where,why,cause\n";
  for (const RowNo number : rows) {
    if (interrupt.load(std::memory_order_relaxed)) break;
    const observe::RowText row = observe::row_text(run.names, number);
    text += fmt::format("{},{},{},{},{},{},{},{}\n", number, row.at.ns, cli::csv_field(row.actor),
                        cli::csv_field(row.what), cli::csv_field(row.message),
                        cli::csv_field(row.where), cli::csv_field(row.why),
                        row.cause == 0 ? "" : std::to_string(row.cause));
  }
  return text;
}

Result<std::string> write_all(const std::string& folder, const Run& run) {
  if (!run.request) return make_error(run.why_fixed);
  const cli::Finished finished = cli::finish(run.path, run.report);
  cli::Progress progress = cli::Progress::to_standard_error(false);
  return cli::write_run_folder(folder.empty() ? "." : folder, finished, *run.request, progress);
}

}  // namespace mqlab::gui
