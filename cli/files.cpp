// SPDX-License-Identifier: MIT
// Reading and writing files, with one clear line for each way it can fail.
#include "cli/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

namespace mqlab::cli {
namespace fs = std::filesystem;

namespace {

constexpr const char* kYours = "name a file in a folder that exists and is yours";

Error file_error(const std::string& path, std::string what, std::string hint = {}) {
  return Error{Place{path, 0}, std::move(what), std::move(hint)};
}

Error folder_error(const std::string& path, const std::string& reason) {
  return file_error(path, "cannot be made a folder: " + reason, "name a folder that is yours");
}

// What is replaced if this is written: links are followed.
std::string target_of(const std::string& path) {
  std::error_code code;
  const fs::path target = fs::is_symlink(path, code) ? fs::canonical(path, code) : fs::path(path);
  return code || target.empty() ? path : target.string();
}

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

// Devices, pipes, and what the system shows as files: never replaced by a file of ours.
bool is_written_in_place(const std::string& path) {
  if (path.starts_with("/dev/") || path.starts_with("/proc/")) return true;
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

Result<void> write_through(const std::string& path, const std::string& to,
                           const std::function<void(const Put&)>& write) {
  File file(std::fopen(to.c_str(), "wb"));
  if (!file) {
    return file_error(path, fmt::format("cannot be written: {}", std::strerror(errno)), kYours);
  }
  bool written = true;
  int reason = 0;
  write([&](std::string_view piece) {
    if (!written) return;
    written = std::fwrite(piece.data(), 1, piece.size(), file.get()) == piece.size();
    reason = errno;
  });
  const bool closed = std::fclose(file.release()) == 0;
  if (written && closed) return {};
  if (written) reason = errno;
  return file_error(path, fmt::format("writing failed: {}", std::strerror(reason)));
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit, std::string_view start) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (status.type() == fs::file_type::not_found) {
    return file_error(path, "no such file", "check the path");
  }
  if (fs::is_directory(status)) {
    return file_error(path, "is a directory, not a file", "name a file in it");
  }
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return file_error(path, fmt::format("cannot be read: {}", std::strerror(errno)));
  std::string content;
  char buffer[65536];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get())) {
    content.append(buffer, count);
    if (content.size() >= start.size() && !content.starts_with(start)) return content;
    if (limit != 0 && content.size() > limit) {
      return file_error(path, fmt::format("is larger than {} bytes", limit),
                        "is it the right file?");
    }
  }
  if (std::ferror(file.get()) != 0) {
    return file_error(path, "reading it failed", "is it a file on a disk that works?");
  }
  return content;
}

Result<void> write_file(const std::string& path, std::string_view content) {
  return write_file(path, [content](const Put& put) { put(content); });
}

Result<void> write_file(const std::string& path, const std::function<void(const Put&)>& write) {
  if (is_written_in_place(path)) return write_through(path, path, write);
  const std::string to = target_of(path);
  const std::string beside = fmt::format("{}.{}.tmp", to, ::getpid());
  if (Result<void> written = write_through(path, beside, write); !written.ok()) {
    std::remove(beside.c_str());
    return written;
  }
  if (std::rename(beside.c_str(), to.c_str()) != 0) {
    const int reason = errno;
    std::remove(beside.c_str());
    return file_error(path, fmt::format("cannot be replaced: {}", std::strerror(reason)),
                      "name a file");
  }
  return {};
}

Result<void> may_write(const std::string& path, bool force) {
  if (is_written_in_place(path)) return {};
  std::error_code code;
  if (fs::is_directory(path, code)) {
    return file_error(path, "cannot be replaced: Is a directory", "name a file");
  }
  if (!force && fs::is_regular_file(path, code)) {
    return file_error(path, "exists already", "--force replaces it");
  }
  const std::string to = target_of(path);
  const fs::path folder = fs::path(to).parent_path();
  // With a slash at the end it is a folder or an error.
  const std::string in = folder.empty() ? "./" : folder.string() + "/";
  if (::access(in.c_str(), W_OK | X_OK) == 0) return {};
  return file_error(path, fmt::format("cannot be written: {}", std::strerror(errno)), kYours);
}

Result<void> may_write_all(const std::vector<std::string>& paths, bool force) {
  std::vector<fs::path> seen;
  for (const std::string& path : paths) {
    if (Result<void> may = may_write(path, force); !may.ok()) return may;
    if (is_written_in_place(path)) continue;
    std::error_code code;
    const fs::path file = fs::weakly_canonical(fs::absolute(path, code), code);
    if (std::find(seen.begin(), seen.end(), file) != seen.end()) {
      return file_error(path, "two outputs go to this file", "name a file for each");
    }
    seen.push_back(file);
  }
  return {};
}

Result<void> may_make_folder(const std::string& path) {
  std::error_code code;
  fs::path there = path;
  while (!there.empty() && !fs::exists(there, code) && there.has_relative_path()) {
    there = there.parent_path();
  }
  const std::string in = there.empty() ? "./" : there.string() + "/";
  if (::access(in.c_str(), W_OK | X_OK) == 0) return {};
  return folder_error(path, std::strerror(errno));
}

Result<void> make_folder(const std::string& path) {
  std::error_code code;
  fs::create_directories(path, code);
  return code ? folder_error(path, code.message()) : Result<void>{};
}

Result<std::vector<std::string>> find_scenarios(const std::string& argument) {
  std::error_code code;
  if (!fs::exists(argument, code)) {
    if (code) return file_error(argument, fmt::format("cannot be read: {}", code.message()));
    return file_error(argument, "no such file or directory", "check the path");
  }
  if (!fs::is_directory(argument, code)) return std::vector<std::string>{argument};
  std::vector<std::string> found;
  fs::recursive_directory_iterator walk(argument, code);
  for (; !code && walk != fs::recursive_directory_iterator(); walk.increment(code)) {
    if (walk->path().filename() == "scenario.lua") found.push_back(walk->path().string());
  }
  if (code) return file_error(argument, fmt::format("cannot be listed: {}", code.message()));
  if (found.empty()) {
    return file_error(argument, "there is no scenario.lua in this directory",
                      "name a scenario file, or a directory that holds some");
  }
  std::stable_sort(found.begin(), found.end());
  return found;
}

Result<scripting::Source> read_script(const std::string& path) {
  Result<std::string> text = read_file(path, kMaxScriptBytes);
  if (!text.ok()) return text.error();
  if (text->find('\0') != std::string::npos || text->rfind("\x1bLua", 0) == 0) {
    return file_error(path, "is a binary file, not a Lua script", "scenarios are plain text");
  }
  return scripting::Source{path, std::move(*text)};
}

scripting::Include include_from(const std::string& scenario_path) {
  const fs::path folder = fs::path(scenario_path).parent_path();
  return [folder](const std::string& name) -> Result<std::string> {
    if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos ||
        name.find('\\') != std::string::npos) {
      return file_error(name, "only files of the scenario's own folder can be included",
                        "write include \"world.lua\"");
    }
    const fs::path path = folder / name;
    std::error_code code;
    if (fs::is_symlink(path, code)) {
      return file_error(path.string(), "is a link", "include plain files only");
    }
    Result<scripting::Source> source = read_script(path.string());
    if (!source.ok()) return source.error();
    return std::move(source->text);
  };
}

}  // namespace mqlab::cli
