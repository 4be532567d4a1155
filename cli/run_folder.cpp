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

std::vector<RunFile> run_files(const Finished& run, const scripting::Request& request) {
  const auto whole = [](std::string text) {
    return [text = std::move(text)](const Put& put) { put(text); };
  };
  const auto page = [&run](const Put& put) {
    PageOptions options;
    options.command = replay_line(run);
    options.all_rows = options.command + " -v";
    options.version = version();
    put(report_page(run, options));
  };
  const auto trace = [&run](const Put& put) {
    TraceReport report;
    report.add(run);
    report.write(put);
  };
  const auto junit = [&run](const Put& put) {
    JunitReport report;
    report.add(run);
    put(report.document());
  };
  std::vector<RunFile> files{
      {"summary.json", whole(json_text(report_json(run)))},
      {"ledger.jsonl", [&run](const Put& put) { ledger_lines(run, put); }},
      {"events.txt", [&run](const Put& put) { rows_text(run, put); }},
      {"report.html", page},
      {"run.mqr", [&run, &request](const Put& put) { write_recording(run, request, put); }},
      {"trace.json", trace},
      {"junit.xml", junit}};
  CsvReport csv;
  csv.add(run);
  for (auto& [name, table] : csv.files()) {
    files.push_back({name, whole(std::move(table))});
  }
  return files;
}

Result<std::string> write_run_folder(const std::string& root, const Finished& run,
                                     const scripting::Request& request, Progress& progress) {
  const std::string name = folder_name(run);
  const fs::path folder = fs::path(root) / name;
  const fs::path part = folder / fmt::format("part-{}", ::getpid());
  std::error_code code;
  fs::create_directories(part, code);
  if (code) return folder_error(folder, code.message());
  const auto give_up = [&](const Error& error) {
    progress.end();
    fs::remove_all(part, code);
    fs::remove(folder, code);  // if nothing else is in it
    return error;
  };
  const std::vector<RunFile> files = run_files(run, request);
  for (std::size_t i = 0; i < files.size(); ++i) {
    progress.step(name, "writing " + files[i].name, i, files.size());
    const Result<void> written = write_file((part / files[i].name).string(), files[i].write);
    if (!written.ok()) return give_up(written.error());
  }
  progress.end();
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
