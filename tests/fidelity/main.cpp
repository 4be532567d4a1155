// SPDX-License-Identifier: MIT
// fidelity ROOT --write | --check: writes docs/fidelity.md, or says whether it is as it should be.
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include <fmt/format.h>

#include "tests/fidelity/page.hpp"

namespace {

using namespace mqlab::fidelity;

// The first line in which two texts differ, from 1.
int first_difference(const std::string& a, const std::string& b) {
  int line = 1;
  for (std::size_t i = 0; i < a.size() && i < b.size() && a[i] == b[i]; ++i) {
    if (a[i] == '\n') ++line;
  }
  return line;
}

int work(const std::string& root, bool write) {
  const RuleBook book = read_rule_book(read_file(root + "/docs/rules.md"));
  const Findings findings = gather(root, book);
  const std::vector<std::string> wrong = complaints(book, findings);
  for (const std::string& line : wrong) std::cout << line << "\n";

  const std::string path = root + "/docs/fidelity.md";
  const std::string page = fidelity_page(book, findings);
  if (write) {
    std::ofstream(path, std::ios::binary) << page;
    return wrong.empty() ? 0 : 1;
  }
  const std::string there = read_file(path);
  if (there == page) return wrong.empty() ? 0 : 1;
  std::cout << fmt::format(
      "docs/fidelity.md:{}: the source has changed since this page was written; write it again "
      "with\n  cmake --build BUILD --target fidelity_page\n",
      first_difference(there, page));
  return 1;
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count == 3 ? words[2] : "";
  if (what != "--write" && what != "--check") {
    std::cerr << "usage: fidelity ROOT --write | --check\n";
    return 64;
  }
  try {
    return work(words[1], what == "--write");
  } catch (const std::exception& error) {
    std::cerr << "fidelity: " << error.what() << "\n";
    return 65;
  }
}
