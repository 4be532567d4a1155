// SPDX-License-Identifier: MIT
// mqlab lint: faults of a topology, each with its rule, its place and a scenario that shows it.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/definitions/definitions.hpp"
#include "cli/definitions/lint.hpp"
#include "cli/definitions/requeues.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/report_json.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "sim/base/suggest.hpp"

namespace mqlab::cli {
namespace {

using Json = nlohmann::ordered_json;
using observe::Key;
using observe::Language;

// What is declared is declared early: no need to wait for the end of a long run.
constexpr std::uint64_t kMostEvents = 200'000;

Result<std::vector<Finding>> lint_scenario(const std::string& path, const std::string& variant,
                                           const Attention& attention) {
  Result<scripting::Request> request = request_for(path);
  if (!request.ok()) return request.error();
  request->max_events = kMostEvents;
  request->variant = variant;
  std::vector<Finding> findings;
  std::vector<std::string> variants{variant};
  for (std::size_t i = 0; i < variants.size(); ++i) {
    request->variant = variants[i];
    const Result<Finished> run = run_one(path, *request, attention);
    attention.progress->end();
    if (!run.ok()) return run.error();
    if (i == 0 && variant.empty()) {
      for (std::size_t j = 1; j < run->report.variants.size(); ++j) {
        variants.push_back(run->report.variants[j].name);
      }
    }
    for (const scripting::Plan& plan : run->report.plans) {
      std::vector<Finding> found = lint(plan, true);
      const ledger::LedgerView view(*run->report.ledger);
      for (Finding& finding : requeues_seen(plan, view, found)) {
        found.push_back(std::move(finding));
      }
      for (Finding& finding : found) findings.push_back(std::move(finding));
    }
  }
  tidy(findings);
  return findings;
}

Result<std::vector<Finding>> lint_definitions(const std::string& path) {
  const Result<std::string> text = read_file(path, kMostDefinitionBytes);
  if (!text.ok()) return text.error();
  const Result<Definitions> definitions = read_definitions(*text, path);
  if (!definitions.ok()) return definitions.error();
  return lint(definitions->plan, false);
}

std::string_view english(Key key) {
  return text(Language::english, key);
}

std::string cure_text(const LintRuleText& rule, Language language) {
  return fill(language, Key::lint_cure, {text(language, rule.cure)});
}

std::string see_text(const LintRuleText& rule, Language language) {
  return fill(language, Key::lint_see, {"mqlab run " + scenario_of(rule)});
}

std::string rules_text(Language language) {
  std::string out;
  for (const LintRuleText& rule : lint_rules()) {
    out += fmt::format("{}\n  {}\n  {}\n  {}\n", rule.id, text(language, rule.meaning),
                       cure_text(rule, language), see_text(rule, language));
  }
  return out;
}

Json rules_json() {
  Json out = Json::array();
  for (const LintRuleText& rule : lint_rules()) {
    out.push_back({{"rule", rule.id},
                   {"meaning", english(rule.meaning)},
                   {"cure", english(rule.cure)},
                   {"scenario", scenario_of(rule)}});
  }
  return out;
}

Json findings_json(const std::vector<Finding>& findings) {
  Json out = Json::array();
  for (const Finding& finding : findings) {
    const LintRuleText& rule = text_of(finding.rule);
    out.push_back({{"rule", rule.id},
                   {"file", finding.place.file},
                   {"line", finding.place.line},
                   {"what", finding.what.in(Language::english)},
                   {"meaning", english(rule.meaning)},
                   {"cure", english(rule.cure)},
                   {"scenario", scenario_of(rule)}});
  }
  return out;
}

// SARIF 2.1.0, as code scanning of GitHub reads it.
Json sarif(const std::vector<Finding>& findings) {
  Json rules = Json::array();
  for (const LintRuleText& rule : lint_rules()) {
    rules.push_back({{"id", rule.id},
                     {"shortDescription", {{"text", english(rule.meaning)}}},
                     {"help", {{"text", english(rule.cure)}}}});
  }
  Json results = Json::array();
  for (const Finding& finding : findings) {
    const Json location = {{"physicalLocation",
                            {{"artifactLocation", {{"uri", finding.place.file}}},
                             {"region", {{"startLine", std::max(finding.place.line, 1)}}}}}};
    results.push_back({{"ruleId", text_of(finding.rule).id},
                       {"ruleIndex", static_cast<int>(finding.rule)},
                       {"level", "warning"},
                       {"message", {{"text", finding.what.in(Language::english)}}},
                       {"locations", Json::array({location})}});
  }
  const Json driver = {{"name", "mqlab lint"}, {"version", version()}, {"rules", rules}};
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"version", "2.1.0"},
          {"runs", Json::array({{{"tool", {{"driver", driver}}}, {"results", results}}})}};
}

