// SPDX-License-Identifier: MIT
// One folder for each run: everything that it left, under a number.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/files.hpp"
#include "cli/formats/ledger_lines.hpp"
#include "cli/outputs.hpp"
#include "cli/page/page.hpp"
#include "cli/report_json.hpp"
#include "cli/request.hpp"
#include "cli/version.hpp"
#include "sim/base/text.hpp"

namespace mqlab::cli {
namespace {

namespace fs = std::filesystem;

// "auto_ack_loss-manual": the folder or file of the scenario, and its variant. Letters that a file
// name might not take become _.
std::string folder_name(const Finished& run) {
  const fs::path path(run.path);
  std::string name = path.stem().string();
  const std::string parent = fs::absolute(path).lexically_normal().parent_path().filename();
  if (name == "scenario" && !parent.empty()) name = parent;
  if (!run.report.variant.empty()) name += "-" + run.report.variant;
  for (char& letter : name) {
    const auto code = static_cast<unsigned char>(letter);
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '_' || letter == '-' ||
                       letter == '.' || code >= 0x80;
    if (!plain) letter = '_';
  }
  if (name.front() == '.' || name == "latest") name.insert(0, 1, '_');
  return name.substr(0, 200);
}

std::uint64_t highest_number(const fs::path& folder) {
  std::uint64_t highest = 0;
  std::error_code code;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end;
       entry.increment(code)) {
    const Result<std::uint64_t> number = parse_count(entry->path().filename().string());
    if (number.ok() && *number < 1'000'000'000) highest = std::max(highest, *number);
  }
  return highest;
}

Error folder_error(const fs::path& path, const std::string& reason) {
  return Error{Place{path.string(), 0}, "cannot be made: " + reason,
               "--out names a folder that is yours"};
}

// A link that is made beside and then renamed, so that it always points somewhere.
Result<void> point(const fs::path& link, const fs::path& to) {
  const fs::path beside = fmt::format("{}.{}.tmp", link.string(), ::getpid());
  std::error_code code;
  fs::create_directory_symlink(to, beside, code);
  if (!code) fs::rename(beside, link, code);
  if (!code) return {};
  std::error_code ignored;
  fs::remove(beside, ignored);
  return folder_error(link, code.message());
}

// Takes the next free number: the rename fails if another command was quicker.
Result<fs::path> publish(const fs::path& part, const fs::path& folder) {
  std::string reason;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const fs::path target = folder / std::to_string(highest_number(folder) + 1);
    if (std::rename(part.c_str(), target.c_str()) == 0) return target;
    reason = std::strerror(errno);
    if (errno != EEXIST && errno != ENOTEMPTY) break;
  }
  return folder_error(folder, reason);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> run_files(const Finished& run,
                                                           const scripting::Request& request) {
  PageOptions page;
  page.command = replay_line(run);
  page.all_rows = page.command + " -v";
  page.version = version();
  JunitReport junit;
  junit.add(run);
  TraceReport trace;
  trace.add(run);
  CsvReport csv;
  csv.add(run);
  std::vector<std::pair<std::string, std::string>> files{
      {"summary.json", json_text(report_json(run))},
      {"ledger.jsonl", ledger_lines(run)},
      {"events.txt", rows_text(run)},
      {"report.html", report_page(run, page)},
      {"run.mqr", recording_of(run, request)},
      {"trace.json", trace.document()},
      {"junit.xml", junit.document()}};
  for (auto& table : csv.files()) files.push_back(std::move(table));
  return files;
}

Result<std::string> write_run_folder(const std::string& root, const Finished& run,
                                     const scripting::Request& request) {
  const std::string name = folder_name(run);
  const fs::path folder = fs::path(root) / name;
  const fs::path part = folder / fmt::format("part-{}", ::getpid());
  std::error_code code;
  fs::create_directories(part, code);
  if (code) return folder_error(part, code.message());
  const auto give_up = [&](const Error& error) {
    fs::remove_all(part, code);
    fs::remove(folder, code);  // if nothing else is in it
    return error;
  };
  for (const auto& [file, content] : run_files(run, request)) {
    const Result<void> written = write_file((part / file).string(), content);
    if (!written.ok()) return give_up(written.error());
  }
  const Result<fs::path> target = publish(part, folder);
  if (!target.ok()) return give_up(target.error());
  const fs::path number = target->filename();
  if (Result<void> linked = point(folder / "latest", number); !linked.ok()) return linked.error();
  if (Result<void> linked = point(fs::path(root) / "latest", fs::path(name) / number);
      !linked.ok()) {
    return linked.error();
  }
  return target->string();
}

}  // namespace mqlab::cli
