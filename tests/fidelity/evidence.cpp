// SPDX-License-Identifier: MIT
// Walking the source tree for mentions of rules.
#include "tests/fidelity/evidence.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "sim/broker/arguments.hpp"
#include "sim/broker/policy.hpp"

namespace mqlab::fidelity {
namespace {

namespace fs = std::filesystem;

// The files below root/folder with one of these endings, by path from the root, in order.
std::vector<std::string> files_below(const std::string& root, const std::string& folder,
                                     const std::vector<std::string>& endings) {
  std::vector<std::string> paths;
  const fs::path top = fs::path(root) / folder;
  if (!fs::is_directory(top)) return paths;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(top)) {
    const std::string ending = entry.path().extension().string();
    if (std::find(endings.begin(), endings.end(), ending) == endings.end()) continue;
    paths.push_back(entry.path().lexically_relative(root).generic_string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

template <typename T>
void add_once(std::vector<T>& list, const T& one) {
  if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

class Gatherer {
 public:
  Gatherer(std::string root, const RuleBook& book) : root_(std::move(root)), book_(book) {}

  Findings gather() {
    read_sources();
    read_tests();
    read_transcripts();
    read_labs();
    read_pages();
    return std::move(findings_);
  }

 private:
  std::string text_of(const std::string& path) const { return read_file(root_ + "/" + path); }

  void check(const std::string& path, const std::vector<Mention>& mentions) {
    for (Stray& stray : strays_in(path, mentions, book_)) {
      findings_.strays.push_back(std::move(stray));
    }
  }

  // Where an id can be nothing else than a rule's, any family must be known.
  Evidence* evidence(const std::string& path, int line, const std::string& id) {
    if (book_.find(id) != nullptr) return &findings_.rules[id];
    findings_.strays.push_back({path, line, id});
    return nullptr;
  }

  void read_sources() {
    for (const char* folder : {"sim", "scripting"}) {
      for (const std::string& path : files_below(root_, folder, {".cpp", ".hpp"})) {
        const std::string text = text_of(path);
        const std::vector<Mention> mentions = ids_in_comments(text);
        check(path, mentions);
        for (const Mention& mention : mentions) {
          if (book_.find(mention.id) != nullptr) add_once(findings_.rules[mention.id].files, path);
        }
        if (path.starts_with("sim/broker/")) try_names(literals_in(text));
      }
    }
    for (const std::string& path : files_below(root_, "cli", {".cpp", ".hpp"})) {
      check(path, ids_in_comments(text_of(path)));
    }
  }

  // Any word of the broker's source may be a name that it accepts without effect: ask it.
  void try_names(const std::vector<std::string>& words) {
    const auto sort_in = [](std::vector<std::string>& list, const std::string& name) {
      const auto place = std::lower_bound(list.begin(), list.end(), name);
      if (place == list.end() || *place != name) list.insert(place, name);
    };
    Ignored& ignored = findings_.ignored;
    for (const std::string& word : words) {
      const broker::FieldTable table = {{word, broker::FieldValue::of(std::int64_t{1})}};
      for (const auto& name : unsimulated_arguments(broker::ArgumentsOf::queue, table)) {
        sort_in(ignored.of_queues, name);
      }
      for (const auto& name : unsimulated_arguments(broker::ArgumentsOf::exchange, table)) {
        sort_in(ignored.of_exchanges, name);
      }
      for (const auto& name : unsimulated_arguments(broker::ArgumentsOf::consumer, table)) {
        sort_in(ignored.of_consumers, name);
      }
      for (const auto& name : broker::unsimulated_policy_keys(table)) {
        sort_in(ignored.of_policies, name);
      }
    }
  }

  void read_tests() {
    for (const std::string& path : files_below(root_, "tests", {".cpp", ".hpp"})) {
      const TestFile file = test_cases_in(text_of(path));
      check(path, file.others);
      for (const TestCase& one : file.cases) {
        for (const std::string& id : one.ids) {
          Evidence* found = evidence(path, one.line, id);
          if (found != nullptr) add_once(found->tests, {path, one.name});
        }
      }
    }
  }

  void read_transcripts() {
    for (const std::string& path : files_below(root_, "tests/conform/data", {".json"})) {
      const nlohmann::json file = nlohmann::json::parse(text_of(path));
      const std::string exact = file.at("broker").at("version");
      const std::string version = exact.substr(0, exact.find('.', exact.find('.') + 1));
      ++findings_.recorded[version];
      if (file.contains("seed")) ++findings_.random[version];
      for (const std::string id : file.at("rules")) {
        Evidence* found = evidence(path, 0, id);
        if (found == nullptr) continue;
        found->transcripts[version].push_back({path, file.at("name")});
        add_once(found->recorded, exact);
        std::sort(found->recorded.begin(), found->recorded.end());
      }
    }
  }

  void read_labs() {
    for (const std::string& path : files_below(root_, "scenarios", {".lua"})) {
      const std::vector<Mention> mentions = ids_in(text_of(path));
      check(path, mentions);
      const std::string name = fs::path(path).parent_path().filename().string();
      for (const Mention& mention : mentions) {
        if (book_.find(mention.id) != nullptr) {
          add_once(findings_.rules[mention.id].labs, {path, name});
        }
      }
    }
  }

  void read_pages() {
    std::vector<std::string> paths = files_below(root_, "docs", {".md"});
    paths.emplace_back("README.md");
    for (const std::string& path : paths) {
      if (path != "docs/fidelity.md") check(path, ids_in(text_of(path)));
    }
  }

  std::string root_;
  const RuleBook& book_;
  Findings findings_;
};

}  // namespace

Findings gather(const std::string& root, const RuleBook& book) {
  return Gatherer(root, book).gather();
}

std::vector<Stray> strays_in(const std::string& path, const std::vector<Mention>& mentions,
                             const RuleBook& book) {
  std::vector<Stray> strays;
  for (const Mention& mention : mentions) {
    if (book.has_family(mention.id) && book.find(mention.id) == nullptr) {
      strays.push_back({path, mention.line, mention.id});
    }
  }
  return strays;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace mqlab::fidelity
