// SPDX-License-Identifier: MIT
// Writing the page: a table for each family, what is not simulated, totals.
#include "tests/fidelity/page.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace mqlab::fidelity {
namespace {

constexpr const char* kVersions[] = {"3.10", "4.0"};

const Evidence& evidence_of(const Findings& findings, const std::string& id) {
  static const Evidence kNone;
  const auto found = findings.rules.find(id);
  return found == findings.rules.end() ? kNone : found->second;
}

bool is_proved(const Evidence& evidence) {
  return !evidence.tests.empty() || !evidence.transcripts.empty();
}

// A link from docs/ to a file of the project.
std::string link(std::string_view text, std::string_view path) {
  return fmt::format("[{}](../{})", text, path);
}

// Text within a table's cell and a link.
std::string in_cell(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\\') continue;  // of a literal: \"
    if (std::string_view("|[]<*_").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

template <typename List, typename Show>
std::string joined(const List& list, std::string_view between, Show show) {
  std::string all;
  for (const auto& one : list) {
    if (!all.empty()) all += between;
    all += show(one);
  }
  return all.empty() ? "-" : all;
}

std::string name_of_file(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string files_cell(const Evidence& evidence) {
  return joined(evidence.files, ", ",
                [](const std::string& path) { return link(name_of_file(path), path); });
}

std::string witnesses_cell(const std::vector<Witness>& witnesses) {
  return joined(witnesses, "<br>",
                [](const Witness& one) { return link(in_cell(one.name), one.path); });
}

// "6 / 6, as [name]": how many of each version, and one of them.
std::string transcripts_cell(const Evidence& evidence) {
  if (evidence.transcripts.empty()) return "-";
  const auto count = [&](const char* version) {
    const auto found = evidence.transcripts.find(version);
    return found == evidence.transcripts.end() ? std::size_t{0} : found->second.size();
  };
  const Witness& example = evidence.transcripts.rbegin()->second.front();
  return fmt::format("{} / {}, as {}", count(kVersions[0]), count(kVersions[1]),
                     link(in_cell(example.name), example.path));
}

std::string row(const Rule& rule, const Evidence& evidence) {
  if (!rule.simulated())
    return fmt::format("| {} | {} | not simulated | | | | |\n", rule.id, rule.what);
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", rule.id, rule.what,
                     files_cell(evidence), witnesses_cell(evidence.tests),
                     witnesses_cell(evidence.labs), transcripts_cell(evidence),
                     joined(evidence.recorded, ", ", [](const std::string& v) { return v; }));
}

std::string family_section(const Family& family, const Findings& findings) {
  std::string text = fmt::format("\n## {}: {}\n\n", family.name, family.title);
  text +=
      "| rule | what | implemented in | tests | labs | transcripts 3.10 / 4.0 | compared with |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Rule& rule : family.rules) text += row(rule, evidence_of(findings, rule.id));
  return text;
}

std::string absences_section(const RuleBook& book, const Findings& findings) {
  std::string text = "\n## What is not simulated\n\n| what | here |\n|---|---|\n";
  for (const Absence& absence : book.absences) {
    text += fmt::format("| {} | {} |\n", absence.what, absence.here);
  }
  text +=
      "\nThese are accepted and checked as a real broker does, but have no effect. A run whose "
      "script uses one says so.\n\n| of | names |\n|---|---|\n";
  const Ignored& ignored = findings.ignored;
  const auto names = [](const std::vector<std::string>& list) {
    return joined(list, ", ", [](const std::string& name) { return "`" + name + "`"; });
  };
  text +=
      fmt::format("| queues | {} |\n| exchanges | {} |\n| consumers | {} |\n| policies | {} |\n",
                  names(ignored.of_queues), names(ignored.of_exchanges),
                  names(ignored.of_consumers), names(ignored.of_policies));
  return text;
}

struct Totals {
  int rules = 0;
  int simulated = 0;
  int differing = 0;
  int tested = 0;
  int recorded = 0;
  int both = 0;  // tested and recorded
  int in_labs = 0;
};

Totals totals_of(const RuleBook& book, const Findings& findings) {
  Totals totals;
  for (const Family& family : book.families) {
    for (const Rule& rule : family.rules) {
      const Evidence& evidence = evidence_of(findings, rule.id);
      ++totals.rules;
      if (!rule.simulated()) continue;
      const bool tested = !evidence.tests.empty();
      const bool recorded = !evidence.transcripts.empty();
      ++totals.simulated;
      totals.differing += rule.versions.starts_with("differ") ? 1 : 0;
      totals.tested += tested ? 1 : 0;
      totals.recorded += recorded ? 1 : 0;
      totals.both += tested && recorded ? 1 : 0;
      totals.in_labs += evidence.labs.empty() ? 0 : 1;
    }
  }
  return totals;
}

std::string totals_section(const RuleBook& book, const Findings& findings) {
  const Totals totals = totals_of(book, findings);
  std::string text = "\n## Totals\n\n| | |\n|---|---|\n";
  const auto add = [&](std::string_view what, int count) {
    text += fmt::format("| {} | {} |\n", what, count);
  };
  add("rules", totals.rules);
  add("simulated", totals.simulated);
  add("of these, different in 3.10 and 4.0", totals.differing);
  add("with a test", totals.tested);
  add("seen in a transcript", totals.recorded);
  add("both", totals.both);
  add("in a lab", totals.in_labs);
  for (const auto& [version, count] : findings.recorded) {
    const auto random = findings.random.find(version);
    const int of_chance = random == findings.random.end() ? 0 : random->second;
    add(fmt::format("transcripts of {}", version), count - of_chance);
    add(fmt::format("random transcripts of {}", version), of_chance);
  }
  return text;
}

}  // namespace

std::string fidelity_page(const RuleBook& book, const Findings& findings) {
  std::string page =
      "# Fidelity\n"
      "\n"
      "How far mqlab's broker is RabbitMQ: each [rule](rules.md), where the source follows it, and "
      "what proves it.\nThis page is generated: after a change, run `cmake --build build/release "
      "--target fidelity_page`.\n"
      "\n"
      "| column | meaning |\n"
      "|---|---|\n"
      "| implemented in | the files whose comments name the rule |\n"
      "| tests | test cases that name it |\n"
      "| labs | scenarios that name it |\n"
      "| transcripts | recordings of a real broker that show it, for each version; mqlab's broker "
      "gives the same answers, step by step (test `conform`) |\n"
      "| compared with | the versions that were recorded |\n";
  for (const Family& family : book.families) page += family_section(family, findings);
  return page + absences_section(book, findings) + totals_section(book, findings);
}

namespace {

// "3.10" of "3.10.8".
std::string short_version(const std::string& exact) {
  return exact.substr(0, exact.rfind('.'));
}

// The versions that a rule speaks of and no transcript shows.
std::vector<std::string> not_compared_with(const Rule& rule, const Evidence& evidence) {
  std::vector<std::string> missing;
  if (rule.versions.find("not recorded") != std::string::npos) return missing;
  for (const char* version : kVersions) {
    if (evidence.transcripts.count(version) == 0) missing.emplace_back(version);
  }
  return missing;
}

// Versions that the page would list without a transcript, and transcripts that lie among those of
// another version.
std::vector<std::string> unfounded(const Evidence& evidence) {
  std::vector<std::string> wrong;
  for (const std::string& exact : evidence.recorded) {
    if (evidence.transcripts.count(short_version(exact)) == 0) {
      wrong.push_back(fmt::format("{} is listed, but no transcript of it names the rule", exact));
    }
  }
  for (const auto& [version, transcripts] : evidence.transcripts) {
    for (const Witness& one : transcripts) {
      if (one.path.find("-" + version + "/") != std::string::npos) continue;
      wrong.push_back(fmt::format("{} was recorded from {}", one.path, version));
    }
  }
  return wrong;
}

}  // namespace

std::vector<std::string> complaints(const RuleBook& book, const Findings& findings) {
  std::vector<std::string> all;
  for (const std::string& mistake : book.mistakes) all.push_back("docs/rules.md " + mistake);
  for (const Stray& stray : findings.strays) {
    const std::string line = stray.line == 0 ? "" : fmt::format("{}:", stray.line);
    all.push_back(fmt::format("{}:{} {} is no rule of docs/rules.md", stray.path, line, stray.id));
  }
  for (const Family& family : book.families) {
    for (const Rule& rule : family.rules) {
      if (!rule.simulated()) continue;
      const Evidence& evidence = evidence_of(findings, rule.id);
      for (const std::string& wrong : unfounded(evidence)) {
        all.push_back(fmt::format("{}: {}", rule.id, wrong));
      }
      if (evidence.files.empty()) {
        all.push_back(
            fmt::format("docs/rules.md:{}: no comment in sim/ or scripting/ names {}: "
                        "name it where it is implemented",
                        rule.line, rule.id));
      }
      for (const std::string& version : not_compared_with(rule, evidence)) {
        all.push_back(
            fmt::format("docs/rules.md:{}: no transcript of {} names {}: record one, or "
                        "say in its row that it cannot be recorded",
                        rule.line, version, rule.id));
      }
      if (!is_proved(evidence)) {
        all.push_back(fmt::format("docs/rules.md:{}: {} has neither a test nor a transcript",
                                  rule.line, rule.id));
      }
    }
  }
  return all;
}

}  // namespace mqlab::fidelity