Result<std::set<std::string>> ignored(const LintOptions& options) {
  std::vector<std::string> known;
  for (const LintRuleText& rule : lint_rules()) known.emplace_back(rule.id);
  std::set<std::string> out;
  for (const std::string& id : options.ignore) {
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      const std::string near = suggest(id, known);
      return make_error(
          fmt::format("--ignore {}: there is no such rule", id),
          near.empty() ? "mqlab lint --rules lists them" : fmt::format("did you mean '{}'?", near));
    }
    out.insert(id);
  }
  return out;
}

// How many, of how many rules.
std::string sum_text(std::size_t findings, std::size_t rules, Language language) {
  const Key key = findings == 1 ? Key::lint_one_of_one
                  : rules == 1  ? Key::lint_many_of_one
                                : Key::lint_many;
  return fill(language, key, {std::to_string(findings), std::to_string(rules)});
}

std::string findings_text(const std::vector<Finding>& findings, Language language) {
  const Terminal terminal;
  if (findings.empty()) {
    return fmt::format("{} {}\n", terminal.paint(text(language, Key::lint_clean), Colour::green),
                       text(language, Key::lint_nothing));
  }
  std::string out;
  std::set<LintRule> seen;
  for (const Finding& finding : findings) {
    out += fmt::format(
        "{} [{}] {}\n",
        terminal.paint(fmt::format("{}:{}:", finding.place.file, finding.place.line), Colour::bold),
        text_of(finding.rule).id, finding.what.in(language));
    seen.insert(finding.rule);
  }
  out += "\n";
  for (const LintRule rule : seen) {
    const LintRuleText& told = text_of(rule);
    out += fmt::format("{}: {}\n  {}   {}\n", told.id, text(language, told.meaning),
                       cure_text(told, language), see_text(told, language));
  }
  return out + fmt::format("\n{} {}\n",
                           terminal.paint(text(language, Key::lint_found), Colour::yellow),
                           sum_text(findings.size(), seen.size(), language));
}

}  // namespace

ExitCode lint_command(const LintOptions& options, const std::atomic<bool>& interrupted) {
  const Language language = observe::language(options.lang).value_or(Language::english);
  if (options.rules) {
    print_result(options.json ? json_text(rules_json()) : rules_text(language));
    return ExitCode::pass;
  }
  if (options.files.empty()) {
    return complain("lint needs scenarios or definitions (see mqlab lint --help)", ExitCode::usage);
  }
  const Result<std::set<std::string>> without = ignored(options);
  if (!without.ok()) return complain(without.error().text(), ExitCode::usage);
  if (!options.sarif.empty()) {
    const Result<void> may = may_write(options.sarif, options.force);
    if (!may.ok()) return complain(may.error().text(), ExitCode::bad_data);
  }
  Progress progress = Progress::to_standard_error(!options.quiet);
  const Attention attention{&progress, &interrupted};
  std::vector<Finding> findings;
  ExitCode code = ExitCode::pass;
  const auto take = [&](const Result<std::vector<Finding>>& found) {
    if (!found.ok()) {
      if (interrupted.load()) return;
      code = worse(code, complain(found.error().text(), ExitCode::bad_data));
      return;
    }
    for (const Finding& finding : *found) {
      if (without->count(std::string(text_of(finding.rule).id)) == 0) findings.push_back(finding);
    }
  };
  for (const std::string& argument : options.files) {
    if (interrupted.load()) break;
    if (argument.ends_with(".json")) {
      take(lint_definitions(argument));
      continue;
    }
    const Result<std::vector<std::string>> paths = find_scenarios(argument);
    if (!paths.ok()) {
      take(paths.error());
      continue;
    }
    for (const std::string& path : *paths) {
      if (interrupted.load()) break;
      take(lint_scenario(path, options.variant, attention));
    }
  }
  if (interrupted.load()) return complain("interrupted", ExitCode::interrupted);
  if (!options.sarif.empty()) {
    const Result<void> written = write_file(options.sarif, json_text(sarif(findings)));
    if (!written.ok()) {
      code = worse(code, complain(written.error().text(), ExitCode::bad_data));
    }
  }
  if (options.json) {
    print_result(json_text(findings_json(findings)));
  } else if (code == ExitCode::pass || !findings.empty()) {
    print_result(shown(findings_text(findings, language)));
  }
  return findings.empty() ? code : worse(code, ExitCode::fail);
}

}  // namespace mqlab::cli
