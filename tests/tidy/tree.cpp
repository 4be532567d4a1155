// SPDX-License-Identifier: MIT
// Walking the source tree.
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace mqlab::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> kFolders{
    "sim", "scripting", "cli", "gui", "scenarios", "tests", "docs", "cmake", ".ci", "."};

bool is_text(const fs::path& path) {
  constexpr std::array<std::string_view, 7> kEndings{".cpp", ".hpp", ".lua", ".cmake",
                                                     ".md",  ".txt", ".json"};
  if (path.filename() == "setup" || path.filename() == "run") return true;  // shell scripts
  const std::string ending = path.extension().string();
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

File read_file(const fs::path& root, const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return {path.lexically_relative(root).generic_string(), std::move(text)};
}

template <typename Walk>
void read_all(Walk walk, const fs::path& root, std::vector<File>& files) {
  for (const fs::directory_entry& entry : walk) {
    if (entry.is_regular_file() && is_text(entry.path())) {
      files.push_back(read_file(root, entry.path()));
    }
  }
}

}  // namespace

std::vector<File> read_tree(const std::string& root) {
  std::vector<File> files;
  for (const std::string_view folder : kFolders) {
    const fs::path path = fs::path(root) / folder;
    if (!fs::is_directory(path)) continue;
    if (folder == ".") {
      read_all(fs::directory_iterator(root), root, files);
    } else {
      read_all(fs::recursive_directory_iterator(path), root, files);
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

bool exists_in(const std::string& root, const std::string& path) {
  return fs::exists((fs::path(root) / path).lexically_normal());
}

}  // namespace mqlab::tidy
