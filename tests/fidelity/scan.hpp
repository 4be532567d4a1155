// SPDX-License-Identifier: MIT
// Finding rule ids in texts: in comments, and in the names and tags of test cases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mqlab::fidelity {

// "QUEUE" of "QUEUE-2"; empty for what does not look like an id.
std::string_view family_of(std::string_view id);

// An id and the line it stands on, from 1.
struct Mention {
  std::string id;
  int line = 0;
};

// All that looks like a rule's id: capitals, a hyphen, a number.
std::vector<Mention> ids_in(std::string_view text);

// The same, in the comments of a C++ text only.
std::vector<Mention> ids_in_comments(std::string_view cpp);

// A test case and the ids in its tags, in the comment right above it and in those inside.
struct TestCase {
  std::string name;
  std::vector<std::string> ids;
  int line = 0;
};

// The test cases of a C++ text, in order. Ids that belong to none of them are in `others`.
struct TestFile {
  std::vector<TestCase> cases;
  std::vector<Mention> others;
};
TestFile test_cases_in(std::string_view cpp);

// The contents of all string literals of a C++ text.
std::vector<std::string> literals_in(std::string_view cpp);

}  // namespace mqlab::fidelity
