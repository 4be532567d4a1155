// SPDX-License-Identifier: MIT
// Opening scenarios for tests.
#include "tests/gui/fixture.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "tests/catch.hpp"

namespace mqlab::gui::test {

std::string scenario(const std::string& name) {
  return fmt::format("{}/scenarios/{}/scenario.lua", MQLAB_SOURCE_DIR, name);
}

RunPtr opened(const std::string& path, const std::string& variant) {
  const std::atomic<bool> interrupt{false};
  Result<RunPtr> run = open_run({path, variant, {}, {}}, interrupt);
  if (!run.ok()) FAIL(run.error().text());
  return *run;
}

void open(Headless& window, const std::string& path, Time at, const std::string& variant) {
  window.app().session().open(path, variant, at);
  if (!window.wait()) FAIL("it does not open");
  if (window.app().session().error()) FAIL(window.app().session().error()->text());
}

std::string seen(Headless& window) {
  std::string all;
  for (const Widget& widget : window.ui().widgets()) {
    if (widget.visible) all += fmt::format("{}: {}\n", widget.id, widget.value);
  }
  return all;
}

TemporaryFile::TemporaryFile(const std::string& name, const std::string& text) {
  std::string pattern = (std::filesystem::temp_directory_path() / "mqlab-gui-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  path_ = folder_ + "/" + name;
  write(text);
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void TemporaryFile::write(const std::string& text) const {
  if (!cli::write_file(path_, text).ok()) throw std::runtime_error("cannot write " + path_);
}

std::string TemporaryFile::read() const {
  const Result<std::string> text = cli::read_file(path_);
  return text.ok() ? *text : std::string{};
}

}  // namespace mqlab::gui::test
