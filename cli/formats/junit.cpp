// SPDX-License-Identifier: MIT
// Elements and attributes of JUnit XML.
#include "cli/formats/junit.hpp"

#include <fmt/format.h>

#include "cli/formats/text_forms.hpp"
#include "cli/version.hpp"
#include "sim/base/text.hpp"

namespace mqlab::cli {
namespace {

using scripting::Check;
using scripting::Verdict;

// Seconds with nine decimals: exact, and what xs:decimal takes.
std::string seconds_text(Time time) {
  return fmt::format("{}.{:09}", time.ns / 1'000'000'000, time.ns % 1'000'000'000);
}

std::string suite_name(const Finished& run) {
  return run.report.variant.empty() ? run.path
                                    : fmt::format("{} [{}]", run.path, run.report.variant);
}

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xml_text(name),
                     xml_text(value));
}

std::string properties(const Finished& run) {
  const scripting::Report& report = run.report;
  std::string out = "    <properties>\n";
  out += property("mqlab", version());
  out += property("title", report.title);
  out += property("seed", std::to_string(report.seed));
  out += property("fingerprint", report.ledger->digest().fingerprint());
  out += property("events", std::to_string(report.events));
  out += property("verdict", word(report.verdict));
  for (const scripting::Parameter& parameter : report.parameters) {
    out += property("parameter " + parameter.name, parameter.value);
  }
  out += property("replay", replay_line(run));
  return out + "    </properties>\n";
}

// What stands in a failure: everything one needs without the file at hand.
std::string story(const Finished& run, const Check& check) {
  return fmt::format("{}\n{}\nat {}, {}:{}\nseed {}\nreplay: {}\n", check.text,
                     check.why.in(observe::Language::english), format_short(check.at),
                     check.place.file, check.place.line, run.report.seed, replay_line(run));
}

std::string open_case(const std::string& suite, std::string_view name, Time at, const Place& place,
                      bool empty) {
  return fmt::format(
      "    <testcase name=\"{}\" classname=\"{}\" time=\"{}\" file=\"{}\" line=\"{}\"{}>\n",
      xml_text(name), xml_text(suite), seconds_text(at), xml_text(place.file), place.line,
      empty ? "/" : "");
}

std::string problem(std::string_view element, std::string_view message, std::string_view type,
                    std::string_view text) {
  return fmt::format("      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n    </testcase>\n",
                     element, xml_text(message), xml_text(type), xml_text(text));
}

std::string open_suite(const std::string& name, std::size_t tests, std::size_t failures,
                       std::size_t errors, Time end) {
  return fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" "
      "time=\"{}\">\n",
      xml_text(name), tests, failures, errors, seconds_text(end));
}

}  // namespace

void JunitReport::add(const Finished& run) {
  const scripting::Report& report = run.report;
  const std::string name = suite_name(run);
  std::size_t failures = 0;
  std::string cases;
  for (const Check& check : report.checks) {
    const bool passed = check.verdict == Verdict::pass;
    cases += open_case(name, check.text, check.at, check.place, passed);
    if (passed) continue;
    ++failures;
    cases +=
        problem("failure", check.why.in(observe::Language::english), "check", story(run, check));
  }
  const std::size_t errors = report.verdict == Verdict::unknown ? 1 : 0;
  if (errors > 0) {
    cases += open_case(name, "verdict", report.end, Place{run.path, 1}, false);
    cases += problem(
        "error", report.verdict_why.in(observe::Language::english), "unknown",
        fmt::format("{}\nseed {}\nreplay: {}\n", report.verdict_why.in(observe::Language::english),
                    report.seed, replay_line(run)));
  }
  const std::size_t tests = report.checks.size() + errors;
  suites_ += open_suite(name, tests, failures, errors, report.end) + properties(run) + cases;
  if (!report.printed.empty()) {
    suites_ += "    <system-out>";
    for (const std::string& line : report.printed) suites_ += xml_text(line) + "\n";
    suites_ += "</system-out>\n";
  }
  suites_ += "  </testsuite>\n";
  tests_ += tests;
  failures_ += failures;
  errors_ += errors;
}

void JunitReport::add(const Broken& broken) {
  Place place = broken.error.place;
  if (place.file.empty()) place.file = broken.path;
  suites_ += open_suite(broken.path, 1, 0, 1, Time{});
  suites_ += open_case(broken.path, "run", Time{}, place, false);
  suites_ += problem("error", broken.error.what, "script", broken.error.text());
  suites_ += "  </testsuite>\n";
  ++tests_;
  ++errors_;
}

std::string JunitReport::document() const {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"mqlab\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}</testsuites>\n",
      tests_, failures_, errors_, suites_);
}

std::string replay_line(const Finished& run) {
  std::string line = "mqlab run " + shell_word(run.path);
  if (!run.report.variant.empty()) line += " --variant " + shell_word(run.report.variant);
  for (const scripting::Parameter& parameter : run.report.parameters) {
    line += " --set " + shell_word(parameter.name + "=" + parameter.value);
  }
  return line + fmt::format(" --seed {}", run.report.seed);
}

}  // namespace mqlab::cli
