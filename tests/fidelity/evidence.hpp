// SPDX-License-Identifier: MIT
// What the source tree has to say about each rule.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/fidelity/rule_book.hpp"
#include "tests/fidelity/scan.hpp"

namespace mqlab::fidelity {

// A test case, a transcript or a lab. Paths are relative to the root of the project.
struct Witness {
  std::string path;
  std::string name;
  auto operator<=>(const Witness&) const = default;
};

struct Evidence {
  std::vector<std::string> files;  // of sim/ and scripting/, in whose comments it is named
  std::vector<Witness> tests;
  std::map<std::string, std::vector<Witness>> transcripts;  // by version, "3.10"
  std::vector<std::string> recorded;  // exact versions of the recorded brokers, "3.10.8"
  std::vector<Witness> labs;          // scenarios that name it
};

// A mention of an id that the rule book does not have.
struct Stray {
  std::string path;
  int line = 0;  // 0: not told
  std::string id;
};

// Arguments and policy keys that are accepted without effect, as the broker itself tells.
struct Ignored {
  std::vector<std::string> of_queues;
  std::vector<std::string> of_exchanges;
  std::vector<std::string> of_consumers;
  std::vector<std::string> of_policies;
};

struct Findings {
  std::map<std::string, Evidence> rules;  // by id
  std::vector<Stray> strays;
  Ignored ignored;
  std::map<std::string, int> recorded;  // transcripts by version, "3.10"
  std::map<std::string, int> random;    // the random ones among them, which name no rules
};

// Reads the source tree at `root`. All lists are in an order that depends on their content only.
Findings gather(const std::string& root, const RuleBook& book);

// Ids in a text that belong to a family of the book, but are not in it.
std::vector<Stray> strays_in(const std::string& path, const std::vector<Mention>& mentions,
                             const RuleBook& book);

std::string read_file(const std::string& path);

}  // namespace mqlab::fidelity
