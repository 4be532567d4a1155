// SPDX-License-Identifier: MIT
// What the tests of the window share: scenarios, and a window without a screen.
#pragma once

#include <string>

#include "gui/headless.hpp"

namespace mqlab::gui::test {

// Of the repository: "3-not-losing/auto_ack_loss".
std::string scenario(const std::string& name);

// Opened; the test fails if it cannot be.
RunPtr opened(const std::string& path, const std::string& variant = {});

// A window with a scenario in it, at this time.
void open(Headless& window, const std::string& path, Time at = {}, const std::string& variant = {});

// All widgets of a frame with what they show, one a line: what a person could read.
std::string seen(Headless& window);

// A file in a folder of its own that is gone at the end.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& text);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }
  void write(const std::string& text) const;
  std::string read() const;

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace mqlab::gui::test
