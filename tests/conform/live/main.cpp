// SPDX-License-Identifier: MIT
// Compares the core with a live broker: the program that with_broker.sh runs.
#include <charconv>
#include <iostream>
#include <string>

#include "cli/conform/live.hpp"
#include "cli/files.hpp"

namespace {

template <typename Number>
bool read(const std::string& text, Number& into) {
  const auto done = std::from_chars(text.data(), text.data() + text.size(), into);
  return done.ec == std::errc() && done.ptr == text.data() + text.size();
}

}  // namespace

int main(int argc, char* argv[]) {
  mqlab::conform::LiveOptions options;
  if (argc < 7 || !read(argv[4], options.seed) || !read(argv[5], options.runs) ||
      !read(argv[6], options.at_most_s)) {
    std::cerr << "usage: conform_live URL NODE COOKIE SEED RUNS SECONDS [FOLDER]\n";
    return 64;
  }
  options.url = argv[1];
  options.node = argv[2];
  options.cookie = argv[3];
  if (argc > 7) options.save_to = argv[7];
  options.may_save = [](const std::string& path) { return mqlab::cli::may_write(path, true); };
  options.save = [](const std::string& path, const std::string& text) {
    return mqlab::cli::write_file(path, text);
  };
  return mqlab::conform::conform_live(options, std::cout, std::cerr);
}
