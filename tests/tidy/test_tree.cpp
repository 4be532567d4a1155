// SPDX-License-Identifier: MIT
// The project itself keeps the rules of the house.
#include <algorithm>
#include <iostream>

#include "tests/catch.hpp"
#include "tests/tidy/rules.hpp"
#include "tests/tidy/tree.hpp"

namespace mqlab::tidy {
namespace {

// One line for each finding, as compilers write them. (What Catch2 prints itself is wrapped.)
void print(const Findings& findings) {
  for (const Finding& finding : findings) {
    std::cout << finding.path << ":" << finding.line << ": " << finding.what << "\n";
  }
}

}  // namespace

TEST_CASE("the source tree is found, all floors of it") {
  const std::vector<File> files = read_tree(MQLAB_SOURCE_DIR);
  for (const char* path :
       {"CMakeLists.txt", "README.md", "setup", "sim/base/time.hpp", "tests/catch.hpp"}) {
    CAPTURE(path);
    CHECK(std::any_of(files.begin(), files.end(), [&](const File& f) { return f.path == path; }));
  }
}

TEST_CASE("every file of the project keeps the rules of the house") {
  Findings findings;
  for (const File& file : read_tree(MQLAB_SOURCE_DIR)) {
    for (Finding& finding : check_all(file)) findings.push_back(std::move(finding));
  }
  print(findings);
  CHECK(findings.empty());
}

TEST_CASE("every link between pages leads somewhere") {
  Findings findings;
  for (const File& file : read_tree(MQLAB_SOURCE_DIR)) {
    if (!file.path.ends_with(".md")) continue;
    for (const Link& link : links_of(file)) {
      if (exists_in(MQLAB_SOURCE_DIR, link.target)) continue;
      findings.push_back(
          {file.path, link.line, "leads to " + link.target + ", which is not there"});
    }
  }
  print(findings);
  CHECK(findings.empty());
}

}  // namespace mqlab::tidy
