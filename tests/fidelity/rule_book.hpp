// SPDX-License-Identifier: MIT
// The page docs/rules.md as data: what the broker does, rule by rule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mqlab::fidelity {

struct Rule {
  std::string id;        // "QUEUE-2"
  std::string what;      // Markdown, as on the page
  std::string versions;  // the same
  int line = 0;          // on the page, from 1
  bool simulated() const { return !versions.starts_with("not simulated"); }
};

// The rules whose ids begin alike.
struct Family {
  std::string name;   // "QUEUE"
  std::string title;  // "storing and coming back"
  std::vector<Rule> rules;
};

// A row of the page's last section.
struct Absence {
  std::string what;
  std::string here;  // what mqlab has in its place
};

struct RuleBook {
  std::vector<Family> families;
  std::vector<Absence> absences;
  std::vector<std::string> mistakes;  // "line 12: …": what is wrong with the page itself

  const Rule* find(std::string_view id) const;
  bool has_family(std::string_view id) const;  // does a known family begin this id?
};

RuleBook read_rule_book(std::string_view page);

}  // namespace mqlab::fidelity
